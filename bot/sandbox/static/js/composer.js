/** The box where one writes: Enter sends, Shift+Enter makes a new line; commands, people and channels are completed. */
import { complete, encode } from "./completion.js";
import { fill, h, icon, iconButton, uniqueId } from "./dom.js";
import { menuButton, place } from "./popup.js";

/**
 * @param {object} app the page
 * @param {{send: function(string): Promise<boolean>, shortcuts?: boolean}} how `send` gets the text as typed
 */
export function createComposer(app, { send, shortcuts = false }) {
  const drafts = new Map();
  let place_ = null;
  let last = "";
  const list = h("div", { class: "listbox completion", role: "listbox", id: uniqueId("completion"), "aria-label": "Suggestions", popover: "manual" });
  const box = h("textarea", { class: "composer-text", rows: "1", autocomplete: "off", spellcheck: "true", "aria-autocomplete": "list", "aria-controls": list.id });
  const sendButton = iconButton("send", "Send", () => submit(), { class: "icon-button send" });
  const node = h("form", { class: "composer", on: { submit: (event) => event.preventDefault() } }, box, h("div", { class: "composer-foot" }, shortcutMenu(), h("span", { class: "composer-hint" }), sendButton), list);
  const hint = node.querySelector(".composer-hint");
  let found = null;
  let active = -1;

  function shortcutMenu() {
    if (!shortcuts) return null;
    const items = () => {
      const all = app.shortcuts("global").map((one) => ({ label: one.name, name: one.name, description: one.description, choose: () => app.perform("shortcut", { callback_id: one.callback_id }) }));
      return all.length ? all : [{ label: "The app offers no shortcuts.", name: "The app offers no shortcuts.", choose: () => {} }];
    };
    return menuButton(iconButton("bolt", "Shortcuts", () => {}), items, { label: "Shortcuts" });
  }

  function grow() {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 220)}px`;
    node.classList.toggle("filled", Boolean(box.value.trim()));
    const command = app.commands().find((one) => box.value === one.command || box.value.startsWith(`${one.command} `));
    hint.textContent = command ? "Enter sends the command" : "Shift + Enter for a new line";
  }

  function suggest() {
    found = complete(box.value, box.selectionStart, app.known());
    active = -1;
    box.removeAttribute("aria-activedescendant");
    if (!found) {
      close();
      return;
    }
    fill(list, found.items.map(optionNode));
    if (!list.matches(":popover-open")) list.showPopover();
    list.style.width = `${node.getBoundingClientRect().width}px`;
    place(list, node);
  }

  const optionNode = (item, at) =>
    h(
      "div",
      { class: "option", role: "option", id: uniqueId("suggestion"), "aria-selected": "false", on: { pointerdown: (event) => { event.preventDefault(); take(at); } } },
      h("span", { class: "completion-word" }, item.label),
      item.note && h("span", { class: "menu-note" }, item.note),
    );

  function close() {
    found = null;
    active = -1;
    box.removeAttribute("aria-activedescendant");
    if (list.matches(":popover-open")) list.hidePopover();
  }

  function mark(at) {
    const nodes = [...list.children];
    nodes[active]?.setAttribute("aria-selected", "false");
    active = (at + nodes.length) % nodes.length;
    nodes[active].setAttribute("aria-selected", "true");
    nodes[active].scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", nodes[active].id);
  }

  function take(at) {
    const { from, to, items } = found;
    box.setRangeText(items[at].insert, from, to, "end");
    grow();
    suggest();
  }

  async function submit() {
    const text = box.value.trim();
    if (!text) return;
    const from = place_;
    write("");
    close();
    if (await send(text)) {
      last = text;
    } else if (place_ === from && !box.value) {
      write(text);
    }
  }

  function write(text) {
    box.value = text;
    grow();
  }

  box.addEventListener("input", () => {
    grow();
    suggest();
  });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (found && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      mark(event.key === "ArrowDown" ? active + 1 : active < 0 ? -1 : active - 1);
    } else if (found && event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      take(Math.max(active, 0));
    } else if (found && event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (found && active >= 0) take(active);
      else submit();
    } else if (event.key === "ArrowUp" && !box.value && last) {
      event.preventDefault();
      write(last);
    }
  });

  return {
    node,
    focus: () => box.focus({ preventScroll: true }),
    /** Writes to another place; what was begun here waits for the return. */
    open(place, name) {
      if (place !== place_) {
        drafts.set(place_, box.value);
        place_ = place;
        write(drafts.get(place) ?? "");
        close();
      }
      box.setAttribute("aria-label", name);
      box.placeholder = name;
    },
  };
}

/**
 * Sends a text to a channel: a command or a message.
 * @returns {Promise<boolean>} whether it was taken
 */
export async function sendTo(app, channel, text, thread = null) {
  if (text.startsWith("/")) {
    if (thread) {
      app.say("Slack runs commands in channels, not in threads.");
      return false;
    }
    const own = ownCommand(app, channel, text);
    return Boolean(await (own ?? app.perform("command", { channel, text })));
  }
  const body = { channel, text: encode(text, app.known()), ...(thread && { thread_ts: thread }) };
  return Boolean(await app.perform("message", body));
}

/** Slack's own commands that this page knows: `/invite @somebody` and `/leave`. */
function ownCommand(app, channel, text) {
  const [command, who] = text.split(/\s+/);
  if (command === "/leave") return app.perform("leave", { channel });
  if (command !== "/invite" || !who) return null;
  const { bot_user: bot, name } = app.me().app ?? {};
  const isApp = name && text.toLowerCase().includes(name.toLowerCase());
  const person = app.known().people.find((one) => `@${one.name}` === who);
  if (!person && !isApp) return null;
  return app.perform("invite", { channel, user: isApp ? bot : person.id });
}

/** The mark before a channel's name. */
export const channelMark = (channel) => icon(channel.kind === "private" ? "lock" : "hash");
