/**
 * Fields of one value: text, numbers, dates, native selects.
 * A field is `{node, control, read(), focus()}`; `spec` is what `elements.js` hands over:
 * `{element, id, name (accessible name, when no label names it), value, changed(value), reader, required}`.
 */
import { h } from "./dom.js";
import { richTextOf } from "./richtext.js";
import { fromLocalInput, toLocalInput } from "./time.js";
import { words } from "./mrkdwn.js";

const SETTLE = 700;

/** Attributes that every control has. */
export const shared = ({ id, name, required }) => ({ id, "aria-label": name, "aria-required": required ? "true" : null });

/**
 * Tells of a change at once when it came by mouse or was set, and when the person has paused or left
 * when it came by keys: arrow keys pass over options that were not meant.
 */
export function settled(control, tell) {
  let timer = null;
  let keyed = false;
  const flush = () => {
    if (timer === null) return;
    clearTimeout(timer);
    timer = null;
    tell();
  };
  control.addEventListener("keydown", (event) => {
    keyed = true;
    if (event.key === "Enter") flush();
  });
  control.addEventListener("pointerdown", () => (keyed = false));
  control.addEventListener("blur", () => {
    flush();
    keyed = false;
  });
  control.addEventListener("change", () => {
    clearTimeout(timer);
    timer = setTimeout(flush, keyed ? SETTLE : 0);
  });
}

function field(node, control, read) {
  return { node, control, read, focus: () => control.focus() };
}

const KINDS = {
  plain_text_input: { type: "text" },
  email_text_input: { type: "email", inputmode: "email" },
  url_text_input: { type: "url", inputmode: "url" },
  number_input: { type: "text", inputmode: "decimal" },
};

/** Text of one line or several, with a count near its limit. */
export function textField(spec) {
  const { element, value } = spec;
  const attributes = { ...shared(spec), class: "input", placeholder: words(element.placeholder) || null, autocomplete: "off", value: value ?? "" };
  const several = element.multiline || element.type === "rich_text_input";
  const control = several ? h("textarea", { rows: "3", ...attributes }) : h("input", { ...KINDS[element.type], ...attributes });
  const read = () => control.value || null;
  const rich = () => (control.value ? richTextOf(control.value) : null);
  whenTyped(control, spec);
  const node = element.max_length ? h("div", { class: "counted" }, control, counter(control, element.max_length)) : control;
  return field(node, control, element.type === "rich_text_input" ? rich : read);
}

function counter(control, limit) {
  const count = h("span", { class: "count", "aria-hidden": "true" });
  const draw = () => {
    const left = limit - control.value.length;
    count.textContent = left < limit * 0.2 ? String(left) : "";
    count.classList.toggle("over", left < 0);
  };
  control.addEventListener("input", draw);
  draw();
  return count;
}

/** A text reports on Enter, unless its element says “on each character”. */
function whenTyped(control, { element, changed }) {
  const on = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  if (on.includes("on_character_entered")) {
    let timer = null;
    control.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => changed(control.value), 250);
    });
  }
  if (on.includes("on_enter_pressed")) {
    control.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      if (changed(control.value) !== false) event.preventDefault();
    });
  }
}

/** A date or a time of day. */
export function dayField(spec, type) {
  const control = h("input", { type, class: "input short", ...shared(spec), value: spec.value ?? "" });
  settled(control, () => spec.changed(control.value || null));
  return field(control, control, () => control.value || null);
}

/** A date with a time, in the reader's zone. */
export function momentField(spec) {
  const { zone } = spec.reader;
  const value = spec.value ? toLocalInput(spec.value, zone) : "";
  const control = h("input", { type: "datetime-local", class: "input short", ...shared(spec), value });
  const read = () => fromLocalInput(control.value, zone);
  settled(control, () => spec.changed(read()));
  return field(control, control, read);
}

const optionNode = ({ value, label }, chosen) => {
  const node = h("option", { value }, label);
  node.selected = value === chosen;
  return node;
};

/**
 * One of several, as the browser's own select.
 * @param {object} spec
 * @param {Array<{label: string|null, options: Array<{value: string, label: string}>}>} groups
 */
export function selectField(spec, groups) {
  const placeholder = words(spec.element.placeholder) || "Choose…";
  const control = h(
    "select",
    { class: "input select", ...shared(spec) },
    h("option", { value: "" }, placeholder),
    groups.map(({ label, options }) => {
      const nodes = options.map((option) => optionNode(option, spec.value));
      return label ? h("optgroup", { label }, nodes) : nodes;
    }),
  );
  const empty = () => control.classList.toggle("empty", !control.value);
  empty();
  control.addEventListener("change", empty);
  settled(control, () => spec.changed(control.value || null));
  return field(control, control, () => control.value || null);
}
