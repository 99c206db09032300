/**
 * Slack's mrkdwn and plain text, as nodes.
 * The reader says how names, dates and channels look to them; see `reader.js`.
 */
import { h } from "./dom.js";
import { emoji, withEmoji } from "./emoji.js";
import { hereOf } from "./permalink.js";
import { formatDate, fullTime, knownTemplate } from "./time.js";

const MARKS = { "*": "strong", _: "em", "~": "s" };
const BROADCASTS = new Set(["channel", "here", "everyone"]);
const SAFE = /^(https?|mailto|tel|slack):/i;

/** Slack escapes three characters, and only those. */
export const unescape = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

/** A link that is safe to follow; else its label as text. */
export function link(url, label) {
  if (!SAFE.test(url)) return document.createTextNode(label);
  const here = location.pathname === "/" && hereOf(url);
  if (here) return h("a", { href: here, class: "link" }, label);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", class: "link" }, label);
}

/** A text object of Block Kit as nodes. */
export function textObject(text, reader) {
  if (!text) return [];
  if (typeof text === "string") return plain(text);
  return text.type === "mrkdwn" ? mrkdwn(text.text, reader, { verbatim: text.verbatim }) : plain(text.text, text.emoji);
}

/** A plain text with its emoji. */
export const plain = (text, shortcodes = true) => [document.createTextNode(shortcodes === false ? text : withEmoji(text))];

/** The words of a text object, for accessible names. */
export const words = (text) => (typeof text === "string" ? withEmoji(text) : withEmoji(text?.text ?? ""));

/**
 * mrkdwn as nodes: code blocks, quotes, then what stands inside a line.
 * @param {string} text
 * @param {object} reader
 * @param {{verbatim?: boolean}} [options] verbatim: bare addresses stay text
 */
export function mrkdwn(text, reader, { verbatim = false } = {}) {
  const context = { reader, verbatim };
  return (text ?? "").split(/```\n?([\s\S]*?)```\n?/).flatMap((part, index) => {
    if (!part) return [];
    if (index % 2) return [h("pre", { class: "code", tabindex: "0" }, unescape(part.replace(/\n$/, "")))];
    return quotes(part.replace(/\n$/, ""), context);
  });
}

function quotes(text, context) {
  const nodes = [];
  let gathered = [];
  let quoting = false;
  const flush = () => {
    if (!gathered.length) return;
    const inner = inline(gathered.join("\n"), context);
    nodes.push(...(quoting ? [h("blockquote", { class: "quote" }, inner)] : inner));
    gathered = [];
  };
  const lines = text.split("\n");
  for (const [at, line] of lines.entries()) {
    const rest = /^(?:&gt;|>){3} ?([\s\S]*)/.exec(lines.slice(at).join("\n"));
    if (rest) {
      flush();
      return [...nodes, h("blockquote", { class: "quote" }, inline(rest[1], context))];
    }
    const quoted = /^(?:&gt;|>) ?(.*)/.exec(line);
    if (Boolean(quoted) !== quoting) {
      flush();
      quoting = Boolean(quoted);
    }
    gathered.push(quoted ? quoted[1] : line);
  }
  flush();
  return nodes;
}

/** What stands inside lines: code, entities, bold, italics, strikes, emoji, bare addresses. */
function inline(text, context) {
  const nodes = [];
  let start = 0;
  let at = 0;
  const flush = () => {
    if (at > start) nodes.push(document.createTextNode(unescape(text.slice(start, at))));
  };
  while (at < text.length) {
    const found = piece(text, at, context);
    if (found) {
      flush();
      nodes.push(found.node);
      at += found.length;
      start = at;
    } else {
      at += 1;
    }
  }
  flush();
  return nodes;
}

function piece(text, at, context) {
  const character = text[at];
  if (character === "`") return codePiece(text, at);
  if (character === "<") return entityPiece(text, at, context);
  if (character in MARKS) return markPiece(text, at, context);
  if (character === ":") return emojiPiece(text, at);
  if (character === "h" && !context.verbatim) return addressPiece(text, at);
  return null;
}

