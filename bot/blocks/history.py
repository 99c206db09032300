"""An item shown whole, with its timeline: who, when, what and why."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from slack_sdk.models.blocks import Block, ButtonElement, DividerBlock
from slack_sdk.models.views import View

from bot.blocks import history_facts, state_lines
from bot.blocks.approve import decision_buttons
from bot.blocks.card import origin, summary
from bot.blocks.fitting import TOTAL, as_many_as_fit, size
from bot.blocks.ids import Button
from bot.blocks.parts import actions, as_dicts, button, context, item_buttons, section, to_read
from bot.blocks.text import (
    Names,
    count,
    day,
    escape,
    escape_lines,
    fitted,
    in_pieces,
    link,
    moment,
    severity_words,
    shortened,
    tail,
)
from bot.domain.form_fields import IN_HISTORY, IN_WORDS, ITEM
from bot.domain.item import Item, is_link
from bot.domain.lifecycle import Action, Change
from bot.domain.merge import NOTHING, Contained, given_reason
from bot.domain.priority import EFFORT_WORDS, IMPACT_WORDS, URGENCY_WORDS
from bot.domain.request import Request
from bot.domain.tickets import Did
from bot.domain.token import is_token
from bot.domain.waiting import NO_COST, Cost
from bot.domain.words import _

STALE_ANSWER = "(“{answer}”; it had stalled because of “{reason}”)"
SHORT = 600
"""Characters of a text where all of them together are too long for a message."""
FOR_A_LINE = 1_500
"""Room for the newest line of the timeline, beside the texts."""
LINES_SHOWN = 20
"""Lines of the timeline; the older ones are in the pages of “Whole history”."""

DID: dict[str, str] = {
    "create": "created it",
    Action.START: "started it",
    Action.IMPLEMENT: "marked it as implemented",
    Action.VERIFY: "verified it",
    Action.FAIL_VERIFICATION: "found that it does not work and sent it back",
    Action.CLOSE: "closed it",
    Action.REOPEN: "reopened it",
    Action.UPDATE: "wrote",
    Action.ASSIGN: "gave it to",
    Action.MOVE_DUE_DATE: "moved the due date",
    Action.EDIT: "edited{facts}",
    Action.ACCEPT: "accepted it",
    Action.HAND_BACK: "cannot take it",
    Action.PROMOTE: "promoted it to an item",
    Action.DECLINE: "declined it",
    Action.SET_ASIDE: "made it an idea again",
    Action.MERGE: "merged it into",
    Action.TAKE_IN: "merged{facts}",
    Action.UNMERGE: "undid the merge",
    Action.HOLD: "confirmed that it holds",
    Action.KEEP: "kept it in the review",
    Action.TICKET: "changed its ticket",
    **history_facts.DID,
}
TICKET_DID: dict[str, str] = {
    Did.MADE: "{who} had the ticket {ticket} made",
    Did.LINKED: "{who} linked the ticket {ticket}",
    Did.UNLINKED: "{who} unlinked the ticket {ticket}",
    Did.COMMENTED: "{who} commented in {ticket}",
    Did.MOVED: "{who} moved {ticket}",
    Did.ASSIGNED: "{who} assigned {ticket} to {account}",
    Did.GONE: "The ticket {ticket} is out of reach",
    Did.NAMED: "{who} named it in {ticket}",
    Did.MERGED: "{who} merged {ticket}",
    Did.DEPLOYED: "{ticket} is in production",
    Did.GUARD_LOST: "{ticket}, which would tell us if it stopped working, is not there any more",
    Did.GUARD_MISSING: "{ticket}, named as what would tell us, was not found",
}


def shown(
    item: Item,
    changes: Sequence[Change],
    names: Names,
    today: date,
    *,
    total: int = 0,
    decide: Request | None = None,
    contained: Contained = NOTHING,
    cost: Cost = NO_COST,
    acts: bool = True,
    undo: ButtonElement | None = None,
) -> list[Block]:
    """Everything known about the item, and its timeline with the newest line last; it has *total* lines.

    `decide` is the request that waits for whoever looks; *contained* was merged into it, and *cost* is what came back
    since it was opened, as far as they may know. `acts`: they may act on it; `undo`
    takes back what was merged into it lately.
    """
    headline = f"*{item.label}  {escape(item.title)}*\n{summary(item, names, today)}"
    blocks: list[Block] = [section(headline)]
    if lines := [*state_lines.lines(item, names, contained), *state_lines.waiting(cost)]:
        blocks.append(section("\n".join(lines)))
    if decide:
        blocks.append(decision_buttons(decide, details=False))
    if facts := _facts(item, names):
        blocks.append(section(facts))
    row = item_buttons(item)
    row.elements += [undo] if undo else []
    blocks = _with_texts(item, blocks, [*([row] if acts else []), DividerBlock()])

    def with_newest(lines: int) -> list[Block]:
        left_out = max(total, len(changes)) - lines
        return [*blocks, *_earlier(item, left_out), *timeline(changes[len(changes) - lines :], names)]

    # The newest lines stay: how it came to stand where it does is read from the end.
    return as_many_as_fit(len(changes), with_newest) if changes else blocks


def whole_texts(item: Item) -> View:
    """The long texts of an item, all of them, for which one message may have no room."""
    return to_read(_("Texts of {item}", item=item.label), _texts(item))


def _with_texts(item: Item, head: list[Block], end: list[Block]) -> list[Block]:
    """With the long texts; where a message has no room for them and a line of history, cut, and the way to the rest."""
    blocks = [*head, *_texts(item), *end]
    if size(as_dicts(blocks)) + FOR_A_LINE <= TOTAL:
        return blocks
    whole = button(Button.TEXTS, "Whole texts", str(item.number))
    return [*head, *(section(fitted(text, SHORT)) for text in _long(item)), actions([whole]), *end]


def _texts(item: Item) -> list[Block]:
    return [section(piece) for text in _long(item) for piece in in_pieces(text)]


def _earlier(item: Item, left_out: int) -> list[Block]:
    if not left_out:
        return []
    whole = button(Button.HISTORY, "Whole history", str(item.number))
    return [context(_("{lines} not shown", lines=count(left_out, "earlier line"))), actions([whole])]


def happened(change: Change, names: Names) -> str:
    """A line of the timeline without its time: who did what, and why."""
    if change.detail.get("imported"):
        return _imported(change)
    who = names(change.by)
    if is_token(change.by):  # at the beginning of a sentence
        who = who[:1].upper() + who[1:]
    if change.action == Action.TICKET:
        return _ticket(change, who)
    if change.action == Action.UPDATE:
        return f"{who}: {escape_lines(change.why)}{_stale_facts(change.detail)}"
    facts = _change_facts(change, names)
    # A verification says what was seen instead of why.
    said = given_reason(change.why, change.detail.get("into", 0)) or change.detail.get("evidence", "")
    why = f": {escape_lines(said)}" if said else ""
    where = _(" in {ticket}", ticket=_ticket_link(change)) if change.detail.get("ticket") else ""
    return f"{who} {_did(change, facts)}{where}{why}"


def _did(change: Change, facts: str) -> str:
    """What somebody did, with its facts: behind it, or where the language wants them."""
    # A newer version may have written actions that this one does not know; its line is shown all the same.
    did = DID.get(change.action, change.action)
    return _(did, facts=facts) if "{facts}" in did else f"{_(did)}{facts}"


def _ticket(change: Change, who: str) -> str:
    """What happened to the item's ticket."""
    did = str(change.detail.get("did"))
    if did not in TICKET_DID:
        return f"{who} {_(DID[Action.TICKET])}"
    account = escape(str(change.detail.get("account", "")))
    return _(TICKET_DID[did], who=who, ticket=_ticket_link(change), account=account)


