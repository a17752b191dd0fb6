/* The switch in the person menu: the theme. */
import { on, onContent, recall, remember } from "./dom.js";

function apply() {
  dispatchEvent(new Event("legist:appearance"));
  show();
}

function show() {
  const theme = recall("theme") ?? "auto";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
  }
}

on("click", "[data-theme-choice]", (button) => {
  const choice = button.dataset.themeChoice;
  remember("theme", choice === "auto" ? null : choice);
  apply();
});

onContent(show);
