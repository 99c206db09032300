"""What is said about a request: to whoever decides, to whoever asked, and to whoever is flagged or escalated to."""

from collections.abc import Mapping

from slack_sdk.models.blocks import ActionsBlock, Block
from slack_sdk.models.views import View

from bot.blocks.card import incident
from bot.blocks.defer import comes_back_early, recurrence_warning
from bot.blocks.fields import modal, text_field
from bot.blocks.history_facts import from_to
from bot.blocks.ids import Button, Modal
from bot.blocks.parts import about, actions, button, section
from bot.blocks.state_lines import asked_for, declined, risk_reason
from bot.blocks.text import Names, count, day, escape, escape_lines, shortened
from bot.domain.approve import Terms, from_json
from bot.domain.defer import DeferralTerms
from bot.domain.item import Item
from bot.domain.item_values import Blocked, Deferral
from bot.domain.lifecycle import Action, State
from bot.domain.move import TeamMove
from bot.domain.pressed import RequestAbout
from bot.domain.request import Request, Status
from bot.domain.risk import AcceptedRisk
from bot.domain.words import _

TEXT_SHOWN = 500
IN_SHORT = 150


def to_approver(request: Request, item: Item, names: Names) -> list[Block]:
    """The request with “Approve” and “Decline”; once it is decided, what became of it."""
    asks = wants(request, names(request.asked_by), _named(item))
    if not request.is_pending:
        return [section(f"{asks}\n{outcome(request, item, names)}")]
    said = "\n".join([asks, *_terms(from_json(request.action, request.terms), item)])
    return [section(said), decision_buttons(request)]


def to_asker(request: Request, item: Item, names: Names) -> list[Block]:
    """What was asked for and of whom, with “Withdraw”; once it is decided, what became of it."""
    asked = _said(ASKED, request, names(request.approver), _named(item))
    if not request.is_pending:
        return [section(f"{asked}\n{outcome(request, item, names)}")]
    value = value_of(request)
    row = [button(Button.WITHDRAW, "Withdraw", value), button(Button.SHOW, "Details", str(item.number))]
    terms = from_json(request.action, request.terms)
    early = comes_back_early(item, terms.revisit_on) if isinstance(terms, DeferralTerms) else []
    return [section("\n".join([asked, *early])), actions(row)]


def decision_buttons(request: Request, *, details: bool = True) -> ActionsBlock:
    """“Approve” and “Decline”; and `details` where the item is not shown whole."""
    value = value_of(request)
    row = [button(Button.APPROVE, "Approve", value, primary=True), button(Button.TURN_DOWN, "Decline", value)]
    return actions([*row, button(Button.SHOW, "Details", str(request.number))] if details else row)


def value_of(request: Request) -> str:
    """What the buttons of a request carry: the item's number and the request's."""
    return RequestAbout(request.number, request.id).value


def outcome(request: Request, item: Item, names: Names) -> str:
    """What became of a request, in one sentence."""
    who = names(request.decided_by)
    match request.status:
        case Status.APPROVED:
            return _said(APPROVED, request, who, item.label)
        case Status.DECLINED:
            return declined(request, names)
        case Status.WITHDRAWN:
            return _("*Withdrawn* by {who}.", who=who)
        case Status.EXPIRED:
            return _("*Expired*: {who} changed the item meanwhile.", who=who)
    return _("Nobody has decided yet.")


def decided(request: Request, item: Item, names: Names) -> str:
    """To the asker, as soon as it is decided or has expired."""
    if request.status is Status.EXPIRED:
        # Most changes of the item end its request, so that nobody approves what was asked of another situation.
        text = _(
            "The {what} of {item} is not decided any more: {who} changed the item.",
            what=asked_for(request), item=_named(item), who=names(request.decided_by),
        )  # fmt: skip
        return text + "\n" + _("Ask again if it still stands.")
    return f"{outcome(request, item, names)}\n{_named(item)}"


def reminder(request: Request, item: Item, names: Names) -> str:
    """To the approver, when a request has waited for two working days: what is asked, why, and at what risk."""
    asks = wants(request, names(request.asked_by), _named(item))
    waits = _(
        "{who} has waited since {day} for your decision.",
        who=names(request.asked_by), day=day(item.day(request.asked_at)),
    )  # fmt: skip
    return "\n".join([waits, asks, *terms_in_short(request, item)])


def wants(request: Request, who: str, item: str) -> str:
    """`Priya wants to defer AI-15 until 15 Jan`."""
    return _said(WANTS, request, who, item)


def wants_of(request: Request, who: str, approver: str, item: str) -> str:
    """`Priya asks Kim to defer AI-15 until 15 Jan`, for somebody who may decide in their place."""
    return _said(ASKS, request, who, item, approver)


_Words = Mapping[Action, str]
UNTIL_DAY = " until {day}"
UNTIL_TRIGGER = " until “{trigger}”"
WANTS: _Words = {
    Action.DEFER: "{who} wants to defer {item}{until}",
    Action.ACCEPT_RISK: "{who} wants to accept the risk of {item}",
    Action.DROP: "{who} wants to say “will not do” of {item}",
    Action.MOVE: "{who} wants to move {item} to another team",
}
ASKS: _Words = {
    Action.DEFER: "{who} asks {approver} to defer {item}{until}",
    Action.ACCEPT_RISK: "{who} asks {approver} to accept the risk of {item}",
    Action.DROP: "{who} asks {approver} to say “will not do” of {item}",
    Action.MOVE: "{who} asks {approver} to move {item} to another team",
}
ASKED: _Words = {
    Action.DEFER: "You asked {who} to defer {item}{until}",
    Action.ACCEPT_RISK: "You asked {who} to accept the risk of {item}",
    Action.DROP: "You asked {who} to say “will not do” of {item}",
    Action.MOVE: "You asked {who} to move {item} to another team",
}
APPROVED: _Words = {
    Action.DEFER: "{who} approved it: {item} is deferred{until}.",
    Action.ACCEPT_RISK: "{who} approved it: the risk of {item} is accepted.",
    Action.DROP: "{who} approved it: {item} will not be done.",
    Action.MOVE: "{who} approved it: {item} belongs to another team now.",
}


