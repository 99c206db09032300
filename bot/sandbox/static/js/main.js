/** Starts the page and ties its parts together. */
import * as api from "./api.js";
import { browseChannels } from "./browse.js";
import { createClock } from "./clock.js";
import { createConversation } from "./conversation.js";
import { h, iconButton } from "./dom.js";
import { createGuide } from "./guide.js";
import { createHappened } from "./happened.js";
import { createHome } from "./home.js";
import { createInspector } from "./inspector.js";
import { createModal } from "./modal.js";
import { createNotice } from "./notice.js";
import { createReader } from "./reader.js";
import { hrefOf, readRoute } from "./route.js";
import { coalesced, createSession } from "./session.js";
import { createSidebar } from "./sidebar.js";
import { createStore } from "./store.js";
import { themeButton } from "./theme.js";
import { createThread } from "./thread.js";
import { wall } from "./time.js";

const HOME = "home";
/** Where a panel lies over the rest, as `layout.css` has it. */
const OVERLAID = "(max-width: 1080px)";

function createApp(page) {
  const store = createStore({ people: [], workspaces: [], usergroups: [], me: null, channels: [], clockOffset: 0, place: null, links: [], connected: true });
  const reader = createReader(store);
  const notice = createNotice(page.notices);
  const session = createSession(store, onChange);
  const app = {
    store,
    reader,
    me: () => store.get("me"),
    commands: () => store.get("me")?.commands ?? [],
    shortcuts: (type) => (store.get("me")?.shortcuts ?? []).filter((one) => one.type === type),
    known: () => ({ commands: app.commands(), people: reader.colleagues(), channels: store.get("channels") }),
    /** Dates are drawn anew when this changes. */
    epoch: () => `${store.get("clockOffset")} ${wall(reader.now, reader.zone).number} ${store.get("people").length}`,
    say: (sentence) => (modal.isOpen ? modal.complain(sentence) : notice.say(sentence)),
    options: (body) => api.act(store.get("me").id, "options", body),
    perform,
    refresh,
    redraw,
    timeMoved,
    reload: () => session.loadChannels(),
    go,
    openThread,
    writeTo,
    focusComposer: () => conversation.focus(),
    inspectMessage: (message) => inspect({ title: `Message of ${message.sandbox.from}`, payload: message }),
    inspectView: (view) => inspect({ title: "App Home", payload: view }),
  };
  const modal = createModal(app);
  const conversation = createConversation(app);
  const home = createHome(app);
  const thread = createThread(app);
  const inspector = createInspector({ hide: () => showPanel(null) });
  const sidebar = createSidebar(app, { browse: () => browseChannels(app), hide: () => page.showList(false) });
  const happened = createHappened(app, { hide: () => showPanel(null) });
  const clock = createClock(app, {
    busy: (sentence) => (happened.busy(sentence), showHappened()),
    came: (what) => happened.draw(what),
    again: showHappened,
  });
  const guide = createGuide(takeStep);
  page.guide.append(guide.node);
  page.sidebar.append(sidebar.node, clock.node);
  page.tools.append(iconButton("code", "Inspector", () => (panel === "inspector" ? showPanel(null) : inspect(null))), themeButton());
  let panel = null;
  let focusNext = null;

  /** Does something as the person; a refusal or failure is told in a sentence. */
  async function perform(what, body = {}) {
    try {
      const result = await api.act(store.get("me").id, what, body);
      const failed = api.failure(result);
      if (failed) app.say(failed);
      refresh();
      return result;
    } catch (error) {
      if (!(error instanceof api.Refused)) throw error;
      app.say(error.message);
      return null;
    }
  }

  function refresh() {
    modal.refresh();
    conversation.refresh();
    thread.refresh();
    home.refresh();
    if (panel === "inspector") inspector.refresh();
  }

  function redraw() {
    conversation.draw();
    thread.draw();
    home.draw();
    modal.redraw();
  }

  /** The App Home says what is overdue: it is drawn when somebody opens it. */
  function timeMoved() {
    guide.timeMoved();
    if (store.get("place") === HOME) home.open();
    refresh();
  }

  /** Goes where a step of the guide leads, and does there what it says. */
  async function takeStep({ user, place, command, find, jump }) {
    location.hash = hrefOf({ user, place });
    await follow();
    if (guide.isAbout(place)) lookAtSteps();
    if (jump) await clock.jump(jump); // in the zone of who reads it
    if (jump && matchMedia(OVERLAID).matches) showPanel(null);
    if (find) conversation.find(find);
    if (command) perform("command", { channel: place, text: command });
  }

  function onChange({ kind, channel }) {
    if (kind === "modal") modal.refresh();
    else if (kind === "home") home.refresh();
    else if (kind === "channel" && conversation.channel) openPlace();
    if (guide.isAbout(channel)) lookAtSteps();
    if (!channel || channel === conversation.channel?.id) {
      conversation.refresh();
      thread.refresh();
    }
    if (panel === "inspector") inspector.refresh();
  }

  function openThread(ts) {
    focusNext = ts ? thread : conversation;
    go({ thread: ts });
  }

  /** Opens the direct message with somebody. */
  async function writeTo(user) {
    const result = await perform("open_dm", { users: [user] });
    if (!result) return;
    await session.loadChannels();
    go({ place: result.channel.id, thread: null });
  }

  function inspect(what) {
    showPanel("inspector");
    inspector.open(what);
  }

  function showPanel(kind) {
    const was = panel;
    panel = kind ?? (readRoute().thread ? "thread" : null);
    if (was === "inspector" && panel !== "inspector") inspector.close();
    page.showPanel(panel && { thread: ["Thread", thread.node], inspector: ["Inspector", inspector.node], happened: ["What happened", happened.node] }[panel]);
  }

  function showHappened() {
    page.showList(false); // on a phone it would cover the panel
    showPanel("happened");
  }

  /** Goes somewhere: to another person, place or thread. What is not given stays. */
  function go(where) {
    const now = readRoute();
    const keepsThread = !("place" in where) && !("user" in where);
    location.hash = hrefOf({ user: now.user, place: now.place, thread: keepsThread ? now.thread : null, ...where });
  }

  /** Goes where the address says. */
  const follow = coalesced(async () => {
    const route = readRoute();
    const user = store.get("people").some((one) => one.id === route.user) ? route.user : store.get("people")[0]?.id;
    if (!user) return;
    try {
      const before = store.get("me")?.id;
      if (before !== user) await become(user);
      await openPlace({ switched: Boolean(before) && before !== user });
    } catch (error) {
      app.say(error.message);
    }
  });

  async function become(user) {
    modal.hide();
    notice.hide();
    await session.become(user);
    modal.refresh();
  }

  /** Shows what the address says; whoever `switched` to another person stays where that person is, too. */
  async function openPlace({ switched = false } = {}) {
    const { place, thread: ts, at } = readRoute();
    const me = store.get("me");
    const wanted = await channelOf(place, { outside: !switched });
    const channel = wanted ?? (place === HOME ? null : defaultChannel());
    if (place !== HOME && channel && channel.id !== place) history.replaceState(null, "", hrefOf({ user: me.id, place: channel.id }));
    store.set({ place: channel?.id ?? HOME });
    if (channel) {
      home.close();
      page.showMain(conversation.nodes);
      const another = conversation.open(channel, at);
      if (another && !switched && matchMedia("(hover: hover)").matches) focusNext ??= conversation;
    } else {
      conversation.close();
      page.showMain(home.nodes);
      home.open();
    }
    thread.open(channel, channel && ts);
    if (at && matchMedia(OVERLAID).matches && panel === "happened") showPanel(null); // it would cover what it led to
    if (panel !== "inspector" || ts) showPanel(ts && channel ? "thread" : panel === "thread" ? null : panel);
    page.showList(false);
    focusNext?.focus();
    focusNext = null;
    document.title = `${channel?.name ?? me.app?.name ?? "Home"} · ${me.real_name}`;
  }

  async function channelOf(place, { outside }) {
    if (!place || place === HOME) return null;
    const known = store.get("channels").find((one) => one.id === place);
    if (known || !outside) return known ?? null;
    return api.channel(store.get("me").id, place).catch(() => null);
  }

  /** Where something happened last. */
  function defaultChannel() {
    const rooms = store.get("channels").filter((one) => !one.archived);
    return [...rooms].sort((a, b) => Number(b.latest ?? 0) - Number(a.latest ?? 0))[0] ?? null;
  }

  store.on(["clockOffset", "people"], redraw);
  store.on(["connected"], () => page.showConnection(store.get("connected")));
  window.addEventListener("hashchange", follow);
  window.addEventListener("unhandledrejection", () => notice.say("Something on this page did not work. Reload it to go on."));
  async function lookAtSteps() {
    const { steps } = await api.beside().catch(() => ({}));
    if (steps) guide.update(steps);
  }

  async function showBeside() {
    const { steps = [], links = [] } = await api.beside().catch(() => ({}));
    guide.show(steps);
    store.set({ links });
  }

  return { start: () => Promise.all([session.load().then(follow), showBeside()]) };
}

