"""What keeps an item from going on, or how it ended: blocked, deferred, asked for, decided; a line for each."""

from bot.blocks.text import Names, count, day, duration, escape, quoted, shortened
from bot.domain.item import Item
from bot.domain.item_values import BlockReason, Deferral, RiskReason
from bot.domain.lifecycle import Action, State
from bot.domain.merge import MERGED_STATES, NOTHING, Contained, given_reason
from bot.domain.request import Request, Status
from bot.domain.waiting import Cost
from bot.domain.words import _

TEXT_SHOWN = 300
"""Characters of what somebody wrote; `show N` has all of it in the timeline."""
LAST_STEP = {
    State.IMPLEMENTED: "implemented, waits to be verified",
    State.VERIFIED: "verified, waits to be closed",
}
"""Of what is done but for that: whoever reads only that it is late would ask for work that nobody has left."""


def lines(item: Item, names: Names, contained: Contained = NOTHING) -> list[str]:
    """The lines of the card, as mrkdwn; none for an item that simply goes its way. *contained* was merged into it."""
    found = [*_blocked(item, names), *_deferred(item, names), *_ended(item, names), *_contains(contained)]
    if item.split_from:
        found.append(_("The rest of {item}, which was larger than estimated", item=f"AI-{item.split_from}"))
    if request := decision(item, names):
        found.append(request)
    return found


def waiting(cost: Cost) -> list[str]:
    """`It came back 2 times since this was opened, 5 hours in all; perhaps 1 time more.`"""
    if not cost.is_known:
        return []
    often, more = count(cost.times, "time"), count(cost.perhaps, "time")
    if not cost.times:
        return [_("Something like it may have come back {perhaps} since this was opened.", perhaps=more)]
    said = _("It came back {times} since this was opened", times=often)
    if cost.lasted is not None:
        said += _(", {duration} in all", duration=duration(cost.lasted))
    return [f"{said}{_('; perhaps {perhaps} more', perhaps=more) if cost.perhaps else ''}."]


def came_back(cost: Cost) -> list[str]:
    """The same within a line of a list: `came back 2 times, 5 hours in all`."""
    if not cost.times:
        return []
    said = _("came back {times}", times=count(cost.times, "time"))
    return [said + (_(", {duration} in all", duration=duration(cost.lasted)) if cost.lasted is not None else "")]


def people(item: Item) -> set[str]:
    """Everybody whom the card names."""
    found = {item.owner, item.created_by}
    if item.request:
        found |= {item.request.asked_by, item.request.approver, item.request.decided_by}
    if item.verified:
        found.add(item.verified.by)
    if item.blocked:
        found.add(item.blocked.escalated_to)
    if item.deferral:
        found.add(item.deferral.approved_by)
    if item.ending:
        found.add(item.ending.decided_by)
    return found - {""}


def in_a_list(item: Item, names: Names) -> str:
    """Why an item of a list waits, in one line; "" for one that does not: the register of risk debt is made of it."""
    if item.state is State.DEFERRED:
        deferral = item.deferral or Deferral()
        why = [_text(deferral.because)] if deferral.because else []
        return " · ".join([_until(deferral), *why, _approved(item, deferral, names), *_times(item)])
    if item.blocked:
        return _blocked(item, names)[0]
    return ""


def decision(item: Item, names: Names) -> str:
    """The request that waits about the item, or the newest that was declined and not overtaken; "" without one."""
    request = item.request
    if request is None:
        return ""
    if request.is_pending:
        return waits(request, item, names)
    # Whoever has gone on with it since knows of the no.
    last = item.last_progress_at or item.created_at
    if request.status is Status.DECLINED and request.decided_at and request.decided_at >= last and item.is_open:
        return declined(request, names)
    return ""


def waits(request: Request, item: Item, names: Names) -> str:
    """`Deferral asked by Sam, waits for Kim since Thu`."""
    return _(
        "{what} asked by {asker}, waits for {approver} since {day}",
        what=_capital(asked_for(request)),
        asker=names(request.asked_by),
        approver=names(request.approver),
        day=day(item.day(request.asked_at)),
    )


def declined(request: Request, names: Names) -> str:
    """Who said no to what, and why."""
    return _(
        "{who} declined the {what}: {why}",
        who=names(request.decided_by),
        what=asked_for(request),
        why=_text(request.why),
    )


