"""The timeline of an item: who did what, when and why; `history_facts` has the words of the graver changes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from slack_sdk.models.blocks import Block

from bot.blocks import history_facts
from bot.blocks.parts import context
from bot.blocks.text import (
    Names,
    count,
    day,
    escape,
    escape_lines,
    link,
    moment,
    severity_words,
    shortened,
)
from bot.domain.form_fields import IN_HISTORY, IN_WORDS
from bot.domain.item import is_link
from bot.domain.lifecycle import Action, Change
from bot.domain.merge import given_reason
from bot.domain.tickets import Did, Stage
from bot.domain.token import is_token
from bot.domain.words import _

STALE_ANSWER = "(“{answer}”; it had stalled because of “{reason}”)"

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
    Did.MOVED: "{who} changed {ticket}",
    Did.ASSIGNED: "{who} assigned {ticket} to {account}",
    Did.GONE: "The ticket {ticket} is out of reach",
    Did.NAMED: "{who} named it in {ticket}",
    Did.MERGED: "{who} merged {ticket}",
    Did.DEPLOYED: "{ticket} is in production",
    Did.GUARD_LOST: "{ticket}, which would tell us if it stopped working, is not there any more",
    Did.GUARD_MISSING: "{ticket}, named as what would tell us, was not found",
}


MOVED_TO: dict[str, str] = {
    Stage.TO_DO: "{who} set {ticket} to open",
    Stage.IN_PROGRESS: "{who} set {ticket} to in progress",
    Stage.DONE: "{who} closed {ticket} as completed",
    Stage.NOT_PLANNED: "{who} closed {ticket} as not planned",
}
"""Where a ticket went. “Moved” alone would say, in GitLab, that it is in another project now."""
WHERE = ("ticket", "url")
"""Where a change of a tracker was made; it is no fact of the item."""


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
    account = escape(shortened(str(change.detail.get("account", ""))))
    stage = str(change.detail.get("stage"))
    ticket = _ticket_link(change)
    return _(MOVED_TO[stage] if stage in MOVED_TO else TICKET_DID[did], who=who, ticket=ticket, account=account)


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
    named = [name for name in change.detail if name not in WHERE]
    return " " + ", ".join(_(IN_HISTORY[name]) if name in IN_HISTORY else name for name in named)


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
