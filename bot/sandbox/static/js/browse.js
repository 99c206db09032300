/** The public channels that one could join, in a dialog, and a way to make a new one. */
import * as api from "./api.js";
import { keepFocus } from "./dialog.js";
import { h, uniqueId } from "./dom.js";

/** @param {object} app the page */
export async function browseChannels(app) {
  const id = uniqueId("browse");
  const channels = await api.channels(app.me().id, { all: true }).catch((error) => {
    app.say(error.message);
    return null;
  });
  if (!channels) return;
  const rooms = channels.filter((one) => one.kind === "public" && !one.archived).sort((a, b) => a.name.localeCompare(b.name));
  const close = h("button", { type: "button", class: "button", on: { click: () => dialog.close() } }, "Done");
  const dialog = h(
    "dialog",
    { class: "modal browse", "aria-labelledby": id },
    h("header", { class: "modal-head" }, h("h2", { id }, "Channels")),
    h("div", { class: "modal-body" }, newRoom(), h("ul", { class: "browse-list" }, rooms.map((one) => row(one)))),
    h("footer", { class: "dialog-foot" }, close),
  );

  async function show(place) {
    dialog.close();
    await app.reload();
    app.go({ place, thread: null });
  }

  function newRoom() {
    const inputId = uniqueId("room");
    const input = h("input", { class: "input", id: inputId, placeholder: "inc-2043-search", autocomplete: "off" });
    const isPrivate = h("input", { type: "checkbox", id: `${inputId}-private` });
    const error = h("p", { class: "error", role: "alert" });
    const add = async (event) => {
      event.preventDefault();
      try {
        const result = await api.act(app.me().id, "create_channel", { name: input.value.trim(), private: isPrivate.checked });
        await show(result.channel.id);
      } catch (refused) {
        error.textContent = refused.message;
      }
    };
    return h(
      "form",
      { class: "new-room", on: { submit: add } },
      h("label", { class: "label", for: inputId }, "New channel"),
      h("div", { class: "new-room-line" }, input, h("button", { type: "submit", class: "button" }, "Add")),
      h("div", { class: "choice" }, isPrivate, h("label", { for: `${inputId}-private` }, "Private")),
      error,
    );
  }

  function row(channel) {
    const go = async () => {
      if (!channel.member && !(await app.perform("join", { channel: channel.id }))) return;
      await show(channel.id);
    };
    const label = channel.member ? "Open" : "Join";
    return h(
      "li",
      {},
      h("div", {}, h("strong", {}, `#${channel.name}`), channel.topic && h("p", { class: "hint" }, channel.topic)),
      h("button", { type: "button", class: channel.member ? "button small" : "button small primary", "aria-label": `${label} #${channel.name}`, on: { click: go } }, label),
    );
  }

  keepFocus(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
