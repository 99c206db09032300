/** Things that open beside a control, above everything else: placing them, and menus. */
import { fill, h, uniqueId } from "./dom.js";

const GAP = 4;
const EDGE = 8;

/** Puts an open popover below its anchor, or above where there is no room. */
export function place(popup, anchor, { alignEnd = false, matchWidth = false } = {}) {
  const box = anchor.getBoundingClientRect();
  if (matchWidth) popup.style.minWidth = `${box.width}px`;
  const below = window.innerHeight - box.bottom - EDGE;
  const above = box.top - EDGE;
  const upwards = popup.offsetHeight > below && above > below;
  popup.style.maxHeight = `${Math.max(120, Math.min(360, (upwards ? above : below) - GAP))}px`;
  const left = alignEnd ? box.right - popup.offsetWidth : box.left;
  popup.style.left = `${Math.max(EDGE, Math.min(left, window.innerWidth - popup.offsetWidth - EDGE))}px`;
  popup.style.top = upwards ? `${box.top - GAP - popup.offsetHeight}px` : `${box.bottom + GAP}px`;
}

/**
 * A button with a menu.
 * @param {HTMLElement} button
 * @param {function(): Array<{label: Node|string, name: string, description?: string, choose: function(): void, danger?: boolean, compact?: boolean}>} items
 * @returns {HTMLElement} the button and its menu
 */
export function menuButton(button, items, { label }) {
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label, popover: "manual", id: uniqueId("menu") });
  const wrap = h("span", { class: "menu-wrap" }, button, menu);
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");

  const outside = (event) => {
    if (!wrap.contains(event.target)) close();
  };
  function open(at = 0) {
    fill(menu, items().map((item) => menuItem(item, () => close(true))));
    menu.showPopover();
    place(menu, button, { alignEnd: true });
    button.setAttribute("aria-expanded", "true");
    menu.children[at < 0 ? menu.children.length - 1 : at]?.focus();
    document.addEventListener("pointerdown", outside, true);
    window.addEventListener("resize", close);
  }
  function close(andFocus = false) {
    if (!menu.matches(":popover-open")) return;
    menu.hidePopover();
    fill(menu);
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    window.removeEventListener("resize", close);
    if (andFocus === true) button.focus();
  }
  button.addEventListener("click", () => (menu.matches(":popover-open") ? close(true) : open()));
  button.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    open(event.key === "ArrowUp" ? -1 : 0);
  });
  menu.addEventListener("keydown", (event) => menuKey(event, menu, close));
  return wrap;
}

function menuItem({ label, name, description, choose, danger, compact }, done) {
  const act = () => {
    done();
    choose();
  };
  const inner = [h("span", { class: "menu-label" }, label), description && h("span", { class: "menu-note" }, description)];
  const kind = ["menu-item", danger && "danger", compact && "compact"].filter(Boolean).join(" ");
  return h("button", { type: "button", role: "menuitem", class: kind, tabindex: "-1", "aria-label": name, on: { click: act } }, inner);
}

function menuKey(event, menu, close) {
  const items = [...menu.children];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: (at + 1) % items.length, ArrowUp: (at - 1 + items.length) % items.length, Home: 0, End: items.length - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    items[to].focus();
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close(true);
  } else if (event.key === "Tab") {
    close(true);
  } else if (event.key.length === 1 && event.key !== " ") {
    const letter = event.key.toLowerCase();
    const order = [...items.slice(at + 1), ...items.slice(0, at + 1)];
    order.find((item) => item.textContent.trim().toLowerCase().startsWith(letter))?.focus();
  }
}
