/** Calm sentences at the bottom of the page: what failed, what was done. Read out politely. */
import { fill, h, iconButton } from "./dom.js";

const STAY = 8000;

/** @param {HTMLElement} place an element with role status */
export function createNotice(place) {
  let timer = null;
  const hide = () => {
    clearTimeout(timer);
    fill(place);
  };
  return {
    /** Shows a sentence for a while. */
    say(sentence) {
      clearTimeout(timer);
      fill(place, h("div", { class: "notice" }, h("span", {}, sentence), iconButton("close", "Hide this", hide)));
      timer = setTimeout(hide, STAY);
    },
    hide,
  };
}
