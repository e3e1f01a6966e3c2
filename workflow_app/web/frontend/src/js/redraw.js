// A form the server draws anew while somebody goes on filling it in loses nothing: one request at a time is
// under way (hx-sync), its answer knows only what it was asked with, and what was typed or chosen since is put
// into the answer and asked about again.
import { differs, read, write } from "./values.js";

const asked = new WeakMap();

const choosers = (form) => [...form.querySelectorAll("input[type=file]")].filter((field) => field.files.length);
const said = (field) => [...field.files].map((file) => [file.name, file.size, file.lastModified]);
const sentFiles = (form, sender) =>
  sender.getAttribute("hx-encoding") ? Object.fromEntries(choosers(form).map((field) => [field.name, said(field)])) : {};

/** What is in a form that a request did not carry. */
function since(form, sent) {
  const values = Object.entries(read(form)).filter(([name, now]) => differs(now, sent.values[name]));
  const files = choosers(form).filter((field) => differs(said(field), sent.files[field.name]));
  return { values: Object.fromEntries(values), files: files.map((field) => [field.name, field.files]) };
}

function put(form, { values, files }) {
  write(form, values);
  let ask = [...form.elements].find((field) => field.name in values);
  for (const [name, chosen] of files) {
    const field = form.querySelector(`input[type=file][name="${CSS.escape(name)}"]`);
    if (field) { field.files = chosen; ask = field; }
  }
  ask?.dispatchEvent(new Event("change", { bubbles: true })); // one request carries all of it
}

export function startRedraw() {
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    const form = detail.target;
    if (form instanceof HTMLFormElement) asked.set(detail.xhr, { values: read(form), files: sentFiles(form, detail.elt) });
  });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const sent = asked.get(detail.xhr);
    if (sent) asked.set(detail.xhr, { id: detail.target.id, newer: since(detail.target, sent) });
  });
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    const { id, newer } = asked.get(detail.xhr) ?? {};
    asked.delete(detail.xhr);
    const form = id && document.getElementById(id);
    if (form) put(form, newer);
  });
}
