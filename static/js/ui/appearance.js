/* The switches in the person menu: theme and density. */
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
  for (const button of document.querySelectorAll("[data-density-switch]")) {
    button.setAttribute("aria-pressed", String(recall("density") === "compact"));
  }
}

on("click", "[data-theme-choice]", (button) => {
  const choice = button.dataset.themeChoice;
  remember("theme", choice === "auto" ? null : choice);
  apply();
});

on("click", "[data-density-switch]", () => {
  remember("density", recall("density") === "compact" ? null : "compact");
  apply();
});

onContent(show);
