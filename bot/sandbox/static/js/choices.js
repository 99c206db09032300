/** Radio buttons and checkboxes: the browser's own, each named by its option's text. */
import { h, uniqueId } from "./dom.js";
import { textObject } from "./mrkdwn.js";

function choice(option, { type, group, checked, reader }) {
  const id = uniqueId("choice");
  const noteId = option.description && `${id}-note`;
  const input = h("input", { type, name: group, value: option.value, id, "aria-describedby": noteId });
  input.checked = checked;
  const label = h("label", { for: id }, textObject(option.text, reader));
  const note = noteId && h("span", { id: noteId, class: "choice-note" }, textObject(option.description, reader));
  return h("div", { class: "choice" }, input, h("span", { class: "choice-text" }, label, note));
}

/**
 * A group of radio buttons or checkboxes.
 * @param {object} spec as in `fields.js`, with `labelId` where a label names the group
 * @param {"radio"|"checkbox"} type
 */
export function choiceField(spec, type) {
  const { element, reader, labelId, name, required, value } = spec;
  const several = type === "checkbox";
  const chosen = several ? value : [value];
  const group = uniqueId("group");
  const nodes = element.options.map((option) => choice(option, { type, group, checked: chosen.includes(option.value), reader }));
  const names = labelId ? { "aria-labelledby": labelId } : { "aria-label": name };
  const role = several ? "group" : "radiogroup";
  const node = h("div", { class: "choices", role: labelId || name ? role : null, ...names }, nodes);
  if (required && !several) node.setAttribute("aria-required", "true");
  const inputs = [...node.querySelectorAll("input")];
  const values = () => inputs.filter((input) => input.checked).map((input) => input.value);
  const read = () => (several ? values() : (values()[0] ?? null));
  node.addEventListener("change", () => spec.changed(read()));
  return { node, control: inputs.length === 1 ? inputs[0] : node, read, focus: () => (inputs.find((one) => one.checked) ?? inputs[0])?.focus() };
}
