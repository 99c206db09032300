"""The fields of modals. A field's name is its block_id and its action_id, and the key of its value."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    DatePickerElement,
    DateTimePickerElement,
    InputBlock,
    InputInteractiveElement,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
    UserMultiSelectElement,
    UserSelectElement,
)
from slack_sdk.models.views import View

from bot.blocks.parts import context
from bot.blocks.text import escape, plain_day, shortened
from bot.domain.item import TEXT_LIMIT
from bot.domain.sentence import Sentence
from bot.domain.words import _

WHICH_DAY = "Which day is “{words}”? Choose it below."
NO_DAY = "No day was understood in “{words}”. Choose it below."
PASSED = "{day} has passed: choose a later day."
NOBODY = "Nobody was found for “{words}”. Choose the person below."
WORDS_SHOWN = 60
OPTION_LIMIT = 75
"""Characters of an option's text (Slack's limit)."""
EARLIEST_S = 1_000_000_000
"""Seconds since 1970 from which Slack's field shows a moment: it wants ten digits, so none before September 2001."""
TOO_EARLY = "It began before September 2001, which Slack cannot show. Leave this empty to keep it."
OPTIONS_LIMIT = 100
"""Options of a menu (Slack's limit). What can be more is searched: `searched.py`."""


def text_field(
    name: str,
    label: str,
    initial: str = "",
    *,
    optional: bool = False,
    multiline: bool = False,
    limit: int = TEXT_LIMIT,
    placeholder: str | None = None,
    hint: str | None = None,
) -> InputBlock:
    """A line, or with `multiline` several lines, of text."""
    element = PlainTextInputElement(
        action_id=name,
        # Slack refuses the whole view when a value is longer than its field takes.
        initial_value=initial[:limit] or None,
        multiline=multiline,
        max_length=limit,
        placeholder=PlainTextObject(text=_(placeholder)) if placeholder else None,
    )
    return field(name, label, element, optional=optional, hint=hint)


def user_field(
    name: str, label: str, initial: str | None = None, *, optional: bool = False, hint: str | None = None
) -> InputBlock:
    """One person."""
    element = UserSelectElement(action_id=name, initial_user=initial)
    return field(name, label, element, optional=optional, hint=hint)


def users_field(name: str, label: str, initial: Sequence[str] = ()) -> InputBlock:
    """Any number of people, also none."""
    element = UserMultiSelectElement(action_id=name, initial_users=list(initial) or None)
    return field(name, label, element, optional=True)


def date_field(
    name: str, label: str, initial: date | None = None, *, optional: bool = False, hint: str | None = None
) -> InputBlock:
    """A whole day."""
    chosen = initial.isoformat() if initial else None
    element = DatePickerElement(action_id=name, initial_date=chosen)
    return field(name, label, element, optional=optional, hint=hint)


def moment_field(
    name: str, label: str, initial: datetime | None, *, optional: bool = False, hint: str | None = None
) -> InputBlock:
    """A day and time, in the reader's own zone. Empty, and to be left so, where Slack cannot show it; without
    `initial` it may stay empty."""
    if initial is None:
        return field(name, label, DateTimePickerElement(action_id=name), optional=optional, hint=hint)
    seconds = int(initial.timestamp())
    if seconds < EARLIEST_S:
        # An imported incident may be that old; without this its form would not open.
        return field(name, label, DateTimePickerElement(action_id=name), optional=True, hint=TOO_EARLY)
    element = DateTimePickerElement(action_id=name, initial_date_time=seconds)
    return field(name, label, element, optional=optional, hint=hint)


def choice_field(
    name: str,
    label: str,
    choices: Mapping[str, str],
    initial: str | None = None,
    *,
    optional: bool = False,
    hint: str | None = None,
) -> InputBlock:
    """One of *choices*, from value to words as they are shown: `said` says those of ours in the reader's language."""
    return field(name, label, _menu(name, choices, initial), optional=optional, hint=hint)


