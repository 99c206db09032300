/** Modals: the top of the stack as a dialog, named by its title. Typed values outlive every update of the view. */
import * as api from "./api.js";
import { drawBlocks } from "./blocks.js";
import { focusables, keepFocus } from "./dialog.js";
import { fill, h, iconButton, uniqueId } from "./dom.js";
import { payloadView } from "./inspector.js";
import { words } from "./mrkdwn.js";
import { coalesced } from "./session.js";
import { createSurface, elementsOf } from "./surface.js";

/** @param {object} app the page */
export function createModal(app) {
  const { store } = app;
  const titleId = uniqueId("modal-title");
  const dialog = h("dialog", { class: "modal", "aria-labelledby": titleId });
  const drafts = new Map();
  let shown = null;
  let returnTo = null;
  let submitted = null;
  let closing = null;

  const refresh = coalesced(async () => {
    const user = store.get("me").id;
    try {
      const { view, depth, errors } = await api.modal(user);
      if (store.get("me").id === user) show(view, depth, errors ?? {}, view?.hash === shown?.view.hash ? shown?.complaint : null);
    } catch (error) {
      app.say(error.message);
    }
  });

  function show(view, depth, errors, complaint = null) {
    if (!view) {
      hide();
      return;
    }
    const same = shown?.view.id === view.id;
    const answered = same && submitted === shown.view.hash && view.hash !== submitted;
    const signature = JSON.stringify([view.hash, view.blocks, view.title, view.submit, errors, depth, complaint]);
    if (same && shown.signature === signature) return;
    const place = same && !answered ? focusPlace() : null;
    if (shown) shown.surface.keepDrafts(shown.view.blocks);
    if (!drafts.has(view.id)) drafts.set(view.id, new Map());
    const surface = createSurface(app, { view: view.id }, { state: view.state, drafts: drafts.get(view.id), errors, redraw: () => redraw() });
    const scroll = same && !answered ? dialog.querySelector(".modal-body")?.scrollTop : 0;
    const fresh = JSON.stringify(errors) !== JSON.stringify(shown?.errors ?? {});
    shown = { view, depth, errors, complaint, signature, surface };
    fill(dialog, form());
    dialog.dataset.depth = depth;
    if (!dialog.open) {
      returnTo = document.activeElement;
      dialog.showModal();
    }
    dialog.querySelector(".modal-body").scrollTop = scroll ?? 0;
    focusOn(place, fresh);
  }

  function redraw() {
    const { view, depth, errors, complaint } = shown;
    shown.signature = null;
    show(view, depth, errors, complaint);
  }

  function form() {
    const { view, surface, complaint } = shown;
    const close = words(view.close) || (view.submit ? "Cancel" : "Close");
    const payload = h("div", { class: "modal-payload", hidden: true });
    const inspect = iconButton("eye", "Inspect", () => togglePayload(payload), { "aria-expanded": "false" });
    return h(
      "form",
      { novalidate: true, class: "modal-form", on: { submit, keydown: quickSubmit } },
      h("header", { class: "modal-head" }, h("h2", { id: titleId }, words(view.title)), depthMark(shown.depth)),
      h("div", { class: "modal-body" }, complaint && h("p", { class: "complaint", role: "alert" }, complaint), drawBlocks(view.blocks, surface), payload),
      h(
        "footer",
        { class: "dialog-foot" },
        inspect,
        h("span", { class: "grow" }),
        h("button", { type: "button", class: "button", on: { click: closeTop } }, close),
        view.submit && h("button", { type: "submit", class: "button primary" }, words(view.submit)),
      ),
    );
  }

  const depthMark = (depth) => (depth > 1 ? h("span", { class: "depth" }, `${depth} of 3`) : null);

  async function togglePayload(place) {
    place.hidden = !place.hidden;
    dialog.querySelector("[aria-label=Inspect]").setAttribute("aria-expanded", String(!place.hidden));
    if (place.hidden) return;
    fill(place, await payloadView(shown.view));
    place.scrollIntoView({ block: "nearest" });
  }

  /** Enter in a field of several lines makes a line; with Ctrl or Cmd it submits. */
  function quickSubmit(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit();
  }

  async function submit(event) {
    event.preventDefault();
    const { view, surface } = shown;
    if (!view.submit || dialog.getAttribute("aria-busy") === "true") return;
    dialog.setAttribute("aria-busy", "true");
    submitted = view.hash;
    try {
      const result = await api.act(store.get("me").id, "submit", { view: view.id, values: surface.values() });
      surface.keepDrafts(view.blocks);
      after(result);
    } catch (error) {
      complain(error.message);
    } finally {
      dialog.removeAttribute("aria-busy");
    }
  }

  function after(result) {
    const failed = api.failure(result);
    if (failed) complain(`${failed} Nothing was saved; try again.`);
    else show(result.modal, result.depth, result.errors ?? {});
    app.refresh();
  }

  function complain(sentence) {
    if (!shown) return;
    shown.surface.keepDrafts(shown.view.blocks);
    show(shown.view, shown.depth, shown.errors, sentence);
  }

  async function closeTop() {
    const { view } = shown;
    if (closing === view.id) return;
    closing = view.id;
    drafts.delete(view.id);
    await app.perform("close", { view: view.id });
    await refresh(); // until then the closed one is still shown, and a second Escape would mean it
    closing = null;
  }

  function hide() {
    if (!shown) return;
    shown = null;
    drafts.clear();
    dialog.close();
    fill(dialog);
    if (returnTo?.isConnected) returnTo.focus();
    else app.focusComposer();
  }

  /** Which field has the focus, and where in it. */
  function focusPlace() {
    const active = document.activeElement;
    if (!dialog.contains(active)) return null;
    const found = shown.surface.fields().find(({ field }) => field.node.contains(active) || field.control === active);
    const all = focusables(dialog);
    const { action } = active.dataset;
    const query = found?.field.control === active ? found.field.unfinished?.() : null;
    return { blockId: found?.blockId, actionId: found?.actionId, query, at: selectionOf(active), action, name: active.textContent, order: all.indexOf(active), index: found ? inner(found.field, active) : 0 };
  }

  const inner = (field, active) => focusables(field.node.parentElement ?? field.node).indexOf(active);
  const selectionOf = (node) => (/^(text|search|url|tel|textarea)$/.test(node.type ?? "") ? node.selectionStart : null);

  function focusOn(place, freshErrors) {
    const { surface, errors, view } = shown;
    const wrong = surface.fields().find(({ blockId }) => errors[blockId]);
    if (wrong && (freshErrors || !place)) {
      wrong.field.focus();
      wrong.field.node.scrollIntoView?.({ block: "nearest" });
      return;
    }
    const again = place?.actionId && surface.field(place.blockId, place.actionId);
    if (again) {
      focusInField(again, place);
      return;
    }
    const button = place && [...dialog.querySelectorAll("button")].find((one) => (place.action ? one.dataset.action === place.action : one.textContent === place.name));
    if (button) button.focus();
    else firstFocus(surface, view);
  }

  function focusInField(field, place) {
    field.focus();
    if (place.query) field.resume(place.query);
    if (field.node.matches?.(".choices")) focusables(field.node.parentElement)[place.index]?.focus();
    if (place.at !== null && selectionOf(field.control) !== null) field.control.setSelectionRange(place.at, place.at);
  }

  function firstFocus(surface, view) {
    const wanted = elementsOf(view.blocks).find(({ element }) => element.focus_on_load);
    const chosen = wanted && surface.field(wanted.block.block_id, wanted.element.action_id);
    (chosen ?? surface.fields()[0]?.field)?.focus();
    if (!dialog.contains(document.activeElement) || document.activeElement === dialog) focusables(dialog)[0]?.focus();
  }

  keepFocus(dialog);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (event.target === dialog && shown) closeTop();
  });
  document.body.append(dialog);

  return {
    refresh,
    redraw: () => shown && redraw(),
    hide,
    get isOpen() {
      return Boolean(shown);
    },
    complain,
  };
}
