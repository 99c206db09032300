/** `rich_text` blocks: sections, lists, quotes, preformatted text and what stands inside them. */
import { h } from "./dom.js";
import { emoji, withEmoji } from "./emoji.js";
import { broadcast, channelMention, dateNode, emojiNode, groupMention, link, userMention } from "./mrkdwn.js";

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };

const INSIDE = {
  text: (element) => document.createTextNode(withEmoji(element.text)),
  link: (element) => link(element.url, element.text || element.url),
  user: (element, reader) => userMention(element.user_id, reader),
  channel: (element, reader) => channelMention(element.channel_id, reader),
  usergroup: (element, reader) => groupMention(element.usergroup_id, reader),
  broadcast: (element) => broadcast(element.range),
  emoji: (element) => emojiOf(element),
  date: (element, reader) => dateNode(element, reader),
  color: (element) => h("span", { class: "swatch" }, element.value),
};

function emojiOf({ name, unicode }) {
  const known = emoji(name);
  if (known) return emojiNode(name, known);
  if (!unicode) return document.createTextNode(`:${name}:`);
  return emojiNode(name, String.fromCodePoint(...unicode.split("-").map((hex) => parseInt(hex, 16))));
}

function inside(elements, reader) {
  return (elements ?? []).map((element) => {
    let node = INSIDE[element.type]?.(element, reader) ?? document.createTextNode(element.text ?? "");
    for (const [style, tag] of Object.entries(STYLES)) {
      if (element.style?.[style]) node = h(tag, {}, node);
    }
    return node;
  });
}

const OUTSIDE = {
  rich_text_section: (element, reader) => h("div", { class: "rich-section" }, inside(element.elements, reader)),
  rich_text_preformatted: (element, reader) => h("pre", { class: "code", tabindex: "0" }, inside(element.elements, reader)),
  rich_text_quote: (element, reader) => h("blockquote", { class: "quote" }, inside(element.elements, reader)),
  rich_text_list: (element, reader) =>
    h(
      element.style === "ordered" ? "ol" : "ul",
      { class: `rich-list indent-${element.indent ?? 0}`, start: element.offset ? element.offset + 1 : null },
      element.elements.map((item) => h("li", {}, inside(item.elements, reader))),
    ),
};

/** The nodes of a `rich_text` block. */
export const richText = (block, reader) => (block.elements ?? []).map((element) => OUTSIDE[element.type]?.(element, reader) ?? "");

/** What a rich text says, without its looks: for a field that edits it. */
export function plainOf(block) {
  const say = (element) => element.text ?? element.url ?? (element.elements ?? []).map(say).join("");
  return (block?.elements ?? []).map(say).join("\n");
}

/** A `rich_text` block that says this text. */
export const richTextOf = (text) => ({
  type: "rich_text",
  elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }],
});
