/** The App Home: the view that the app published for this person. */
import * as api from "./api.js";
import { drawBlocks } from "./blocks.js";
import { appTabs } from "./conversation.js";
import { fill, h, iconButton } from "./dom.js";
import { coalesced } from "./session.js";
import { createSurface } from "./surface.js";

/** @param {object} app the page */
export function createHome(app) {
  const { store } = app;
  const head = h("div", { class: "main-title" });
  const sheet = h("div", { class: "home-sheet" });
  const body = h("div", { class: "home", role: "region", "aria-label": "App Home" }, sheet);
  let isOpen = false;
  let drafts = new Map();
  let drawn = null;

  const refresh = coalesced(async () => {
    if (!isOpen) return;
    const user = store.get("me").id;
    try {
      const view = await api.home(user);
      if (isOpen && store.get("me").id === user) draw(view);
    } catch (error) {
      fill(sheet, h("p", { class: "empty-note" }, error.message));
    }
  });

  function draw(view) {
    if (!view) {
      fill(sheet, h("div", { class: "empty-note" }, h("p", { class: "empty-title" }, "Nothing here yet."), h("p", {}, "The app has not published a Home for you.")));
      return;
    }
    if (drawn?.view.id === view.id) drawn.surface.keepDrafts(drawn.view.blocks);
    else drafts = new Map();
    const { action } = document.activeElement?.dataset ?? {};
    const surface = createSurface(app, { view: view.id }, { state: view.state, drafts, redraw: () => draw(view) });
    fill(sheet, drawBlocks(view.blocks, surface));
    if (action) sheet.querySelector(`[data-action="${CSS.escape(action)}"]`)?.focus({ preventScroll: true });
    drawn = { view, surface };
  }

  const inspect = iconButton("eye", "Inspect the Home", () => drawn && app.inspectView(drawn.view));

  return {
    nodes: { head, body },
    refresh,
    draw: () => drawn && isOpen && draw(drawn.view),
    /** Opens the Home and lets the app know. */
    open() {
      isOpen = true;
      drawn = null;
      fill(head, h("h2", {}, store.get("me").app?.name ?? "App Home"), appTabs(app, "Home"), inspect);
      fill(sheet);
      refresh();
      app.perform("open_home", { tab: "home" }).then(refresh);
    },
    close() {
      isOpen = false;
    },
  };
}
