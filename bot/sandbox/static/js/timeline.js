/** A list of messages that stays as it is where nothing changed: focus, typed values and open menus survive. */
import { fill, h } from "./dom.js";
import { drawMessage } from "./message.js";
import { dayDivider, wall } from "./time.js";

const PAGE = 150;
const CLOSE_BY = 300;

/**
 * @param {object} app the page
 * @param {{label: function(): string, inThread?: boolean}} how
 */
export function createTimeline(app, { inThread = false } = {}) {
  const list = h("div", { class: "timeline-list" });
  const node = h("div", { class: "timeline", role: "log" }, list);
  let drawn = new Map();
  let shown = PAGE;
  let latest = { messages: [], lastRead: null };
  let atEnd = true;

  const toEnd = () => {
    node.scrollTop = node.scrollHeight;
  };
  const size = () => `${node.clientWidth} ${node.clientHeight} ${node.scrollHeight}`;
  let settled = "";
  const look = () => {
    if (size() === settled) atEnd = node.scrollHeight - node.scrollTop - node.clientHeight < 80;
  };
  node.addEventListener("scroll", look);
  node.addEventListener("keydown", walk);
  const grown = new ResizeObserver(() => {
    if (atEnd) toEnd();
    settled = size();
  });
  grown.observe(node);
  grown.observe(list);

  /** Arrow keys go from message to message. */
  function walk(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !event.target.matches("article")) return;
    const all = [...list.querySelectorAll("article")];
    const next = all[all.indexOf(event.target) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  function draw() {
    const { messages, lastRead } = latest;
    look(); // a message may arrive between the reader's scrolling and the event that tells of it
    const wasAtEnd = atEnd;
    const next = new Map();
    const nodes = [];
    const visible = messages.slice(-shown);
    if (visible.length < messages.length) nodes.push(earlierButton(messages.length - visible.length));
    let before = null;
    let dayBefore = null;
    let newMarked = false;
    for (const message of visible) {
      const day = wall(Number(message.ts), app.reader.zone).number;
      if (!inThread && day !== dayBefore) {
        nodes.push(dividerNode(dayDivider(Number(message.ts), app.reader), "day"));
        before = null;
        dayBefore = day;
      }
      if (isNew(message, lastRead) && !newMarked) {
        nodes.push(dividerNode("New", "new"));
        newMarked = true;
        before = null;
      }
      const follows = followsOn(before, message);
      const signature = JSON.stringify([message, follows, app.epoch()]);
      const old = drawn.get(message.ts);
      const one = old?.signature === signature ? old.node : drawMessage(message, app, { inThread, follows });
      if (old && old.node !== one) keepFocusIn(old.node, one);
      next.set(message.ts, { signature, node: one });
      nodes.push(one);
      before = message.reply_count ? null : message;
    }
    place(nodes);
    drawn = next;
    if (wasAtEnd) toEnd();
  }

  /** Moves nothing that is in its place already. */
  function place(nodes) {
    const wanted = new Set(nodes);
    const focus = pendingFocus;
    pendingFocus = null;
    for (const child of [...list.childNodes]) if (!wanted.has(child)) child.remove();
    nodes.forEach((one, at) => {
      if (list.childNodes[at] !== one) list.insertBefore(one, list.childNodes[at] ?? null);
    });
    focus?.();
  }

  let pendingFocus = null;
  function keepFocusIn(old, one) {
    if (!old.contains(document.activeElement)) return;
    const { action } = document.activeElement.dataset;
    pendingFocus = () => ((action && one.querySelector(`[data-action="${CSS.escape(action)}"]`)) || one).focus({ preventScroll: true });
  }

  const isNew = (message, lastRead) =>
    !inThread && lastRead !== null && Number(message.ts) > Number(lastRead) && !app.reader.isMe(message.user) && !message.sandbox.ephemeral;

  function earlierButton(count) {
    const more = () => {
      shown += PAGE;
      draw();
    };
    return h("button", { type: "button", class: "button earlier", on: { click: more } }, `Show ${Math.min(count, PAGE)} earlier messages`);
  }

  function toNode(one) {
    if (!one) return false;
    atEnd = false;
    one.scrollIntoView({ block: one.offsetHeight < node.clientHeight ? "center" : "start" }); // a long one from its beginning
    one.classList.add("looked-for");
    return true;
  }

  return {
    node,
    /** @param {{messages: object[], lastRead: string|null, label: string}} what */
    show(what) {
      latest = what;
      node.setAttribute("aria-label", what.label);
      draw();
    },
    draw,
    /** Begins anew, at the end of another conversation. */
    reset() {
      drawn = new Map();
      shown = PAGE;
      atEnd = true;
      fill(list);
    },
    toEnd() {
      atEnd = true;
      toEnd();
    },
    /** Shows where a message stands; false when it is not among those that are drawn. */
    toMessage: (ts) => toNode(drawn.get(ts)?.node),
    /** The same for the first one with that text. */
    toText: (text) => toNode([...list.querySelectorAll("article")].find((one) => one.textContent.includes(text))),
    empty: (...children) => fill(list, ...children),
  };
}

function followsOn(before, message) {
  if (!before || before.subtype || message.subtype) return false;
  const same = before.user === message.user && before.sandbox.from === message.sandbox.from;
  return same && before.sandbox.ephemeral === message.sandbox.ephemeral && Number(message.ts) - Number(before.ts) < CLOSE_BY && !message.sandbox.ephemeral;
}

const dividerNode = (text, kind) => h("div", { class: `${kind}-divider`, role: "separator", "aria-label": text }, h("span", {}, text));
