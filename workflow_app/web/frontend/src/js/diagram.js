// Mounts the viewer on every <div class="diagram" data-bpmn-url data-current data-done data-stopped>.
// The ids come from the case and may name elements of another version: what is not there is left out.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer.js";

const EDGE = 16; // px of air round the drawing
const LOWEST = 240; // px; room for the tools and the mark below them

const ids = (text) => (text ?? "").split(/\s+/).filter(Boolean);

function mark(viewer, names, marker) {
  const registry = viewer.get("elementRegistry");
  const canvas = viewer.get("canvas");
  for (const id of names) if (registry.get(id)) canvas.addMarker(id, marker);
}

const READABLE = 0.45;
const CLOSE = 0.6;

/** The whole diagram where its words stay readable; else, as on a phone, near what matters: the place reached, or the start. */
function fit(viewer, holder, id) {
  const canvas = viewer.get("canvas");
  const { inner } = canvas.viewbox();
  const whole = Math.min(holder.clientWidth / (inner.width + 2 * EDGE), 1);
  if (whole >= READABLE) holder.style.height = `${Math.max(inner.height * whole + 2 * EDGE, LOWEST)}px`;
  canvas.resized();
  canvas.zoom("fit-viewport", "auto");
  if (canvas.zoom() > 1) canvas.zoom(1, "auto");
  if (canvas.zoom() < READABLE) near(canvas, viewer.get("elementRegistry"), id);
}

function near(canvas, registry, id) {
  const place = registry.get(id) ?? registry.find((one) => one.type === "bpmn:StartEvent") ?? registry.find((one) => one.width);
  if (!place) return;
  const { inner, outer } = canvas.viewbox();
  const width = outer.width / CLOSE;
  const height = outer.height / CLOSE;
  // Never past the edge of the drawing: what is shown is diagram, not the empty sheet beside it.
  const within = (wanted, low, high) => Math.max(Math.min(wanted, high), low);
  canvas.viewbox({
    x: within(place.x + place.width / 2 - width / 2, inner.x - EDGE, inner.x + inner.width + EDGE - width),
    y: within(place.y + place.height / 2 - height / 2, inner.y - EDGE, inner.y + inner.height + EDGE - height),
    width,
    height,
  });
}

/** Brings an element to the middle of its canvas and marks it, where this diagram has it. */
function centre(viewer, id) {
  const element = viewer.get("elementRegistry").get(id);
  if (!element) return;
  const canvas = viewer.get("canvas");
  const { x, y, width, height } = element.waypoints ? span(element.waypoints) : element;
  const { outer } = canvas.viewbox();
  const box = { width: outer.width / CLOSE, height: outer.height / CLOSE };
  canvas.viewbox({ x: x + width / 2 - box.width / 2, y: y + height / 2 - box.height / 2, ...box });
  for (const one of viewer.get("elementRegistry").filter((each) => canvas.hasMarker(each.id, "is-selected"))) {
    canvas.removeMarker(one.id, "is-selected");
  }
  canvas.addMarker(id, "is-selected");
}

function span(points) {
  const [xs, ys] = [points.map((one) => one.x), points.map((one) => one.y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
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
  for (const how of ["added", "removed", "changed"]) mark(viewer, ids(box.dataset[how]), `is-${how}`);
  fit(viewer, holder, here[0] ?? ids(box.dataset.added || box.dataset.removed || box.dataset.changed)[0]);
  box.addEventListener("diagram:centre", ({ detail }) => centre(viewer, detail.id));
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

// A list of changes beside the diagrams: each entry leads to its element, on every canvas that has it.
for (const button of document.querySelectorAll("[data-centre]")) {
  button.addEventListener("click", () => {
    const boxes = [...document.querySelectorAll("[data-bpmn-url]")];
    for (const box of boxes) box.dispatchEvent(new CustomEvent("diagram:centre", { detail: { id: button.dataset.centre } }));
    boxes[0]?.scrollIntoView({ block: "nearest" });
  });
}
