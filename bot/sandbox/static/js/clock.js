/** The sandbox's time: what day it is there, and buttons that let it come. */
import * as api from "./api.js";
import { h, icon } from "./dom.js";
import { dateOf, fromWall, fullDay, timeOfDay, wall } from "./time.js";

/** Five minutes after what comes at nine, so that it stands there when one looks. */
const MORNING = { hour: 9, minute: 5 };
const [SUNDAY, MONDAY, SATURDAY] = [0, 1, 6];

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

/** That day, or the Monday after it where it is no working day. */
export function workingDay(number) {
  const weekday = new Date(number * 86_400_000).getUTCDay();
  return number + (weekday === SATURDAY ? 2 : weekday === SUNDAY ? 1 : 0);
}

/**
 * @param {object} app the page
 * @param {{busy: function(string): void, came: function(object): void}} tell what is going on, and what came of it
 */
export function createClock(app, tell) {
  const { store, reader } = app;
  const day = h("p", { class: "clock-day" });
  const hour = h("span", { class: "clock-hour" });
  const buttons = JUMPS.map((jump) => h("button", { type: "button", class: "button small", disabled: true, on: { click: () => move(jump) } }, jump.label));
  const again = h("button", { type: "button", class: "button small clock-again", hidden: true, on: { click: () => tell.again() } }, "What happened");
  const node = h(
    "section",
    { class: "clock", "aria-label": "Time" },
    h("div", { class: "clock-face" }, icon("clock"), day, hour),
    h("div", { class: "clock-buttons" }, buttons),
    h("p", { class: "clock-hint" }, "Stops at 9:05 on a working day."),
    again,
  );

  function draw() {
    if (!store.get("me")) return;
    for (const button of buttons) button.disabled = false;
    const now = wall(reader.now, reader.zone);
    day.textContent = fullDay(reader.now, reader.zone);
    hour.textContent = timeOfDay(now, { twelve: reader.twelve });
  }

  /** Lets a time come, unless another one is just coming. */
  async function move({ label, to }) {
    if (node.classList.contains("busy")) return;
    const wanted = to(wall(reader.now, reader.zone));
    const lands = workingDay(wanted);
    const target = fromWall({ ...dateOf(lands), ...MORNING }, reader.zone);
    setBusy(true);
    tell.busy(`Moving to ${fullDay(target, reader.zone)}. What is due on the way is said at its own time, which takes some seconds.`);
    try {
      const answer = await api.moveClock(new Date(target * 1000).toISOString().replace(/\.\d+Z$/, "+00:00"));
      store.set({ clockOffset: Math.ceil(answer.epoch - Date.now() / 1000) });
      tell.came({ ...answer, at: target, insteadOf: lands === wanted ? null : fromWall(dateOf(wanted), reader.zone), label });
    } catch (error) {
      tell.came({ error: error.message });
    }
    again.hidden = false;
    setBusy(false);
    app.timeMoved();
  }

  function setBusy(busy) {
    for (const button of buttons) button.setAttribute("aria-disabled", String(busy));
    node.classList.toggle("busy", busy);
  }

  store.on(["clockOffset", "me"], draw);
  setInterval(draw, 15_000);
  return {
    node,
    /** Lets the time of the button of that name come. */
    jump: (label) => move(JUMPS.find((one) => one.label === label)),
  };
}
