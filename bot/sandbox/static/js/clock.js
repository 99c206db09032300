/** The sandbox's time: what day it is there, and buttons that let it come. */
import * as api from "./api.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { dateOf, fromWall, fullDay, timeOfDay, wall } from "./time.js";

const MORNING = { hour: 9, minute: 30 };
const MONDAY = 1;

/** The day after; the next Monday; the same day of the next month, or its last. As day numbers. */
const JUMPS = [
  { label: "Tomorrow", to: (today) => today.number + 1 },
  { label: "Next Monday", to: (today) => today.number + ((MONDAY - today.weekday + 7) % 7 || 7) },
  { label: "In a month", to: (today) => sameDayNextMonth(today) },
];

function sameDayNextMonth({ year, month, day }) {
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(day, last)) / 86_400_000;
}

/**
 * The moment of a day at which it is half past nine for everybody: so whatever is due in
 * anybody's morning has become due.
 */
export function morningEverywhere(number, zones) {
  return Math.max(...zones.map((zone) => fromWall({ ...dateOf(number), ...MORNING }, zone)));
}

const KNOWN = ["ritual", "team", "recipient", "period", "status", "state", "result", "outcome", "messages"];

function inWords(run) {
  if (run === null || typeof run !== "object") return String(run);
  const keys = KNOWN.filter((key) => run[key] !== undefined && run[key] !== null);
  if (!keys.length) return Object.entries(run).map(([key, value]) => `${key}: ${typeof value === "object" ? JSON.stringify(value) : value}`).join(", ");
  return keys.map((key) => valueInWords(key, run[key])).join(" · ");
}

function valueInWords(key, value) {
  const count = Array.isArray(value) ? value.length : value;
  return typeof count === "number" ? `${count} ${count === 1 ? key.replace(/s$/, "") : key}` : String(value);
}

/** What `on_clock_moved` returned, as lines. */
export function outcomeLines(outcome) {
  if (outcome === null || outcome === undefined || outcome === "") return [];
  if (Array.isArray(outcome)) return outcome.map(inWords);
  if (typeof outcome === "string") return outcome.trim().split("\n");
  const list = Object.values(outcome).find(Array.isArray);
  return list && Object.keys(outcome).length === 1 ? list.map(inWords) : [inWords(outcome)];
}

/** @param {object} app the page */
export function createClock(app) {
  const { store, reader } = app;
  const day = h("p", { class: "clock-day" });
  const hour = h("span", { class: "clock-hour" });
  const came = h("div", { class: "clock-outcome", role: "status" });
  const buttons = JUMPS.map((jump) => h("button", { type: "button", class: "button small", disabled: true, on: { click: () => move(jump) } }, jump.label));
  const node = h(
    "section",
    { class: "clock", "aria-label": "Time" },
    h("div", { class: "clock-face" }, icon("clock"), day, hour),
    h("div", { class: "clock-buttons" }, buttons),
    came,
  );

  function draw() {
    if (!store.get("me")) return;
    for (const button of buttons) button.disabled = false;
    const now = wall(reader.now, reader.zone);
    day.textContent = fullDay(reader.now, reader.zone);
    hour.textContent = timeOfDay(now, { twelve: reader.twelve });
  }

  async function move({ label, to }) {
    const zones = [...new Set(["UTC", reader.zone, ...reader.colleagues().map((one) => one.tz || "UTC")])];
    const target = morningEverywhere(to(wall(reader.now, reader.zone)), zones);
    setBusy(true);
    fill(came, h("p", {}, `Moving to ${label.toLowerCase().replace("monday", "Monday")}…`));
    try {
      const answer = await api.moveClock(new Date(target * 1000).toISOString().replace(/\.\d+Z$/, "+00:00"));
      store.set({ clockOffset: Math.ceil(answer.epoch - Date.now() / 1000) });
      tell(answer);
    } catch (error) {
      fill(came, h("p", {}, error.message));
    }
    setBusy(false);
    app.refresh();
  }

  function setBusy(busy) {
    for (const button of buttons) button.setAttribute("aria-disabled", String(busy));
    node.classList.toggle("busy", busy);
  }

  function tell({ outcome, error }) {
    const lines = outcomeLines(outcome);
    const list = lines.length > 0 && h("ul", {}, lines.slice(0, 30).map((line) => h("li", {}, line)));
    const summary = error ? `It moved, but what was due failed: ${error}` : lines.length ? "What came of it:" : "Nothing was due.";
    fill(came, iconButton("close", "Hide what came of it", () => fill(came)), h("p", {}, summary), list);
  }

  node.addEventListener("click", (event) => {
    if (node.classList.contains("busy") && event.target.closest(".clock-buttons button")) event.stopPropagation();
  }, true);
  store.on(["clockOffset", "me"], draw);
  setInterval(draw, 15_000);
  return { node };
}
