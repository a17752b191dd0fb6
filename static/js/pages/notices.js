/* Logging a notice: only the fields its kind has, and one submission however often it is clicked. */
import { on } from "../ui/dom.js";

const show = (form) => {
  const kind = form.querySelector("[name=kind]").value;
  for (const part of form.querySelectorAll("[data-shown-for]")) {
    part.hidden = !part.dataset.shownFor.split(" ").includes(kind);
  }
};

for (const form of document.querySelectorAll(".paper-form")) show(form);

on("change", ".paper-form [name=kind]", (select) => show(select.form));

on("submit", "form[data-once]", (form) => {
  for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) {
    setTimeout(() => { button.disabled = true; });
  }
});

addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form[data-once] button[disabled]")) button.disabled = false;
});
