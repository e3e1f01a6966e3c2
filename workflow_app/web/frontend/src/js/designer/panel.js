// The properties of the chosen element: our own groups only, each value chosen from the names the product knows.
const el = (tag, attributes = {}, ...inner) => {
  const made = Object.assign(document.createElement(tag), attributes);
  made.append(...inner);
  return made;
};

/** Reads and writes what the engine keeps in an element's extensions; every write can be undone. */
export class Settings {
  constructor(modeler) {
    this.modeling = modeler.get("modeling");
    this.factory = modeler.get("bpmnFactory");
    this.registry = modeler.get("elementRegistry");
  }

  extension(element, type) {
    return element.businessObject.extensionElements?.values?.find((one) => one.$type === `spiffworkflow:${type}`);
  }

  property(element, name) {
    return this.extension(element, "Properties")?.properties?.find((one) => one.name === name)?.value ?? "";
  }

  setProperty(element, name, value) {
    const kept = (this.extension(element, "Properties")?.properties ?? []).filter((one) => one.name !== name);
    const properties = value ? [...kept, this.factory.create("spiffworkflow:Property", { name, value })] : kept;
    this.replace(element, "Properties", properties.length ? { properties } : null);
  }

  replace(element, type, content) {
    const others = (element.businessObject.extensionElements?.values ?? []).filter((one) => one.$type !== `spiffworkflow:${type}`);
    const values = content ? [...others, this.factory.create(`spiffworkflow:${type}`, content)] : others;
    const extensionElements = values.length ? this.factory.create("bpmn:ExtensionElements", { values }) : undefined;
    for (const value of values) value.$parent = extensionElements;
    this.modeling.updateProperties(element, { extensionElements });
  }

  /** Names the service operation, with its parameters as [name, expression]. */
  setOperation(element, id, pairs) {
    const parameters = pairs.map(([name, value]) => this.factory.create("spiffworkflow:Parameter", { id: name, type: "str", value }));
    const parameterList = this.factory.create("spiffworkflow:Parameters", { parameters });
    this.replace(element, "ServiceTaskOperator", id ? { id, resultVariable: this.extension(element, "ServiceTaskOperator")?.resultVariable ?? "", parameterList } : null);
  }

  /** Gives an element another identifier; one that is taken or badly written is not. */
  rename(element, id) {
    const taken = id !== element.id && this.registry.get(id);
    if (/^[a-z][a-z0-9_]*$/.test(id) && !taken) this.modeling.updateProperties(element, { id });
    return taken ? "这个标识已有环节使用" : "标识用小写英文词与下划线";
  }

  setDocumentation(element, text) {
    this.modeling.updateProperties(element, { documentation: text ? [this.factory.create("bpmn:Documentation", { text })] : [] });
  }

  expression(owner, property, type, body) {
    const made = body ? this.factory.create(type, { body }) : undefined;
    return { [property]: made };
  }
}

const is = (element, ...types) => types.some((type) => element.businessObject?.$instanceOf?.(type));

