// Leaving a changed form asks first; sending it does not. A second click on the same button is swallowed:
// the server answers each idempotency key once, this only spares the wait.
const changed = new Set();

addEventListener("beforeunload", (event) => {
  for (const form of changed) if (!form.isConnected) changed.delete(form);
  if (changed.size) event.preventDefault();
});

export function startGuard(root) {
  for (const form of root.querySelectorAll("form[data-guard]")) {
    form.addEventListener("input", () => changed.add(form));
  }
  for (const form of root.querySelectorAll("form")) {
    if (form.dataset.guarded) continue;
    form.dataset.guarded = "true";
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      if (form.dataset.sending) { event.preventDefault(); return; }
      changed.delete(form);
      form.dataset.sending = "true";
      setTimeout(() => delete form.dataset.sending, 2000);
    });
  }
}

// Coming back by the browser's own button shows the page as it was left: it may be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
});
