/* data-dialog-open="<id>" opens a <dialog>; data-dialog-close, Escape and a click outside close it.
   Every dialog is opened by show(): what is typed next goes into its first field, never to the button that closes it. */
import { on } from "./dom.js";

const FIELDS = "input:not([type=hidden], [readonly], :disabled), select:not(:disabled), textarea:not([readonly], :disabled)";

export function show(dialog) {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  focusField(dialog);
}

function focusField(dialog) {
  const fields = [...dialog.querySelectorAll(FIELDS)].filter((field) => field.getClientRects().length);
  (fields.find((field) => field.matches("[autofocus], [aria-invalid=true]")) ?? fields[0])?.focus();
}

/** What is fetched into an open dialog has its first field, too, unless somebody is in one already. */
document.addEventListener("htmx:afterSettle", (event) => {
  const dialog = event.target.closest?.("dialog[open]");
  const active = document.activeElement;
  if (dialog && (active === document.body || active === dialog || active.matches("[data-dialog-close]"))) focusField(dialog);
});

/** An address that ends in #<id of a dialog> opens it once: going back does not open it again. With :<value> after
    it, that choice is made in it. */
function openNamed() {
  const [id, choice] = decodeURIComponent(location.hash.slice(1)).split(":");
  const dialog = document.getElementById(id);
  if (!dialog?.matches("dialog")) return;
  if (choice) dialog.querySelector(`[type="radio"][value="${CSS.escape(choice)}"]`)?.click();
  history.replaceState(history.state, "", location.pathname + location.search);
  show(dialog);
}

addEventListener("hashchange", openNamed);
openNamed();

on("click", "[data-dialog-open]", (button, event) => {
  event.preventDefault();
  show(document.getElementById(button.dataset.dialogOpen));
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
