/* data-confirm="What will happen, to whom, and whether it can be undone" on a form, or on any htmx element.
   Optional: data-confirm-title, data-confirm-action (the verb on the button), data-confirm-tone="danger". */
import { show } from "./dialog.js";
import { on } from "./dom.js";

const dialog = document.getElementById("confirm");
const text = document.getElementById("confirm-text");
const title = document.getElementById("confirm-title");
const yes = dialog?.querySelector("[data-confirm-yes]");
const words = { title: title?.textContent, yes: yes?.textContent };
let goOn = null;

function ask(element, callback) {
  goOn = callback;
  text.textContent = element.dataset.confirm;
  title.textContent = element.dataset.confirmTitle || words.title;
  yes.textContent = element.dataset.confirmAction || words.yes;
  yes.classList.toggle("btn-danger", element.dataset.confirmTone === "danger");
  yes.classList.toggle("btn-primary", element.dataset.confirmTone !== "danger");
  show(dialog);
}

on("submit", "form[data-confirm]:not([hx-post],[hx-delete],[hx-put],[hx-patch])", (form, event) => {
  if (form.dataset.confirmed !== undefined) return;
  event.preventDefault();
  const submitter = event.submitter;
  ask(form, () => {
    form.dataset.confirmed = "";
    form.requestSubmit(submitter);
  });
});

document.addEventListener("htmx:confirm", (event) => {
  if (event.detail.elt.dataset.confirm === undefined) return;
  event.preventDefault();
  ask(event.detail.elt, () => event.detail.issueRequest(true));
});

on("click", "[data-confirm-yes]", () => {
  dialog.close();
  goOn?.();
  goOn = null;
});

on("click", "[data-confirm-no]", () => dialog.close());
