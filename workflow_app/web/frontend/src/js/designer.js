// The editor of one diagram of a draft: drawn and set here, kept by the server with the revision it was read at.
import Modeler from "bpmn-js/lib/Modeler.js";
import { chinese } from "./designer/chinese.js";
import { mountFindings } from "./designer/findings.js";
import { limits } from "./designer/limits.js";
import { spiffworkflow } from "./designer/moddle.js";
import { mountPanel } from "./designer/panel.js";
import { ask } from "./designer/server.js";
import { simulationModules, translateSimulation } from "./designer/simulation.js";

const PAUSE = 1500; // ms of quiet before what was drawn is kept

async function start(box) {
  const part = (name) => box.querySelector(`[data-${name}]`);
  const { fileUrl, findingsUrl, path } = box.dataset;
  const writable = box.dataset.writable === "yes";
  const names = JSON.parse(part("names").content.textContent);
  const missing = new Set();
  const modeler = new Modeler({
    container: part("canvas"),
    moddleExtensions: { spiffworkflow },
    additionalModules: [{ ...chinese(missing) }, limits, ...simulationModules],
  });
  const say = (state, text) => {
    box.dataset.state = state;
    part("state").textContent = text;
  };
  let { text, revision } = await ask(fileUrl);
  await modeler.importXML(text);
  const canvas = modeler.get("canvas");
  const stack = modeler.get("commandStack");
  canvas.zoom("fit-viewport", "auto");
  translateSimulation(part("canvas"));
  mountPanel(part("panel"), modeler, names, writable);
  const showFindings = mountFindings({ box: part("findings"), stage: part("stage"), modeler, path, fileUrl });
  let asked = 0;
  const check = async () => {
    const mine = (asked += 1);
    let found = [];
    let failure = "";
    part("findings").dataset.state = "checking";
    try { found = (await ask(findingsUrl)).items; } catch (error) { failure = error.message; }
    if (mine !== asked) return; // of a text that has been changed since
    showFindings(found, failure);
    part("findings").dataset.state = "checked";
  };

  let timer = 0;
  let saving = false;
  let kept = 0;
  let made = 0; // changes since the file was opened; kept: as many as the server has
  const xml = async () => (await modeler.saveXML({ format: true })).xml;
  async function save() {
    clearTimeout(timer);
    if (!writable || saving || made === kept || box.dataset.state === "conflict") return;
    saving = true;
    const now = made;
    say("saving", "正在保存……");
    try {
      ({ revision } = await ask(fileUrl, { text: await xml(), revision }));
      kept = now;
      say("saved", `已保存 ${new Date().toTimeString().slice(0, 5)}`);
    } catch (error) {
      if (error.status === 409 && error.answer.code === "file_changed") conflict(error.answer);
      else if (error.status) say("refused", `没有保存：${error.message}`);
      else say("offline", "网络不通，改动还在本页，恢复后自动保存");
    }
    saving = false;
    if (box.dataset.state === "saved") {
      if (made !== kept) later();
      else check();
    } else if (box.dataset.state === "offline") later(5000);
  }
  const later = (pause = PAUSE) => {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  };
  async function conflict(answer) {
    say("conflict", "别人已修改了这个文件");
    const details = answer.details ?? answer;
    part("mine").textContent = await xml();
    part("theirs").textContent = details.theirs ?? "（已删除）";
    part("conflict").hidden = false;
    part("keep").onclick = () => {
      revision = details.revision;
      part("conflict").hidden = true;
      say("changed", "有改动未保存");
      save();
    };
    part("take").onclick = () => {
      made = kept;
      location.reload();
    };
  }

  const undo = part("undo");
  const redo = part("redo");
  modeler.on("commandStack.changed", () => {
    undo.disabled = !stack.canUndo();
    redo.disabled = !stack.canRedo();
    made += 1;
    if (!writable || box.dataset.state === "conflict") return;
    say("changed", "有改动未保存");
    asked += 1;
    part("findings").dataset.state = "changed";
    later();
  });
  undo.addEventListener("click", () => stack.undo());
  redo.addEventListener("click", () => stack.redo());
  part("save").addEventListener("click", save);
  part("fit").addEventListener("click", () => canvas.zoom("fit-viewport", "auto"));
  part("export").addEventListener("click", async () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([await xml()], { type: "application/xml" }));
    link.download = path.split("/").pop();
    link.click();
    URL.revokeObjectURL(link.href);
  });
  part("import")?.addEventListener("change", async ({ target }) => {
    const [file] = target.files;
    target.value = "";
    if (!file) return;
    const before = await xml();
    try {
      await modeler.importXML(await file.text());
    } catch (error) {
      await modeler.importXML(before);
      say("refused", `这个文件不能导入：${error.message}`);
      return;
    }
    canvas.zoom("fit-viewport", "auto");
    made += 1;
    save();
  });
  addEventListener("beforeunload", (event) => {
    if (writable && made !== kept) event.preventDefault();
  });
  addEventListener("online", save);

  say("opened", writable ? `已打开，第 ${revision} 次修订` : "只读");
  performance.mark("designer-ready");
  box.dataset.ready = "yes";
  const collect = () => { box.dataset.missingWords = [...missing].join("|"); };
  collect();
  for (const event of ["popupMenu.open", "contextPad.open", "selection.changed"]) modeler.on(event, () => setTimeout(collect));
  check();
}

for (const box of document.querySelectorAll("[data-designer]")) {
  start(box).catch((error) => {
    box.dataset.ready = "failed";
    box.querySelector("[data-state]").textContent = `流程图没有打开：${error.message}`;
  });
}
