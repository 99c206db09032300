/** Making elements. Text always goes in as text nodes; nothing here parses HTML. */

/**
 * An element with properties and children.
 * `class`, `dataset` and `on` (event → listener) are special; `true` makes a bare attribute; null and false are left out.
 * @param {string} tag
 * @param {object} [props]
 * @param {...(Node|string|number|null|false|Array)} children
 * @returns {HTMLElement}
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  setProps(node, props ?? {});
  node.append(...flat(children));
  return node;
}

function setProps(node, props) {
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (name === "dataset") {
      Object.assign(node.dataset, value);
    } else if (name === "value" && "value" in node) {
      node.value = value;
    } else {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
}

function flat(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}

/** Replaces what is inside `node`. */
export function fill(node, ...children) {
  node.replaceChildren(...flat(children));
  return node;
}

let counter = 0;

/** An id that no other element has. */
export function uniqueId(prefix = "id") {
  counter += 1;
  return `${prefix}-${counter}`;
}

const SHAPES = {
  hash: "M7 3 5.5 17M14.5 3 13 17M3.5 7.5h14M2.5 12.5h14",
  lock: "M5.5 9.5h9v7h-9zM7.5 9.5V6.8a2.5 2.5 0 0 1 5 0v2.7",
  home: "M3.5 9.5 10 4l6.5 5.5M5.5 8.5V16h9V8.5",
  close: "M5 5l10 10M15 5 5 15",
  menu: "M3 6h14M3 10h14M3 14h14",
  more: "M5 10h.01M10 10h.01M15 10h.01",
  reply: "M8 5 3.5 9.5 8 14M4 9.5h7a5 5 0 0 1 5 5v1",
  send: "M3.5 10 16.5 4l-4 12.5-3-5zM9.5 11.5l7-7.5",
  bolt: "M11 3 5 11.5h4.5L9 17l6-8.5h-4.5z",
  eye: "M2.5 10S5.5 5 10 5s7.5 5 7.5 5-3 5-7.5 5-7.5-5-7.5-5zM10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  moon: "M15.5 12.2A6.5 6.5 0 0 1 7.8 4.5a6.5 6.5 0 1 0 7.7 7.7z",
  people: "M8 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 16.5c.5-3 2.5-4.5 5-4.5s4.5 1.5 5 4.5M13 4.3a3 3 0 0 1 0 5.4M14.5 12.2c1.5.6 2.3 2 2.6 4.3",
  clock: "M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM10 6.5V10l2.5 2",
  search: "M9 4a5 5 0 1 0 0 10A5 5 0 0 0 9 4zM12.7 12.7 16.5 16.5",
  code: "M7 6 3 10l4 4M13 6l4 4-4 4M11.2 4.5l-2.4 11",
  out: "M8 5H5v10h10v-3M11 4.5h4.5V9M15 5l-6 6",
  plus: "M10 4v12M4 10h12",
  down: "M5.5 8 10 12.5 14.5 8",
  up: "M5.5 12 10 7.5 14.5 12",
};

/** A small line drawing, hidden from assistive technology: the name stands on the control. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  for (const [key, value] of Object.entries({ viewBox: "0 0 20 20", class: `icon icon-${name}`, "aria-hidden": "true" })) {
    svg.setAttribute(key, value);
  }
  return svg;
}

/** A button that shows only a drawing. */
export function iconButton(name, label, onClick, props = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click: onClick }, ...props }, icon(name));
}
