/* The inbox: what can be done with a row is drawn once, in a <template>, and put into every row. */
import { onContent } from "../ui/dom.js";
import { focusRow, rowsOf } from "../ui/rows.js";

function giveTools() {
  const tools = document.getElementById("row-tools");
  for (const cell of document.querySelectorAll("#change-rows .row-actions:empty")) {
    const row = cell.closest("[data-row]");
    const number = row.querySelector(".receipt-number").textContent.trim();
    const drawn = tools.content.cloneNode(true);
    for (const { attributes } of drawn.querySelectorAll("[hx-get], [hx-post]")) {
      for (const each of attributes) each.value = each.value.replace(tools.dataset.id, row.id.slice(4)).replace("#", number);
    }
    cell.append(drawn);
    window.htmx.process(cell);
  }
}

onContent(giveTools);

/* A row folds out to what it has taken the place of, fetched when it is first opened. */
document.addEventListener(
  "toggle",
  ({ target: fold }) => {
    if (!fold.matches?.("#change-rows details") || !fold.open || fold.dataset.asked) return;
    const tools = document.getElementById("row-tools");
    fold.dataset.asked = "yes";
    const url = tools.dataset.earlier.replace(tools.dataset.id, fold.closest("[data-row]").id.slice(4));
    window.htmx.ajax("GET", url, { source: fold, target: fold, swap: "beforeend" });
  },
  true,
);

/* When the row under the keyboard leaves the list, the next one takes its place: e, e, e. */
const isInbox = () => document.getElementById("inbox") !== null;
let next = null;

document.addEventListener("htmx:beforeSwap", (event) => {
  const row = event.detail.target;
  if (!isInbox() || !row?.matches?.("tr[data-row]") || event.detail.xhr.status >= 400) return;
  const rows = rowsOf(row.closest("[data-rows]"));
  const isHere = row.contains(document.activeElement) || row.hasAttribute("data-current");
  const at = rows.indexOf(row);
  next = isHere ? (rows[at + 1] ?? rows[at - 1] ?? null) : null;
});

document.addEventListener("htmx:afterSwap", () => {
  if (next?.isConnected) focusRow(next);
  next = null;
});

/** What arrives may name rows that are shown already. */
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target.id !== "change-rows") return;
  for (const row of event.detail.fragment.querySelectorAll("tr[id]")) {
    if (document.getElementById(row.id)) row.remove();
  }
});

/** The count in the rail follows at once. */
document.addEventListener("htmx:afterRequest", (event) => {
  if (isInbox() && event.detail.requestConfig?.verb === "post" && event.detail.successful) window.htmx.trigger("#rail-places", "live");
});
