"""What keeps an item from going on, or how it ended: blocked, deferred, asked for, decided; a line for each."""

from bot.blocks.text import Names, count, day, escape, shortened
from bot.domain.item import Item
from bot.domain.lifecycle import Action, State
from bot.domain.reasons import BlockReason, RiskReason
from bot.domain.request import Request, Status
from bot.domain.words import _

TEXT_SHOWN = 300
"""Characters of what somebody wrote; `show N` has all of it in the timeline."""


def lines(item: Item, names: Names) -> list[str]:
    """The lines of the card, as mrkdwn; none for an item that simply goes its way."""
    found = [*_blocked(item, names), *_deferred(item, names), *_ended(item, names)]
    if item.split_from:
        found.append(_("The rest of {item}, which was larger than estimated", item=f"AI-{item.split_from}"))
    if request := decision(item, names):
        found.append(request)
    return found


def people(item: Item) -> set[str]:
    """Everybody whom the card names."""
    asked = {item.request.asked_by, item.request.approver, item.request.decided_by} if item.request else set()
    return {item.owner, item.verified_by, item.escalated_to, item.approved_by, item.created_by, *asked} - {""}


def in_a_list(item: Item, names: Names) -> str:
    """Why an item of a list waits, in one line; "" for one that does not: the register of risk debt is made of it."""
    if item.state is State.DEFERRED:
        why = [_text(item.deferred_because)] if item.deferred_because else []
        return " · ".join([_until(item), *why, _approved(item, names), *_times(item)])
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
    }
    return words[request.action]


def risk_reason(reason: RiskReason) -> str:
    """The reason within a sentence."""
    return _(reason.value.lower())


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _blocked(item: Item, names: Names) -> list[str]:
    if not item.blocked:
        return []
    since = _(" since {day}", day=day(item.day(item.blocked_since))) if item.blocked_since else ""
    on = f": {_text(item.blocked_on)}" if item.blocked_on else ""
    found = [f"{_blocked_by(item.blocked_reason)}{since}{on}"]
    if item.escalated_to:
        found.append(_("Escalated to {who}", who=names(item.escalated_to)))
    if item.mitigation:
        found.append(_("Meanwhile: {mitigation}", mitigation=_text(item.mitigation)))
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
    found = [f"*{_until(item)}*{_because(item.deferred_because)}", *_times(item)]
    if item.deferred_risk:
        found.append(_("Risk accepted meanwhile: {risk}", risk=_text(item.deferred_risk)))
    if item.mitigation:
        found.append(_("Meanwhile: {mitigation}", mitigation=_text(item.mitigation)))
    return [*found, _approved(item, names)]


def _until(item: Item) -> str:
    parts = [day(item.revisit_on)] if item.revisit_on else []
    if item.trigger_condition:
        parts.append(f"“{_text(item.trigger_condition)}”")
    return _("Deferred until {when}", when=_(" or ").join(parts)) if parts else _("Deferred")


def _times(item: Item) -> list[str]:
    return [_("Deferred {count}", count=count(item.deferrals, _("time"), _("times")))] if item.deferrals > 1 else []


def _approved(item: Item, names: Names) -> str:
    return _("Approved by {who}", who=names(item.approved_by)) if item.approved_by else _("Not approved yet")


def _ended(item: Item, names: Names) -> list[str]:
    if item.state is State.MERGED and item.merged_into:
        return [_("*Merged into {item}*: {why}", item=f"AI-{item.merged_into}", why=_text(item.ended_because))]
    if item.state not in (State.RISK_ACCEPTED, State.WONT_DO):
        return []
    reason = f" ({risk_reason(item.risk_reason)})" if item.risk_reason else ""
    words = _("Risk accepted") if item.state is State.RISK_ACCEPTED else _("Will not be done")
    by = _(", decided by {who}", who=names(item.approved_by)) if item.approved_by else ""
    return [f"*{words}*{reason}{by}{_because(item.ended_because)}"]


def _because(why: str) -> str:
    """Of an imported item nobody knows why."""
    return f": {_text(why)}" if why else ""


def _text(text: str) -> str:
    return escape(shortened(text, TEXT_SHOWN))
