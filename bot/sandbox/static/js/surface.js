/**
 * A surface is where blocks stand: a message, a modal, the App Home. It knows its fields, what stands in them,
 * and how to tell the app.
 */
import { initialValue, valueInState } from "./values.js";

/**
 * @param {object} app the page: `{reader, perform, options}`
 * @param {object} target `{message: {channel, ts}}` or `{view: id}`
 * @param {{state?: object, drafts?: Map, errors?: object, conversation?: string, redraw?: function(): void}} [with_]
 *   `drafts` keeps what was typed over a redraw: `block action` → value
 */
export function createSurface(app, target, { state, drafts = new Map(), errors = {}, conversation = null, redraw = () => {} } = {}) {
  const fields = new Map();
  const key = (blockId, actionId) => `${blockId} ${actionId}`;
  const surface = {
    reader: app.reader,
    errors,
    redraw,

    /** What stands in an element: what was typed, else what the state says, else its initial value. */
    valueOf(element, block) {
      const draft = drafts.get(key(block.block_id, element.action_id));
      if (draft?.type === element.type) return draft.value;
      const known = valueInState(element, state, block.block_id) ?? initialValue(element);
      return known === null && element.default_to_current_conversation ? conversation : known;
    },

    register(blockId, actionId, field) {
      fields.set(key(blockId, actionId), { blockId, actionId, field });
    },

    field: (blockId, actionId) => fields.get(key(blockId, actionId))?.field,
    fields: () => [...fields.values()],

    /** Everything that stands in the fields, as `docs/sandbox.md` wants it. */
    values() {
      const all = {};
      for (const { blockId, actionId, field } of fields.values()) {
        all[blockId] = { ...all[blockId], [actionId]: field.read() };
      }
      return all;
    },

    /** Remembers what stands in the fields, for the next drawing of the same blocks. */
    keepDrafts(blocks) {
      for (const { block, element } of elementsOf(blocks)) {
        const field = surface.field(block.block_id, element.action_id);
        if (!field) continue;
        const value = field.read();
        const draft = element.type === "rich_text_input" ? value && textOf(value) : value;
        drafts.set(key(block.block_id, element.action_id), { type: element.type, value: draft });
      }
    },

    /** Tells the app that an element was used. */
    act: (element, block, value) =>
      app.perform("action", { ...target, block_id: block.block_id, action_id: element.action_id, value, values: surface.values() }),

    options: (element, block, query) => app.options({ ...target, block_id: block.block_id, action_id: element.action_id, query }),
  };
  return surface;
}

const textOf = (rich) => rich.elements[0].elements[0].text;

/** Every interactive element in some blocks, with its block. */
export function elementsOf(blocks) {
  return (blocks ?? []).flatMap((block) => {
    const inside = [block.element, block.accessory, ...(Array.isArray(block.elements) ? block.elements : [])];
    return inside.filter((element) => element?.action_id).map((element) => ({ block, element }));
  });
}