def asked_for(request: Request) -> str:
    """What a request asks for, as a noun."""
    words = {
        Action.DEFER: _("deferral"),
        Action.ACCEPT_RISK: _("risk acceptance"),
        Action.DROP: _("“will not do”"),
        Action.MOVE: _("move to another team"),
    }
    return words[request.action]


def risk_reason(reason: RiskReason) -> str:
    """The reason within a sentence."""
    return _(reason.value.lower())


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _blocked(item: Item, names: Names) -> list[str]:
    blocked = item.blocked
    if blocked is None:
        return []
    since = _(" since {day}", day=day(item.day(blocked.since))) if blocked.since else ""
    on = f": {_text(blocked.on)}" if blocked.on else ""
    found = [f"{_blocked_by(blocked.reason)}{since}{on}"]
    if blocked.escalated_to:
        found.append(_("Escalated to {who}", who=names(blocked.escalated_to)))
    if blocked.mitigation:
        found.append(_("Meanwhile: {mitigation}", mitigation=_text(blocked.mitigation)))
    return found


def _blocked_by(reason: BlockReason | None) -> str:
    match reason:
        case BlockReason.ANOTHER_TEAM:
            return _("Blocked by another team")
        case BlockReason.INFRASTRUCTURE:
            return _("Blocked by infrastructure that is not available")
        case BlockReason.PRIORITIES:
            return _("Blocked by conflicting priorities")
    return _("Blocked")


def _deferred(item: Item, names: Names) -> list[str]:
    if item.state is not State.DEFERRED:
        return []
    deferral = item.deferral or Deferral()
    found = [f"*{_until(deferral)}*{_because(deferral.because)}", *_times(item)]
    if deferral.risk:
        found.append(_("Risk accepted meanwhile: {risk}", risk=_text(deferral.risk)))
    if deferral.mitigation:
        found.append(_("Meanwhile: {mitigation}", mitigation=_text(deferral.mitigation)))
    return [*found, _approved(item, deferral, names)]


def _until(deferral: Deferral) -> str:
    parts = [day(deferral.revisit_on)] if deferral.revisit_on else []
    if deferral.trigger:
        parts.append(quoted(_text(deferral.trigger)))
    return _("Deferred until {when}", when=_(" or ").join(parts)) if parts else _("Deferred")


def _times(item: Item) -> list[str]:
    return [_("Deferred {count}", count=count(item.deferrals, _("time"), _("times")))] if item.deferrals > 1 else []


def _approved(item: Item, deferral: Deferral, names: Names) -> str:
    by = deferral.approved_by
    if by:
        return _("Approved by {who}", who=names(by))
    # An imported deferral has nobody who approved it; the rest of a split waits for its approver.
    return _("Not approved yet") if item.request and item.request.is_pending else _("approval not recorded")


def _ended(item: Item, names: Names) -> list[str]:
    ending = item.ending
    if item.state in MERGED_STATES and ending and ending.merged_into:
        why = given_reason(ending.because, ending.merged_into)
        return [_("*Merged into {item}*", item=f"AI-{ending.merged_into}") + _because(why)]
    if item.state not in (State.RISK_ACCEPTED, State.WONT_DO):
        return []
    words = _("Risk accepted") if item.state is State.RISK_ACCEPTED else _("Will not be done")
    if ending is None:
        return [f"*{words}*"]
    reason = f" ({risk_reason(ending.risk_reason)})" if ending.risk_reason else ""
    by = _(", decided by {who}", who=names(ending.decided_by)) if ending.decided_by else ""
    return [f"*{words}*{reason}{by}{_because(ending.because)}"]


def _contains(contained: Contained) -> list[str]:
    """`Contains AI-3, AI-7`; who may not know of some of them reads how many."""
    if not contained.numbers and not contained.hidden:
        return []
    hidden = count(contained.hidden, "item that is not shown", "items that are not shown") if contained.hidden else ""
    named = ", ".join(f"AI-{number}" for number in contained.numbers)
    return [_("Contains {items}", items=_(" and ").join(each for each in (named, hidden) if each))]


def _because(why: str) -> str:
    """Of an imported item nobody knows why."""
    return f": {_text(why)}" if why else ""


def _text(text: str) -> str:
    return escape(shortened(text, TEXT_SHOWN))


def last_step(item: Item) -> list[str]:
    """What alone is left to do of it, where it is done but for that; else nothing."""
    return [_(LAST_STEP[item.state])] if item.state in LAST_STEP else []
