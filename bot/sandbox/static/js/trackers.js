/** The local trackers beside the workspace: their tickets, what one can do there, and what the bot did. */
import { fill, h } from "./dom.js";
import { markdown } from "./markdown.js";
import { createNotice } from "./notice.js";
import { hereOf } from "./permalink.js";
import { hrefOf } from "./route.js";
import { themeButton } from "./theme.js";

const EVERY = 1000;
const FIRST_PERSON = "U0PRIYA";
const ACTS = {
  pull: { label: "Open a pull request", done: "A pull request was opened there." },
  merge: { label: "Merge the pull request", done: "The pull request was merged, and closed the ticket.", asks: true },
  deploy: { label: "Deploy to production", done: "What was merged was deployed to production.", asks: true },
  start: { label: "Start", done: "Started there." },
  close: { label: "Close", done: "Closed there.", asks: true },
  drop: { label: "Close as not planned", done: "Closed there as not planned.", asks: true },
  reopen: { label: "Reopen", done: "Reopened there.", asks: true },
  comment: { label: "Comment", done: "Said there." },
};

const root = document.getElementById("trackers");
const beside = document.getElementById("beside");
const notice = createNotice(document.getElementById("notices"));
const reader = { personName: () => null, isMe: () => false, person: () => null };
let trackers = [];
let people = [];
let drawn = "";

const route = () => {
  const [kind, ref] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  const tracker = trackers.find((one) => one.kind === kind) ?? trackers[0];
  return { tracker, ticket: tracker?.tickets.find((one) => ref && (one.ref === ref || one.pull === ref)) ?? null };
};

async function ask(path, body) {
  const response = await fetch(path, body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? "The sandbox does not answer. Try again in a moment.");
  return answer;
}

async function refresh() {
  try {
    trackers = (await ask("/sandbox/trackers")).trackers;
  } catch {
    return; // the next look comes in a second
  }
  draw();
}

async function act(name, text = "") {
  const { tracker, ticket } = route();
  try {
    await ask(`/sandbox/trackers/${tracker.kind}/${encodeURIComponent(ticket.ref)}/${name}`, { text });
    notice.say(`${ACTS[name].done} The bot hears of it at once.`);
  } catch (error) {
    notice.say(error.message);
  }
  drawn = "";
  await refresh();
  if (ACTS[name].asks) show(await messagesOf(ticket)); // what is asked of the owner
}

/** Shows an address of the workspace beside the tickets, where there is room for it. */
function show(address) {
  if (address && beside.offsetWidth) beside.contentWindow.location.hash = address;
}

/** Where the owner reads what the bot writes to them; null when nobody here has that account. */
async function messagesOf(ticket) {
  if (!people.length) people = (await ask("/sandbox/people")).people;
  const owner = people.find((one) => one.name === ticket.assignee);
  if (!owner) return null;
  const [me, { channels }] = await Promise.all([ask(`/sandbox/people/${owner.id}`), ask(`/sandbox/people/${owner.id}/channels`)]);
  const direct = channels.find((one) => one.with && one.with === me.app?.bot_user);
  return direct ? hrefOf({ user: owner.id, place: direct.id }) : null;
}

/** Where the item's card stands, as the ticket says it. */
function cardOf(ticket) {
  const [, url] = /\((https:[^)\s]*\/archives\/[^)\s]*)\)/.exec(ticket?.text ?? "") ?? [];
  return url ? hereOf(url, FIRST_PERSON) : null;
}

function arrive() {
  draw();
  const { ticket } = route();
  show(cardOf(ticket));
  if (ticket && matchMedia("(max-width: 760px)").matches) root.querySelector(".ticket")?.scrollIntoView({ block: "start" });
}

