// The values of a form as a person typed them. Files, passwords and tokens are never read.
const NEVER = "[type=hidden],[type=password],[type=file],[type=submit],[type=button],[data-no-autosave]";

const fields = (form) => [...form.elements].filter((field) => field.name && !field.matches(NEVER));

/** What is in a form: by name the values in their order, choices not made left out. */
export function read(form) {
  const values = {};
  for (const field of fields(form)) {
    const choice = field.type === "checkbox" || field.type === "radio";
    if (choice && !field.checked) { values[field.name] ??= []; continue; }
    (values[field.name] ??= []).push(field.value);
  }
  return values;
}

export const differs = (a, b) => JSON.stringify(a) !== JSON.stringify(b);

/** Put values into a form; what it does not name stays as it is. */
export function write(form, values) {
  const left = structuredClone(values);
  for (const field of fields(form)) {
    if (!(field.name in left)) continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = left[field.name].includes(field.value);
    else field.value = left[field.name].shift() ?? field.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
