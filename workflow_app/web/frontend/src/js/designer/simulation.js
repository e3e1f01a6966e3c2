// Tokens walked through the diagram by hand, and the small map. The simulation's own texts are English and not
// translatable from outside: they are put into Chinese where they appear.
import simulation from "bpmn-js-token-simulation/lib/modeler.js";
import minimap from "diagram-js-minimap";

const WORDS = {
  "Token Simulation": "流转模拟", "Toggle Simulation Log": "模拟记录", "Simulation Log": "模拟记录", "Reset Simulation": "重新开始",
  "Play/Pause Simulation": "继续或暂停", "Play Simulation": "继续", "Pause Simulation": "暂停", "Found unsupported elements": "有不能模拟的环节",
  "Not supported": "不能模拟", "Set Sequence Flow": "选择走哪条顺序流", "Add pause point": "到此暂停", "Remove pause point": "到此不再暂停",
  "Trigger Event": "触发", "Finished": "已结束", "No Entries": "还没有记录", "Slow": "慢", "Normal": "正常", "Fast": "快",
  "Set animation speed = Slow": "速度：慢", "Set animation speed = Normal": "速度：正常", "Set animation speed = Fast": "速度：快",
  "Service Task": "系统操作", "User Task": "人工任务", "Call Activity": "调用流程", "Business Rule Task": "决策", "Task": "任务",
  "Receive Task": "接收任务", "Exclusive Gateway": "排他网关", "Parallel Gateway": "并行网关", "Start Event": "开始事件",
  "Intermediate Event": "中间事件", "Boundary Event": "边界事件", "End Event": "结束事件", "Process": "流程", "SubProcess": "子流程",
};
const ENDINGS = { started: "开始", finished: "结束", canceled: "取消" };

/** The Chinese of a text of the simulation, or undefined. */
function chineseOf(text) {
  const [, kind, ending] = /^(.*\S)\s+(started|finished|canceled)$/.exec(text) ?? [];
  if (ending) return `${WORDS[kind] ?? kind}${ENDINGS[ending]}`;
  if (text.startsWith("Focus process instance ")) return text.replace("Focus process instance ", "只看流程实例 ");
  return WORDS[text];
}
const OWN = ".bts-toggle-mode, .bts-palette, .bts-log, .bts-notifications, .bts-scopes, .bts-set-animation-speed, .bts-context-menu, .bts-context-pad, .bts-element-notification, .bts-entry";

function inChinese(root) {
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const said = chineseOf(text.data.trim());
    if (said && text.parentElement?.closest(OWN)) text.data = said;
  }
  for (const titled of [root, ...root.querySelectorAll("[title]")]) {
    const title = titled.getAttribute?.("title");
    if (!title) continue;
    const said = chineseOf(title);
    if (said) titled.setAttribute("title", said);
  }
}

/** Keeps the simulation's texts in Chinese for as long as the page is open. */
export function translateSimulation(container) {
  inChinese(container);
  new MutationObserver((changes) => {
    for (const { addedNodes, target } of changes) {
      if (target.nodeType === Node.ELEMENT_NODE && target.closest(OWN)) inChinese(target);
      for (const node of addedNodes) if (node.nodeType === Node.ELEMENT_NODE && (node.matches(OWN) || node.querySelector(OWN))) inChinese(node);
    }
  }).observe(container, { childList: true, subtree: true });
}

export const simulationModules = [simulation, minimap];
