"""From what was typed in a review meeting to drafts of items: each field that cannot be is refused at its own place."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.blocks import meeting as blocks
from bot.coach import review
from bot.deps import Deps
from bot.domain.errors import Missing, Refused
from bot.domain.item import Draft, Item
from bot.domain.meeting import Candidate, Meeting
from bot.domain.new import check_draft
from bot.domain.person import check_owner
from bot.domain.remedy import proposed_remedy
from bot.domain.roles import decides as may_decide
from handlers.gateway.asked import Asked
from handlers.shared.advice import noted, proposed
from handlers.shared.commit import Committing, idea_draft, scales_of
from handlers.shared.due_by_policy import with_policy
from handlers.shared.item_change import remember_asker
from handlers.shared.item_form import zone_for
from handlers.shared.meeting_scene import Scene

FIX = "This team is strict: say what will be different, as the line below shows."


def committing(deps: Deps, asked: Asked, meeting: Meeting, scene: Scene) -> Committing:
    """All that Slack is asked before the transaction. Raises `Missing` for what is missing or cannot be."""
    person = remember_asker(deps, asked)
    channel = str(scene.place.channel)
    aloud = deps.directory.everybody_in(asked.workspace, channel, private=scene.place.private)
    what = Committing(
        meeting, scene.incident, scene.team, scene.place, person, may_decide(asked.user, person, scene.team), aloud,
        {}, {}, frozenset(),
    )  # fmt: skip
    drafts, details, refused = dict[int, Draft](), dict[int, dict[str, Any]](), list[Refused]()
    for at, each in meeting.chosen:
        idea = next((item for item in scene.had if item.number == each.idea), None)
        found, wrong = _draft(deps, asked, what, at, each, idea)
        refused += wrong
        if found:
            drafts[at] = found
            details[at] = noted(review(each.text)) | proposed(found.remedy)
    with deps.db.read() as session:
        for at, draft in drafts.items():
            details[at] = with_policy(deps, session, details[at], scene.incident, scene.team, draft.due)
    if refused:
        raise Missing({str(each.field): each.text for each in reversed(refused)})
    there = deps.directory.members(asked.workspace, channel)
    asks = frozenset(at for at, draft in drafts.items() if draft.owner != asked.user and draft.owner not in there)
    return replace(what, drafts=drafts, details=details, asks=asks)


def _draft(
    deps: Deps, asked: Asked, what: Committing, at: int, candidate: Candidate, idea: Item | None
) -> tuple[Draft | None, list[Refused]]:
    """What was said of a candidate as a draft, or each field of it that cannot be."""
    names = {"title": blocks.TITLE, "owner": blocks.OWNER, "due": blocks.DUE, "verification": blocks.VERIFY}
    refused = []
    if not candidate.owner:
        refused.append(Refused("Choose one person who answers for it.", f"{blocks.OWNER}.{at}"))
    if not candidate.due:
        refused.append(Refused("Choose a due date.", f"{blocks.DUE}.{at}"))
    if what.team and what.team.strict_coach and review(candidate.text):
        refused.append(Refused(FIX, f"{blocks.TITLE}.{at}"))
    if not candidate.owner or not candidate.due:
        return None, [*refused, *_without_proof(candidate, at)]
    draft = _from_idea(idea_draft(candidate, asked.user, what), idea)
    impact, effort = scales_of(candidate) if candidate.quadrant or idea is None else (idea.impact, idea.effort)
    draft = replace(
        draft, remedy=draft.remedy or proposed_remedy(candidate.text),
        title=candidate.text, owner=candidate.owner, due=candidate.due, verification=candidate.verify,
        impact=impact, effort=effort,
    )  # fmt: skip
    checks: tuple[Callable[[], None], ...] = (
        lambda: check_owner(draft.owner, deps.directory.person(asked.workspace, draft.owner)),
        lambda: check_draft(draft, deps.today(zone_for(deps, asked, what.team))),
    )
    for check in checks:
        try:
            check()
        except Refused as found:
            refused.append(Refused(found.text, f"{names.get(found.field or '', blocks.OWNER)}.{at}"))
    return draft, refused


def _without_proof(candidate: Candidate, at: int) -> list[Refused]:
    said = "Say how you will see that it works."
    return [] if candidate.verify else [Refused(said, f"{blocks.VERIFY}.{at}")]


def _from_idea(draft: Draft, idea: Item | None) -> Draft:
    """The draft with all that the idea says already."""
    if idea is None:
        return draft
    return replace(draft, **{name: getattr(idea, name) for name in vars(draft)})
