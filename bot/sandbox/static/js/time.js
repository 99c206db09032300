/** Dates in somebody's zone: Slack's date tokens, the wording of times, and local times back to seconds. */

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const DAY = 86_400_000;
const formatters = new Map();

function formatter(zone) {
  if (!formatters.has(zone)) {
    const fields = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" };
    formatters.set(zone, new Intl.DateTimeFormat("en-US", { ...fields, timeZone: zone, hourCycle: "h23" }));
  }
  return formatters.get(zone);
}

/**
 * The clock on the wall of a zone.
 * @param {number} seconds since 1970
 * @param {string} zone IANA name
 */
export function wall(seconds, zone) {
  const found = {};
  for (const { type, value } of formatter(zone).formatToParts(new Date(seconds * 1000))) found[type] = Number(value);
  const { year, month, day, hour, minute, second } = found;
  const number = Date.UTC(year, month - 1, day) / DAY;
  return { year, month, day, hour, minute, second, number, weekday: new Date(number * DAY).getUTCDay() };
}

/** Seconds since 1970 of a local date and time; a time that a zone skips is taken an hour later. */
export function fromWall({ year, month, day, hour = 0, minute = 0 }, zone) {
  const asUtc = Date.UTC(year, month - 1, day, hour, minute) / 1000;
  const offset = (at) => {
    const local = wall(at, zone);
    return Date.UTC(local.year, local.month - 1, local.day, local.hour, local.minute, local.second) / 1000 - at;
  };
  const guess = asUtc - offset(asUtc);
  return asUtc - offset(guess);
}

/** The date of a day number (days since 1970), as year, month, day. */
export function dateOf(number) {
  const date = new Date(number * DAY);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

const two = (n) => String(n).padStart(2, "0");

/** What `<input type="datetime-local">` wants. */
export function toLocalInput(seconds, zone) {
  const w = wall(seconds, zone);
  return `${w.year}-${two(w.month)}-${two(w.day)}T${two(w.hour)}:${two(w.minute)}`;
}

/** Seconds since 1970 of what `<input type="datetime-local">` gives; null for nothing. */
export function fromLocalInput(text, zone) {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(text);
  if (!found) return null;
  const [year, month, day, hour, minute] = found.slice(1).map(Number);
  return fromWall({ year, month, day, hour, minute }, zone);
}

/** The time of day as the reader prefers it. */
export function timeOfDay(w, { twelve = false, seconds = false } = {}) {
  const tail = `${two(w.minute)}${seconds ? `:${two(w.second)}` : ""}`;
  if (!twelve) return `${two(w.hour)}:${tail}`;
  return `${w.hour % 12 || 12}:${tail} ${w.hour < 12 ? "AM" : "PM"}`;
}

function ordinal(n) {
  const teens = n % 100 >= 11 && n % 100 <= 13;
  return `${n}${teens ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th")}`;
}

function nearDay(w, today) {
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[w.number - today.number] ?? null;
}

const UNITS = [["year", 31_536_000], ["month", 2_592_000], ["day", 86_400], ["hour", 3_600], ["minute", 60]];

function ago(seconds, now) {
  const distance = Math.abs(now - seconds);
  const [unit, size] = UNITS.find(([, length]) => distance >= length) ?? ["second", 1];
  const count = Math.floor(distance / size);
  if (unit === "second" && count < 5) return "just now";
  const words = `${count} ${unit}${count === 1 ? "" : "s"}`;
  return seconds <= now ? `${words} ago` : `in ${words}`;
}

/** A value for each of Slack's tokens. Near dates (six months) go without their year, as in Slack. */
function tokens(seconds, reader) {
  const w = wall(seconds, reader.zone);
  const today = wall(reader.now, reader.zone);
  const near = Math.abs(w.number - today.number) < 183;
  const year = near ? "" : `, ${w.year}`;
  const month = MONTHS[w.month - 1];
  const date = `${month} ${ordinal(w.day)}${year}`;
  const short = `${month.slice(0, 3)} ${w.day}${year}`;
  const long = `${DAYS[w.weekday]}, ${date}`;
  const pretty = nearDay(w, today);
  return {
    date_num: `${w.year}-${two(w.month)}-${two(w.day)}`,
    date_slash: reader.twelve ? `${two(w.month)}/${two(w.day)}/${w.year}` : `${two(w.day)}/${two(w.month)}/${w.year}`,
    date,
    date_short: short,
    date_long: long,
    date_long_full: `${month} ${w.day}, ${w.year}`,
    date_pretty: pretty ?? date,
    date_short_pretty: pretty ?? short,
    date_long_pretty: pretty ?? long,
    day_divider_pretty: pretty ?? `${DAYS[w.weekday]}, ${month} ${ordinal(w.day)}${w.year === today.year ? "" : `, ${w.year}`}`,
    time: timeOfDay(w, { twelve: reader.twelve }),
    time_secs: timeOfDay(w, { twelve: reader.twelve, seconds: true }),
    ago: ago(seconds, reader.now),
  };
}

/**
 * Slack's date template filled in for a reader. A template's first word gets a capital, as in Slack.
 * @param {string} template such as "{date_short_pretty} at {time}"
 * @param {number} seconds since 1970
 * @param {{zone: string, now: number, twelve: boolean}} reader
 */
export function formatDate(template, seconds, reader) {
  const values = tokens(seconds, reader);
  const text = template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  return template.startsWith("{") ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** Does the template hold nothing but tokens that are known? */
export const knownTemplate = (template) =>
  [...template.matchAll(/\{(\w+)\}/g)].every(([, name]) => name in tokens(0, { zone: "UTC", now: 0 }));

/** A day in full: “Monday 23 November 2026”. */
export function fullDay(seconds, zone) {
  const w = wall(seconds, zone);
  return `${DAYS[w.weekday]} ${w.day} ${MONTHS[w.month - 1]} ${w.year}`;
}

/** What a divider between two days says. */
export const dayDivider = (seconds, reader) => formatDate("{day_divider_pretty}", seconds, reader);

/** When a message was sent, in full. */
export const fullTime = (seconds, reader) =>
  `${fullDay(seconds, reader.zone)}, ${timeOfDay(wall(seconds, reader.zone), { twelve: reader.twelve, seconds: true })}`;
