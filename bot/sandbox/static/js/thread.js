/** The side panel with one thread. */
import * as api from "./api.js";
import { createComposer, sendTo } from "./composer.js";
import { h, iconButton } from "./dom.js";
import { coalesced } from "./session.js";
import { createTimeline } from "./timeline.js";

/** @param {object} app the page */
export function createThread(app) {
  const { store } = app;
  const timeline = createTimeline(app, { inThread: true });
  const where = h("p", { class: "topic" });
  const composer = createComposer(app, { send: (text) => sendTo(app, open.channel.id, text, open.ts) });
  const head = h("div", { class: "panel-head" }, h("div", { class: "main-title" }, h("h2", {}, "Thread"), where), iconButton("close", "Hide the thread", () => app.openThread(null)));
  const node = h("div", { class: "panel-inner" }, head, timeline.node, h("div", { class: "main-foot" }, composer.node));
  let open = null;

  const refresh = coalesced(async () => {
    if (!open) return;
    const asked = open;
    try {
      const messages = await api.messages(store.get("me").id, asked.channel.id, asked.ts);
      if (open === asked) timeline.show({ messages, lastRead: null, label: "Messages in the thread" });
    } catch (error) {
      if (open === asked) timeline.empty(h("p", { class: "empty-note" }, error.message));
    }
  });

  return {
    node,
    refresh,
    draw: () => open && timeline.draw(),
    focus: () => composer.focus(),
    /** @param {object|null} channel @param {string|null} ts the parent's */
    open(channel, ts) {
      const another = open?.ts !== ts || open?.channel.id !== channel?.id;
      open = ts ? { channel, ts } : null;
      if (!open || !another) return;
      where.textContent = channel.kind === "im" || channel.kind === "mpim" ? channel.name : `#${channel.name}`;
      timeline.reset();
      composer.open(`${channel.id} ${ts}`, "Reply in the thread");
      refresh().then(() => timeline.toEnd());
    },
  };
}
