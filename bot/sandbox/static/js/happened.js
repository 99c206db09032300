/** What came of moving the clock: who was told of what, line by line, with where it stands. */
import { fill, h, iconButton } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";
import { hrefOf } from "./route.js";
import { fullDay, timeOfDay, wall } from "./time.js";

const MORNING = 9;

/** @param {object} app the page @param {{hide: function(): void}} actions */
export function createHappened(app, { hide }) {
  const { store, reader } = app;
  const body = h("div", { class: "panel-scroll happened", role: "status" });
  const head = h("div", { class: "panel-head" }, h("div", { class: "main-title" }, h("h2", {}, "What happened")), iconButton("close", "Hide what happened", hide));

  /** One line. A channel that I am not in is read as somebody who is. */
  function line(one) {
    if (!one?.channel) return h("li", {}, typeof one === "string" ? one : JSON.stringify(one));
    const me = store.get("me").id;
    const mine = store.get("channels").some((each) => each.id === one.channel);
    const href = hrefOf({ user: mine ? me : one.reader, place: one.channel, at: one.ts });
    const often = one.times > 1 ? `, ${one.times} times; the last one:` : "";
    return h(
      "li",
      {},
      h("p", {}, h("a", { class: "link", href }, one.place), h("span", { class: "happened-what" }, ` ${one.what}${often}`)),
      one.said && h("p", { class: "happened-said" }, mrkdwn(one.said, reader)),
    );
  }

  /** Whose working day has not begun, because it is earlier where they live. */
  function asleep() {
    const others = reader.colleagues().filter((one) => !one.is_bot && !one.deleted && wall(reader.now, one.tz || "UTC").hour < MORNING);
    if (!others.length) return null;
    const names = others.map((one) => `${one.real_name} (${(one.tz || "UTC").split("/").at(-1).replace(/_/g, " ")})`).join(", ");
    return h("p", { class: "hint" }, `Not nine o'clock yet, so not told yet: ${names}.`);
  }

  function draw({ outcome, error, at, insteadOf }) {
    const told = Array.isArray(outcome) ? outcome : outcome ? [outcome] : [];
    const now = at && `It is ${fullDay(at, reader.zone)}, ${timeOfDay(wall(at, reader.zone), { twelve: reader.twelve })}.`;
    fill(
      body,
      now && h("p", { class: "happened-now" }, now),
      insteadOf && h("p", { class: "hint" }, `${fullDay(insteadOf, reader.zone)} is no working day, so it went on to Monday.`),
      error && h("p", { class: "complaint" }, at ? `It moved, but what was due failed: ${error}` : error),
      !error && h("p", { class: "hint" }, told.length ? "This was said meanwhile. Each name leads to where it stands." : "Nothing was due."),
      h("ul", { class: "happened-list" }, told.map(line)),
      at && asleep(),
    );
  }

  return {
    node: h("div", { class: "panel-inner" }, head, body),
    busy(sentence) {
      fill(body, h("p", { class: "hint" }, sentence));
    },
    draw,
  };
}
