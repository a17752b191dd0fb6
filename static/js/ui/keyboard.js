/* j k x enter e, g + letter, / and ?; off while somebody types, and off for good where a person chose so. */
import { show } from "./dialog.js";
import { isTyping, on, onContent, recall, remember } from "./dom.js";
import { closePanel } from "./panel.js";
import { currentRow, moveRow, toggleRow } from "./rows.js";

const SECOND_KEY = 1200;
let goingUntil = 0;

const keys = {
  j: () => moveRow(1),
  k: () => moveRow(-1),
  x: () => toggleRow(currentRow()),
  e: () => currentRow()?.querySelector('[data-row-action="done"]')?.click(),
  g: () => (goingUntil = Date.now() + SECOND_KEY),
  "/": () => document.querySelector("[data-search]")?.focus(),
  "?": () => show(document.getElementById("keyboard-help")),
};

function go(letter) {
  goingUntil = 0;
  const link = document.querySelector(`[data-go="${CSS.escape(letter)}"]`);
  if (link) location.assign(link.href);
}

/** Pages add their own: data-key="a" on a button or link. */
function own(key) {
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target || target.disabled) return false;
  target.click();
  return true;
}

function isOurs(event) {
  const blocked = event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey;
  return !blocked && recall("keyboard") !== "off" && !isTyping(event.target) && !document.querySelector("dialog[open]");
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
    if (isTyping(event.target)) event.target.blur();
    else closePanel();
    return;
  }
  if (!isOurs(event)) return;
  if (Date.now() < goingUntil && event.key.length === 1) {
    event.preventDefault();
    go(event.key);
    return;
  }
  const handle = keys[event.key];
  if (own(event.key)) event.preventDefault();
  else if (handle && document.querySelector(".staff")) {
    event.preventDefault();
    handle();
  }
});

on("change", "[data-keyboard-switch]", (box) => remember("keyboard", box.checked ? null : "off"));
onContent(() => {
  for (const box of document.querySelectorAll("[data-keyboard-switch]")) box.checked = recall("keyboard") !== "off";
});
