/** One message: who, when, what; its thread, reactions, and what can be done with it. */
import { drawBlocks, picture } from "./blocks.js";
import { h, icon, iconButton } from "./dom.js";
import { emoji, QUICK_REACTIONS } from "./emoji.js";
import { link, mrkdwn } from "./mrkdwn.js";
import { menuButton } from "./popup.js";
import { createSurface } from "./surface.js";
import { formatDate, fullTime, timeOfDay, wall } from "./time.js";

/** A round picture with initials, in the person's colour. */
export function avatar(name, color, { isApp = false } = {}) {
  const initials = name.split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();
  const node = h("span", { class: isApp ? "avatar app" : "avatar", "aria-hidden": "true" }, isApp ? appMark() : initials);
  if (color && !isApp) node.style.setProperty("--hue-color", `#${color}`);
  return node;
}

/** The app's own mark: a loop that closes. */
export function appMark() {
  const svg = icon("home");
  svg.setAttribute("class", "mark");
  svg.firstChild.setAttribute("d", "M16 10a6 6 0 1 1-2.2-4.6M7.2 9.8l2.3 2.3L16.5 5");
  return svg;
}

/**
 * @param {object} message as docs/sandbox.md has it
 * @param {object} app the page
 * @param {{inThread?: boolean, follows?: boolean}} how `follows`: right after one of the same sender
 */
export function drawMessage(message, app, { inThread = false, follows = false } = {}) {
  const { reader } = app;
  const { channel, from, is_app: isApp, ephemeral } = message.sandbox;
  if (message.subtype && /_(join|leave|topic|name|archive)$/.test(message.subtype)) return systemLine(message, reader);
  const seconds = Number(message.ts);
  const clock = timeOfDay(wall(seconds, reader.zone), { twelve: reader.twelve });
  const stamp = h("time", { class: "stamp", datetime: new Date(seconds * 1000).toISOString(), title: fullTime(seconds, reader) }, clock);
  const head = h("div", { class: "message-head" }, h("span", { class: "sender" }, from), isApp && h("span", { class: "app-tag" }, "app"), stamp);
  const kinds = ["message", ephemeral && "ephemeral", follows && "follows", mentionsMe(message, reader) && "for-me"].filter(Boolean);
  return h(
    "article",
    { class: kinds.join(" "), tabindex: "0", "aria-label": `${from}, ${clock}`, dataset: { ts: message.ts, channel } },
    avatar(from, reader.person(message.user)?.color, { isApp }),
    h("div", { class: "message-body" }, ephemeral && onlyYou(), head, content(message, app), reactions(message, app), !inThread && threadLink(message, app)),
    toolbar(message, app, inThread),
  );
}

const mentionsMe = (message, reader) => message.sandbox.ephemeral !== true && [...(message.text ?? "").matchAll(/<@(\w+)/g)].some(([, id]) => reader.isMe(id));

const onlyYou = () => h("div", { class: "only-you" }, icon("eye"), "Only visible to you");

const systemLine = (message, reader) => h("p", { class: "system-line", dataset: { ts: message.ts } }, mrkdwn(message.text, reader));

function content(message, app) {
  const { channel } = message.sandbox;
  const surface = createSurface(app, { message: { channel, ts: message.ts } }, { conversation: channel, redraw: () => app.redraw() });
  const body = message.blocks?.length ? drawBlocks(message.blocks, surface) : textOnly(message, app.reader);
  const attachments = (message.attachments ?? []).map((one) => attachment(one, surface));
  const edited = message.edited && h("span", { class: "edited", title: "This message was changed" }, "edited");
  return h("div", { class: "content" }, body, attachments, (message.files ?? []).map(fileNode), edited);
}

const textOnly = (message, reader) => (message.text ? h("div", { class: "text" }, mrkdwn(message.text, reader)) : null);

