/* My work: putting off and giving away; approving what was in view; printing, and how far a printed date lies from the counted one while it is typed. */
import { on, onContent } from "../ui/dom.js";
import { currentRow, rowsOf, toggleRow } from "../ui/rows.js";

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

/** A dialog about lines of work is about the ticked ones, or else about the line one is in. */
on("click", "[data-ticks]", (button) => {
  const list = document.getElementById(button.dataset.ticks);
  if (!list.querySelector("[data-row-select]:checked")) toggleRow(currentRow() ?? rowsOf(list)[0]);
});

/* A message can be approved once its text was in view, and a key that is held counts once. */
const seen = new WeakSet();
const watch = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) if (isIntersecting) seen.add(target);
});
const texts = () => document.querySelectorAll(".letter-view");
const isApproval = (element) => element.closest?.("form.approve");

onContent(() => texts().forEach((text) => watch.observe(text)));

document.addEventListener(
  "submit",
  (event) => {
    const unseen = isApproval(event.target) && [...texts()].find((text) => !seen.has(text));
    if (!unseen) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    unseen.scrollIntoView({ block: "center" });
  },
  true,
);

document.addEventListener(
  "keydown",
  (event) => {
    if (event.repeat && isApproval(event.target)) event.preventDefault();
  },
  true,
);

on("click", "[data-work-day]", (button) => {
  const field = document.getElementById("work-until");
  field.value = button.dataset.workDay;
  field.focus();
});
