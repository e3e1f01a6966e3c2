// What a person types is kept in this browser until the server has taken it: an error, an expired
// sign-in or a closed tab loses nothing. A form asks for it with data-autosave="KEY"; the key names
// person, task and form version. Files, passwords and tokens are never kept.
import { differs, read, write } from "./values.js";

const PREFIX = "jcer-draft:";
const DAYS_KEPT = 30;

const storage = {
  get(key) {
    try { return JSON.parse(localStorage.getItem(PREFIX + key)); } catch { return null; }
  },
  set(key, value) {
    try { localStorage.setItem(PREFIX + key, JSON.stringify(value)); } catch { /* full or forbidden: the form still works */ }
  },
  drop(key) {
    try { localStorage.removeItem(PREFIX + key); } catch { /* nothing to forget */ }
  },
};

/** Forget what is older than a month, and everything the server says it has taken. */
function sweep() {
  let keys = [];
  try { keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)); } catch { return; }
  const oldest = Date.now() - DAYS_KEPT * 86_400_000;
  for (const key of keys) {
    const kept = storage.get(key.slice(PREFIX.length));
    if (!kept || kept.at < oldest) storage.drop(key.slice(PREFIX.length));
  }
  for (const done of document.querySelectorAll("[data-autosave-done]")) storage.drop(done.dataset.autosaveDone);
}

export function startAutosave(root) {
  sweep();
  for (const form of root.querySelectorAll("form[data-autosave]")) {
    if (form.dataset.autosaving) continue;
    form.dataset.autosaving = "true";
    const key = form.dataset.autosave;
    const served = read(form);
    const kept = storage.get(key);
    // A form the server has just answered carries what was typed, rows added or deleted included.
    const answered = form.querySelector(".field--error, [data-autosave-fresh]");
    if (kept && !answered && differs(kept.values, served)) {
      write(form, kept.values);
      announce(form, key, served);
    }
    let timer = 0;
    const keep = () => {
      storage.set(key, { at: Date.now(), values: read(form) });
      const note = form.querySelector("[data-autosave-note]");
      if (note) note.textContent = note.dataset.autosaveNote.replace("{time}", new Date().toTimeString().slice(0, 5));
    };
    form.addEventListener("input", (event) => {
      if (!event.isTrusted) return;
      clearTimeout(timer);
      timer = setTimeout(keep, 400);
    });
    form.addEventListener("submit", keep);
  }
}

function announce(form, key, served) {
  const notice = form.querySelector("template[data-autosave-restored]")?.content.firstElementChild?.cloneNode(true);
  if (!notice) return;
  notice.querySelector("[data-autosave-discard]")?.addEventListener("click", () => {
    write(form, served);
    storage.drop(key);
    notice.remove();
  });
  form.prepend(notice);
}
