// Loaded on every page. Every page works without it; this file only makes things quicker or safer.
import htmx from "htmx.org/dist/htmx.esm.js";
import { startAutosave } from "./autosave.js";
import { startFocus } from "./focus.js";
import { startFolds } from "./folds.js";
import { startGuard } from "./guard.js";
import { startKeys } from "./keys.js";
import { startPopovers } from "./popovers.js";
import { startRedraw } from "./redraw.js";

// Nothing is evaluated from attributes and no style is injected: the CSP allows neither.
Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0, // pages hold personal data: none of it stays in localStorage
  scrollBehavior: "auto",
});

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token) event.detail.headers["X-CSRFToken"] = token;
});

/** Once for the page, then for each part that htmx puts in. */
function start(root) {
  startFocus(root);
  startAutosave(root);
  startGuard(root);
}

// Seven tabs do not fit a phone: the present one is brought into sight.
document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}

startKeys();
startFolds();
startPopovers();
startRedraw();
start(document);
document.addEventListener("htmx:afterSettle", () => start(document)); // each part is started once
document.body.dataset.ready = "true";
