/** What stands in an element: from its definition, from a view's state, in the form of docs/sandbox.md. */
import { plainOf } from "./richtext.js";

const list = (options) => (options ?? []).map((option) => option.value);

const INITIAL = {
  static_select: (e) => e.initial_option?.value ?? null,
  radio_buttons: (e) => e.initial_option?.value ?? null,
  external_select: (e) => e.initial_option ?? null,
  users_select: (e) => e.initial_user ?? null,
  conversations_select: (e) => e.initial_conversation ?? null,
  channels_select: (e) => e.initial_channel ?? null,
  multi_static_select: (e) => list(e.initial_options),
  multi_external_select: (e) => e.initial_options ?? [],
  multi_users_select: (e) => e.initial_users ?? [],
  multi_conversations_select: (e) => e.initial_conversations ?? [],
  multi_channels_select: (e) => e.initial_channels ?? [],
  checkboxes: (e) => list(e.initial_options),
  datepicker: (e) => e.initial_date ?? null,
  timepicker: (e) => e.initial_time ?? null,
  datetimepicker: (e) => e.initial_date_time ?? null,
  rich_text_input: (e) => plainOf(e.initial_value),
};

/** The value that an element starts with. */
export const initialValue = (element) => (INITIAL[element.type] ?? ((e) => e.initial_value ?? ""))(element);

const STATE = {
  static_select: (s) => s.selected_option?.value ?? null,
  radio_buttons: (s) => s.selected_option?.value ?? null,
  external_select: (s) => s.selected_option ?? null,
  users_select: (s) => s.selected_user ?? null,
  conversations_select: (s) => s.selected_conversation ?? null,
  channels_select: (s) => s.selected_channel ?? null,
  multi_static_select: (s) => list(s.selected_options),
  multi_external_select: (s) => s.selected_options ?? [],
  multi_users_select: (s) => s.selected_users ?? [],
  multi_conversations_select: (s) => s.selected_conversations ?? [],
  multi_channels_select: (s) => s.selected_channels ?? [],
  checkboxes: (s) => list(s.selected_options),
  datepicker: (s) => s.selected_date ?? null,
  timepicker: (s) => s.selected_time ?? null,
  datetimepicker: (s) => s.selected_date_time ?? null,
  rich_text_input: (s) => plainOf(s.rich_text_value),
};

/** The value that a view's `state` holds for an element; undefined when it holds none. */
export function valueInState(element, state, blockId) {
  const entry = state?.values?.[blockId]?.[element.action_id];
  if (!entry) return undefined;
  return (STATE[element.type] ?? ((s) => s.value ?? ""))(entry);
}
