/* Typed text outlives a sign-in that ends: the tab keeps it for its person, and puts it back on the page.
   Never kept: passwords, codes, files, hidden fields, and whatever is typed while nobody is signed in. */
import { show } from "./dialog.js";
import { on, onContent } from "./dom.js";
import { toast } from "./toast.js";

const PREFIX = "typed:";
const SECRET = "[type=password],[type=hidden],[type=file],[type=submit],[type=button],[autocomplete*=password],[autocomplete=one-time-code],[name=code],[data-private]";
const { person } = document.body.dataset;
const isUnsent = document.body.dataset.unsent !== undefined;
let isLeaving = false;

/* One entry per form: {fields: {name: [[value, before]]}, waits, sent}. `waits`: it is to be put back. */
function read(owner) {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + owner)) ?? {};
  } catch {
    return {};
  }
}

function write(owner, entries) {
  try {
    if (Object.keys(entries).length) sessionStorage.setItem(PREFIX + owner, JSON.stringify(entries));
    else sessionStorage.removeItem(PREFIX + owner);
  } catch {
    /* A tab without storage forgets; nothing else depends on it. */
  }
}

function owners() {
  try {
    return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
  } catch {
    return [];
  }
}

const actionOf = (form) => form.getAttribute("hx-post") || form.getAttribute("action") || "";
const keyOf = (form) => `${location.pathname} ${actionOf(form)}`;

function fieldsOf(form) {
  return [...form.elements].filter((field) => field.name && field.matches("input, textarea, select") && !field.matches(SECRET));
}

const isChoice = (field) => field.matches("[type=checkbox],[type=radio]");
const isMany = (field) => field.matches("select");

function stateOf(field) {
  if (isChoice(field)) return [field.checked, field.defaultChecked];
  if (!isMany(field)) return [field.value, field.defaultValue];
  const options = [...field.options];
  return [options.map((option) => option.selected), options.map((option) => option.defaultSelected)];
}

/** A select without a default shows its first option, which no attribute says. */
function isTouched(field) {
  const [value, before] = stateOf(field);
  if (isMany(field) && !before.includes(true)) return field.selectedIndex > 0;
  return JSON.stringify(value) !== JSON.stringify(before);
}

function isOurs(form) {
  const posts = form?.matches?.("form[method=post i], form[hx-post]");
  return Boolean(person && posts && !actionOf(form).startsWith("/accounts/") && form.dataset.private === undefined);
}

/** A form that came back with errors shows what was typed as its own: all of it counts, against nothing. */
function keep(form, { whole = false } = {}) {
  if (!isOurs(form)) return;
  const entries = read(person);
  const hasErrors = form.querySelector("[data-error-summary],[aria-invalid=true]") !== null;
  const names = {};
  for (const field of fieldsOf(form)) (names[field.name] ??= []).push(field);
  const fields = {};
  for (const [name, group] of Object.entries(names)) {
    if (!whole && !hasErrors && !group.some(isTouched)) continue;
    fields[name] = group.map(stateOf).map(([value, before]) => [value, hasErrors ? null : before]);
  }
  if (Object.keys(fields).length) entries[keyOf(form)] = { fields };
  else delete entries[keyOf(form)];
  write(person, entries);
}

function forget(form) {
  const entries = read(person);
  delete entries[keyOf(form)];
  write(person, entries);
}

/** The sign-in has ended, or the server did not take what was sent: all of it waits to be put back. */
function arm() {
  for (const owner of owners()) {
    const entries = read(owner);
    for (const entry of Object.values(entries)) entry.waits = true;
    write(owner, entries);
  }
}

function putBack(form) {
  if (!isOurs(form)) return "";
  const entries = read(person);
  const entry = entries[keyOf(form)];
  if (!entry?.waits) return "";
  const seen = {};
  let hasChanged = false;
  for (const field of fieldsOf(form)) {
    const at = (seen[field.name] = (seen[field.name] ?? -1) + 1);
    const kept = entry.fields[field.name]?.[at];
    if (!kept) continue;
    hasChanged ||= kept[1] !== null && JSON.stringify(kept[1]) !== JSON.stringify(stateOf(field)[1]);
    if (isChoice(field)) field.checked = kept[0];
    else if (isMany(field)) [...field.options].forEach((option, index) => (option.selected = Boolean(kept[0][index])));
    else field.value = kept[0];
  }
  delete entry.waits;
  write(person, entries);
  show(form.closest("dialog"));
  form.closest("details:not([open])")?.setAttribute("open", "");
  form.dispatchEvent(new Event("input", { bubbles: true }));
  return hasChanged ? "changed" : "kept";
}

function putAllBack(root) {
  const forms = [...(root.matches?.("form") ? [root] : []), ...(root.querySelectorAll?.("form") ?? [])];
  const done = forms.map(putBack).filter(Boolean);
  if (done.includes("changed")) toast(document.body.dataset.changedText, "action");
  else if (done.length) toast(document.body.dataset.keptText);
}

if (isUnsent) arm();
else if (person) {
  for (const owner of owners()) if (owner !== person) write(owner, {});
  /* A page that was opened in the usual way begins afresh. */
  const entries = read(person);
  for (const [key, entry] of Object.entries(entries)) {
    if (!entry.waits && (entry.sent || key.startsWith(`${location.pathname} `))) delete entries[key];
  }
  write(person, entries);
}
onContent(putAllBack);

on("input", "form", (form) => keep(form));
on("change", "form", (form) => keep(form));
on("submit", "form", (form) => {
  if (person && (actionOf(form) === "/accounts/logout/" || form.dataset.forget !== undefined)) return owners().forEach((owner) => write(owner, {}));
  if (!isOurs(form)) return;
  keep(form, { whole: true });
  if (form.hasAttribute("hx-post")) return;
  const entries = read(person);
  if (entries[keyOf(form)]) entries[keyOf(form)].sent = true;
  write(person, entries);
});

/** htmx is told to leave for a sign-in page, or to load the page anew: nothing typed is in the way, or lost. */
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr } = event.detail;
  const leaves = (xhr.getResponseHeader("HX-Redirect") ?? "").startsWith("/accounts/");
  if (!leaves && !(event.detail.requestConfig.verb !== "get" && xhr.getResponseHeader("HX-Refresh") && isStale(xhr))) return;
  isLeaving = true;
  for (const form of document.querySelectorAll("form[data-dirty]")) delete form.dataset.dirty;
  arm();
});

function isStale(xhr) {
  return xhr.getResponseHeader("X-Legist-Unsent") !== null;
}

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, successful, xhr, requestConfig } = event.detail;
  const form = elt?.closest?.("form");
  if (isLeaving || !form || !successful || xhr.status === 422 || requestConfig.verb === "get") return;
  if (isOurs(form)) forget(form);
});