def _ticket_link(change: Change) -> str:
    name, url = str(change.detail.get("ticket") or _("ticket")), str(change.detail.get("url") or "")
    return link(url, name) if url else escape(name)


def _stale_facts(detail: Mapping[str, Any]) -> str:
    """What an owner answered who was asked for a status (R49), and why the item stalled (R113)."""
    if "answer" not in detail:
        return ""
    return " " + _(STALE_ANSWER, answer=_(detail["answer"]), reason=_(detail["stalled_by"]))


def _imported(change: Change) -> str:
    """Whoever did it is not known, nor why."""
    if change.action == Action.MOVE_DUE_DATE:
        return _("Imported: due date{moved}", moved=_due_facts(change, str))
    if change.action == Action.BLOCK:
        return _("Imported: blocked")
    return _("Imported: {state}", state=_(change.after.words))


def _facts(item: Item, names: Names) -> str:
    people = ", ".join(names(user) for user in item.collaborators)
    rows = [
        _("*Incident* {incident}", incident=origin(item)) if item.incident_title else "",
        f"*{_('Team')}* {escape(item.team_name)}" if item.team_name else "",
        _("*With* {people}", people=people) if people else "",
        f"*{_('Remedy')}* {_(item.remedy.value)}" if item.remedy else "",
        f"*{_('Themes')}* {escape(', '.join(item.themes))}" if item.themes else "",
        _scales(item),
        _("*Starts* {day}", day=day(item.starts_on)) if item.starts_on else "",
        _("*Staffed by* {who}", who=escape(item.staffing)) if item.staffing else "",
        f"*{_('Systemic item beside it')}* AI-{item.systemic_item}" if item.systemic_item else "",
        *_implemented(item),
        f"*{_('Ticket')}* {link(item.ticket_url, tail(item.ticket_url))}" if item.ticket_url else "",
    ]
    return "\n".join(row for row in rows if row)