/** The groups of fields of an element: [title, [field…]]; a field has label, value, set, and choices or lines. */
export function groups(element, settings, modeler, names) {
  const object = element.businessObject;
  const own = (label, name, choices) => ({ label, key: name, choices, value: settings.property(element, name), set: (value) => settings.setProperty(element, name, value) });
  const found = [["基本", [
    { label: "名称", key: "name", value: object.name ?? "", lines: 2, set: (value) => settings.modeling.updateProperties(element, { name: value }) },
    { label: "标识", key: "id", value: object.id, pattern: "[a-z][a-z0-9_]*", set: (value) => settings.rename(element, value) },
  ]]];
  if (is(element, "bpmn:UserTask")) {
    found.push(["表单与办理人", [own("表单", "form", names.forms), { ...own("角色", "role", names.roles), several: true }, own("机构范围", "scope", names.scopes), own("办理人变量", "assignee")]]);
    found.push(["期限", [own("期限规则", "deadline", names.deadlines), own("起算时点变量", "deadline_from")]]);
  }
  if (is(element, "bpmn:ServiceTask")) {
    const operator = settings.extension(element, "ServiceTaskOperator");
    const pairs = (operator?.parameterList?.parameters ?? []).map((one) => [one.id, one.value]);
    const declared = names.operations[operator?.id];
    const fields = [{ label: "操作", key: "operation", choices: Object.keys(names.operations), value: operator?.id ?? "", set: (id) => settings.setOperation(element, id, id === operator?.id ? pairs : []) }];
    for (const [name, value] of pairs) fields.push({ label: `参数 ${name}`, key: `parameter-${name}`, value, set: (text) => settings.setOperation(element, operator.id, pairs.map(([each, old]) => [each, each === name ? text : old])) });
    if (declared) fields.push({ label: "读取", key: "inputs", value: declared.inputs.join("、") || "—", fixed: true }, { label: "写入", key: "outputs", value: declared.outputs.join("、") || "—", fixed: true }, { label: "可能的错误", key: "errors", value: declared.errors.join("、") || "—", fixed: true });
    found.push(["系统操作", fields]);
  }
  if (is(element, "bpmn:BusinessRuleTask")) found.push(["决策", [{ label: "决策表", key: "decision", choices: names.decisions, value: settings.extension(element, "CalledDecisionId")?.value ?? "", set: (value) => settings.replace(element, "CalledDecisionId", value ? { value } : null) }]]);
  if (is(element, "bpmn:CallActivity")) found.push(["调用流程", [{ label: "流程", key: "called", choices: names.processes, value: object.calledElement ?? "", set: (value) => settings.modeling.updateProperties(element, { calledElement: value || undefined }) }, own("传入", "inputs"), own("传出", "outputs")]]);
  if (is(element, "bpmn:EndEvent")) found.push(["结果", [own("办理结果", "outcome")]]);
  if (is(element, "bpmn:SequenceFlow") && is(element.source, "bpmn:ExclusiveGateway")) found.push(["条件", [{ label: "条件表达式", key: "condition", lines: 3, value: object.conditionExpression?.body ?? "", set: (value) => settings.modeling.updateProperties(element, settings.expression(object, "conditionExpression", "bpmn:FormalExpression", value)) }]]);
  for (const event of object.eventDefinitions ?? []) {
    if (event.$type === "bpmn:TimerEventDefinition") found.push(["计时", [{ label: "到期时点", key: "time", value: event.timeDate?.body ?? "", set: (value) => settings.modeling.updateModdleProperties(element, event, settings.expression(event, "timeDate", "bpmn:FormalExpression", value)) }]]);
    if (event.$type === "bpmn:MessageEventDefinition") found.push(["消息", [{ label: "消息", key: "message", choices: names.messages, value: event.messageRef?.name ?? "", set: (value) => settings.modeling.updateModdleProperties(element, event, { messageRef: message(modeler, value) }) }]]);
  }
  found.push(["条文依据", [{ label: "依据", key: "documentation", lines: 4, value: object.documentation?.[0]?.text ?? "", set: (value) => settings.setDocumentation(element, value) }]]);
  return found;
}

/** The message of that name, made where the diagram has none yet. */
function message(modeler, name) {
  if (!name) return undefined;
  const definitions = modeler.getDefinitions();
  const known = definitions.rootElements.find((one) => one.$type === "bpmn:Message" && one.name === name);
  if (known) return known;
  const made = modeler.get("bpmnFactory").create("bpmn:Message", { name });
  made.$parent = definitions;
  definitions.rootElements.unshift(made);
  return made;
}

function control(field, id, writable) {
  const disabled = field.fixed || !writable;
  let box;
  if (field.choices && !field.fixed) {
    const values = field.several ? field.value.split(",").filter(Boolean) : [field.value];
    box = el("select", { className: "form-control", id, multiple: Boolean(field.several), disabled });
    const offered = [...new Set([...(field.several ? [] : [""]), ...values.filter(Boolean), ...field.choices])];
    for (const value of offered) box.append(el("option", { value, textContent: value || "（未选）", selected: values.includes(value) }));
    box.addEventListener("change", () => field.set([...box.selectedOptions].map((one) => one.value).join(",")));
  } else {
    box = el(field.lines ? "textarea" : "input", { className: "form-control", id, readOnly: disabled, value: field.value });
    if (field.lines) box.rows = field.lines;
    if (field.pattern) box.pattern = field.pattern;
    if (!disabled) box.addEventListener("change", () => {
      const refused = field.set(box.value.trim());
      if (typeof refused === "string" && box.isConnected) {
        box.setCustomValidity(refused);
        box.reportValidity();
        box.addEventListener("input", () => box.setCustomValidity(""), { once: true });
      }
    });
  }
  return el("div", { className: "field" }, el("label", { className: "field__label", htmlFor: id, textContent: field.label }), box);
}

export function mountPanel(box, modeler, names, writable) {
  const settings = new Settings(modeler);
  const draw = () => {
    const [element, ...more] = modeler.get("selection").get();
    if (!element || more.length || element.type === "label") {
      box.replaceChildren(el("p", { className: "meta", textContent: more.length ? "已选中多个环节" : "选中一个环节，查看和修改它的设置。" }));
      return;
    }
    const active = box.contains(document.activeElement) ? document.activeElement.id : "";
    box.replaceChildren(...groups(element, settings, modeler, names).map(([title, fields]) => el("fieldset", { className: "designer__group" }, el("legend", { textContent: title }), ...fields.map((field) => control(field, `property-${field.key}`, writable)))));
    if (active) document.getElementById(active)?.focus();
  };
  modeler.on("selection.changed", draw);
  modeler.on("elements.changed", draw);
  draw();
}