def _said(words: _Words, request: Request, who: str, item: str, approver: str = "") -> str:
    given = {"who": who, "item": item, "until": _until(request), "approver": approver}
    template = words[request.action]
    return _(template, **{name: value for name, value in given.items() if f"{{{name}}}" in template})


def _until(request: Request) -> str:
    terms = from_json(request.action, request.terms)
    if isinstance(terms, DeferralTerms) and terms.revisit_on:
        return _(UNTIL_DAY, day=day(terms.revisit_on))
    if isinstance(terms, DeferralTerms) and terms.trigger:
        return _(UNTIL_TRIGGER, trigger=escape(shortened(terms.trigger, IN_SHORT)))
    return ""


def often_deferred(item: Item, names: Names) -> str:
    """To the lead, from the third deferral of the same item on."""
    deferral = item.deferral or Deferral()
    return _(
        "{item} was deferred again, {count} in all, now by {who}: {why}\n"
        "Deferred this often, it is worth a decision: do it, accept the risk, or say that it will not be done.",
        item=_named(item), count=count(item.deferrals, _("time"), _("times")),
        who=names(deferral.approved_by or item.owner), why=escape(shortened(deferral.because, TEXT_SHOWN)),
    )  # fmt: skip


def escalated(item: Item, names: Names) -> str:
    """To the person who can unblock it."""
    blocked = item.blocked or Blocked()
    return _(
        "{item} is blocked and needs you: {dependency}\n{owner} owns it. Meanwhile: {mitigation}",
        item=_named(item), dependency=escape_lines(blocked.on[:TEXT_SHOWN]), owner=names(item.owner),
        mitigation=escape(shortened(blocked.mitigation, TEXT_SHOWN)),
    )  # fmt: skip


def changed(item: Item, line: str) -> str:
    """To the owner, about what somebody else did; *line* is that of the timeline."""
    return f"{_named(item)}\n{line}"


def _named(item: Item) -> str:
    origin = _(" from _{incident}_", incident=incident(item)) if item.incident_title else ""
    return f"*{item.label} {escape(shortened(item.title))}*{origin}"


def terms_in_short(request: Request, item: Item) -> list[str]:
    """What is asked for, a line each: where several requests stand below each other."""
    return _terms(from_json(request.action, request.terms), item, IN_SHORT)


def _terms(terms: Terms, item: Item, limit: int = TEXT_SHOWN) -> list[str]:
    why = escape_lines(terms.why[:limit])
    if isinstance(terms, DeferralTerms):
        return [_("Why not now: {why}", why=why), *_of_deferral(terms, item, limit)]
    if isinstance(terms, TeamMove):
        return [_move(terms)]
    if isinstance(terms, AcceptedRisk):
        return [_("Why: {reason}. {why}", reason=risk_reason(terms.reason), why=why)]
    return [_("Why: {why}", why=why)]


def _move(terms: TeamMove) -> str:
    where = from_to(terms.from_name, terms.to_name)
    if not terms.to_name:
        return _("It would go {where}. Then nobody leads it.", where=where)
    return _(
        "It would go {where}. The lead of {team} then decides whether it is deferred, dropped, or its risk accepted.",
        where=where, team=escape(terms.to_name),
    )  # fmt: skip


def moved_to(item: Item, before: str, who: str) -> str:
    """To the leads of the team that an item left and of the one that it came to."""
    said = _("{who} moved {item} {where}.", who=who, item=_named(item), where=from_to(before, item.team_name))
    if not item.team_name:
        return said
    return f"{said} " + _(
        "The lead of {team} now decides whether it is deferred, dropped, or its risk accepted.",
        team=escape(item.team_name),
    )


def _of_deferral(terms: DeferralTerms, item: Item, limit: int) -> list[str]:
    found = [_("Risk meanwhile: {risk}", risk=escape_lines(terms.risk[:limit]))]
    # The day, and a short condition, stand in the line above: “wants to defer AI-12 until …”.
    found += comes_back_early(item, terms.revisit_on)
    if terms.trigger and (terms.revisit_on or len(terms.trigger) > IN_SHORT):
        found.append(_("Trigger: {trigger}", trigger=escape(terms.trigger[:limit])))
    if terms.mitigation:
        found.append(_("Meanwhile: {mitigation}", mitigation=escape(terms.mitigation[:limit])))
    # While it is deferred, the running deferral is among them: “before” would be one too many.
    if item.deferrals and item.state is not State.DEFERRED:
        found.append(_("It was deferred {count} before.", count=count(item.deferrals, _("time"), _("times"))))
    if item.root_cause:
        # To whoever decides, as to whoever asked (R77): both are to know what waits meanwhile.
        found.append(recurrence_warning(item))
    return found


def turn_down_form(item: Item, metadata: str) -> View:
    """“Decline” a request: why, so that the asker can do something with the answer."""
    field = text_field("why", "Why?", multiline=True, hint="The person who asked reads it.")
    return modal(Modal.TURN_DOWN, "Decline", "Decline", [about(item), field], metadata)
