// After a refused form the summary of errors takes the focus; its links lead to the fields.
export function startFocus(root) {
  const summary = root.querySelector("[data-error-summary]");
  if (summary && !summary.dataset.focused) {
    summary.dataset.focused = "true";
    summary.focus();
  }
  for (const link of root.querySelectorAll("[data-error-summary] a[href^='#']")) {
    link.addEventListener("click", (event) => {
      const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      if (!field) return;
      event.preventDefault();
      field.closest("details:not([open])")?.setAttribute("open", "");
      field.scrollIntoView({ block: "center" });
      const target = field.matches("input,select,textarea,[tabindex]") ? field : field.querySelector("input,select,textarea");
      (target ?? field).focus({ preventScroll: true });
    });
  }
  for (const area of root.querySelectorAll("textarea[maxlength]")) countCharacters(area);
}

function countCharacters(area) {
  const counter = area.closest(".field")?.querySelector("[data-count]");
  if (!counter) return;
  const show = () => { counter.textContent = `${area.value.length} / ${area.maxLength}`; };
  area.addEventListener("input", show);
  show();
}
