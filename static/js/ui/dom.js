/* Small things every module needs. */

/** Calls handle(element, event) for events on elements that match, present or future. */
export function on(type, selector, handle, options) {
  document.addEventListener(
    type,
    (event) => {
      const element = event.target instanceof Element ? event.target.closest(selector) : null;
      if (element) handle(element, event);
    },
    options,
  );
}

/** Calls handle(root) now for the page and again for every fragment that arrives. */
export function onContent(handle) {
  handle(document);
  document.addEventListener("htmx:load", (event) => handle(event.detail.elt));
}

export function remember(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    /* A browser without storage forgets; nothing else depends on it. */
  }
}

export function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function isTyping(element) {
  return element instanceof HTMLElement && (element.isContentEditable || element.matches("input:not([type=checkbox],[type=radio]), textarea, select"));
}
