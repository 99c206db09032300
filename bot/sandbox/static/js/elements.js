/** Interactive elements of Block Kit: which control draws each, what it offers, and what it reports. */
import { choiceField } from "./choices.js";
import { comboField } from "./combobox.js";
import { ask } from "./dialog.js";
import { h, icon, uniqueId } from "./dom.js";
import { dayField, momentField, selectField, textField } from "./fields.js";
import { link, plain, words } from "./mrkdwn.js";
import { menuButton } from "./popup.js";

const offered = (option) => ({ value: option.value, label: words(option.text), note: words(option.description) || null });

/** Options or option groups of Block Kit, as groups. */
function groupsOf({ options, option_groups: groups }) {
  if (groups) return groups.map((group) => ({ label: words(group.label), options: group.options.map(offered) }));
  return [{ label: null, options: (options ?? []).map(offered) }];
}

function peopleGroups(spec) {
  const { reader } = spec;
  const people = reader.colleagues();
  const twice = (name) => people.filter((one) => one.real_name === name).length > 1;
  const label = (one) => (twice(one.real_name) ? `${one.real_name} (${one.name})` : one.real_name);
  return withMissing(people.map((one) => ({ value: one.id, label: label(one) })), spec, (id) => reader.personName(id));
}

/** What is chosen already is offered too, even if it would not be otherwise: somebody who left, say. */
function withMissing(options, spec, nameOf) {
  const chosen = [spec.value].flat().filter(Boolean);
  const missing = chosen.filter((id) => !options.some((one) => one.value === id));
  return [{ label: null, options: [...options, ...missing.map((id) => ({ value: id, label: nameOf(id) ?? id }))] }];
}

const ALL_KINDS = ["public", "private", "im", "mpim"];

function channelGroups(spec, kinds = ALL_KINDS) {
  const wanted = spec.element.filter?.include ?? kinds;
  const { reader } = spec;
  const found = reader.channels().filter((one) => wanted.includes(one.kind) && !one.archived);
  const label = (one) => (one.kind === "public" || one.kind === "private" ? `#${one.name}` : one.name);
  return withMissing(found.map((one) => ({ value: one.id, label: label(one) })), spec, (id) => reader.channel(id)?.name);
}

/** A field of several values from options that are known. */
function severalOf(spec, groups) {
  const all = groups.flatMap((group) => group.options);
  const value = (spec.value ?? []).map((id) => all.find((one) => one.value === id) ?? { value: id, label: id });
  const load = async (query) => {
    const fits = (option) => option.label.toLowerCase().includes(query.toLowerCase());
    return groups.map((group) => ({ ...group, options: group.options.filter(fits) })).filter((group) => group.options.length);
  };
  return comboField({ ...spec, value }, { several: true, load });
}

/** A field whose options the app offers. */
function external(spec, several) {
  const whole = (option) => ({ ...offered(option), whole: option });
  const value = [spec.value].flat().filter(Boolean).map(whole);
  const load = async (query) => {
    const answer = await spec.options(query);
    const groups = answer.option_groups ?? [{ label: null, options: answer.options ?? [] }];
    return groups.map((group) => ({ label: words(group.label) || null, options: group.options.map(whole) })).filter((group) => group.options.length);
  };
  return comboField({ ...spec, value }, { several, load, wait: 150, least: spec.element.min_query_length ?? 3 });
}

