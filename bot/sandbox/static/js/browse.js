/** The public channels that one could join, in a dialog. */
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
    h("div", { class: "modal-body" }, h("ul", { class: "browse-list" }, rooms.map((one) => row(one)))),
    h("footer", { class: "dialog-foot" }, close),
  );

  function row(channel) {
    const go = async () => {
      if (!channel.member && !(await app.perform("join", { channel: channel.id }))) return;
      dialog.close();
      await app.reload();
      app.go({ place: channel.id, thread: null });
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
