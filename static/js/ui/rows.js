/* Lists of rows: [data-rows] holds [data-row]; a row has a link [data-row-link], and may have a checkbox
   [data-row-select] and a button [data-row-action="done"]. The selection bar belongs to the same [data-rows]. */
import { on, onContent } from "./dom.js";

const chosen = new Map();

export function rowsOf(list = document.querySelector("[data-rows]")) {
  return list ? [...list.querySelectorAll("[data-row]")] : [];
}

export function currentRow() {
  return document.activeElement?.closest("[data-row]") ?? document.querySelector("[data-row][data-current]");
}

export function focusRow(row) {
  for (const other of document.querySelectorAll("[data-row][data-current]")) delete other.dataset.current;
  row.dataset.current = "";
  const link = row.querySelector("[data-row-link]") ?? row.querySelector("a, button");
  link?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

export function moveRow(step) {
  const rows = rowsOf(currentRow()?.closest("[data-rows]") ?? undefined);
  if (!rows.length) return;
  const at = rows.indexOf(currentRow());
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
  focusRow(rows[next]);
}

export function toggleRow(row) {
  const box = row?.querySelector("[data-row-select]");
  if (!box) return;
  box.checked = !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

function setOf(list) {
  if (!chosen.has(list.id)) chosen.set(list.id, new Set());
  return chosen.get(list.id);
}

function show(list) {
  const set = setOf(list);
  const boxes = [...list.querySelectorAll("[data-row-select]")];
  // Only what is there is sent, so only that is counted.
  const here = new Set(boxes.map((box) => box.value));
  for (const value of set) if (!here.has(value)) set.delete(value);
  for (const box of boxes) {
    box.checked = set.has(box.value);
    box.closest("[data-row]").toggleAttribute("data-selected", box.checked);
  }
  const all = list.querySelector("[data-select-all]");
  if (all) {
    const count = boxes.filter((box) => box.checked).length;
    all.checked = count > 0 && count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
  }
  for (const bar of list.querySelectorAll("[data-selection-bar]")) {
    bar.hidden = set.size === 0;
    bar.querySelector("[data-selection-count]").textContent = String(set.size);
  }
}

on("change", "[data-row-select]", (box) => {
  const list = box.closest("[data-rows]");
  if (box.checked) setOf(list).add(box.value);
  else setOf(list).delete(box.value);
  show(list);
});

on("change", "[data-select-all]", (all) => {
  const list = all.closest("[data-rows]");
  for (const box of list.querySelectorAll("[data-row-select]")) {
    if (all.checked) setOf(list).add(box.value);
    else setOf(list).delete(box.value);
  }
  show(list);
});

on("click", "[data-selection-clear]", (button) => {
  const list = button.closest("[data-rows]");
  setOf(list).clear();
  show(list);
});

on("focusin", "[data-row]", (row) => {
  for (const other of document.querySelectorAll("[data-row][data-current]")) if (other !== row) delete other.dataset.current;
  row.dataset.current = "";
});

/** Enter opens the row, wherever in it one is: it never sends the form around the list. */
on("keydown", "[data-rows] input[type=checkbox]", (box, event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  box.closest("[data-row]")?.querySelector("[data-row-link]")?.click();
});

/** A click beside the links of a row opens it. */
on("click", "[data-row]", (row, event) => {
  if (event.target.closest("a, button, input, label, summary, details") || String(getSelection())) return;
  row.querySelector("[data-row-link]")?.click();
});

/** After a batch action the server says HX-Trigger {"selection-done": true}. */
document.body.addEventListener("selection-done", () => {
  chosen.clear();
  document.querySelectorAll("[data-rows]").forEach(show);
});

onContent(() => document.querySelectorAll("[data-rows]").forEach(show));
