// The palette and the menus offer only what the deployment accepts.
const PALETTE = new Set(["hand-tool", "lasso-tool", "space-tool", "global-connect-tool", "tool-separator", "create.start-event", "create.intermediate-event", "create.end-event", "create.exclusive-gateway"]);
const PAD = new Set(["append.end-event", "append.gateway", "append.append-user-task", "append.timer-intermediate-event", "append.message-intermediate-event", "append.text-annotation", "lane-insert-above", "lane-insert-below", "lane-divide-two", "replace", "delete", "connect"]);
const KINDS = new Set(["user-task", "service-task", "rule-task", "call-activity", "exclusive-gateway", "event-based-gateway", "none-start", "none-end", "timer-intermediate-catch", "message-intermediate-catch", "timer-boundary", "message-boundary", "non-interrupting-timer-boundary", "non-interrupting-message-boundary"].map((kind) => `replace-with-${kind}`));
const FLOWS = new Set(["replace-with-sequence-flow", "replace-with-default-flow", "replace-with-conditional-flow"]);

const only = (entries, wanted) => Object.fromEntries(Object.entries(entries).filter(([name]) => wanted(name)));

class Limits {
  constructor(palette, contextPad, popupMenu, create, elementFactory) {
    const LAST = 300;
    const task = (type, title, className) => {
      const begin = (event) => create.start(event, elementFactory.createShape({ type }));
      return { group: "activity", className, title, action: { dragstart: begin, click: begin } };
    };
    palette.registerProvider(LAST, {
      getPaletteEntries: () => (entries) => ({
        ...only(entries, (name) => PALETTE.has(name)),
        "create.user-task": task("bpmn:UserTask", "添加人工任务", "bpmn-icon-user-task"),
        "create.service-task": task("bpmn:ServiceTask", "添加系统操作", "bpmn-icon-service-task"),
        "create.call-activity": task("bpmn:CallActivity", "添加调用流程", "bpmn-icon-call-activity"),
      }),
    });
    contextPad.registerProvider(LAST, {
      getContextPadEntries: (element) => (entries) => {
        const kept = only(entries, (name) => PAD.has(name));
        if (entries["append.append-task"]) {
          const append = (event) => create.start(event, elementFactory.createShape({ type: "bpmn:UserTask" }), { source: element });
          kept["append.append-user-task"] = { group: "model", className: "bpmn-icon-user-task", title: "接一项人工任务", action: { dragstart: append, click: append } };
        }
        return kept;
      },
    });
    popupMenu.registerProvider("bpmn-replace", LAST, {
      getPopupMenuEntries: () => (entries) => only(entries, (name) => KINDS.has(name) || FLOWS.has(name)),
      getPopupMenuHeaderEntries: () => () => ({}),
    });
  }
}
Limits.$inject = ["palette", "contextPad", "popupMenu", "create", "elementFactory"];

export const limits = { __init__: ["limits"], limits: ["type", Limits] };
