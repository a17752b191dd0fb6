/* Forms: errors get the focus, a form is sent once, and unsaved text is not lost by accident. */
import { on, onContent } from "./dom.js";

onContent((root) => root.querySelector?.("[data-error-summary]")?.focus());

on("submit", "form:not([hx-post],[hx-get],[data-confirm])", (form, event) => {
  if (event.defaultPrevented || form.method === "get") return;
  if (form.dataset.sent !== undefined) event.preventDefault();
  form.dataset.sent = "";
  setTimeout(() => delete form.dataset.sent, 8000);
});

/** data-submit-on-change: filters that act at once. */
on("change", "form[data-submit-on-change]", (form) => form.requestSubmit());

on("input", "form[data-guard]", (form) => (form.dataset.dirty = ""));
on("submit", "form[data-guard]", (form) => delete form.dataset.dirty);
addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-guard][data-dirty]")) event.preventDefault();
});

on("click", "[data-go-back]", () => history.back());
