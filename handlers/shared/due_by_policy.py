"""The due date that the policy of an incident's severity asks for: pre-filled, asked about when it is later, noted."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.blocks.fields import text_field
from bot.blocks.parts import context
from bot.blocks.patching import field_of, filled_in, inserted_after, redrawn, without
from bot.blocks.text import plain_day, severity_words
from bot.deps import Deps
from bot.domain.days import zone_of
from bot.domain.incident import Incident
from bot.domain.item import Draft
from bot.domain.policy import Policy, check_due, is_late, noted
from bot.domain.team import Team
from bot.domain.words import _
from handlers.gateway.asked import Asked
from handlers.gateway.forms import Form
from handlers.shared.item_form import Chosen
from handlers.shared.place import seen_incident
from storage.policies import list_policies

LATE_BECAUSE = "late_because"
"""The field that asks why an item is due later than its severity asks for; it is there only then."""
PROPOSED = "proposed"
"""What a form carries: the due date that a policy proposed, so that another one is known to be its person's."""
LATER = "*{severity}* asks for {day} at the latest. Choose an earlier day above, or say why it has to be later."
HINT = "The report counts it as an exception."


def policy_of(session: Session, incident: Incident | None, now: datetime) -> Policy | None:
    """What the incident's severity asks of an item that is made now."""
    # Most incidents have no severity when their first item is made, and most workspaces no policies.
    if incident is None or not incident.severity:
        return None
    return list_policies(session, incident.workspace).of(incident.severity, now)


def proposed_due(deps: Deps, session: Session, incident: Incident | None, team: Team | None) -> date | None:
    """The due date that a new item of the incident begins with; None where no policy says one."""
    policy = policy_of(session, incident, deps.clock())
    return policy.due_by(made_on(deps, team)) if policy else None


def late(deps: Deps, asked: Asked, form: Form, draft: Draft, chosen: Chosen) -> dict[str, Any] | None:
    """The form again with the question why the item is due so late, where the policy asks for an earlier day; None
    when it is not, or that is said. Raises `Refused` at the question when it is left empty."""
    day = made_on(deps, chosen.team)
    with deps.db.read() as session:
        policy = policy_of(session, chosen.incident, deps.clock())
    latest = policy.due_by(day) if policy else None
    if policy is None or latest is None or not is_late(policy, day, draft.due):
        return None
    # What its severity asks for is said to who may see the incident; others are told by `record` that there is none.
    if seen_incident(deps, asked, draft.incident_id) is None:
        return None
    if form.has(LATE_BECAUSE):
        check_due(policy, day, draft.due, form.text(LATE_BECAUSE))
        return None
    said = context(_(LATER, severity=severity_words(policy.severity), day=plain_day(latest)))
    said.block_id = f"{LATE_BECAUSE}.said"
    why = text_field(LATE_BECAUSE, "Why later?", optional=False, hint=HINT)
    blocks = without(filled_in(asked.view), LATE_BECAUSE)
    return redrawn(
        asked.view, inserted_after(blocks, "due", [said, why]), private_metadata=form.view["private_metadata"]
    )


def proposed_again(
    asked: Asked, form: Form, blocks: Sequence[dict[str, Any]], proposed: date | None
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """*blocks* of an open form with the due date *proposed* for the incident and team that were chosen now, and what
    the form carries of it; as they are where a person has chosen the date."""
    now, before = form.day("due"), asked.metadata.get(PROPOSED, "")
    is_theirs = now is not None and now.isoformat() != before
    if is_theirs or now == proposed:
        return list(blocks), {}
    day = proposed.isoformat() if proposed else ""
    dated = [_dated(block, day) if field_of(str(block.get("block_id"))) == "due" else block for block in blocks]
    return dated, {PROPOSED: day}


def _dated(block: dict[str, Any], day: str) -> dict[str, Any]:
    """The input with *day* in it. Under its old block_id Slack would keep what stands there, so it gets another one."""
    element = {name: value for name, value in block["element"].items() if name != "initial_date"}
    initial = {"initial_date": day} if day else {}
    return block | {"block_id": f"due:{day or 'none'}", "element": element | initial}


def with_policy(
    deps: Deps, session: Session, detail: Mapping[str, Any], incident: Incident | None, team: Team | None, due: date
) -> dict[str, Any]:
    """*detail* of a new item's history with the policy that applied, and why it is an exception where it is one."""
    kept = dict(detail)
    why = str(kept.pop(LATE_BECAUSE, ""))
    return kept | noted(policy_of(session, incident, deps.clock()), made_on(deps, team), due, why)


def made_on(deps: Deps, team: Team | None) -> date:
    """The day from which the policy counts: today where the item's team is."""
    return deps.today(team.zone if team else zone_of("UTC"))
