/* Menus are <details>: they work without this; here they close as people expect. */
import { on } from "./dom.js";

function closeAll(except = null) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => {
  const inside = event.target.closest("details[data-menu]");
  closeAll(inside);
  if (inside && event.target.closest("a.menu-item, [data-dialog-open], [data-menu-close]")) inside.open = false;
});

on("keydown", "details[data-menu][open]", (menu, event) => {
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.stopPropagation();
  }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") move(menu, event);
});

function move(menu, event) {
  const items = [...menu.querySelectorAll(".menu-item")].filter((item) => item.offsetParent !== null);
  const at = items.indexOf(document.activeElement);
  const next = event.key === "ArrowDown" ? at + 1 : at - 1;
  items[(next + items.length) % items.length]?.focus();
  event.preventDefault();
}
