// What the deployment would refuse: each finding marks its element, and one found on a path is played step by step.
// A path runs through the processes called, too: those are shown, as the draft has them, in the canvas's place.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer.js";
import { ask } from "./server.js";

const WHOLE = 15_000; // ms the playing of a path may take ...
const LONGEST = 700; // ... with no step longer than this
const SHORTEST = 90;

/** Where a step is: its process and its element. */
const place = (step) => step.split("/");

export function mountFindings({ box, stage, modeler, path, fileUrl }) {
  const here = path.split("/").pop().replace(".bpmn", "");
  const viewer = new NavigatedViewer({ container: stage });
  let marked = [];
  let playing = 0;
  let shown = "";

  const clear = () => {
    playing += 1;
    for (const [drawn, id, marker] of marked) if (drawn.get("elementRegistry").get(id)) drawn.get("canvas").removeMarker(id, marker);
    marked = [];
    stage.hidden = true;
  };
  const mark = (drawn, id, marker) => {
    if (!drawn.get("elementRegistry").get(id)) return null;
    drawn.get("canvas").addMarker(id, marker);
    marked.push([drawn, id, marker]);
    return drawn.get("elementRegistry").get(id);
  };
  const reveal = (id) => {
    const element = modeler.get("elementRegistry").get(id);
    if (!element) return;
    modeler.get("canvas").scrollToElement(element, 80);
    modeler.get("selection").select(element);
  };
  /** The drawing a process is on: the canvas, or the stage in its place. */
  async function drawing(process) {
    if (process === here) {
      stage.hidden = true;
      return modeler;
    }
    stage.hidden = false;
    if (shown !== process) {
      marked = marked.filter(([drawn]) => drawn !== viewer);
      await viewer.importXML((await ask(fileUrl.replace(path, `processes/${process}.bpmn`))).text);
      shown = process;
    }
    viewer.get("canvas").zoom("fit-viewport", "auto");
    stage.dataset.process = process;
    return viewer;
  }
  async function play(finding, note) {
    clear();
    const mine = playing;
    const steps = finding.trail.map(place);
    const pause = Math.min(LONGEST, Math.max(SHORTEST, WHOLE / steps.length));
    let on = "";
    let drawn = modeler;
    for (const [at, [process, id]] of steps.entries()) {
      if (process !== on) drawn = await drawing(process);
      on = process;
      if (mine !== playing) return;
      const element = mark(drawn, id, "is-done");
      if (element && drawn === modeler) drawn.get("canvas").scrollToElement(element, 80);
      note.textContent = `第 ${at + 1}/${steps.length} 步：${element?.businessObject.name || element?.businessObject.targetRef?.name || id}`;
      await new Promise((done) => setTimeout(done, pause));
      if (mine !== playing) return;
    }
    if (finding.path === path) await drawing(here);
    mark(finding.path === path ? modeler : drawn, finding.element, "is-stopped");
    note.textContent = `共 ${steps.length} 步`;
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
      const text = document.createElement("button");
      text.type = "button";
      text.className = "designer__finding";
      text.textContent = finding.path === path ? finding.text : `${finding.path}：${finding.text}`;
      text.addEventListener("click", () => {
        clear();
        if (finding.path !== path) return;
        mark(modeler, finding.element, "is-stopped");
        reveal(finding.element);
      });
      line.append(text);
      if (finding.trail.length) {
        const note = document.createElement("span");
        note.className = "meta";
        note.setAttribute("role", "status");
        const button = document.createElement("button");
        button.type = "button";
        button.className = "btn btn-sm";
        button.textContent = "演示路径";
        button.addEventListener("click", () => play(finding, note).catch((error) => { note.textContent = `不能演示：${error.message}`; }));
        line.append(button, note);
      }
      list.append(line);
    }
    box.replaceChildren(title, list);
    box.dataset.findings = String(findings.length);
  };
}
