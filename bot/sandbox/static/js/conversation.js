/** The middle: a channel or a direct message, with its composer. */
import * as api from "./api.js";
import { channelMark, createComposer, sendTo } from "./composer.js";
import { fill, h } from "./dom.js";
import { menuButton } from "./popup.js";
import { hrefOf } from "./route.js";
import { coalesced } from "./session.js";
import { createTimeline } from "./timeline.js";

/** The two sides of an app: its Home and its messages. */
export function appTabs(app, current) {
  const me = app.store.get("me");
  const direct = app.store.get("channels").find((one) => one.with && one.with === me.app?.bot_user);
  const tab = (text, place) => h("a", { class: "tab", href: hrefOf({ user: me.id, place }), "aria-current": current === text ? "page" : null }, text);
  return h("nav", { class: "tabs", "aria-label": me.app?.name ?? "App" }, tab("Home", "home"), direct && tab("Messages", direct.id));
}

/** What the composer of a channel is called. */
export const messageTo = (channel) => (channel.kind === "public" || channel.kind === "private" ? `Message #${channel.name}` : `Message ${channel.name}`);

/** @param {object} app the page */
export function createConversation(app) {
  const { store } = app;
  const head = h("div", { class: "main-title" });
  const timeline = createTimeline(app);
  const composer = createComposer(app, { send: (text) => sendTo(app, here.id, text), shortcuts: true });
  const foot = h("div", { class: "main-foot" });
  let here = null;
  let lastRead = null;
  let openedBy = null;
  let headDrawn = null;

  const refresh = coalesced(async () => {
    if (!here) return;
    const asked = here;
    const user = store.get("me").id;
    try {
      const messages = await api.messages(user, asked.id);
      if (here !== asked || store.get("me").id !== user) return;
      timeline.show({ messages, lastRead, label: `Messages in ${nameOf(asked)}` });
      if (!messages.length) timeline.empty(emptyNote(asked));
      markRead();
    } catch (error) {
      if (here === asked) timeline.empty(h("p", { class: "empty-note" }, error.message));
    }
  });

  const nameOf = (channel) => (channel.kind === "im" || channel.kind === "mpim" ? channel.name : `#${channel.name}`);

  function emptyNote(channel) {
    const first = channel.kind === "im" ? `This is the beginning of your conversation with ${channel.name}.` : `This is the very beginning of ${nameOf(channel)}.`;
    const command = app.commands()[0];
    return h("div", { class: "empty-note" }, h("p", { class: "empty-title" }, first), command && h("p", {}, "Say something, or type ", h("code", {}, command.command), "."));
  }

  function markRead() {
    const now = store.get("channels").find((one) => one.id === here?.id);
    if (now?.unread > 0 && document.visibilityState === "visible") api.markRead(store.get("me").id, here.id).catch(() => {});
  }

  async function drawHead() {
    const channel = here;
    const drawing = (headDrawn = {});
    const me = store.get("me");
    const isApp = channel.with && channel.with === me.app?.bot_user;
    const direct = channel.kind === "im" || channel.kind === "mpim";
    const title = h("h2", {}, direct ? null : channelMark(channel), channel.name);
    fill(head, title, isApp ? appTabs(app, "Messages") : channel.topic && h("p", { class: "topic" }, channel.topic));
    if (direct) return;
    const { members = [] } = await api.channel(me.id, channel.id).catch(() => ({}));
    if (headDrawn !== drawing || !members.length) return; // drawn anew meanwhile
    head.append(membersMenu(members));
  }

  /** Who is in the channel; whom one chooses, one writes to. */
  function membersMenu(members) {
    const button = h("button", { type: "button", class: "members" }, `${members.length} ${members.length === 1 ? "member" : "members"}`);
    const others = members.filter((id) => !app.reader.isMe(id));
    const item = (id) => ({ label: app.reader.personName(id) ?? id, name: app.reader.personName(id) ?? id, choose: () => app.writeTo(id) });
    return menuButton(button, () => others.map(item), { label: "Write to" });
  }

  function drawFoot() {
    if (here.member === false) {
      const join = h("button", { type: "button", class: "button primary", on: { click: () => app.perform("join", { channel: here.id }) } }, "Join");
      fill(foot, h("div", { class: "join" }, h("p", {}, `You are looking at #${here.name} from outside.`), join));
      return;
    }
    if (!composer.node.isConnected) fill(foot, composer.node);
    composer.open(here.id, messageTo(here));
  }

  document.addEventListener("visibilitychange", () => here && markRead());

  return {
    nodes: { head, body: timeline.node, foot },
    refresh,
    draw: () => timeline.draw(),
    focus: () => composer.focus(),
    get channel() {
      return here;
    },
    /** Shows a channel, from its end, or where the message `at` stands. Tells whether it was another one before. */
    open(channel, at = null) {
      const another = channel.id !== here?.id || store.get("me").id !== openedBy;
      here = channel;
      if (another) {
        openedBy = store.get("me").id;
        lastRead = channel.unread > 0 ? channel.last_read : null;
        timeline.reset();
        refresh().then(() => (at && timeline.toMessage(at)) || timeline.toEnd());
      } else if (at) timeline.toMessage(at);
      drawHead();
      drawFoot();
      return another;
    },
    /** Shows where the first message with that text stands. */
    async find(text) {
      await refresh();
      timeline.toText(text);
    },
    close() {
      here = null;
    },
  };
}
