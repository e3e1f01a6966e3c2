// The engine's own settings in a diagram, so that reading and writing a file loses none of them.
const attribute = (name) => ({ name, isAttr: true, type: "String" });

export const spiffworkflow = {
  name: "spiffworkflow",
  uri: "http://spiffworkflow.org/bpmn/schema/1.0/core",
  prefix: "spiffworkflow",
  xml: { tagAlias: "lowerCase" },
  types: [
    { name: "Properties", superClass: ["Element"], properties: [{ name: "properties", isMany: true, type: "Property" }] },
    { name: "Property", properties: [attribute("name"), attribute("value")] },
    { name: "ServiceTaskOperator", superClass: ["Element"], properties: [attribute("id"), attribute("resultVariable"), { name: "parameterList", type: "Parameters" }] },
    { name: "Parameters", superClass: ["Element"], properties: [{ name: "parameters", isMany: true, type: "Parameter" }] },
    { name: "Parameter", properties: [attribute("id"), attribute("type"), attribute("value")] },
    { name: "CalledDecisionId", superClass: ["Element"], properties: [{ name: "value", isBody: true, type: "String" }] },
  ],
};