function draw() {
  const { tracker, ticket } = route();
  const typed = root.querySelector("textarea")?.value;
  const now = JSON.stringify([trackers, location.hash]);
  if (now === drawn || typed) return; // what somebody is writing is not taken away
  drawn = now;
  const focused = document.activeElement?.dataset?.key;
  fill(root, headNode(tracker), tracker && h("div", { class: "tracker-body" }, listNode(tracker, ticket), ticket ? ticketNode(tracker, ticket) : whatNode(tracker)), tracker && callsNode(tracker));
  if (focused) root.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

function headNode(current) {
  const tab = (one) => h("a", { class: "tab", href: `#/${one.kind}`, dataset: { key: one.kind }, "aria-current": one === current ? "page" : null }, one.title.split(" · ").map((part, at) => h("span", { class: at ? "tab-place" : null }, at ? ` ${part}` : part)));
  return h("header", { class: "main-head" }, h("h1", { class: "visually-hidden" }, "Trackers"), h("nav", { class: "tabs", "aria-label": "Trackers" }, trackers.map(tab)), h("div", { class: "tools" }, h("a", { class: "tab", href: "/" }, "Workspace"), theme));
}

function listNode(tracker, ticket) {
  const item = (one) =>
    h(
      "li",
      {},
      h(
        "a",
        { class: "ticket-row", href: `#/${tracker.kind}/${encodeURIComponent(one.ref)}`, dataset: { key: `${tracker.kind} ${one.ref}` }, "aria-current": one === ticket ? "page" : null },
        h("span", { class: "ticket-title" }, one.title),
        h("span", { class: "ticket-facts" }, stageNode(one), one.name, one.assignee && ` · ${one.assignee}`),
      ),
    );
  if (!tracker.tickets.length) return h("p", { class: "hint tracker-none" }, "No ticket yet. In the workspace, a card's “Create ticket” makes one in its team's tracker: that of Payments is GitHub, that of Platform is Jira.");
  return h("ul", { class: "ticket-list", "aria-label": "Tickets" }, tracker.tickets.map(item));
}

const stageNode = (one) => h("span", { class: `stage stage-${one.stage.replace(" ", "-")}` }, one.status);

function whatNode(tracker) {
  const code = tracker.kind === "github" ? "open and merge a pull request or close it" : "start or close it";
  return h(
    "section",
    { class: "ticket" },
    h("h2", {}, "Work is done here, and proved there"),
    h("p", {}, `Choose a ticket, ${code}, and watch the workspace: the item is implemented when its owner says so, and done when somebody has seen it work. A ticket that is done closes nothing.`),
    h("p", {}, "A ticket that was there before is taken with ", h("code", {}, "/actionitem link N ADDRESS"), ": N is the item's number, and the address stands below the ticket's title."),
  );
}

function ticketNode(tracker, ticket) {
  const button = (name, index) => h("button", { type: "button", class: index ? "button small" : "button small primary", dataset: { key: name }, on: { click: () => act(name) } }, ACTS[name].label);
  const facts = [ticket.assignee ? `assigned to ${ticket.assignee}` : "nobody is assigned", ticket.due && `due ${ticket.due}`, ...ticket.labels].filter(Boolean).join(" · ");
  return h(
    "section",
    { class: "ticket", "aria-label": `Ticket ${ticket.name}` },
    h("h2", {}, ticket.title, h("span", { class: "ticket-name" }, ` ${ticket.name}`)),
    h("p", { class: "ticket-facts" }, stageNode(ticket), facts),
    ticket.pull && h("p", { class: "ticket-facts" }, "Pull request ", h("strong", {}, `#${ticket.pull}`), ` · ${ticket.pull_is}`),
    h("p", { class: "ticket-address" }, h("code", {}, ticket.url)),
    h("div", { class: "ticket-acts" }, ticket.can.map(button)),
    h("div", { class: "ticket-text" }, local(markdown(ticket.text, reader))),
    ticket.comments.map((one) => h("article", { class: "ticket-comment" }, h("p", { class: "ticket-facts" }, h("strong", {}, one.by)), local(markdown(one.text, reader)))),
    commentForm(),
  );
}

function commentForm() {
  const field = h("textarea", { class: "input", id: "comment", rows: "2", dataset: { key: "comment" } });
  const send = (event) => {
    event.preventDefault();
    const text = field.value.trim();
    field.value = "";
    if (text) act("comment", text);
  };
  return h("form", { class: "ticket-form", on: { submit: send } }, h("label", { for: "comment" }, "Your comment"), field, h("button", { type: "submit", class: "button small" }, "Comment"));
}

/** Links of the bot lead to its message in this workspace: beside, where there is room for it. */
function local(nodes) {
  const block = h("div", { class: "md" }, nodes);
  for (const one of block.querySelectorAll("a")) {
    const here = hereOf(one.href, FIRST_PERSON);
    if (!here) continue;
    one.setAttribute("href", `/${here}`);
    one.setAttribute("target", beside.offsetWidth ? "workspace" : "_self");
  }
  return block;
}

function callsNode(tracker) {
  const calls = tracker.calls.map((one) => h("li", {}, h("code", {}, one)));
  const summary = `What the bot wrote here (${tracker.wrote})`;
  const newest = calls.length < tracker.wrote ? `The newest ${calls.length}.` : "The newest first.";
  return h("details", { class: "tracker-calls", open: calls.length > 0 }, h("summary", {}, summary), h("p", { class: "hint" }, `${newest} The bot asked this tracker ${tracker.asked === 1 ? "once" : `${tracker.asked} times`} in all.`), h("ul", {}, calls));
}

const theme = themeButton();
beside.name = "workspace";
window.addEventListener("hashchange", arrive);
setInterval(refresh, EVERY);
refresh().then(() => {
  beside.src = `/${cardOf(route().ticket) ?? hrefOf({ user: FIRST_PERSON, place: "C0INC" })}`;
});