def _long(item: Item) -> list[str]:
    texts = (
        *((_(field.shown), getattr(item, field.name)) for field in ITEM if field.shown),
        *_verified(item),
    )
    return [f"*{label}*\n{escape_lines(text)}" for label, text in texts if text]


def _implemented(item: Item) -> list[str]:
    if item.implementation is None:
        return []
    since, change_url = item.implementation.in_production_since, item.implementation.change_url
    return [
        f"*{_('In production since')}* {day(since)}" if since else "",
        f"*{_('Change')}* {link(change_url, _('link'))}" if change_url else "",
    ]


def _verified(item: Item) -> list[tuple[str, str]]:
    if item.verified is None:
        return []
    return [
        (_("Evidence"), item.verified.evidence),
        (_("What would tell us"), item.verified.guard),
        (_("Nothing would tell us, because"), item.verified.no_guard_because),
    ]


def _scales(item: Item) -> str:
    """How much, how soon and how hard; of an idea, of which nobody has to say it, only what was said."""
    given = (
        (item.impact, _("*Impact* {value}", value=_scale(item.impact, IMPACT_WORDS))),
        (item.urgency, _("*urgency* {value}", value=_scale(item.urgency, URGENCY_WORDS))),
        (item.effort, _("*effort* {value}", value=_scale(item.effort, EFFORT_WORDS))),
    )
    return " · ".join(said for value, said in given if value or not item.is_no_commitment)


def _scale(value: int | None, words: Mapping[int, str]) -> str:
    return f"{value} ({_(words[value])})" if value else _("not said")


def timeline(changes: Sequence[Change], names: Names) -> list[Block]:
    """A line for each: when, who, what and why."""
    return [context(f"{moment(change.at)} · {happened(change, names)}") for change in changes]


def _change_facts(change: Change, names: Names) -> str:
    facts = _FACTS.get(change.action)
    return facts(change, names) if facts else ""


def _implement_facts(change: Change, _names: Names) -> str:
    since = _("in production since {day}", day=day(date.fromisoformat(change.detail["in_production_since"])))
    return f" ({link(change.detail['change_url'], _('change'))}, {since})"


def _close_facts(change: Change, _names: Names) -> str:
    return f" ({link(change.detail['postmortem_url'], _('post-mortem'))})"


