"""What a form of a new item is told before it is recorded: what the coach finds, and what says nearly the same.

The coach needs the action alone: nobody fills in five fields for a wording that is about to change.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import Block
from sqlalchemy.orm import Session

from bot.blocks.coach import ALIKE, KEEP, PREFIX, alike, coached
from bot.blocks.intake import BLOCK_ID
from bot.blocks.needed_fields import Needs, asking
from bot.blocks.patching import filled_in, inserted_after, redrawn, without
from bot.coach import Finding, Label, review
from bot.deps import Deps
from bot.domain.errors import Refused
from bot.domain.item import Remedy
from bot.domain.queries import Viewer
from bot.domain.team import Team
from bot.domain.words import Text
from bot.services.similar_titles import Alike, list_those_alike
from bot.slack.names import names_in
from handlers.gateway.asked import Asked
from handlers.gateway.forms import Form
from handlers.shared.item_change import as_asker
from handlers.shared.item_form import Chosen, read_chosen, remedy_in
from storage.items import get_item

TRAINING_MESSAGE = "Training as the only remedy fades: people forget, and new ones come."
TRAINING_SUGGESTION = "link an automation, guardrail or alert as “Systemic item beside it”, or create it next"
CHANGE_OR_KEEP = "Change the wording, or tick “Keep my wording”."
CHANGE = "Change the wording as the findings say."
FILL_IN = "Put your own words in place of {slots}."


@dataclass(frozen=True)
class Similar:
    """An open item that says nearly the same, and how it is drawn."""

    number: int
    incident_id: int | None
    created_at: datetime
    blocks: list[Block]


def title_in(form: Form) -> str:
    """The action, on one line. Raises `Refused` where there is none."""
    title = " ".join(form.text("title").split())
    if not title:
        raise Refused("Say what will change.", field="title")
    return title


def findings_in(form: Form, title: str) -> list[Finding]:
    """What is weak in the action; of a training without anything beside it, that (R11)."""
    return review(title) or _training_alone(form)


def _training_alone(form: Form) -> list[Finding]:
    if remedy_in(form) is not Remedy.TRAINING or form.text("plan.systemic"):
        return []
    return [Finding(Label.TRAINING_ONLY, TRAINING_MESSAGE, TRAINING_SUGGESTION)]


def advised(
    asked: Asked, form: Form, title: str, findings: list[Finding], team: Team | None, found: Similar | None
) -> dict[str, Any] | None:
    """The form of a new item with what is to be read first; None when it may be recorded.

    *found* says nearly the same. Raises `Refused` where that was read, and nothing was done about it.
    """
    said = coach(asked, form, title, findings, strict=bool(team and team.strict_coach))
    if said is None and not _holds_up(asked, form, found):
        return None
    return with_advice(asked, form, title, said, found)


def _holds_up(asked: Asked, form: Form, found: Similar | None) -> bool:
    """Whether what says nearly the same is shown before the item is made, and not only afterwards, with “Add to this
    one instead”."""
    # Within one incident it is most likely the same. And who was writing when another one was made is asked nothing:
    # of many who press at once, each gets what they wrote.
    if found is None or found.incident_id is None or found.incident_id != form.number("incident"):
        return False
    return found.created_at.timestamp() * 1000 <= int(asked.metadata.get("opened", 0))


def looked_up(deps: Deps, asked: Asked, form: Form, title: str) -> tuple[Chosen, Similar | None, int]:
    """In one reading: what was chosen in the form; what says nearly the same, as in `similar_to`; and up to which
    number of an item nothing does."""

    def look(session: Session, viewer: Viewer) -> tuple[Chosen, Similar | None, int]:
        chosen = read_chosen(session, asked.workspace, form)
        alike = _alike_in(session, asked.workspace, viewer, title, chosen.team)
        similar = _drawn(session, asked.workspace, viewer, alike)
        return chosen, _unless_shown(asked, similar), alike.nothing_up_to

    return as_asker(deps, asked, look)


def coach(asked: Asked, form: Form, title: str, findings: list[Finding], *, strict: bool) -> list[Block] | None:
    """What the coach says of the wording, the first time; None when it may pass.

    Afterwards a changed text passes, and so does a kept one; a strict team's passes without findings only. Raises
    `Refused` where neither was done, and where a better version was taken and not filled in.
    """
    _refuse_slots(asked, title)
    seen = asked.metadata.get("coached")
    if not findings:
        return None
    # The fingerprint tells whether the wording was changed since; a strict team reads findings as long as there are
    # any.
    if seen is None or (strict and seen != _fingerprint(title)):
        return coached(findings, strict=strict, usable=findings[0].suggestion != TRAINING_SUGGESTION)
    if seen == _fingerprint(title) and (strict or not form.ticked(KEEP)):
        raise Refused(CHANGE if strict else CHANGE_OR_KEEP, field="title")
    return None


def similar_to(deps: Deps, asked: Asked, title: str, team: Team | None) -> Similar | None:
    """An open item of the team that says nearly the same, and that the asker may see; None where they were shown it.

    Never one for outsiders: a form is no place to learn what others work on.
    """

    found = as_asker(deps, asked, lambda session, viewer: similar_in(session, asked.workspace, viewer, title, team))
    return _unless_shown(asked, found)


def _unless_shown(asked: Asked, found: Similar | None) -> Similar | None:
    return None if found and found.number == asked.metadata.get("alike") else found


def similar_in(session: Session, workspace: str, viewer: Viewer, title: str, team: Team | None) -> Similar | None:
    """As `similar_to`, in a reading that is under way, and whatever was shown before."""
    return _drawn(session, workspace, viewer, _alike_in(session, workspace, viewer, title, team))


def _alike_in(session: Session, workspace: str, viewer: Viewer, title: str, team: Team | None) -> Alike:
    if viewer.only is not None or not title:
        return Alike(title, (), 0)
    return list_those_alike(session, workspace, viewer, title, team.id if team else None)


def _drawn(session: Session, workspace: str, viewer: Viewer, those: Alike) -> Similar | None:
    number = those.about_the_same
    if number is None:
        return None
    found = get_item(session, workspace, number, viewer)
    blocks = alike(found, names_in(session, workspace, {found.owner}))
    return Similar(found.number, found.incident_id, found.created_at, blocks)


def with_advice(
    asked: Asked, form: Form, title: str, said: list[Block] | None, found: Similar | None = None
) -> dict[str, Any]:
    """The form drawn again with both behind the action, and with the memory that they were shown."""
    blocks = needing(without(filled_in(form.view), PREFIX, KEEP, ALIKE))
    shown = inserted_after(blocks, "title", [*(said or []), *(found.blocks if found else [])])
    memory = ({"coached": _fingerprint(title)} if said else {}) | ({"alike": found.number} if found else {})
    return redrawn(form.view, shown, private_metadata=json.dumps(asked.metadata | memory))


def needing(blocks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The form's blocks once the coach has spoken: from now on Slack itself asks for what is missing."""
    is_idea = any(block.get("block_id") == BLOCK_ID for block in blocks)
    return [asking(Needs.NEVER if is_idea else Needs.NOW, block) for block in blocks]


def _refuse_slots(asked: Asked, title: str) -> None:
    """Raises `Refused` while a better version that was taken still leaves open what its reader alone can know."""
    left = [str(slot) for slot in asked.metadata.get("slots", ()) if str(slot) in title]
    if left:
        raise Refused(Text(FILL_IN, slots=", ".join(left)), field="title")


def noted(findings: list[Finding]) -> dict[str, Any]:
    """What the history says of findings that were kept."""
    return {"kept_findings": [finding.label.value for finding in findings]} if findings else {}


def proposed(remedy: Remedy | None) -> dict[str, Any]:
    """What the history says of a remedy that nobody chose: the wording speaks of it."""
    return {"proposed_remedy": remedy.value} if remedy else {}


def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
