/** Slack's charts (`data_visualization`): lines, areas, bars and pies, with their figures as a table for who does not see them. */
import { h, uniqueId } from "./dom.js";

const WIDTH = 600;
const HEIGHT = 250;
const EDGE = { top: 12, right: 16, bottom: 34, left: 52 };
const STEPS = 4;
const SVG = "http://www.w3.org/2000/svg";
const DASHES = ["none", "7 4", "2 4", "10 3 2 3", "4 2", "1 3"];
const RADIUS = 92;

/** @param {object} block a `data_visualization` block, already found right by the sandbox */
export function chart(block) {
  const { chart: drawn, title } = block;
  const id = uniqueId("chart");
  const picture = drawn.type === "pie" ? pie(drawn) : plot(drawn);
  picture.setAttribute("aria-labelledby", id);
  return h(
    "figure",
    { class: "block chart" },
    h("figcaption", { id, class: "chart-title" }, title),
    h("div", { class: "chart-scroll", tabindex: "0", role: "group", "aria-labelledby": id }, picture),
    legend(drawn.type === "pie" ? drawn.segments.map((one) => one.label) : drawn.series.map((one) => one.name), drawn.type),
    h("details", { class: "chart-figures" }, h("summary", {}, "Figures"), h("div", { class: "table-wrap" }, figures(drawn))),
  );
}

function s(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children.flat(Infinity));
  return node;
}