function attachment(one, surface) {
  const { reader } = surface;
  const bits = [
    one.pretext && h("div", { class: "text" }, mrkdwn(one.pretext, reader)),
    one.title && h("p", { class: "attachment-title" }, one.title_link ? link(one.title_link, one.title) : one.title),
    one.text && h("div", { class: "text" }, mrkdwn(one.text, reader)),
    one.fields && h("div", { class: "fields" }, one.fields.map((field) => h("div", { class: "text" }, h("strong", {}, field.title), "\n", mrkdwn(field.value, reader)))),
    drawBlocks(one.blocks, surface),
    one.image_url && picture({ image_url: one.image_url, alt_text: one.fallback ?? "" }, "picture"),
    one.footer && h("p", { class: "attachment-foot" }, one.footer),
  ];
  const node = h("div", { class: "attachment" }, bits);
  if (/^#?[0-9a-f]{6}$/i.test(one.color ?? "")) node.style.borderColor = `#${one.color.replace("#", "")}`;
  return node;
}

function fileNode(file) {
  const name = file.title || file.name;
  if (/\.(png|jpe?g|gif|svg|webp)$/i.test(file.name ?? "")) {
    return h("figure", { class: "block figure" }, h("figcaption", {}, name), picture({ image_url: file.url_private, alt_text: file.alt_txt || name }, "picture"));
  }
  const size = file.size < 1000 ? `${file.size} bytes` : `${Math.round(file.size / 1000)} kB`;
  return h("a", { class: "file", href: file.url_private, download: true }, h("strong", {}, name), h("span", {}, size));
}

function reactions(message, app) {
  if (!message.reactions?.length) return null;
  const { channel } = message.sandbox;
  const chip = ({ name, users, count }) => {
    const mine = users.some((id) => app.reader.isMe(id));
    const react = () => app.perform("react", { channel, ts: message.ts, name, remove: mine });
    const who = users.map((id) => app.reader.personName(id) ?? id).join(", ");
    const label = `${name.replace(/_/g, " ")}, ${count}: ${who}`;
    return h("button", { type: "button", class: "reaction", "aria-pressed": String(mine), "aria-label": label, title: who, on: { click: react } }, emoji(name) ?? `:${name}:`, h("span", {}, count));
  };
  return h("div", { class: "reactions" }, message.reactions.map(chip));
}

function threadLink(message, app) {
  if (!message.reply_count) return null;
  const words = `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`;
  const last = formatDate("last {date_short_pretty} at {time}", Number(message.latest_reply), app.reader);
  return h(
    "button",
    { type: "button", class: "thread-link", on: { click: () => app.openThread(message.ts) } },
    h("strong", {}, words),
    h("span", {}, last),
  );
}

function toolbar(message, app, inThread) {
  const opener = iconButton("more", "More about this message", () => {});
  const reply = !inThread && !message.sandbox.ephemeral && iconButton("reply", "Reply in thread", () => app.openThread(message.thread_ts ?? message.ts));
  return h("div", { class: "toolbar" }, reply, menuButton(opener, () => choices(message, app), { label: "This message" }));
}

/** What one can do with a message. */
function choices(message, app) {
  const { channel, ephemeral } = message.sandbox;
  const at = { channel, ts: message.ts };
  const item = (label, choose, more = {}) => ({ label, name: label, choose, ...more });
  const inspect = item("Inspect", () => app.inspectMessage(message));
  if (ephemeral) return [item("Dismiss", () => app.perform("dismiss", at)), inspect];
  const shortcuts = app.shortcuts("message").map((one) =>
    item(one.name, () => app.perform("message_shortcut", { ...at, callback_id: one.callback_id }), { description: one.description }),
  );
  const react = QUICK_REACTIONS.map((name) => item(emoji(name), () => app.perform("react", { ...at, name }), { name: `React with ${name.replace(/_/g, " ")}`, compact: true }));
  const mine = app.reader.isMe(message.user) ? [item("Delete", () => app.perform("delete_message", at), { danger: true })] : [];
  return [...shortcuts, inspect, ...mine, ...react];
}
