/** Three steps for whoever sees this for the first time. Closed once, they stay closed. */
import { fill, h, iconButton } from "./dom.js";

const KEY = "sandbox-guide-closed";

/** @param {function(object): void} take goes where a step leads */
export function createGuide(take) {
  const node = h("section", { class: "guide", "aria-label": "First steps", hidden: true });

  const close = () => {
    localStorage.setItem(KEY, "yes");
    node.hidden = true;
  };

  function stepNode(step, index) {
    const button = h("button", { type: "button", class: "button small", on: { click: () => (button.classList.add("taken"), take(step)) } }, step.button);
    return h("li", {}, h("span", { class: "guide-number", "aria-hidden": "true" }, index + 1), h("div", {}, h("h3", {}, step.title), h("p", {}, step.text)), button);
  }

  return {
    node,
    /** @param {object[]} steps as `GET /sandbox/beside` has them */
    show(steps) {
      if (!steps.length || window !== window.top || localStorage.getItem(KEY)) return;
      fill(node, iconButton("close", "Close the first steps", close), h("ol", {}, steps.map(stepNode)));
      node.hidden = false;
    },
  };
}
