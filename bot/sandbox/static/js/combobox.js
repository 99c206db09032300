/**
 * A text box with a list below it: selects of several values, and selects whose options the app offers as one types.
 * The ARIA pattern “editable combobox with listbox”; what was chosen of several stands before it as chips.
 */
import { fill, h, icon, uniqueId } from "./dom.js";
import { shared } from "./fields.js";
import { words } from "./mrkdwn.js";
import { place } from "./popup.js";

/**
 * @param {object} spec as in `fields.js`; `value` is a list of `{value, label, whole?}`
 * @param {{several: boolean, load: function(string): Promise<Array<{label, options}>>, wait?: number, least?: number}} how
 *   `least`: how many letters are needed before it asks
 */
export function comboField(spec, { several, load, wait = 0, least = 0 }) {
  const box = new Combobox(spec, { several, load, wait, least });
  return {
    node: box.node,
    control: box.input,
    read: () => box.read(),
    focus: () => box.input.focus(),
    unfinished: () => box.query(),
    resume: (query) => box.resume(query),
  };
}

class Combobox {
  constructor(spec, how) {
    Object.assign(this, { spec, how, chosen: [...(spec.value ?? [])], options: [], active: -1, asked: 0, told: null });
    this.build();
    this.listen();
    this.drawChosen();
    this.told = this.key();
  }

  build() {
    const list = uniqueId("choices");
    const multi = this.how.several ? "true" : null;
    this.list = h("div", { id: list, class: "listbox", role: "listbox", "aria-label": "Choices", "aria-multiselectable": multi, popover: "manual" });
    const aria = { role: "combobox", "aria-expanded": "false", "aria-controls": list, "aria-autocomplete": "list", "aria-haspopup": "listbox" };
    this.input = h("input", { type: "text", autocomplete: "off", spellcheck: "false", ...shared(this.spec), ...aria });
    this.chips = h("span", { class: "chips" });
    this.status = h("span", { class: "visually-hidden", role: "status" });
    this.box = h("div", { class: "input combo" }, this.chips, this.input, icon("down"));
    this.node = h("div", { class: "combo-wrap" }, this.box, this.list, this.status);
  }

