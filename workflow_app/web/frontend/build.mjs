// Builds everything the pages load into ../static/dist, with content-hashed names and a manifest.
// Run by setup.py's build hook, or by hand: node build.mjs
import { createHash } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { licencePage } from "./licences.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "static", "dist");
// Fonts of the official papers: read by the typesetter, never sent to a browser.
const fonts = join(here, "..", "..", "adapters", "fonts");
const typefaces = [
  "noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf",
  "noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf",
  "noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
];
const bundles = {
  "app.css": "src/css/app.css",
  "app.js": "src/js/app.js",
  "designer.css": "src/css/designer.css",
  "designer.js": "src/js/designer.js",
  "diagram.css": "src/css/diagram.css",
  "diagram.js": "src/js/diagram.js",
  "swagger.css": "src/css/swagger.css",
  "swagger.js": "src/js/swagger.js",
};

const hashed = (name, content) => {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const dot = name.lastIndexOf(".");
  return `${name.slice(0, dot)}-${hash}${name.slice(dot)}`;
};

async function bundle(source) {
  const result = await build({
    absWorkingDir: here,
    entryPoints: [source],
    outdir: out,
    bundle: true,
    minify: true,
    format: "esm",
    target: ["chrome109", "firefox115", "safari16"],
    external: ["bpmn.woff2"],
    loader: { ".svg": "dataurl", ".woff": "dataurl", ".woff2": "dataurl" },
    legalComments: "none",
    logLevel: "error",
    write: false,
  });
  return result.outputFiles[0].contents;
}

/** One sprite of the outline icons named in icons.json; colour and stroke come from CSS. */
async function sprite() {
  const names = JSON.parse(await readFile(join(here, "icons.json"), "utf8"));
  const symbols = await Promise.all(
    names.map(async (name) => {
      const path = join(here, "node_modules/@tabler/icons/icons/outline", `${name}.svg`);
      const svg = await readFile(path, "utf8");
      const body = svg
        .slice(svg.indexOf(">") + 1, svg.lastIndexOf("</svg>"))
        .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "")
        .replace(/\s+/g, " ")
        .trim();
      return `<symbol id="${name}" viewBox="0 0 24 24">${body}</symbol>`;
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

const files = Object.fromEntries(
  await Promise.all(Object.entries(bundles).map(async ([name, source]) => [name, await bundle(source)])),
);
// The editor's symbols are a font beside its style sheet, which names it by its built name.
const symbols = await readFile(join(here, "node_modules/bpmn-js/dist/assets/bpmn-font/font/bpmn.woff2"));
files["bpmn.woff2"] = symbols;
files["designer.css"] = Buffer.from(files["designer.css"]).toString().replace("bpmn.woff2", hashed("bpmn.woff2", symbols));
files["icons.svg"] = await sprite();
files["licences.html"] = await licencePage(here);

await mkdir(fonts, { recursive: true });
for (const name of typefaces) {
  await copyFile(join(here, "node_modules/@expo-google-fonts", name), join(fonts, basename(name)));
}
await mkdir(out, { recursive: true });
const manifest = {};
for (const [name, content] of Object.entries(files)) {
  manifest[name] = hashed(name, content);
  await writeFile(join(out, manifest[name]), content);
}
await writeFile(join(out, "manifest.new"), `${JSON.stringify(manifest, null, 2)}\n`);
await rename(join(out, "manifest.new"), join(out, "manifest.json"));

// A server that is running still names the files of the build before: they go an hour later, with the next build.
const kept = new Set([...Object.values(manifest), "manifest.json", ".source-hash"]);
for (const name of await readdir(out)) {
  const path = join(out, name);
  if (!kept.has(name) && Date.now() - (await stat(path)).mtimeMs > 3_600_000) await rm(path, { force: true });
}