def _assign_facts(change: Change, names: Names) -> str:
    return f" {names(change.detail['owner']['to'])}"


def _due_facts(change: Change, _names: Names) -> str:
    before, after = (date.fromisoformat(change.detail["due"][key]) for key in ("from", "to"))
    return _(" from {before} to {after}", before=day(before), after=day(after))


def _edit_facts(change: Change, _names: Names) -> str:
    # A field that is gone from the form still stands in old lines.
    return " " + ", ".join(_(IN_HISTORY[name]) if name in IN_HISTORY else name for name in change.detail)


def _merge_facts(change: Change, _names: Names) -> str:
    return f" AI-{change.detail['into']}"


def _take_in_facts(change: Change, _names: Names) -> str:
    """How many, and not which: the history of a public item must not name a private one."""
    told = [_(words) for name, words in IN_WORDS.items() if name in change.detail]
    changed = _(", and changed {what}", what=", ".join(told)) if told else ""
    return _(" {items} into it", items=count(change.detail["count"], "item")) + changed


def _unmerge_facts(change: Change, _names: Names) -> str:
    if "into" in change.detail:
        return _(" into {item}", item=f"AI-{change.detail['into']}")
    return _(" of {items}", items=count(change.detail["count"], "item"))


def _creation_facts(change: Change, _names: Names) -> str:
    facts = (
        _(" as the rest of {item}", item=f"AI-{change.detail['split_from']}") if change.detail.get("split_from") else ""
    )
    if kept := change.detail.get("kept_findings"):
        facts += _(" with its wording kept ({findings})", findings=", ".join(each.replace("_", " ") for each in kept))
    if remedy := change.detail.get("proposed_remedy"):
        facts += _(", as {remedy}, which its wording speaks of", remedy=_(remedy))
    if override := change.detail.get("override"):
        facts += _(", over the {gate}: {why}", gate=_(override["gate"]), why=escape(override["why"]))
    return facts + _policy(change.detail.get("policy") or {})


def _policy(said: Mapping[str, Any]) -> str:
    """Which policy applied, and why the item is due later than it asks for."""
    if not said:
        return ""
    severity, by = severity_words(str(said["severity"])), said.get("due_by")
    if "exception" in said:
        why = escape(shortened(str(said["exception"]), 200)) or _("no reason was asked for")
        return _(", due later than {severity} asks for ({day}): {why}", severity=severity, day=_day_of(by), why=why)
    if by:
        return _(", by the policy of {severity}: due {day} at the latest", severity=severity, day=_day_of(by))
    return _(", by the policy of {severity}", severity=severity)


def _day_of(text: Any) -> str:
    return day(date.fromisoformat(str(text)))


def _verification_facts(change: Change, _names: Names) -> str:
    own = _(" as its owner") if change.detail.get("by_owner") else ""
    method = _(change.detail.get("method", "").lower())
    if guard := change.detail.get("guard"):
        method += _("; {guard} would tell us", guard=_linked(guard))
    elif why := change.detail.get("why_not"):
        method += _("; nothing would tell us, because {why}", why=escape(shortened(why, 200)))
    return f"{own} ({method})" if method else own


_FACTS: dict[str, Callable[[Change, Names], str]] = {
    "create": _creation_facts,
    Action.PROMOTE: _creation_facts,
    Action.IMPLEMENT: _implement_facts,
    Action.CLOSE: _close_facts,
    Action.ASSIGN: _assign_facts,
    Action.MOVE_DUE_DATE: _due_facts,
    Action.EDIT: _edit_facts,
    Action.MERGE: _merge_facts,
    Action.TAKE_IN: _take_in_facts,
    Action.UNMERGE: _unmerge_facts,
    Action.VERIFY: _verification_facts,
    Action.FAIL_VERIFICATION: _verification_facts,
    **history_facts.FACTS,
}
"""What a line of the timeline says beside who did what, by action."""


def _linked(text: str) -> str:
    return link(text, _("a link")) if is_link(text) else escape(shortened(text, 200))