  listen() {
    this.input.addEventListener("input", () => this.ask());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("click", () => this.ask());
    this.input.addEventListener("blur", () => this.close());
    this.box.addEventListener("pointerdown", (event) => {
      if (event.target === this.input) return;
      event.preventDefault();
      if (event.target.closest("button")) return;
      this.input.focus();
      this.ask();
    });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const node = event.target.closest("[role=option]");
      if (node) this.choose(Number(node.dataset.at));
    });
  }

  get isOpen() {
    return this.list.matches(":popover-open");
  }

  read() {
    const values = this.chosen.map((one) => one.whole ?? one.value);
    return this.how.several ? values : (values[0] ?? null);
  }

  key() {
    return JSON.stringify(this.read());
  }

  /** Asks for the options that fit what was typed, and shows them. */
  ask() {
    const query = this.query();
    const mine = ++this.asked;
    if (query.length < this.how.least) {
      this.show([], `Type at least ${this.how.least} letter${this.how.least === 1 ? "" : "s"}.`);
      return;
    }
    if (this.how.wait) this.show([], "Looking…");
    setTimeout(async () => {
      if (mine !== this.asked) return;
      try {
        const groups = await this.how.load(query);
        const none = query ? `Nothing found for “${query}”.` : "Nothing to choose from.";
        if (mine === this.asked) this.show(groups, none);
      } catch (error) {
        if (mine === this.asked) this.show([], error.message);
      }
    }, this.how.wait);
  }

  /** What was typed; the label of a single choice is not a question. */
  query() {
    const text = this.input.value.trim();
    return !this.how.several && text === this.chosen[0]?.label ? "" : text;
  }

  /** Goes on with what was being typed when the field was drawn anew. */
  resume(query) {
    this.input.value = query;
    this.ask();
  }

  show(groups, otherwise) {
    this.options = groups.flatMap((group) => group.options);
    let at = -1;
    const node = (option) => this.optionNode(option, (at += 1));
    const nodes = groups.map(({ label, options }) =>
      label ? h("div", { role: "group", "aria-label": label }, h("div", { class: "group-label", "aria-hidden": "true" }, label), options.map(node)) : options.map(node),
    );
    const empty = h("div", { class: "listbox-note", role: "option", "aria-disabled": "true", "aria-selected": "false" }, otherwise);
    fill(this.list, this.options.length ? nodes : empty);
    this.status.textContent = this.options.length ? `${this.options.length} choices` : otherwise;
    if (document.activeElement !== this.input) return;
    if (!this.isOpen) this.list.showPopover();
    place(this.list, this.box, { matchWidth: true });
    this.input.setAttribute("aria-expanded", "true");
    this.mark(this.query() && this.options.length ? 0 : -1);
  }

  optionNode(option, at) {
    const chosen = this.isChosen(option);
    const tick = this.how.several && h("span", { class: "tick", "aria-hidden": "true" }, chosen ? "✓" : "");
    const note = option.note && h("span", { class: "menu-note" }, option.note);
    const attributes = { id: uniqueId("option"), role: "option", "aria-selected": String(chosen), class: "option", dataset: { at } };
    return h("div", attributes, tick, h("span", {}, option.label, note));
  }

  isChosen(option) {
    return this.chosen.some((one) => one.value === option.value);
  }

  mark(at) {
    const nodes = [...this.list.querySelectorAll(".option")];
    nodes[this.active]?.classList.remove("active");
    this.active = at;
    const node = nodes[at];
    node?.classList.add("active");
    node?.scrollIntoView({ block: "nearest" });
    if (node) this.input.setAttribute("aria-activedescendant", node.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  choose(at) {
    const option = this.options[at];
    if (!option) return;
    if (!this.how.several) {
      this.chosen = [option];
      this.close();
      return;
    }
    if (this.isChosen(option)) this.chosen = this.chosen.filter((one) => one.value !== option.value);
    else if (this.chosen.length < (this.spec.element.max_selected_items ?? Infinity)) this.chosen = [...this.chosen, option];
    this.input.value = "";
    this.drawChosen();
    this.ask();
  }

  close() {
    this.asked += 1;
    if (!this.how.several && !this.input.value.trim()) this.chosen = [];
    if (this.isOpen) this.list.hidePopover();
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.active = -1;
    if (this.how.several) this.input.value = "";
    else this.drawChosen();
    if (this.key() === this.told) return;
    this.told = this.key();
    this.spec.changed(this.read());
  }

  drawChosen() {
    const placeholder = words(this.spec.element.placeholder) || (this.how.several ? "Choose…" : "Type to search…");
    this.input.placeholder = this.chosen.length ? "" : placeholder;
    if (this.how.several) fill(this.chips, this.chosen.map((one) => this.chip(one)));
    else this.input.value = this.chosen[0]?.label ?? "";
  }

  chip(one) {
    const remove = () => {
      this.chosen = this.chosen.filter((other) => other.value !== one.value);
      this.drawChosen();
      this.input.focus();
      if (!this.isOpen) this.close();
    };
    return h("span", { class: "chip" }, one.label, h("button", { type: "button", "aria-label": `Remove ${one.label}`, on: { click: remove } }, "×"));
  }

  onKey(event) {
    const last = this.options.length - 1;
    const moves = { ArrowDown: this.active >= last ? 0 : this.active + 1, ArrowUp: this.active <= 0 ? last : this.active - 1 };
    if (event.key in moves) {
      event.preventDefault();
      if (this.isOpen) this.mark(moves[event.key]);
      else this.ask();
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.isOpen && this.active >= 0) this.choose(this.active);
      else this.ask();
    } else if (event.key === "Escape" && this.isOpen) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === "Backspace" && this.how.several && !this.input.value && this.chosen.length) {
      this.chosen = this.chosen.slice(0, -1);
      this.drawChosen();
      this.ask();
    }
  }
}
