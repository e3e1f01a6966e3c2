// Keys of the inbox: j k go down and up, Enter opens, x ticks, c claims, e works on it, / searches, ? tells.
// An element says which key presses it with data-key="c"; letters stay letters inside fields.
const inField = (target) => target.isContentEditable || target.matches("input:not([type=checkbox]):not([type=radio]),select,textarea");

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") { if (inField(event.target)) event.target.blur(); return; }
    if (inField(event.target) || document.querySelector("dialog[open]")) return;
    if (event.key === "j" || event.key === "k") move(event.key === "j" ? 1 : -1);
    else if (event.key === "x") document.activeElement.closest("[data-row]")?.querySelector("[type=checkbox]")?.click();
    else if (event.key === "/") document.querySelector("[data-search]")?.focus();
    else if (event.key === "?") document.getElementById("keys-help")?.showModal();
    else {
      const press = current(event.key) ?? document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
      if (!press) return;
      press.click();
    }
    event.preventDefault();
  });
  for (const close of document.querySelectorAll("[data-close-dialog]")) {
    close.addEventListener("click", () => close.closest("dialog").close());
  }
}

/** The row's own control for a key, when a row has the focus. */
function current(key) {
  return document.activeElement.closest("[data-row]")?.querySelector(`[data-key="${CSS.escape(key)}"]`);
}

function move(step) {
  const links = [...document.querySelectorAll("[data-row] [data-row-link]")];
  if (!links.length) return;
  let at = links.indexOf(document.activeElement);
  if (at < 0) {
    const open = links.findIndex((link) => link.closest("[aria-current]"));
    at = open < 0 ? (step > 0 ? -1 : links.length) : open;
  }
  const next = links[Math.min(links.length - 1, Math.max(0, at + step))];
  next.focus();
  next.closest("[data-row]").scrollIntoView({ block: "nearest" });
}
