/* A link with data-panel opens in the side panel; the same link again, or a modified click, opens the page.
   data-panel="<url>" fetches another address than href. The server answers a fragment (HX-Target: side-panel-body). */
import { on } from "./dom.js";

const panel = document.getElementById("side-panel");
const body = document.getElementById("side-panel-body");
const title = document.getElementById("side-panel-title");
const page = document.getElementById("side-panel-open");
let origin = null;

async function open(link) {
  origin = link;
  title.textContent = link.dataset.panelTitle || link.textContent.trim();
  page.href = link.href;
  panel.hidden = false;
  title.focus({ preventScroll: true });
  await window.htmx.ajax("GET", link.dataset.panel || link.href, { target: body, swap: "innerHTML" });
  body.scrollTop = 0;
}

export function closePanel() {
  if (!panel || panel.hidden) return false;
  panel.hidden = true;
  body.replaceChildren();
  page.removeAttribute("href");
  if (origin?.isConnected) origin.focus();
  origin = null;
  return true;
}

on("click", "a[data-panel]", (link, event) => {
  if (!panel || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (!panel.hidden && page.href === link.href) return;
  event.preventDefault();
  open(link);
});

on("click", "[data-panel-close]", closePanel);
document.body.addEventListener("panel-close", closePanel);
