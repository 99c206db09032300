/** The `markdown` block: the part of standard Markdown that Slack draws. Nothing in it becomes HTML. */
import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { link, userMention } from "./mrkdwn.js";

const INLINE = [
  [/^`([^`]+)`/, (found) => h("code", {}, found[1])],
  [/^!?\[([^\]]*)\]\(([^)\s]+)\)/, (found) => link(found[2], found[1] || found[2])],
  [/^<@(U\w+)>/, (found, reader) => userMention(found[1], reader)],
  [/^<(https?:[^>]+)>/, (found) => link(found[1], found[1])],
  [/^\*\*(?=\S)([\s\S]*?\S)\*\*/, (found, reader) => h("strong", {}, inline(found[1], reader))],
  [/^__(?=\S)([\s\S]*?\S)__/, (found, reader) => h("strong", {}, inline(found[1], reader))],
  [/^~~(?=\S)([\s\S]*?\S)~~/, (found, reader) => h("s", {}, inline(found[1], reader))],
  [/^\*(?=\S)([\s\S]*?\S)\*/, (found, reader) => h("em", {}, inline(found[1], reader))],
  [/^_(?=\S)([^_]*\S)_(?!\w)/, (found, reader) => h("em", {}, inline(found[1], reader))],
  [/^\\([\\`*_{}[\]()#+\-.!|<>~])/, (found) => document.createTextNode(found[1])],
];

function inline(text, reader) {
  const nodes = [];
  let gathered = "";
  for (let at = 0; at < text.length; ) {
    const rest = text.slice(at);
    const rule = INLINE.map(([pattern, make]) => [pattern.exec(rest), make]).find(([found]) => found);
    if (rule) {
      nodes.push(document.createTextNode(withEmoji(gathered)), rule[1](rule[0], reader));
      gathered = "";
      at += rule[0][0].length;
    } else {
      gathered += text[at];
      at += 1;
    }
  }
  return [...nodes, document.createTextNode(withEmoji(gathered))];
}

const LIST = /^(\s*)([-*+]|\d+[.)])\s+(.*)/;
const cells = (line) => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
const isRule = (line) => /^\s*\|?[\s:|-]*-{2,}[\s:|-]*$/.test(line ?? "") && line.includes("|");

/** How many lines from `at` on fulfil a test. */
function run(lines, at, test) {
  let end = at;
  while (end < lines.length && test(lines[end])) end += 1;
  return end - at;
}

/** Kinds of block: does one begin here, and its node with the number of lines it takes. */
const BLOCKS = [
  (lines, at) => {
    if (!/^\s*```/.test(lines[at])) return null;
    const length = run(lines, at + 1, (line) => !/^\s*```/.test(line));
    return [h("pre", { class: "code", tabindex: "0" }, lines.slice(at + 1, at + 1 + length).join("\n")), length + 2];
  },
  (lines, at, reader) => {
    const found = /^(#{1,6})\s+(.*)/.exec(lines[at]);
    return found && [h("p", { class: `md-heading md-heading-${found[1].length}` }, inline(found[2], reader)), 1];
  },
  (lines, at) => (/^\s*([-*_])(\s*\1){2,}\s*$/.test(lines[at]) ? [h("hr", { class: "divider" }), 1] : null),
  (lines, at, reader) => {
    const length = run(lines, at, (line) => /^\s*>/.test(line));
    const inner = lines.slice(at, at + length).map((line) => line.replace(/^\s*>\s?/, ""));
    return length ? [h("blockquote", { class: "quote" }, markdownLines(inner, reader)), length] : null;
  },
  (lines, at, reader) => {
    if (!lines[at].includes("|") || !isRule(lines[at + 1])) return null;
    const length = run(lines, at + 2, (line) => line.includes("|"));
    return [tableNode([lines[at], ...lines.slice(at + 2, at + 2 + length)].map(cells), reader), length + 2];
  },
  (lines, at, reader) => {
    const length = run(lines, at, (line) => LIST.test(line));
    return length ? [listNode(lines.slice(at, at + length), reader), length] : null;
  },
];

function tableNode([head, ...rows], reader) {
  const row = (tag) => (texts) => h("tr", {}, texts.map((text) => h(tag, {}, inline(text, reader))));
  return h("div", { class: "table-wrap", tabindex: "0" }, h("table", {}, h("thead", {}, row("th")(head)), h("tbody", {}, rows.map(row("td")))));
}

function listNode(lines, reader) {
  const items = lines.map((line) => {
    const [, indent, , text] = LIST.exec(line);
    const task = /^\[([ xX])\]\s+(.*)/.exec(text);
    const mark = task ? (task[1] === " " ? "☐ " : "☑ ") : "";
    const level = Math.min(8, Math.floor(indent.length / 2));
    return h("li", { class: `indent-${level}` }, mark, inline(task ? task[2] : text, reader));
  });
  return h(/^\s*\d/.test(lines[0]) ? "ol" : "ul", { class: "rich-list" }, items);
}

function markdownLines(lines, reader) {
  const nodes = [];
  let paragraph = [];
  const flush = () => {
    if (paragraph.length) nodes.push(h("p", { class: "md" }, inline(paragraph.join("\n"), reader)));
    paragraph = [];
  };
  for (let at = 0; at < lines.length; ) {
    const block = BLOCKS.map((begin) => begin(lines, at, reader)).find(Boolean);
    if (block || !lines[at].trim()) flush();
    if (block) nodes.push(block[0]);
    else if (lines[at].trim()) paragraph.push(lines[at]);
    at += block ? block[1] : 1;
  }
  flush();
  return nodes;
}

/** Markdown as nodes. */
export const markdown = (text, reader) => markdownLines((text ?? "").split("\n"), reader);
