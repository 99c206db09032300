/** Slack's data table: pages, sorting by a column, and a filter. */
import { fill, h } from "./dom.js";

const PAGE = 5;

const valueOf = (cell) => (cell.type === "raw_number" ? cell.value : JSON.stringify(cell.text ?? cell.elements ?? ""));
const wordsOf = (cell) => String(cell.text ?? cell.value ?? JSON.stringify(cell.elements ?? "")).toLowerCase();

function compare(one, other) {
  const [a, b] = [valueOf(one), valueOf(other)];
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true });
}

/** @param {(cell: object) => Node} cellNode draws a cell */
export function dataTable(block, cellNode) {
  const [head, ...all] = block.rows;
  const size = block.page_size ?? PAGE;
  const header = block.row_header_column_index ?? 0;
  const shown = { page: 0, by: null, down: false, words: "" };
  const body = h("tbody");
  const foot = h("div", { class: "table-foot" });
  const buttons = head.map((cell, at) => h("button", { class: "sort", type: "button", on: { click: () => sort(at) } }, cellNode(cell)));
  const kindOf = (at) => (all[0][at].type === "raw_number" ? "align-right" : null);
  const heads = buttons.map((button, at) => h("th", { scope: "col", class: kindOf(at) }, button));

  function sort(at) {
    Object.assign(shown, { down: shown.by === at && !shown.down, by: at, page: 0 });
    draw();
  }

  function draw() {
    const rows = all.filter((row) => row.some((cell) => wordsOf(cell).includes(shown.words)));
    if (shown.by !== null) rows.sort((one, other) => compare(one[shown.by], other[shown.by]) * (shown.down ? -1 : 1));
    heads.forEach((node, at) => node.setAttribute("aria-sort", shown.by !== at ? "none" : shown.down ? "descending" : "ascending"));
    const from = shown.page * size;
    fill(body, rows.slice(from, from + size).map((row) => h("tr", {}, row.map((cell, at) => drawn(cell, at)))));
    fill(foot, turn("Back", -1, from > 0), `${rows.length ? from + 1 : 0}–${Math.min(from + size, rows.length)} of ${rows.length}`, turn("More", 1, from + size < rows.length));
  }

  const drawn = (cell, at) => {
    const kind = kindOf(at);
    if (at === header) return h("th", { scope: "row", class: kind }, cellNode(cell));
    return h("td", { class: kind, "data-head": String(head[at].text ?? "") }, cellNode(cell)); // said before it where there is no room for heads
  };
  const turn = (words, by, possible) =>
    h("button", { class: "button small", type: "button", disabled: !possible, on: { click: () => { shown.page += by; draw(); } } }, words);
  const filter = h("input", { class: "input", type: "search", placeholder: "Filter", "aria-label": `Filter ${block.caption}`, on: { input: () => { Object.assign(shown, { words: filter.value.toLowerCase(), page: 0 }); draw(); } } });
  draw();
  const table = h("table", {}, h("caption", {}, block.caption), h("thead", {}, h("tr", {}, heads)), body);
  const isLong = all.length > size; // else there is nothing to look for and no page to turn
  return h("div", { class: "block data-table" }, isLong && filter, h("div", { class: "table-wrap", tabindex: "0", role: "region", "aria-label": block.caption }, table), isLong && foot);
}
