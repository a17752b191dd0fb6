/* The search field is a palette, too: a combobox over places, verbs and what the words find. Without script, and while
   nothing is chosen, its form is the plain search. What is typed is posted and stands in no address. */
import { on } from "./dom.js";

const PAUSE = 120;
const field = document.querySelector("[data-search]");
const form = field?.form;
const list = form?.querySelector("[data-palette]");
const plain = { placeholder: field?.placeholder, "aria-label": field?.getAttribute("aria-label") };
let asked = 0;
let timer = 0;
let verb = null;
let isWaiting = false;

const options = () => [...list.querySelectorAll('[role="option"]:not([hidden])')];
const active = () => document.getElementById(field.getAttribute("aria-activedescendant") ?? "");
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function mark(option) {
  active()?.removeAttribute("aria-selected");
  if (!option) return field.removeAttribute("aria-activedescendant");
  field.setAttribute("aria-activedescendant", option.id);
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
}

function open(isOpen) {
  list.hidden = !isOpen;
  field.setAttribute("aria-expanded", String(isOpen));
  if (!isOpen) mark(null);
}

function leaveVerb() {
  verb = null;
  isWaiting = false;
  for (const [name, words] of Object.entries(plain)) field.setAttribute(name, words);
}

/** Asks for what fits the field now; nothing is chosen by an answer to an earlier question. */
async function ask() {
  const number = ++asked;
  const values = { q: field.value, verb: verb?.key ?? "" };
  await window.htmx.ajax("POST", list.dataset.palette, { source: list, target: list, swap: "innerHTML", values });
  if (number !== asked || document.activeElement !== field) return;
  addVerbsOfThePage();
  open(options().length > 0 || list.querySelector("[data-empty]") !== null);
  if (field.value.trim() || verb) mark(options()[0]);
  if (isWaiting && active()) choose(active());
}

/** What the page itself offers: its buttons and links of action, by their words. */
function addVerbsOfThePage() {
  const template = list.querySelector("template[data-of-page]");
  if (!template || verb) return;
  const wanted = fold(field.value).split(/\s+/).filter(Boolean);
  const found = [...document.querySelectorAll("main .page-actions :is(a, button), main [data-key]")].filter((element) => {
    const words = fold(element.textContent);
    const isShown = !element.disabled && element.getClientRects().length && element.textContent.trim();
    return isShown && wanted.every((word) => words.includes(word));
  });
  if (!found.length) return;
  const group = template.content.cloneNode(true);
  const line = group.querySelector('[role="option"]');
  for (const [at, element] of [...new Set(found)].entries()) {
    const option = line.cloneNode(true);
    const words = element.textContent.trim().replace(/\s+/g, " ");
    // The page's own speaks of what it shows: it stands in the place of the one that would ask.
    for (const other of list.querySelectorAll("[data-verb]")) other.hidden ||= other.dataset.label === words;
    option.id = `palette-page-${at}`;
    option.querySelector("[data-words]").textContent = words;
    option.querySelector("[data-key-hint]").textContent = element.dataset.key ?? "";
    option.querySelector("[data-key-hint]").hidden = !element.dataset.key;
    option.addEventListener("click", () => element.click());
    line.before(option);
  }
  line.remove();
  template.replaceWith(group);
}

function choose(option) {
  isWaiting = false;
  if (option.dataset.verb) {
    beginVerb(option);
    return;
  }
  close();
  if (option.dataset.searchAll !== undefined) form.requestSubmit();
  else option.click();
}

function close() {
  asked += 1;
  open(false);
  leaveVerb();
  field.blur();
}

/** A verb that needs an object: the field asks for it. */
export function beginVerb(source) {
  verb = { key: source.dataset.verb };
  field.placeholder = source.dataset.ask;
  field.setAttribute("aria-label", `${source.dataset.label}. ${source.dataset.ask}`);
  field.value = "";
  field.focus();
  mark(null);
  ask();
}

export function openPalette() {
  field?.focus();
  field?.select();
}

function onKey(event) {
  if (event.isComposing || (event.key === "Enter" && event.repeat)) return;
  const all = options();
  const at = all.indexOf(active());
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && all.length && !list.hidden) {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    mark(all[at < 0 && step < 0 ? all.length - 1 : (at + step + all.length) % all.length]);
  } else if (event.key === "Enter" && active()) {
    event.preventDefault();
    choose(active());
  } else if (event.key === "Enter" && verb) {
    event.preventDefault();
    isWaiting = true;
  } else if (event.key === "Escape" && (!list.hidden || verb)) {
    event.preventDefault();
    event.stopPropagation();
    close();
  } else if (event.key === "Backspace" && verb && !field.value) {
    leaveVerb();
    ask();
  }
}

if (list) {
  for (const [name, value] of [["role", "combobox"], ["aria-expanded", "false"], ["aria-controls", list.id], ["aria-autocomplete", "list"]])
    field.setAttribute(name, value);
  field.addEventListener("focus", ask);
  field.addEventListener("keydown", onKey);
  field.addEventListener("input", () => {
    mark(null);
    asked += 1;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  field.addEventListener("blur", () => {
    asked += 1;
    open(false);
    leaveVerb();
  });
  // A press inside keeps the field, so that it is not over before it has chosen.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  on("click", "[data-palette] [role=option]:is([data-verb], [data-search-all])", (option) => choose(option));
}
