/* Printing, and how far a printed date lies from the counted one while it is typed. */
import { on } from "../ui/dom.js";

const DAY = 86_400_000;

on("click", "[data-print]", () => print());

on("input", "input[data-counted]", (input) => {
  const line = input.form.querySelector("[data-difference]");
  const days = Math.round((Date.parse(input.value) - Date.parse(input.dataset.counted)) / DAY);
  if (Number.isNaN(days)) {
    line.textContent = "";
    return;
  }
  const { same, later, earlier } = line.dataset;
  line.textContent = days === 0 ? same : `${Math.abs(days)} ${days > 0 ? later : earlier}`;
  if (days < 0) line.dataset.tone = "action";
  else delete line.dataset.tone;
});

/* A date that was counted anew is the one to compare with from now on. */
on("htmx:afterSettle", "[data-counted-now], .recount-here", (place) => {
  const counted = (place.matches("[data-counted-now]") ? place : place.querySelector("[data-counted-now]"))?.dataset.countedNow;
  const input = place.closest("form")?.querySelector("input[data-counted]");
  if (!counted || !input) return;
  input.dataset.counted = counted;
  input.dispatchEvent(new Event("input", { bubbles: true }));
});
