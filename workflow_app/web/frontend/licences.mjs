// The third-party licence page, generated from the lock: every package that reaches a browser, with its text.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const escape = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

async function licenceText(folder) {
  const files = (await readdir(folder)).filter((name) => /^(licen[cs]e|notice|copying)/i.test(name)).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
  return texts.join("\n\n").trim();
}

/** @returns {Promise<string>} an HTML fragment of <details>, one a package; the page around it is a template. */
export async function licencePage(here) {
  const lock = JSON.parse(await readFile(join(here, "package-lock.json"), "utf8"));
  const rows = [];
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (!path || (entry.dev && !path.endsWith("@tabler/icons")) || entry.optional) continue;
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    const text = await licenceText(join(here, path));
    rows.push(
      `<details class="licence"><summary><b>${escape(name)}</b> ${escape(entry.version)} ` +
        `<span class="meta">${escape(String(entry.license ?? ""))}</span></summary>` +
        `<pre tabindex="0">${escape(text || `${entry.license ?? ""}`)}</pre></details>`,
    );
  }
  return `${rows.sort().join("\n")}\n`;
}
