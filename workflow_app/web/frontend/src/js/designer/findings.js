// What the deployment would refuse: each finding marks its element, and one found on a path is played on the canvas.
const STEP = 700; // ms a step of a path stays before the next

export function mountFindings(box, modeler, path) {
  const registry = modeler.get("elementRegistry");
  const canvas = modeler.get("canvas");
  let marked = [];
  let running = 0;

  const clear = () => {
    clearTimeout(running);
    for (const [id, marker] of marked) if (registry.get(id)) canvas.removeMarker(id, marker);
    marked = [];
  };
  const mark = (id, marker) => {
    if (!registry.get(id)) return false;
    canvas.addMarker(id, marker);
    marked.push([id, marker]);
    return true;
  };
  const reveal = (id) => {
    const element = registry.get(id);
    if (!element) return;
    canvas.scrollToElement(element, 80);
    modeler.get("selection").select(element);
  };
  function play(finding, note) {
    clear();
    const steps = finding.trail.filter((id) => registry.get(id));
    const step = (at) => {
      if (at === steps.length) {
        mark(finding.element, "is-stopped");
        note.textContent = `共 ${steps.length} 步`;
        return;
      }
      mark(steps[at], "is-done");
      canvas.scrollToElement(registry.get(steps[at]), 80);
      note.textContent = `第 ${at + 1}/${steps.length} 步：${registry.get(steps[at]).businessObject.name || steps[at]}`;
      running = setTimeout(() => step(at + 1), STEP);
    };
    step(0);
  }

  return function show(findings, failure = "") {
    clear();
    const errors = findings.filter((one) => one.severity === "error").length;
    const title = document.createElement("p");
    title.className = "designer__verdict";
    title.textContent = failure || (findings.length ? `${errors} 项错误，${findings.length - errors} 项提醒` : "检查通过，没有发现问题");
    const list = document.createElement("ul");
    list.className = "designer__findings";
    for (const finding of findings) {
      const line = document.createElement("li");
      line.dataset.severity = finding.severity;
      const here = finding.path === path || path.endsWith(finding.path);
      const text = document.createElement("button");
      text.type = "button";
      text.className = "designer__finding";
      text.textContent = here ? finding.text : `${finding.path}：${finding.text}`;
      text.addEventListener("click", () => {
        clear();
        mark(finding.element, "is-stopped");
        reveal(finding.element);
      });
      line.append(text);
      if (finding.trail.some((id) => registry.get(id))) {
        const note = document.createElement("span");
        note.className = "meta";
        note.setAttribute("role", "status");
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-sm";
        button.textContent = "演示路径";
        button.addEventListener("click", () => play(finding, note));
        line.append(button, note);
      }
      list.append(line);
    }
    box.replaceChildren(title, list);
    box.dataset.findings = String(findings.length);
  };
}