def translated(choices: Mapping[str, str]) -> dict[str, str]:
    """*choices* that are ours, not people's, in the reader's language."""
    return {value: _(words) for value, words in choices.items()}


def tick_field(name: str, label: str, words: str, *, optional: bool = True, ticked: bool = False) -> InputBlock:
    """One checkbox, which may stay empty if `optional`."""
    option = _option("yes", _(words))
    element = CheckboxesElement(action_id=name, options=[option], initial_options=[option] if ticked else None)
    return field(name, label, element, optional=optional)


def field(
    name: str,
    label: str,
    element: InputInteractiveElement,
    *,
    optional: bool = False,
    hint: str | None = None,
) -> InputBlock:
    """An input named *name*, with the label that people and tests find it by."""
    return InputBlock(
        block_id=name,
        label=PlainTextObject(text=_(label)),
        element=element,
        optional=optional,
        hint=PlainTextObject(text=_(hint)) if hint else None,
    )


def approver_field(approver: str, *, decides: bool) -> list[Block]:
    """“Approver”, pre-selected; for who *decides* it is optional and says so."""
    field = user_field("approver", "Approver", approver or None, optional=decides)
    return [field, context(_("You decide about this item, so it takes effect at once."))] if decides else [field]


def filled(view: View, typed: Sentence) -> View:
    """*view* with what was *typed* in the first field of its kind: a text, a person, a day.

    What was said for a day or a person and is none is asked about on top; in the place of a day that has passed, no
    other one is proposed.
    """
    values: tuple[tuple[type[InputInteractiveElement], str, str | None], ...] = (
        (PlainTextInputElement, "initial_value", typed.text),
        (UserSelectElement, "initial_user", typed.owner),
        (DatePickerElement, "initial_date", typed.due.isoformat() if typed.due else None),
    )
    elements = [block.element for block in view.blocks or () if isinstance(block, InputBlock)]
    for kind, name, value in values:
        # The first of its kind: forms put what they mainly ask for first.
        first = next((element for element in elements if isinstance(element, kind)), None)
        if value and first:
            setattr(first, name, value)
    asked = not_understood(typed)
    if view.blocks is not None:
        # Below the line that says which item it is.
        view.blocks[1:1] = [context(said) for said in asked]
    first_day = next((element for element in elements if isinstance(element, DatePickerElement)), None)
    if typed.passed and first_day:
        first_day.initial_date = None
    return view


def not_understood(typed: Sentence) -> list[str]:
    """Asks about what was said for a day or a person and is none, a sentence each, as mrkdwn."""
    asked = [
        _(WHICH_DAY, words=escape(typed.which_day)) if typed.which_day else "",
        _(NO_DAY, words=escape(shortened(typed.no_day, WORDS_SHOWN))) if typed.no_day else "",
        _(PASSED, day=plain_day(typed.passed)) if typed.passed else "",
        _(NOBODY, words=escape(shortened(typed.nobody, WORDS_SHOWN))) if typed.nobody else "",
    ]
    return [said for said in asked if said]


def modal(callback_id: str, title: str, submit: str, blocks: Sequence[object], metadata: str) -> View:
    """A modal. `metadata` comes back with its submission."""
    return View(
        type="modal",
        callback_id=callback_id,
        title=PlainTextObject(text=_(title)),
        submit=PlainTextObject(text=_(submit)),
        close=PlainTextObject(text=_("Cancel")),
        blocks=list(blocks),  # type: ignore[arg-type]
        private_metadata=metadata,
    )


def _menu(name: str, choices: Mapping[str, str], initial: str | None) -> StaticSelectElement:
    options = [_option(value, words) for value, words in choices.items()]
    # Slack refuses a view whose initial option is none of its options, or differs from it by a letter.
    chosen = _option(initial, choices[initial]) if initial and initial in choices else None
    return StaticSelectElement(action_id=name, options=options, initial_option=chosen)


def _option(value: str, words: str) -> Option:
    return Option(text=PlainTextObject(text=shortened(words, OPTION_LIMIT)), value=value)