const FIELDS = {
  plain_text_input: textField,
  email_text_input: textField,
  url_text_input: textField,
  number_input: textField,
  rich_text_input: textField,
  datepicker: (spec) => dayField(spec, "date"),
  timepicker: (spec) => dayField(spec, "time"),
  datetimepicker: momentField,
  static_select: (spec) => selectField(spec, groupsOf(spec.element)),
  users_select: (spec) => selectField(spec, peopleGroups(spec)),
  conversations_select: (spec) => selectField(spec, channelGroups(spec)),
  channels_select: (spec) => selectField(spec, channelGroups(spec, ["public"])),
  external_select: (spec) => external(spec, false),
  multi_static_select: (spec) => severalOf(spec, groupsOf(spec.element)),
  multi_users_select: (spec) => severalOf(spec, peopleGroups(spec)),
  multi_conversations_select: (spec) => severalOf(spec, channelGroups(spec)),
  multi_channels_select: (spec) => severalOf(spec, channelGroups(spec, ["public"])),
  multi_external_select: (spec) => external(spec, true),
  radio_buttons: (spec) => choiceField(spec, "radio"),
  checkboxes: (spec) => choiceField(spec, "checkbox"),
};

/** Is this an element with a value? */
export const isField = (element) => element.type in FIELDS;

/**
 * A field for an element that holds a value.
 * @param {object} element
 * @param {object} block the block that holds it
 * @param {object} surface see `surface.js`
 * @param {{id?: string, labelId?: string, reports: boolean, required?: boolean}} how `labelId`: the label that names it; null: it needs no name
 */
export function fieldElement(element, block, surface, { id = uniqueId("field"), labelId, reports, required = false }) {
  const value = surface.valueOf(element, block);
  const name = labelId || labelId === null ? null : element.accessibility_label || words(element.placeholder) || "Choose an option";
  let before = value;
  const changed = (now) => {
    if (!reports || same(now, before) || (isSingleSelect(element) && now === null)) return reports;
    report(now);
    return true;
  };
  const report = async (now) => {
    if (element.confirm && !(await ask(element.confirm, surface.reader))) {
      surface.redraw();
      return;
    }
    before = now;
    await surface.act(element, block, now);
  };
  const spec = { element, id, labelId, name, value, required, changed, reader: surface.reader, options: (query) => surface.options(element, block, query) };
  const field = FIELDS[element.type](spec);
  surface.register(block.block_id, element.action_id, field);
  return field;
}

const isSingleSelect = (element) => element.type.endsWith("_select") && !element.type.startsWith("multi_");
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** A button; with an address it is a link that also tells the app. */
function button(element, block, surface) {
  const kind = { primary: "button primary", danger: "button danger" }[element.style] ?? "button";
  const press = async () => {
    if (element.confirm && !(await ask(element.confirm, surface.reader))) return;
    node.setAttribute("aria-busy", "true");
    await surface.act(element, block);
    node.removeAttribute("aria-busy");
  };
  const attributes = { class: kind, "aria-label": element.accessibility_label, on: { click: press }, dataset: { action: element.action_id ?? "" } };
  const node = element.url
    ? Object.assign(link(element.url, words(element.text)))
    : h("button", { type: "button", ...attributes }, plain(element.text.text, element.text.emoji));
  if (element.url && node instanceof HTMLElement) {
    node.className = kind;
    node.addEventListener("click", press);
  }
  return node;
}

function overflow(element, block, surface) {
  const opener = h("button", { type: "button", class: "button overflow", "aria-label": "More options", title: "More options", dataset: { action: element.action_id ?? "" } }, icon("more"));
  const choose = (option) => async () => {
    if (element.confirm && !(await ask(element.confirm, surface.reader))) return;
    if (option.url) window.open(option.url, "_blank", "noopener");
    await surface.act(element, block, option.value);
  };
  const items = () =>
    element.options.map((option) => ({ label: words(option.text), name: words(option.text), description: words(option.description), choose: choose(option) }));
  return menuButton(opener, items, { label: element.accessibility_label || "Options" });
}

/** An element of an `actions` block or an accessory, as a node. */
export function actionElement(element, block, surface) {
  if (element.type === "button" || element.type === "workflow_button") return button(element, block, surface);
  if (element.type === "overflow") return overflow(element, block, surface);
  if (isField(element)) return fieldElement(element, block, surface, { reports: true }).node;
  return h("span", { class: "unknown" }, `“${element.type}” is not drawn here.`);
}
