// The editor's own words in Chinese. What is missing is collected on the canvas, where a test looks for it.
const WORDS = {
  "Activate hand tool": "移动画布", "Activate lasso tool": "框选", "Activate create/remove space tool": "拉开或收拢间距",
  "Activate global connect tool": "连线", "Create start event": "添加开始事件", "Create end event": "添加结束事件",
  "Create intermediate/boundary event": "添加中间或边界事件", "Create gateway": "添加网关", "Create task": "添加任务",
  "Append task": "接一项任务", "Append gateway": "接一个网关", "Append end event": "接一个结束事件",
  "Append intermediate/boundary event": "接一个中间事件", "Append timer intermediate catch event": "接一个计时事件",
  "Append message intermediate catch event": "接一个消息事件", "Append receive task": "接一项接收任务",
  "Append signal intermediate catch event": "接一个信号事件", "Append conditional intermediate catch event": "接一个条件事件",
  "Append compensation activity": "接一项补偿活动", "Add text annotation": "添加批注", "Change element": "更换类型",
  "Connect to other element": "连到其他环节", "Connect using association": "用关联线连接",
  "Connect using data input association": "用数据输入关联连接", "Delete": "删除", "Add lane above": "在上方加一条泳道",
  "Add lane below": "在下方加一条泳道", "Divide into two lanes": "分为两条泳道", "Divide into three lanes": "分为三条泳道",
  "Align elements": "对齐", "Align elements left": "左对齐", "Align elements right": "右对齐", "Align elements center": "水平居中",
  "Align elements top": "上对齐", "Align elements bottom": "下对齐", "Align elements middle": "垂直居中",
  "Distribute elements horizontally": "水平等距分布", "Distribute elements vertically": "垂直等距分布",
  "Create data object reference": "添加数据对象", "Create data store reference": "添加数据存储", "Create group": "添加分组",
  "Create expanded sub-process": "添加子流程", "Create pool/participant": "添加参与方", "Search in diagram": "在图中查找",
  "Open {element}": "打开{element}", "Toggle non-interrupting": "切换是否中断", "Participant multiplicity": "多个参与方",
  "Parallel multi-instance": "并行多实例", "Sequential multi-instance": "依次多实例", "Loop": "循环", "Collection": "集合",
  "Ad-hoc": "临时", "Task": "任务", "Send task": "发送任务", "Receive task": "接收任务", "Manual task": "线下任务", "Script task": "脚本任务",
  "Sub-process (collapsed)": "子流程（折叠）", "Sub-process (expanded)": "子流程（展开）", "Ad-hoc sub-process (collapsed)": "临时子流程（折叠）",
  "Ad-hoc sub-process (expanded)": "临时子流程（展开）", "User task": "人工任务", "Service task": "系统操作", "Business rule task": "决策", "Call activity": "调用流程",
  "Exclusive gateway": "排他网关", "Parallel gateway": "并行网关", "Event-based gateway": "事件网关", "Start event": "开始事件",
  "End event": "结束事件", "Timer intermediate catch event": "计时中间事件", "Message intermediate catch event": "消息中间事件",
  "Timer boundary event": "计时边界事件", "Message boundary event": "消息边界事件",
  "Timer boundary event (non-interrupting)": "计时边界事件（不中断）", "Message boundary event (non-interrupting)": "消息边界事件（不中断）",
  "Open minimap": "打开小地图", "Close minimap": "收起小地图",
  "Sequence flow": "顺序流", "Default flow": "默认流", "Conditional flow": "条件流",
  "element required": "缺少环节", "no process or collaboration to display": "文件中没有可以显示的流程",
  "no diagram to display": "文件中没有图形", "no parent for {element} in {parent}": "{element} 没有上级 {parent}",
  "{semantic}#{side} Ref must be specified": "{semantic} 的 {side} 没有填写", "correcting missing bpmnElement on {plane} to {rootElement}": "{plane} 缺少对应的 {rootElement}，已补上",
  "unsupported bpmnElement for {plane}: {rootElement}": "{plane} 不支持 {rootElement}", "multiple DI elements defined for {element}": "{element} 的图形重复",
  "failed to import {element}": "无法读入 {element}", "already rendered {element}": "{element} 已经画过",
  "missing {semantic}#attachedToRef": "{semantic} 缺少所附环节", "unknown di {di} for element {semantic}": "{semantic} 的图形无法识别：{di}",
};

/** A translate module; names asked for and not known go into `missing`. */
export function chinese(missing) {
  const translate = (template, values = {}) => {
    const known = WORDS[template];
    if (known === undefined && !/[\u4e00-\u9fff]/.test(template)) missing.add(template);
    return (known ?? template).replace(/{([^}]+)}/g, (_all, key) => values[key] ?? `{${key}}`);
  };
  return { translate: ["value", translate] };
}