const root = (height, ...children) => s("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "img", class: "chart-picture" }, ...children);

/** A round figure not below `highest`, so that the steps of the scale are round too. */
function roundUp(highest) {
  const size = 10 ** Math.floor(Math.log10(Math.max(highest, 1)));
  return [1, 2, 4, 5, 8, 10].map((times) => times * size).find((one) => one >= highest) ?? 10 * size;
}

function plot({ type, series, axis_config: axes }) {
  const values = series.flatMap((one) => one.data.map((point) => point.value));
  const top = roundUp(Math.max(...values, STEPS));
  const low = Math.min(0, ...values);
  const across = (WIDTH - EDGE.left - EDGE.right) / axes.categories.length;
  const x = (at) => EDGE.left + across * (at + 0.5);
  const y = (value) => HEIGHT - EDGE.bottom - ((value - low) / (top - low)) * (HEIGHT - EDGE.top - EDGE.bottom);
  const draw = { line: lines, area: areas, bar: bars }[type];
  return root(HEIGHT, scale(low, top, y, axes), months(axes, x), draw(series, axes.categories, x, y, across));
}

function scale(low, top, y, axes) {
  const steps = Array.from({ length: STEPS + 1 }, (_, at) => low + ((top - low) * at) / STEPS);
  const line = (value) => [
    s("line", { class: "chart-grid", x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y(value), y2: y(value) }),
    s("text", { class: "chart-label", x: EDGE.left - 8, y: y(value) + 4, "text-anchor": "end" }, Number(value.toFixed(2)).toLocaleString("en")),
  ];
  const middle = (EDGE.top + HEIGHT - EDGE.bottom) / 2;
  const unit = axes.y_label ? [s("text", { class: "chart-label", transform: `translate(11 ${middle}) rotate(-90)`, "text-anchor": "middle" }, axes.y_label)] : [];
  return s("g", {}, steps.flatMap(line), unit);
}

/** As many names as there is room for; the last one always. */
function months({ categories, x_label: label }, x) {
  const every = Math.ceil((categories.length * Math.max(...categories.map((one) => one.length))) / 75);
  const names = categories.map((name, at) =>
    (categories.length - 1 - at) % every ? null : s("text", { class: "chart-label", x: x(at), y: HEIGHT - EDGE.bottom + 17, "text-anchor": "middle" }, name),
  );
  const unit = label ? [s("text", { class: "chart-label", x: WIDTH / 2, y: HEIGHT - 2, "text-anchor": "middle" }, label)] : [];
  return s("g", {}, names.filter(Boolean), unit);
}

const inOrder = (one, categories) => categories.map((name) => one.data.find((point) => point.label === name).value);

function hint(name, category, value) {
  return s("title", {}, `${name}, ${category}: ${value.toLocaleString("en")}`);
}

/** Of two that are equal the later one is drawn over the earlier, which is wider and pale there, so that both are seen. */
function lines(series, categories, x, y) {
  const every = series.map((one) => inOrder(one, categories));
  const over = (at, place) => every.slice(at + 1).filter((later) => later[place] === every[at][place]).length;
  const both = (at, place) => every.slice(at + 1).filter((later) => later[place] === every[at][place] && later[place - 1] === every[at][place - 1]).length;
  return s("g", {}, series.map((one, at) => {
    const values = every[at];
    const below = values.flatMap((value, place) => (place && both(at, place)
      ? [s("line", { class: `chart-below tone-${at}`, "stroke-width": 2.25 + 5 * both(at, place), x1: x(place - 1), y1: y(values[place - 1]), x2: x(place), y2: y(value) })]
      : []));
    const path = s("polyline", { class: `chart-line tone-${at}`, "stroke-dasharray": DASHES[at], points: values.map((value, place) => `${x(place)},${y(value)}`).join(" ") });
    const dots = values.map((value, place) => s("circle", { class: `chart-dot tone-${at}`, cx: x(place), cy: y(value), r: 3.5 + 2.5 * over(at, place) }, hint(one.name, categories[place], value)));
    return s("g", {}, below, path, dots);
  }));
}

function areas(series, categories, x, y) {
  const filled = series.map((one, at) => {
    const points = inOrder(one, categories).map((value, place) => `${x(place)},${y(value)}`);
    return s("polygon", { class: `chart-area tone-${at}`, points: [`${x(0)},${y(0)}`, ...points, `${x(categories.length - 1)},${y(0)}`].join(" ") });
  });
  return s("g", {}, filled, lines(series, categories, x, y));
}

function bars(series, categories, x, y, across) {
  const wide = (across * 0.8) / series.length;
  return s("g", {}, series.map((one, at) => inOrder(one, categories).map((value, place) =>
    s("rect", {
      class: `chart-bar tone-${at}`, x: x(place) - across * 0.4 + wide * at, width: Math.max(wide - 1, 1),
      y: Math.min(y(value), y(0)), height: Math.abs(y(0) - y(value)),
    }, hint(one.name, categories[place], value)))));
}

function pie({ segments }) {
  const whole = segments.reduce((sum, one) => sum + one.value, 0);
  const [cx, cy] = [WIDTH / 2, RADIUS + 8];
  const at = (share) => [cx + RADIUS * Math.sin(2 * Math.PI * share), cy - RADIUS * Math.cos(2 * Math.PI * share)];
  let before = 0;
  const slices = segments.map((one, number) => {
    const share = one.value / whole;
    const told = s("title", {}, `${one.label}: ${Math.round(share * 100)} %`);
    const [from, to] = [at(before), at(before + share)];
    before += share;
    if (segments.length === 1) return s("circle", { class: `chart-slice tone-${number}`, cx, cy, r: RADIUS }, told);
    return s("path", { class: `chart-slice tone-${number}`, d: `M${cx},${cy} L${from} A${RADIUS},${RADIUS} 0 ${share > 0.5 ? 1 : 0} 1 ${to} Z` }, told);
  });
  return root(2 * RADIUS + 16, slices);
}

function legend(names, type) {
  const mark = (at) => s("svg", { viewBox: "0 0 22 10", class: "chart-mark", "aria-hidden": "true" },
    type === "line" || type === "area"
      ? s("line", { class: `chart-line tone-${at}`, "stroke-dasharray": DASHES[at], x1: 0, x2: 22, y1: 5, y2: 5 })
      : s("rect", { class: `chart-bar tone-${at}`, x: 6, y: 0, width: 10, height: 10 }));
  return h("ul", { class: "chart-legend" }, names.map((name, at) => h("li", {}, mark(at), name)));
}

function figures(drawn) {
  if (drawn.type === "pie") return grid(["", "Value"], drawn.segments.map((one) => [one.label, one.value]));
  const { categories } = drawn.axis_config;
  const columns = drawn.series.map((one) => inOrder(one, categories));
  return grid(["", ...drawn.series.map((one) => one.name)], categories.map((name, at) => [name, ...columns.map((column) => column[at])]));
}

function grid(head, rows) {
  const cell = (tag, scope) => (value) => h(tag, { scope }, typeof value === "number" ? value.toLocaleString("en") : value);
  const body = rows.map(([first, ...rest]) => h("tr", {}, cell("th", "row")(first), rest.map(cell("td", null))));
  return h("table", {}, h("thead", {}, h("tr", {}, head.map(cell("th", "col")))), h("tbody", {}, body));
}
