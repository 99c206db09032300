/** What every dialog needs: focus that stays inside, and a question with two answers. */
import { h, uniqueId } from "./dom.js";
import { textObject, words } from "./mrkdwn.js";

const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]";

/** What the Tab key reaches inside a node, in order. */
export function focusables(node) {
  return [...node.querySelectorAll(FOCUSABLE)].filter(
    (one) => !one.disabled && one.tabIndex >= 0 && one.getClientRects().length && !one.closest("[inert]") && reachable(one),
  );
}

/** Of a group of radio buttons Tab reaches one: the chosen one, or else the first. */
function reachable(one) {
  if (one.type !== "radio" || one.checked) return true;
  const group = [...one.form?.querySelectorAll(`input[type=radio][name="${one.name}"]`) ?? [one]];
  return !group.some((other) => other.checked) && group[0] === one;
}

/** Keeps Tab inside a dialog. */
export function keepFocus(dialog) {
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Tab") return;
    const all = focusables(dialog);
    const edge = event.shiftKey ? all[0] : all.at(-1);
    if (document.activeElement !== edge && dialog.contains(document.activeElement)) return;
    event.preventDefault();
    (event.shiftKey ? all.at(-1) : all[0])?.focus();
  });
}

/**
 * Asks before something is done. Resolves to true when it was confirmed.
 * @param {{title, text, confirm, deny, style?: string}} question a Block Kit confirm object
 * @param {object} reader
 * @returns {Promise<boolean>}
 */
export function ask(question, reader) {
  const titleId = uniqueId("confirm");
  const textId = uniqueId("confirm-text");
  const answer = (value, text, kind) =>
    h("button", { type: "button", class: `button ${kind}`, on: { click: () => dialog.close(value) } }, words(text));
  const deny = answer("no", question.deny ?? "Cancel", "");
  const confirm = answer("yes", question.confirm ?? "Yes", question.style === "danger" ? "danger filled" : "primary");
  const dialog = h(
    "dialog",
    { class: "confirm", "aria-labelledby": titleId, "aria-describedby": textId },
    h("h2", { id: titleId }, words(question.title ?? "Are you sure?")),
    h("div", { id: textId, class: "text" }, textObject(question.text, reader)),
    h("div", { class: "dialog-foot" }, deny, confirm),
  );
  keepFocus(dialog);
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    dialog.showModal();
    confirm.focus();
  });
}
