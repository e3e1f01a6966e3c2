// <details> opens by itself; here it also closes: by Escape, by a click outside, by its own close button,
// and one menu closes the next.
const floating = "details.menu[open], details.count[open]";

export function startPopovers() {
  document.addEventListener("click", (event) => {
    const closer = event.target.closest("[data-close]");
    if (closer) { shut(closer.closest("details"), true); return; }
    for (const open of document.querySelectorAll(floating)) if (!open.contains(event.target)) shut(open);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const open of document.querySelectorAll(floating)) shut(open, open.contains(document.activeElement));
  });
  const all = document.querySelectorAll("[data-check-all]");
  for (const box of all) {
    box.addEventListener("change", () => {
      for (const row of document.querySelectorAll("[data-row] [type=checkbox]")) row.checked = box.checked;
    });
  }
}

function shut(details, refocus = false) {
  if (!details) return;
  details.open = false;
  if (refocus) details.querySelector("summary").focus();
}
