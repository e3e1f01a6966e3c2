// Mounts the viewer on every <div class="diagram" data-bpmn-url data-current data-done data-stopped>.
// The ids come from the case and may name elements of another version: what is not there is left out.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer.js";

const ids = (text) => (text ?? "").split(/\s+/).filter(Boolean);

function mark(viewer, names, marker) {
  const registry = viewer.get("elementRegistry");
  const canvas = viewer.get("canvas");
  for (const id of names) if (registry.get(id)) canvas.addMarker(id, marker);
}

function fit(viewer) {
  const canvas = viewer.get("canvas");
  canvas.zoom("fit-viewport", "auto");
  if (canvas.zoom() > 1) canvas.zoom(1, "auto");
  // A wide diagram on a phone would shrink to nothing: keep the words readable, and start at the place reached.
  if (canvas.zoom() < 0.45) canvas.zoom(0.6, { x: 0, y: 0 });
}

function show(viewer, id) {
  const element = id && viewer.get("elementRegistry").get(id);
  if (element) viewer.get("canvas").scrollToElement(element, 80);
}

async function mount(box) {
  const holder = box.querySelector("[data-canvas]");
  const viewer = new NavigatedViewer({ container: holder });
  try {
    const response = await fetch(box.dataset.bpmnUrl, { credentials: "same-origin" });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    await viewer.importXML(await response.text());
  } catch (error) {
    viewer.destroy();
    box.querySelector("[data-failed]")?.removeAttribute("hidden");
    box.dataset.diagram = "failed";
    box.dataset.reason = String(error.message ?? error);
    return;
  }
  const here = ids(box.dataset.current);
  mark(viewer, ids(box.dataset.done), "is-done");
  mark(viewer, here, "is-current");
  mark(viewer, ids(box.dataset.stopped), "is-stopped");
  fit(viewer);
  show(viewer, here[0]);
  const canvas = viewer.get("canvas");
  const acts = {
    in: () => canvas.zoom(canvas.zoom() * 1.25),
    out: () => canvas.zoom(canvas.zoom() / 1.25),
    fit: () => canvas.zoom("fit-viewport", "auto"),
  };
  for (const button of box.querySelectorAll("[data-zoom]")) button.addEventListener("click", acts[button.dataset.zoom]);
  viewer.get("eventBus").on("element.click", ({ element }) => {
    box.dispatchEvent(new CustomEvent("diagram:select", { bubbles: true, detail: { id: element.id } }));
  });
  box.dataset.diagram = "ready";
}

for (const box of document.querySelectorAll("[data-bpmn-url]")) mount(box);
