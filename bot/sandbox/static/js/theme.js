/** Light or dark: as the system has it, until somebody chooses. */
import { h, icon } from "./dom.js";

const KEY = "sandbox-theme";
const system = () => matchMedia("(prefers-color-scheme: dark)");

/** The button that switches; it is pressed while the page is dark. */
export function themeButton() {
  const button = h("button", { type: "button", class: "icon-button", "aria-label": "Dark mode", title: "Dark mode", on: { click: flip } }, icon("moon"));
  const chosen = () => document.documentElement.dataset.theme ?? (system().matches ? "dark" : "light");
  const draw = () => button.setAttribute("aria-pressed", String(chosen() === "dark"));

  function choose(theme) {
    if (theme) document.documentElement.dataset.theme = theme;
    draw();
  }

  function flip() {
    const theme = chosen() === "dark" ? "light" : "dark";
    localStorage.setItem(KEY, theme);
    choose(theme);
  }

  choose(localStorage.getItem(KEY));
  system().addEventListener("change", draw);
  return button;
}
