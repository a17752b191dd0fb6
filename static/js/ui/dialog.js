/* data-dialog-open="<id>" opens a <dialog>; data-dialog-close, Escape and a click outside close it. */
import { on } from "./dom.js";

on("click", "[data-dialog-open]", (button, event) => {
  event.preventDefault();
  const dialog = document.getElementById(button.dataset.dialogOpen);
  if (dialog && !dialog.open) dialog.showModal();
});

on("click", "[data-dialog-close]", (button, event) => {
  event.preventDefault();
  button.closest("dialog")?.close();
});

on("click", "dialog", (dialog, event) => {
  if (event.target !== dialog || dialog.dataset.keep !== undefined) return;
  const box = dialog.getBoundingClientRect();
  const outside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
  if (outside) dialog.close();
});

/** A form that was answered well closes the dialog it stands in. */
document.addEventListener("htmx:afterRequest", (event) => {
  const dialog = event.target.closest?.("dialog[open]");
  if (dialog && event.detail.successful && event.detail.requestConfig.verb !== "get" && event.detail.xhr.status !== 422) dialog.close();
});
