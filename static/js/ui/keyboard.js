/* j k x enter e, g + letter, two letters for what is done from anywhere, / and Ctrl-K, and ?; off while somebody types, and off for good where a person chose so. */
import { show } from "./dialog.js";
import { isTyping, on, onContent, recall, remember } from "./dom.js";
import { closePanel } from "./panel.js";
import { beginVerb, openPalette } from "./palette.js";
import { currentRow, moveRow, toggleRow } from "./rows.js";

const SECOND_KEY = 1200;
let goingUntil = 0;
let first = "";

const keys = {
  j: () => moveRow(1),
  k: () => moveRow(-1),
  x: () => toggleRow(currentRow()),
  e: () => currentRow()?.querySelector('[data-row-action="done"]')?.click(),
  "/": openPalette,
  "?": () => show(document.getElementById("keyboard-help")),
};

/** The first of two letters: g for a place, or one that a verb begins with. */
function begins(letter) {
  if (letter !== "g" && !document.querySelector(`[data-chord^="${CSS.escape(letter)}"]`)) return false;
  first = letter;
  goingUntil = Date.now() + SECOND_KEY;
  return true;
}

function go(letter) {
  goingUntil = 0;
  const wanted = first === "g" ? `[data-go="${CSS.escape(letter)}"]` : `[data-chord="${CSS.escape(first + letter)}"]`;
  const target = document.querySelector(wanted);
  if (target?.href) location.assign(target.href);
  else if (target) beginVerb(target);
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
  if (event.key === "k" && (event.ctrlKey || event.metaKey) && !document.querySelector("dialog[open]")) {
    if (!document.querySelector("[data-palette]")) return;
    event.preventDefault();
    openPalette();
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
  else if (document.querySelector(".staff") && (handle || begins(event.key))) {
    event.preventDefault();
    handle?.();
  }
});

on("change", "[data-keyboard-switch]", (box) => remember("keyboard", box.checked ? null : "off"));
onContent(() => {
  for (const box of document.querySelectorAll("[data-keyboard-switch]")) box.checked = recall("keyboard") !== "off";
});
