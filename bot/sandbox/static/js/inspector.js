/** For developers: what a message or a view is made of, what the app called, and what Slack said to it. */
import * as api from "./api.js";
import { fill, h, iconButton } from "./dom.js";
import { coalesced } from "./session.js";

const EVERY = 1500;
const KEPT = 200;

/** JSON to read, with a button that copies it. */
export function json(value) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  const copy = h("button", { type: "button", class: "button small copy", on: { click: () => copied(copy, text) } }, "Copy");
  return h("div", { class: "json" }, copy, h("pre", { tabindex: "0", role: "region", "aria-label": "JSON" }, text));
}

async function copied(button, text) {
  await navigator.clipboard?.writeText(text).catch(() => {});
  button.textContent = "Copied";
}

const withoutSandbox = ({ sandbox: _, ...rest }) => rest;

/** A payload and the call that it came by, with Slack's verdict. */
export async function payloadView(payload) {
  const id = payload.sandbox?.call;
  const call = id ? await api.entry(id).catch(() => null) : null;
  return [
    h("h3", {}, "Payload"),
    json(withoutSandbox(payload)),
    h("h3", {}, "What the app called"),
    call ? entryNode(call, true) : h("p", { class: "hint" }, "No call of the app made this, or the inspector has forgotten it."),
  ];
}

const isGood = (entry) => entry.verdict === "ok";

/** One call or request, folded. */
function entryNode(entry, open = false) {
  const called = entry.kind === "call";
  const badge = h("span", { class: isGood(entry) ? "verdict good" : "verdict bad" }, entry.verdict || "no answer");
  const way = h("span", { class: "way", title: called ? "The app called Slack" : "Slack called the app" }, called ? "app → Slack" : "Slack → app");
  const took = h("span", { class: "took" }, entry.ms === null || entry.ms === undefined ? "" : `${Math.round(entry.ms)} ms`);
  const body = h("div", { class: "entry-body" });
  const node = h("details", { class: "entry", dataset: { entry: entry.id } }, h("summary", {}, h("code", {}, entry.method), badge, way, took), body);
  const draw = () => {
    if (node.open && !body.childNodes.length) fill(body, entryBody(entry));
  };
  node.addEventListener("toggle", draw);
  node.open = open;
  draw();
  return node;
}

function entryBody(entry) {
  const facts = [entry.at, entry.transport, entry.status && `status ${entry.status}`, entry.user, entry.channel].filter(Boolean).join(" · ");
  return [
    h("p", { class: "hint" }, facts),
    entry.details?.length ? h("ul", { class: "details-list" }, entry.details.map((text) => h("li", {}, typeof text === "string" ? text : JSON.stringify(text)))) : null,
    h("h4", {}, "Request"),
    json(entry.request ?? null),
    h("h4", {}, "Answer"),
    json(entry.answer ?? null),
  ];
}

/** @param {{hide: function(): void}} actions */
export function createInspector({ hide }) {
  const chosen = h("div", { class: "inspected" });
  const list = h("div", { class: "entries" });
  const none = h("p", { class: "hint" }, "Nothing was called yet.");
  const filter = h("input", { type: "search", class: "input", id: "inspector-filter", placeholder: "chat.*, view_submission, error…", on: { input: () => sift() } });
  const clear = h("button", { type: "button", class: "button small", on: { click: () => api.forgetEntries().then(begin).catch(() => {}) } }, "Forget all");
  const node = h(
    "div",
    { class: "panel-inner inspector" },
    h("div", { class: "panel-head" }, h("div", { class: "main-title" }, h("h2", {}, "Inspector"), h("p", { class: "topic" }, "Calls and verdicts")), iconButton("close", "Hide this panel", hide)),
    h("div", { class: "panel-scroll" }, chosen, h("div", { class: "entries-head" }, h("h3", {}, "Latest calls"), clear), h("label", { for: "inspector-filter", class: "visually-hidden" }, "Filter the calls"), filter, none, list),
  );
  let after = null;
  let timer = null;

  const refresh = coalesced(async () => {
    const entries = await api.entries(after, KEPT).catch(() => []);
    for (const entry of entries) {
      after = Math.max(after ?? 0, entry.id);
      list.prepend(entryNode(entry));
    }
    while (list.children.length > KEPT) list.lastChild.remove();
    sift();
  });

  function sift() {
    const wanted = filter.value.trim().toLowerCase().replace(/\*/g, "");
    for (const one of list.children) one.hidden = Boolean(wanted) && !one.querySelector("summary").textContent.toLowerCase().includes(wanted);
    none.hidden = list.children.length > 0;
  }

  function begin() {
    after = null;
    fill(list);
    refresh();
  }

  return {
    node,
    /** @param {{title: string, payload: object}|null} what shown above the list */
    async open(what) {
      clearInterval(timer);
      timer = setInterval(refresh, EVERY);
      refresh();
      fill(chosen, what ? [h("h3", { class: "inspected-title" }, what.title), await payloadView(what.payload)] : null);
      if (what) chosen.parentElement.scrollTop = 0;
    },
    close() {
      clearInterval(timer);
    },
    refresh,
  };
}