function codePiece(text, at) {
  const found = /^`([^`\n]+)`/.exec(text.slice(at));
  return found && { node: h("code", {}, unescape(found[1])), length: found[0].length };
}

function emojiPiece(text, at) {
  const found = /^:([a-z0-9_+-]+(?:::skin-tone-\d)?):/.exec(text.slice(at, at + 60));
  const character = found && emoji(found[1]);
  return character && { node: emojiNode(found[1], character), length: found[0].length };
}

/** An emoji that says its name. */
export const emojiNode = (name, character) => h("span", { class: "emoji", role: "img", "aria-label": name.replace(/_/g, " "), title: `:${name}:` }, character);

function addressPiece(text, at) {
  if (at > 0 && /[\w/]/.test(text[at - 1])) return null;
  const found = /^https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)'"*_~]/.exec(text.slice(at));
  return found && { node: link(unescape(found[0]), unescape(found[0])), length: found[0].length };
}

function markPiece(text, at, context) {
  const mark = text[at];
  if (at > 0 && /[\p{L}\p{N}]/u.test(text[at - 1])) return null;
  if (!text[at + 1] || /\s/.test(text[at + 1]) || text[at + 1] === mark) return null;
  const end = closing(text, at + 1, mark);
  if (end < 0) return null;
  return { node: h(MARKS[mark], {}, inline(text.slice(at + 1, end), context)), length: end - at + 1 };
}

/** Where a mark closes on the same line, outside of code and entities; -1 if it does not. */
function closing(text, from, mark) {
  for (let at = from; at < text.length && text[at] !== "\n"; at += 1) {
    const skipped = /^(?:`[^`\n]+`|<[^<>\n]+>)/.exec(text.slice(at));
    if (skipped) {
      at += skipped[0].length - 1;
    } else if (text[at] === mark && at > from && !/\s/.test(text[at - 1]) && !/[\p{L}\p{N}]/u.test(text[at + 1] ?? "")) {
      return at;
    }
  }
  return -1;
}

function entityPiece(text, at, context) {
  const found = /^<([^<>]+)>/.exec(text.slice(at));
  return found && { node: entity(found[1], context.reader), length: found[0].length };
}

function entity(inside, reader) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? null : withEmoji(unescape(inside.slice(bar + 1)));
  if (target.startsWith("@")) return userMention(target.slice(1), reader, label);
  if (target.startsWith("#")) return channelMention(target.slice(1), reader, label);
  if (target.startsWith("!")) return command(target.slice(1), label, reader);
  if (!SAFE.test(target)) return document.createTextNode(unescape(`<${inside}>`));
  return link(unescape(target), label ?? unescape(target).replace(/^mailto:/, ""));
}

/** @mention of a person, highlighted when it is the reader. */
export function userMention(id, reader, label = null) {
  const name = reader.personName(id) ?? label ?? id;
  return h("span", { class: reader.isMe(id) ? "mention mention-me" : "mention", dataset: { user: id } }, `@${name.replace(/^@/, "")}`);
}

/** #channel, as a link for who can see it. */
export function channelMention(id, reader, label = null) {
  const channel = reader.channel(id);
  if (channel) return h("a", { class: "mention", href: reader.channelHref(id) }, `#${channel.name}`);
  return h("span", { class: "mention" }, label ? `#${label}` : "a private channel");
}

/** @handle of a group of people. */
export const groupMention = (id, reader, label = null) =>
  h("span", { class: "mention" }, reader.groupHandle(id) ?? label ?? `@${id}`);

/** @channel, @here or @everyone. */
export const broadcast = (range) => h("span", { class: "mention mention-me" }, `@${range}`);

function command(inside, label, reader) {
  const [name, ...parts] = inside.split("^");
  if (BROADCASTS.has(name)) return broadcast(name);
  if (name === "subteam") return groupMention(parts[0], reader, label);
  if (name === "date") return dateNode({ timestamp: Number(parts[0]), format: parts[1], url: parts[2], fallback: label }, reader);
  return document.createTextNode(label ?? `<!${inside}>`);
}

/** A date as the reader sees it; its fallback when the template is not Slack's. */
export function dateNode({ timestamp, format, url, fallback }, reader) {
  if (!Number.isFinite(timestamp) || !format || !knownTemplate(format)) return document.createTextNode(fallback ?? "");
  const text = formatDate(unescape(format), timestamp, reader);
  const attributes = { class: "date", datetime: new Date(timestamp * 1000).toISOString(), title: fullTime(timestamp, reader) };
  return h("time", attributes, url ? link(unescape(url), text) : text);
}
