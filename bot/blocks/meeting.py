"""The review meeting: its four forms, each in the place of the one before it (B17)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    DividerBlock,
    InputBlock,
    Option,
    PlainTextObject,
    StaticMultiSelectElement,
)
from slack_sdk.models.views import View

from bot.blocks.coach import STRICT, finding_text
from bot.blocks.fields import OPTION_LIMIT, choice_field, date_field, field, modal, text_field, user_field
from bot.blocks.ids import Button, Modal
from bot.blocks.intake import OVERRIDE, gate_text
from bot.blocks.parts import actions, button, context, section
from bot.blocks.text import count, escape, quoted, shortened
from bot.coach import Finding
from bot.domain.item import TEXT_LIMIT, TITLE_LIMIT, Item
from bot.domain.meeting import Candidate, Heard, Meeting, Room, ranked
from bot.domain.priority import Quadrant
from bot.domain.words import _

CANDIDATES, RANK, COMMIT, KEEP, THROW, OWNER, DUE, VERIFY, TITLE = (
    "candidates", "rank", "commit", "keep", "throw", "owner", "due", "verify", "title",
)  # fmt: skip
"""The fields. Those of a candidate are followed by its place, `owner.3`; of ten checkboxes each, by their page."""
OPTIONS_AT_ONCE = 10
"""Options of one group of checkboxes (Slack's limit)."""
LABEL_LIMIT = 150
"""Characters of a candidate in the label of its field."""
PLACEHOLDER = "- Alert when checkout errors exceed 2 % for 5 minutes @priya by friday"
HINT = "One a line, as it stands in your notes: bullets, checkboxes, numbers, tables, @person and “by friday”."
CHOICES: Mapping[Quadrant, str] = {
    Quadrant.QUICK_WIN: "Quick win",
    Quadrant.MAJOR_PROJECT: "Major project",
    Quadrant.FILL_IN: "Fill-in",
    Quadrant.RECONSIDER: "Reconsider",
}
RANKING = "{candidates}. Leave one open if nobody can judge it yet: it is ranked after the major projects."
HAS_ROOM = (
    "This incident has room for {free} more: it has {used} of {quota} items. What is not ticked is kept as an idea."
)
IS_FULL = (
    "The quota of this incident is used up: it has {used} of {quota} items. What is not ticked is kept as an idea."
)
NO_QUOTA = "What is not ticked is kept as an idea."
SWAP = "To make room, untick one of these: it becomes an idea again."
NO_SWAP = (
    "Nothing can be swapped: what is committed has begun or ended, is overdue, waits for a decision, or is another "
    "team's."
)
STAYS_ONE = (
    "1 more is counted and stays: it has begun or ended, is overdue, waits for a decision, or is another team's."
)
STAYS = (
    "{count} more are counted and stay: they have begun or ended, are overdue, wait for a decision, or are another "
    "team's."
)
SWAP_LABEL = "Already committed"
NOTHING_CHOSEN = "Nothing is committed to. “Create” keeps all of it as ideas."
NOTHING_KEPT = "Nothing is committed to, and nothing is kept."
THROW_HINT = "These are not kept, not even as ideas. Ideas among them are declined."
THROWN = "Thrown away: {texts}. “Back” brings them back."
REST = "“Create” also keeps {ideas}."
LEFT_OUT = 10
"""Lines, names or items of a note that are named."""
DONE = "Left out, because it is done: {lines}"
ELSEWHERE = "Left out, because these exist already: {items}"
NO_ITEM = "No such item: {items}"
NOBODY = "Not found as owners: {names}. Choose the owners in the last step."
NOT_OWNERS = "One person owns an item. Not taken as owners: {names}."
NO_DAY = "Not understood as days to come: {days}. Choose the days in the last step."
AGAIN = "{items} become ideas again."
AGAIN_ONE = "{items} becomes an idea again."


def candidates_form(text: str, notes: Sequence[str], metadata: str) -> View:
    """“Review meeting”: the candidates, a line each; *notes* are mrkdwn."""
    candidates = text_field(CANDIDATES, "Candidates", text, multiline=True, placeholder=PLACEHOLDER, hint=HINT)
    return modal(Modal.MEETING, "Review meeting", "Rank", [*map(context, notes), candidates], metadata)


def heard_notes(heard: Heard) -> list[str]:
    """What is said of the lines that are no candidates, and of the names and days that were not understood."""
    notes = [
        (heard.done, _(DONE, lines=_quoted(heard.done))),
        (heard.elsewhere, _(ELSEWHERE, items=named(heard.elsewhere))),
        (heard.no_item, _(NO_ITEM, items=_enumerated(heard.no_item))),
        (heard.nobody, _(NOBODY, names=_quoted(heard.nobody))),
        (heard.not_owners, _(NOT_OWNERS, names=_quoted(heard.not_owners))),
        (heard.no_day, _(NO_DAY, days=_quoted(heard.no_day))),
    ]
    return [said for what, said in notes if what]


def named(items: Sequence[Item]) -> str:
    """The first of *items*, and how many more there are."""
    return _enumerated([f"*{item.label}* {escape(item.title)}" for item in items])


def _quoted(what: Sequence[str]) -> str:
    return _enumerated([quoted(escape(shortened(each, OPTION_LIMIT))) for each in what])


def _enumerated(what: Sequence[str]) -> str:
    left = len(what) - LEFT_OUT
    return ", ".join(what[:LEFT_OUT]) + (f" {_('and {count} more', count=left)}" if left > 0 else "")


def listed(candidates: Sequence[Candidate], words: Callable[[Candidate], str]) -> str:
    """The candidates as lines of the first form; ideas with their number, by which they are known again."""
    return "\n".join(f"AI-{each.idea} {words(each)}" if each.idea else words(each) for each in candidates)


def rank_form(meeting: Meeting, findings: Mapping[int, Sequence[Finding]], notes: Sequence[str], metadata: str) -> View:
    """“Rank”: each candidate with what the coach says of it, and one choice."""
    many = count(len(meeting.candidates), "candidate")
    blocks: list[Block] = [context(_(RANKING, candidates=many)), *map(context, notes)]
    for at, each in enumerate(meeting.candidates):
        blocks.append(_choice(at, each))
        # One line of the gravest: forty candidates share a form of a hundred blocks.
        blocks += [context(finding_text(finding)) for finding in findings.get(at, ())[:1]]
    return _step(Modal.MEETING_RANK, "Rank", "Choose", blocks, metadata)


def _choice(at: int, candidate: Candidate) -> InputBlock:
    choices = {quadrant.value: _(words) for quadrant, words in CHOICES.items()}
    chosen = candidate.quadrant.value if candidate.quadrant else None
    block = choice_field(f"{RANK}.{at}", "Rank", choices, chosen, optional=True)
    # What people wrote is said as they wrote it, also where it is a text of ours.
    block.label = PlainTextObject(text=candidate.text)
    return block


def choose_form(meeting: Meeting, room: Room, team: str, notes: Sequence[str], metadata: str) -> View:
    """“Choose”: what to commit to, in order of rank, within the quota; and what could make room."""
    blocks: list[Block] = [*map(context, notes), context(_room(room, team)), *_commit(meeting)]
    # When all of it was taken meanwhile, nothing is left to throw away.
    blocks += [_throw(meeting)] if meeting.candidates else []
    closed = room.free is not None and len(meeting.candidates) > room.free
    if closed and not room.gate.freeze:
        # Where nothing is committed yet, nothing is there that could make room.
        blocks += [context(_(SWAP if room.movable else NO_SWAP))] if room.gate.used else []
        blocks += _already(room.movable, meeting.aside)
        # The list is shorter than what stands above it as used.
        blocks += [context(_stays(room.kept))] if room.movable and room.kept else []
    if closed and room.may_override:
        blocks.append(text_field(OVERRIDE, "Override, because", meeting.override, optional=True, limit=TEXT_LIMIT))
    return _step(Modal.MEETING_CHOOSE, "Choose", "Owners", blocks, metadata)


def _room(room: Room, team: str) -> str:
    if room.gate.freeze:
        return gate_text(room.gate, team)
    if room.free is None:
        return _(NO_QUOTA)
    facts = {"used": room.gate.used, "quota": room.gate.quota}
    return _(HAS_ROOM, free=room.free, **facts) if room.free else _(IS_FULL, **facts)


def _stays(kept: int) -> str:
    return _(STAYS_ONE) if kept == 1 else _(STAYS, count=kept)


def _commit(meeting: Meeting) -> list[InputBlock]:
    order = ranked(meeting.candidates)
    groups = []
    for start in range(0, len(order), OPTIONS_AT_ONCE):
        places = order[start : start + OPTIONS_AT_ONCE]
        label = _("Commit to")
        if start:
            label = _("Commit to ({first}–{last})", first=start + 1, last=start + len(places))
        options = {at: _candidate(meeting.candidates[at], at) for at in places}
        ticked = [options[at] for at in places if meeting.candidates[at].chosen]
        groups.append(_ticked(_page(COMMIT, start), label, list(options.values()), ticked))
    return groups


def _throw(meeting: Meeting) -> InputBlock:
    options = {at: _candidate(meeting.candidates[at], at) for at in ranked(meeting.candidates)}
    thrown = [option for at, option in options.items() if meeting.candidates[at].thrown]
    element = StaticMultiSelectElement(
        action_id=THROW, options=list(options.values()), initial_options=thrown or None,
        placeholder=PlainTextObject(text=_("Nothing")),
    )  # fmt: skip
    return field(THROW, "Throw away", element, optional=True, hint=THROW_HINT)


def _candidate(candidate: Candidate, at: int) -> Option:
    rank = _(CHOICES[candidate.quadrant]) if candidate.quadrant else _("Not ranked")
    return _option(candidate.text, str(at), f"AI-{candidate.idea} · {rank}" if candidate.idea else rank)


def _already(movable: Sequence[Item], aside: Sequence[int]) -> list[InputBlock]:
    groups = []
    for start in range(0, len(movable), OPTIONS_AT_ONCE):
        some = movable[start : start + OPTIONS_AT_ONCE]
        label = _(SWAP_LABEL)
        if start:
            label = _("Already committed ({first}–{last})", first=start + 1, last=start + len(some))
        options = [_option(f"{item.label} {item.title}", str(item.number), _(item.quadrant.value)) for item in some]
        ticked = [option for option, item in zip(options, some, strict=True) if item.number not in aside]
        groups.append(_ticked(_page(KEEP, start), label, options, ticked))
    return groups


def _option(text: str, value: str, description: str) -> Option:
    return Option(
        text=PlainTextObject(text=shortened(text, OPTION_LIMIT)),
        value=value,
        description=PlainTextObject(text=shortened(description, OPTION_LIMIT)),
    )


def _ticked(name: str, label: str, options: list[Option], ticked: list[Option]) -> InputBlock:
    element = CheckboxesElement(action_id=name, options=options, initial_options=ticked or None)
    return field(name, label, element, optional=True)


def _page(name: str, start: int) -> str:
    page = start // OPTIONS_AT_ONCE
    return f"{name}.{page}" if page else name


def owners_form(
    meeting: Meeting,
    findings: Mapping[int, Sequence[Finding]],
    aside: Sequence[Item],
    metadata: str,
    *,
    strict: bool,
    due: date | None = None,
) -> View:
    """“Owners”: who, when and how for each that was chosen. *aside* become ideas again; `due` is proposed."""
    blocks: list[Block] = [] if meeting.chosen else [section(_(NOTHING_CHOSEN if meeting.left else NOTHING_KEPT))]
    for at, each in meeting.chosen:
        blocks += [DividerBlock()] if blocks else []
        blocks += _who_and_when(at, each, findings.get(at, ()), strict=strict, due=due)
    if meeting.chosen and meeting.left:
        blocks.append(context(_(REST, ideas=count(len(meeting.left), "idea"))))
    if meeting.thrown:
        texts = "; ".join(escape(shortened(each.text, OPTION_LIMIT)) for each in meeting.thrown)
        blocks.append(context(_(THROWN, texts=texts)))
    if aside:
        labels = ", ".join(f"*{item.label}* {escape(shortened(item.title, LABEL_LIMIT))}" for item in aside)
        blocks.append(context(_(AGAIN if len(aside) > 1 else AGAIN_ONE, items=labels)))
    return _step(Modal.MEETING_OWNERS, "Owners", "Create", blocks, metadata)


def _who_and_when(
    at: int, candidate: Candidate, findings: Sequence[Finding], *, strict: bool, due: date | None
) -> list[Block]:
    text = shortened(candidate.text, LABEL_LIMIT)
    blocks: list[Block] = []
    if findings:  # where the wording can be better, here it is changed
        blocks.append(text_field(f"{TITLE}.{at}", _("Action – {text}", text=text), candidate.text, limit=TITLE_LIMIT))
        blocks.append(context(finding_text(findings[0]) + (f"\n{_(STRICT)}" if strict else "")))
    return [
        *blocks,
        user_field(f"{OWNER}.{at}", _("Owner – {text}", text=text), candidate.owner or None),
        date_field(f"{DUE}.{at}", _("Due – {text}", text=text), candidate.due or due),
        text_field(f"{VERIFY}.{at}", _("Verify – {text}", text=text), candidate.verify),
    ]


def _step(form: Modal, title: str, submit: str, blocks: list[Block], metadata: str) -> View:
    back = actions([button(Button.MEETING_BACK, "Back", str(form))], "back")
    return modal(form, title, submit, [*blocks, back], metadata)