/** The parts of `index.html`. */
function createPage() {
  const part = (id) => document.getElementById(id);
  const [frame, title, body, foot, panel] = ["frame", "main-title", "main-body", "main-foot", "panel"].map(part);
  const list = part("sidebar");
  const menu = part("menu");
  const showList = (open) => {
    frame.classList.toggle("list-open", open);
    menu.setAttribute("aria-expanded", String(open));
  };
  menu.append(iconButton("menu", "", () => {}).firstChild);
  menu.addEventListener("click", () => {
    showList(!frame.classList.contains("list-open"));
    list.querySelector("button, select")?.focus();
  });
  list.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && frame.classList.contains("list-open")) {
      showList(false);
      menu.focus();
    }
  });
  part("shade").addEventListener("click", () => showList(false));
  return {
    sidebar: list,
    tools: part("tools"),
    guide: part("guide"),
    notices: part("notices"),
    showList,
    showMain(nodes) {
      title.replaceChildren(nodes.head);
      body.replaceChildren(nodes.body);
      foot.replaceChildren(...(nodes.foot ? [nodes.foot] : []));
    },
    showPanel(shown) {
      panel.hidden = !shown;
      frame.classList.toggle("with-panel", Boolean(shown));
      if (!shown) return panel.replaceChildren();
      panel.setAttribute("aria-label", shown[0]);
      if (panel.firstChild !== shown[1]) panel.replaceChildren(shown[1]);
      return undefined;
    },
    showConnection(good) {
      part("connection").replaceChildren(...(good ? [] : [h("p", {}, "The sandbox does not answer. This page goes on by itself as soon as it does.")]));
    },
  };
}

const page = createPage();
createApp(page)
  .start()
  .catch((error) => {
    page.showMain({ head: h("div", { class: "main-title" }, h("h2", {}, "Not connected")), body: h("p", { class: "empty-note" }, error.message) });
  });
