/* Outcomes in the corner: from Django's messages, from the header HX-Trigger {"toast": {message, tone, undo}}.
   undo {label, url, values} is a button that takes it back, and the key u while it is there. */
import { on } from "./dom.js";

const LONG_ENOUGH = 6000;

export function toast(message, tone = "good") {
  const template = document.getElementById(`toast-${tone}`) ?? document.getElementById("toast-neutral");
  if (!template) return null;
  const element = template.content.firstElementChild.cloneNode(true);
  element.querySelector("[data-toast-text]").textContent = message;
  document.getElementById("toasts").append(element);
  expire(element);
  return element;
}

/** The latest act is the one that u takes back. */
function offerUndo(element, { label, url, values }) {
  for (const other of document.querySelectorAll("[data-toast] [data-key=u]")) delete other.dataset.key;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-small", textContent: label });
  button.dataset.key = "u";
  button.addEventListener("click", () => {
    element.remove();
    window.htmx.ajax("POST", url, { source: document.body, target: document.body, swap: "none", values });
  });
  element.querySelector("[data-toast-text]").append(" ", button);
}

/** Errors stay until they are dismissed; the rest goes unless somebody reads it. */
function expire(element) {
  if (element.dataset.tone === "bad") return;
  let timer = setTimeout(() => element.remove(), LONG_ENOUGH);
  element.addEventListener("pointerenter", () => clearTimeout(timer));
  element.addEventListener("focusin", () => clearTimeout(timer));
  element.addEventListener("pointerleave", () => {
    timer = setTimeout(() => element.remove(), LONG_ENOUGH / 2);
  });
}

on("click", "[data-toast-close]", (button) => button.closest("[data-toast]").remove());
document.body.addEventListener("toast", (event) => {
  const { message, tone, undo } = event.detail;
  const element = toast(message, tone);
  if (element && undo) offerUndo(element, undo);
});
document.querySelectorAll("#toasts [data-toast]").forEach(expire);
