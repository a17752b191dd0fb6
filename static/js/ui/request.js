/* Every htmx request carries the CSRF token; every failure says what happened. */
import { toast } from "./toast.js";

const token = document.querySelector("meta[name=csrf-token]")?.content ?? "";

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
});

/** An expected error arrives as a fragment marked data-error-message: it is said, not swapped in. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const message = errorIn(event.detail.xhr);
  if (!message || event.detail.xhr.status < 400) return;
  event.detail.shouldSwap = false;
  toast(message, "bad");
});

document.addEventListener("htmx:responseError", (event) => {
  const { xhr, elt } = event.detail;
  if (errorIn(xhr) || elt?.dataset.live) return;
  toast(document.body.dataset.errorText, "bad");
});

document.addEventListener("htmx:sendError", (event) => {
  if (event.detail.elt?.dataset.live) return;
  toast(document.body.dataset.offlineText, "bad");
});

function errorIn(xhr) {
  if (!xhr.responseText?.includes("data-error-message")) return "";
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  return page.querySelector("[data-error-message]")?.textContent.trim().replace(/\s+/g, " ") ?? "";
}
