/* data-live="<seconds>" with hx-trigger="live": asks again while the page is seen and nobody is busy inside.
   Focus, scroll and open details survive the swap: by id, or by data-keep. Behind an open dialog nothing changes but
   what is marked data-live-behind: a dialog speaks of what was shown when it was opened. */
import { toast } from "./toast.js";

const started = Date.now();
const due = new WeakMap();
const PATIENCE = 3;
let failures = 0;
let kept = null;

function isBusy(element) {
  if (element.dataset.liveBehind === undefined && document.querySelector("dialog:modal")) return true;
  const active = document.activeElement;
  const inside = element.contains(active) && active.matches("textarea, select, input:not([type=checkbox],[type=radio])");
  return inside || element.querySelector("details[data-menu][open], dialog[open]") !== null || selectionIn(element);
}

function selectionIn(element) {
  const selection = getSelection();
  return Boolean(selection && !selection.isCollapsed && element.contains(selection.anchorNode));
}

/* What this window is sending itself must not come back as news: no questions until its answer is here. */
let sending = 0;
let isLeaving = false;

function isSending(event) {
  return (event.detail.requestConfig?.verb ?? "get") !== "get";
}

document.addEventListener("htmx:beforeSend", (event) => {
  if (isSending(event)) sending += 1;
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (!isSending(event)) return;
  sending = Math.max(sending - 1, 0);
  const header = (name) => event.detail.xhr.getResponseHeader(name);
  isLeaving ||= Boolean(header("HX-Redirect") || header("HX-Refresh"));
});
document.addEventListener("submit", (event) => {
  isLeaving ||= !event.defaultPrevented && event.target.matches("form[method=post i]:not([hx-post])");
});
addEventListener("pageshow", () => (isLeaving = false));

function tick() {
  if (document.hidden || sending || isLeaving) return;
  const now = Date.now();
  for (const element of document.querySelectorAll("[data-live]")) {
    const every = Math.max(Number(element.dataset.live) || 5, 1) * 1000;
    if (now < (due.get(element) ?? started + every) || isBusy(element)) continue;
    due.set(element, now + every);
    window.htmx.trigger(element, "live");
  }
}

setInterval(tick, 1000);
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("[data-live]")) due.set(element, 0);
  tick();
});

/** An answer that comes while somebody has opened a menu is let go: the next one will do. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig } = event.detail;
  const asked = requestConfig?.triggeringEvent?.type === "live";
  if (asked && (sending || isLeaving || (target?.dataset?.live && isBusy(target)))) event.detail.shouldSwap = false;
});

/** Old data must look old: a page that cannot be kept current says so once. */
function failed(event) {
  const element = event.detail.elt;
  if (!element?.dataset?.live) return;
  const status = event.detail.xhr?.status ?? 0;
  if (status >= 400 && status < 500) delete element.dataset.live;
  failures += 1;
  if (failures === PATIENCE || (status >= 400 && status < 500)) toast(document.body.dataset.staleText, "bad");
}

document.addEventListener("htmx:responseError", failed);
document.addEventListener("htmx:sendError", failed);
document.addEventListener("htmx:afterOnLoad", () => (failures = 0));

function keyOf(element) {
  return element?.id || element?.dataset?.keep || element?.closest?.("[data-row]")?.id || "";
}

function find(key) {
  return document.getElementById(key) ?? document.querySelector(`[data-keep="${CSS.escape(key)}"]`);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const target = event.detail.target;
  if (!target?.querySelectorAll) return;
  kept = {
    focus: target.contains(document.activeElement) ? keyOf(document.activeElement) : "",
    scroll: [...target.querySelectorAll("[data-keep]")].map((element) => [element.dataset.keep, element.scrollTop]),
    open: [...target.querySelectorAll("details[open][data-keep]")].map((element) => element.dataset.keep),
  };
});

document.addEventListener("htmx:afterSwap", () => {
  if (!kept) return;
  for (const [key, top] of kept.scroll) if (find(key)) find(key).scrollTop = top;
  for (const key of kept.open) if (find(key)) find(key).open = true;
  restoreFocus(kept.focus);
  kept = null;
});

function restoreFocus(key) {
  const element = key && find(key);
  if (!element || element.contains(document.activeElement)) return;
  const target = element.matches("[data-row]") ? element.querySelector("[data-row-link]") : element;
  target?.focus({ preventScroll: true });
}
