/** The blocks of Block Kit, drawn on a surface. */
import { chart } from "./charts.js";
import { dataTable } from "./datatable.js";
import { h, uniqueId } from "./dom.js";
import { actionElement, fieldElement, isField } from "./elements.js";
import { markdown } from "./markdown.js";
import { link, plain, textObject, words } from "./mrkdwn.js";
import { richText } from "./richtext.js";

const GAP_TYPES = new Set(["checkboxes"]);

const BLOCKS = {
  header: (block) => h("h3", { class: "block header" }, plain(block.text.text, block.text.emoji)),
  divider: () => h("hr", { class: "block divider" }),
  section,
  context,
  actions: (block, surface) => h("div", { class: "block actions" }, block.elements.map((element) => actionElement(element, block, surface))),
  image: (block, surface) =>
    h("figure", { class: "block figure" }, block.title && h("figcaption", {}, textObject(block.title, surface.reader)), picture(block, "picture")),
  input,
  rich_text: (block, surface) => h("div", { class: "block text" }, richText(block, surface.reader)),
  markdown: (block, surface) => h("div", { class: "block text" }, markdown(block.text, surface.reader)),
  video,
  table,
  data_visualization: chart,
  data_table: (block, surface) => dataTable(block, (cell) => cellNode(cell, surface)),
  alert: (block, surface) => h("div", { class: `block alert alert-${block.level ?? "default"}`, role: "note" }, h("div", { class: "text" }, textObject(block.text, surface.reader))),
};

/** Draws blocks. What the page does not know is named, with its type. */
export function drawBlocks(blocks, surface) {
  return (blocks ?? []).map((block) => {
    const draw = BLOCKS[block.type];
    if (!draw) return h("p", { class: "block unknown" }, `A block of type “${block.type}” is not drawn here.`);
    const node = draw(block, surface);
    node.dataset.block = block.block_id ?? "";
    return node;
  });
}

function section(block, surface) {
  const body = h("div", { class: "section-body" });
  if (block.text) body.append(h("div", { class: "text" }, textObject(block.text, surface.reader)));
  if (block.fields) body.append(h("div", { class: "fields" }, block.fields.map((one) => h("div", { class: "text" }, textObject(one, surface.reader)))));
  const node = h("div", { class: "block section" }, body);
  if (!block.accessory) return node;
  if (block.accessory.type === "image") node.append(picture(block.accessory, "accessory-image"));
  else node.append(h("div", { class: "accessory" }, actionElement(block.accessory, block, surface)));
  return node;
}

function context(block, surface) {
  const part = (element) =>
    element.type === "image" ? picture(element, "context-image") : h("span", { class: "text" }, textObject(element, surface.reader));
  return h("div", { class: "block context" }, block.elements.map(part));
}

/** Where the file of an image is: an address, or a file of the workspace. */
const addressOf = ({ image_url: url, slack_file: file }) => url ?? file?.url ?? (file?.id ? `/files/${file.id}/` : "");

/** An image; where it cannot be loaded, its alternative text stands in its place. */
export function picture(image, kind) {
  const node = h("img", { class: kind, src: addressOf(image), alt: image.alt_text ?? "", loading: "lazy" });
  node.addEventListener("error", () => {
    node.replaceWith(h("span", { class: `${kind} missing`, role: "img", "aria-label": image.alt_text || "Image" }, image.alt_text || "Image"));
  });
  return node;
}

function video(block) {
  const title = words(block.title);
  return h(
    "div",
    { class: "block video" },
    h("p", { class: "video-title" }, block.title_url ? link(block.title_url, title) : title),
    picture({ image_url: block.thumbnail_url, alt_text: block.alt_text }, "picture"),
    h("p", { class: "video-link" }, link(block.video_url, "Watch the video")),
  );
}

const cellNode = (cell, surface) => (cell.type === "rich_text" ? richText(cell, surface.reader) : plain(String(cell.text ?? cell.value ?? "")));

function table(block, surface) {
  const column = (at) => block.column_settings?.[at] ?? {};
  const row = (tag) => (cells) =>
    h("tr", {}, cells.map((cell, at) => h(tag, { class: `align-${column(at).align ?? "left"}`, scope: tag === "th" ? "col" : null }, cellNode(cell, surface))));
  const [head, ...rows] = block.rows;
  const attributes = { class: "block table-wrap", tabindex: "0", role: "region", "aria-label": "Table" };
  return h("div", attributes, h("table", {}, h("thead", {}, row("th")(head)), h("tbody", {}, rows.map(row("td")))));
}

/**
 * A field with its label, hint and error. The label's text alone is the field's accessible name;
 * “optional”, hint and error describe it.
 */
function input(block, surface) {
  const { element } = block;
  if (!isField(element)) return h("p", { class: "block unknown" }, `A field of type “${element.type}” is not drawn here.`);
  const id = uniqueId("field");
  const error = surface.errors[block.block_id];
  const grouped = element.type === "checkboxes" || element.type === "radio_buttons";
  const field = fieldElement(element, block, surface, {
    id,
    labelId: ownName(block) ? null : `${id}-label`,
    reports: Boolean(block.dispatch_action),
    required: !block.optional && !GAP_TYPES.has(element.type),
  });
  describe(field.control, [block.optional && `${id}-optional`, block.hint && `${id}-hint`, error && `${id}-error`]);
  if (error) markInvalid(field);
  const label = !ownName(block) && h(grouped ? "span" : "label", { id: `${id}-label`, class: "label", for: grouped ? null : id }, plain(block.label.text));
  return h(
    "div",
    { class: error ? "block input-block wrong" : "block input-block" },
    h("div", { class: "label-line" }, label, block.optional && h("span", { id: `${id}-optional`, class: "optional" }, "optional")),
    field.node,
    block.hint && h("p", { id: `${id}-hint`, class: "hint" }, plain(block.hint.text)),
    error && h("p", { class: "error" }, h("span", { class: "error-mark", "aria-hidden": "true" }, "!"), h("span", { id: `${id}-error` }, error)),
  );
}

/** A single checkbox that says the same as its label is named once: by its own text. */
function ownName({ element, label }) {
  return element.type === "checkboxes" && element.options.length === 1 && words(element.options[0].text) === words(label);
}

function describe(control, ids) {
  const all = [control.getAttribute("aria-describedby"), ...ids].filter(Boolean).join(" ");
  if (all) control.setAttribute("aria-describedby", all);
}

function markInvalid({ control, node }) {
  control.setAttribute("aria-invalid", "true");
  if (node.matches?.(".choices") && control === node) for (const one of node.querySelectorAll("input")) one.setAttribute("aria-invalid", "true");
}
