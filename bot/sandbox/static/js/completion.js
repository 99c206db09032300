/** What could be meant by what stands in the composer: commands, subcommands, people, channels. Pure. */

const MOST = 8;

/** The parts of a usage hint: “new [text] | list [mine | all]” → words with what may follow them. */
export function subcommands(usageHint) {
  const hint = (usageHint ?? "").trim();
  let parts = alternatives(hint);
  const whole = /^[[<](.*)[\]>]$/.exec(hint);
  if (parts.length === 1 && whole) parts = alternatives(whole[1]);
  if (/…|\.\.\./.test(parts.at(-1) ?? "")) parts = parts.slice(0, -1).concat(parts.at(-1).replace(/…|\.\.\./, "").trim());
  return parts.flatMap((part) => {
    const found = /^([a-z][a-z-]*)(?:\s+(.*))?$/s.exec(part);
    return found ? [{ word: found[1], rest: found[2] ?? "" }] : [];
  });
}

/** Splits at `|`, `·` and commas that stand outside of brackets. */
function alternatives(text) {
  const parts = [""];
  let depth = 0;
  for (const character of text) {
    if ("[<(".includes(character)) depth += 1;
    if ("])>".includes(character)) depth -= 1;
    if (depth === 0 && "|·,\n".includes(character)) parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts.map((part) => part.trim()).filter(Boolean);
}

const starts = (text, typed) => text.toLowerCase().startsWith(typed.toLowerCase());

/**
 * @param {string} text what stands in the composer
 * @param {number} caret
 * @param {{commands: object[], people: object[], channels: object[]}} known
 * @returns {{from: number, to: number, items: Array<{insert: string, label: string, note: string}>}|null}
 */
export function complete(text, caret, known) {
  const before = text.slice(0, caret);
  const found = before.startsWith("/") ? (ofCommand(before, known.commands) ?? ofMention(before, known)) : ofMention(before, known);
  if (!found?.items.length) return null;
  const only = found.items.length === 1 && found.items[0].insert.trim() === before.slice(found.from).trim();
  return only ? null : { ...found, to: caret, items: found.items.slice(0, found.most ?? MOST) };
}

function ofCommand(before, commands) {
  const [word, second] = before.split(/\s+/);
  if (!/\s/.test(before)) {
    const items = commands.filter((one) => starts(one.command, word));
    return { from: 0, items: items.map((one) => ({ insert: `${one.command} `, label: one.command, note: one.description ?? "" })) };
  }
  const command = commands.find((one) => one.command === word);
  if (!command) return null;
  const subs = subcommands(command.usage_hint);
  const at = before.length - before.replace(/^\S+\s+/, "").length;
  const tail = before.slice(at);
  if (!/\s/.test(tail)) return { from: at, most: 40, items: subs.filter((one) => starts(one.word, tail)).map((one) => ({ insert: `${one.word} `, label: one.word, note: one.rest })) };
  return ofChoices(subs.find((one) => one.word === second), before, at);
}

/** “list [mine | overdue]”: the words in brackets. */
function ofChoices(sub, before, at) {
  const choices = /^[[<(](.*\|.*)[\])>]/s.exec(sub?.rest ?? "");
  const tail = before.slice(at).replace(/^\S+\s+/, "");
  if (!choices || /\s/.test(tail)) return null;
  const items = subcommands(choices[1]).filter((one) => starts(one.word, tail));
  return { from: before.length - tail.length, most: 40, items: items.map((one) => ({ insert: `${one.word} `, label: one.word, note: one.rest })) };
}

function ofMention(before, { people, channels }) {
  const found = /(?:^|\s)([@#])([\w.-]*)$/.exec(before);
  if (!found) return null;
  const [, sign, typed] = found;
  const from = before.length - typed.length - 1;
  if (sign === "#") {
    const items = channels.filter((one) => one.kind === "public" || one.kind === "private").filter((one) => starts(one.name, typed));
    return { from, items: items.map((one) => ({ insert: `#${one.name} `, label: `#${one.name}`, note: one.topic ?? "" })) };
  }
  const fits = people.filter((one) => starts(one.name, typed) || one.real_name.split(" ").some((word) => starts(word, typed)));
  return { from, items: fits.map((one) => ({ insert: `@${one.name} `, label: one.real_name, note: `@${one.name}` })) };
}

/** A typed text as Slack's client sends it: escaped, with mentions of people and channels. */
export function encode(text, { people, channels }) {
  const escaped = text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  return escaped
    .replace(/(^|\s)@(channel|here|everyone)\b/g, "$1<!$2>")
    .replace(/(^|[\s(])@([\w.-]*\w)/g, (whole, lead, name) => {
      const person = people.find((one) => one.name === name);
      return person ? `${lead}<@${person.id}>` : whole;
    })
    .replace(/(^|[\s(])#([\w-]+)/g, (whole, lead, name) => {
      const channel = channels.find((one) => one.name === name);
      return channel ? `${lead}<#${channel.id}>` : whole;
    });
}
