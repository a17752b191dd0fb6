/* Outcomes in the corner: from Django's messages, from the header HX-Trigger {"toast": {message, tone, url, label}}. */
import { on } from "./dom.js";

const LONG_ENOUGH = 6000;

export function toast(message, tone = "good", link = null) {
  const template = document.getElementById(`toast-${tone}`) ?? document.getElementById("toast-neutral");
  if (!template) return;
  const element = template.content.firstElementChild.cloneNode(true);
  const text = element.querySelector("[data-toast-text]");
  text.textContent = message;
  if (link?.url) {
    const anchor = document.createElement("a");
    anchor.href = link.url;
    anchor.textContent = link.label;
    text.append(" ", anchor);
  }
  document.getElementById("toasts").append(element);
  expire(element);
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
  const { message, tone, url, label } = event.detail;
  toast(message, tone, url ? { url, label } : null);
});
document.querySelectorAll("#toasts [data-toast]").forEach(expire);
