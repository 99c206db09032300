/** Steps for whoever sees this for the first time. One that was taken is ticked off; closed once, they stay closed. */
import { fill, h, iconButton } from "./dom.js";

const KEY = "sandbox-guide-closed";
const TAKEN = "sandbox-guide-taken";

/** @returns {string[]} the titles of the steps that were taken */
function titlesTaken() {
  try {
    return JSON.parse(localStorage.getItem(TAKEN)) ?? [];
  } catch {
    return []; // somebody else's words under our key
  }
}

/** Taken here, or done by whoever did what it is about. */
const isOver = (step, taken) => step.done || taken.includes(step.title);

/** @param {function(object): void} take goes where a step leads */
export function createGuide(take) {
  const node = h("section", { class: "guide", "aria-label": "First steps", hidden: true });
  let drawn = [];

  const close = () => {
    localStorage.setItem(KEY, "yes");
    node.hidden = true;
  };

  function stepNode(step, index) {
    const button = h("button", { type: "button", class: "button small", on: { click: () => (tick(step), take(step)) } }, step.button);
    const number = h("span", { class: "guide-number", "aria-hidden": "true" }, index + 1);
    const said = h("span", { class: "visually-hidden" });
    const text = h("p", {}, step.text);
    return { step, button, number, said, text, line: h("li", {}, number, h("div", {}, h("h3", {}, step.title, said), text), button) };
  }

  /** Draws over what is there: a button that is pressed must stay the same one. */
  function mark() {
    const taken = titlesTaken();
    const next = drawn.find((one) => !isOver(one.step, taken)) ?? drawn.at(-1);
    drawn.forEach((one, index) => {
      const isTaken = isOver(one.step, taken);
      one.line.classList.toggle("next", one === next); // the only one that a phone shows
      one.button.classList.toggle("taken", isTaken);
      one.number.textContent = isTaken ? "✓" : index + 1;
      one.said.textContent = isTaken ? " (done)" : "";
    });
  }

  function tick(step) {
    localStorage.setItem(TAKEN, JSON.stringify([...new Set([...titlesTaken(), step.title])]));
    mark();
  }

  return {
    node,
    /** The time has moved, by whatever button: the step that does so is taken. */
    timeMoved: () => drawn.filter((one) => one.step.jump).forEach((one) => tick(one.step)),
    /** Whether a step is about what stands there. */
    isAbout: (place) => !node.hidden && drawn.some((one) => one.step.until && one.step.place === place),
    /** @param {object[]} steps as they are now, in the order of those that are shown */
    update(steps) {
      drawn.forEach((one, index) => {
        one.step = steps[index];
        one.text.textContent = one.step.text;
      });
      mark();
    },
    /** @param {object[]} steps as `GET /sandbox/beside` has them */
    show(steps) {
      const taken = titlesTaken();
      if (steps.every((step) => isOver(step, taken)) || window !== window.top || localStorage.getItem(KEY)) return;
      drawn = steps.map(stepNode);
      fill(node, iconButton("close", "Close the first steps", close), h("ol", {}, drawn.map((one) => one.line)));
      mark();
      node.hidden = false;
    },
  };
}
