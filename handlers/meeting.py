"""`meeting`: candidates are listed, ranked, chosen within the quota, and owned, in one modal that is drawn anew (B17).

What was typed is kept from step to step (`storage/meetings.py`): a form carries no more than the meeting's key.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from slack_sdk.models.views import View

from bot.blocks import meeting as blocks
from bot.blocks.ids import Button, Modal
from bot.blocks.intake import OVERRIDE
from bot.blocks.meeting_messages import created
from bot.blocks.text import escape
from bot.coach import Finding, review
from bot.deps import Deps
from bot.domain.candidates import lines_of
from bot.domain.errors import Refused, Unreadable
from bot.domain.incident import check_may_change
from bot.domain.meeting import (
    SCALES,
    Candidate,
    Meeting,
    Room,
    check_candidates,
    check_choice,
    idea_named,
    key_of,
    movable_aside,
    once_each,
    recognised,
    remembered,
    ticked,
)
from bot.domain.roles import may_act
from bot.domain.words import Text, _
from handlers.gateway.asked import AlreadyDone, Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.router import Router
from handlers.shared.commit import ChangedMeanwhile, commit
from handlers.shared.due_by_policy import proposed_due
from handlers.shared.item_change import remember_asker
from handlers.shared.meeting_drafts import committing
from handlers.shared.meeting_lines import heard
from handlers.shared.meeting_scene import Scene, room_in, scene_at, scene_carried
from handlers.shared.place import incident_of, place_of
from storage import meetings

USAGE = "meeting"
ELSEWHERE = "Hold the review meeting in the channel where the incident was handled."
NO_INCIDENT = "No incident was handled in this channel. `/actionitem incident` registers one here."
OVER = "You have gone on with this review meeting in another window. Open it again: `/actionitem meeting`."
SAID_ALREADY = "Left out, because the incident has these already: {items}"
NOTHING_NEW = "All of this is done, or is there already. Add what is new."
REPEATED = "Repeated lines are shown once."
OTHERS = "Ideas of other teams, which they promote themselves: {items}"


def register(router: Router, deps: Deps) -> None:
    """`meeting`, the button “Review meeting”, and the four forms of it with their “Back”."""
    begin = partial(_begin, deps)
    router.subcommand("meeting", begin, USAGE, "ranks many candidates, commits to some, and keeps the rest as ideas")
    router.button(Button.MEETING, begin)
    router.button(Button.MEETING_OF_LINES, partial(_of_lines, deps))
    router.button(Button.MEETING_BACK, partial(_back, deps))
    router.modal(Modal.MEETING, partial(_listed, deps))
    router.modal(Modal.MEETING_RANK, partial(_ranked, deps))
    router.modal(Modal.MEETING_CHOOSE, partial(_chosen, deps))
    router.modal(Modal.MEETING_OWNERS, partial(_owned, deps))


def _begin(deps: Deps, asked: Asked) -> Answer | None:
    there = _there(asked)
    there.open(_begun(deps, there))
    return None


def _of_lines(deps: Deps, asked: Asked) -> Answer | None:
    """In the place of “New action item”, with the lines that were typed for it."""
    there = _there(asked)
    asked.redraw(_begun(deps, there, asked.value))
    return None


def _there(asked: Asked) -> Asked:
    # In a form that a button of was pressed, the form alone knows the channel.
    return replace(asked, channel=asked.channel or asked.metadata.get("channel"))


def _begun(deps: Deps, asked: Asked, lines: str = "") -> View:
    """The first form; *lines* were typed before it was opened. Raises `Refused` where no meeting can be held."""
    check_may_change(remember_asker(deps, asked))
    place = place_of(deps, asked)
    if place.channel is None:
        raise Refused(ELSEWHERE)
    incident = incident_of(deps, asked.workspace, place)
    if incident is None:
        raise Refused(NO_INCIDENT)
    scene = scene_at(deps, asked, incident, place)
    with deps.db.read() as session:
        before = meetings.find_begun(session, asked.workspace, incident.id, asked.user, deps.clock())
    return _first(deps, asked, scene, before.candidates if before else (), lines)


def _first(deps: Deps, asked: Asked, scene: Scene, typed: Sequence[Candidate], lines: str = "") -> View:
    """The first form, with the incident's ideas in it, what was *typed* in it before, and *lines* as they stand."""
    person = remember_asker(deps, asked)
    ideas = [item for item in scene.had if item.is_idea]
    mine = [idea for idea in ideas if may_act(idea, asked.user, person, scene.team_of(idea))]
    others = [idea for idea in ideas if idea not in mine]
    found = recognised(once_each([*typed, *(Candidate(idea.title, idea.number) for idea in mine)]), mine)
    notes = [_(OTHERS, items=blocks.named(others))] if others else []
    metadata = json.dumps({"incident": scene.incident.id, "channel": scene.place.channel})
    text = blocks.listed(found, lambda each: each.text)
    return blocks.candidates_form("\n".join(filter(None, (text, lines))), notes, metadata)


def _listed(deps: Deps, asked: Asked, form: Form) -> None:
    lines = lines_of(form.text(blocks.CANDIDATES))
    # One that is done counts, so that only an empty field is called empty.
    check_candidates([Candidate(line.text) for line in [each for each in lines if not each.done] or lines[:1]])
    scene = scene_carried(deps, asked)
    person = remember_asker(deps, asked)
    ideas = [i for i in scene.had if i.is_idea and may_act(i, asked.user, person, scene.team_of(i))]
    known = {key_of(item.title): item for item in scene.had if not item.is_idea}
    said = heard(deps, asked, list(map(idea_named, lines)), ideas)
    once = once_each(recognised(once_each(said.found), ideas))
    found = [each for each in once if each.key not in known]
    if not found:
        raise Refused(Text(NOTHING_NEW), blocks.CANDIDATES)
    check_candidates(found)
    with deps.db.read() as session:
        before = meetings.find_begun(session, asked.workspace, scene.incident.id, asked.user, deps.clock())
    found = remembered(found, before.candidates if before else ())
    meeting = Meeting(_key(asked), asked.user, scene.incident.id, tuple(found))
    had = [known[each.key] for each in once if each.key in known]
    notes = [_(SAID_ALREADY, items=blocks.named(had))] if had else []
    notes += [_(REPEATED)] if len(once) < len(said.found) else []
    _keep(deps, asked, meeting)
    asked.open(_rank(meeting, scene, [*notes, *blocks.heard_notes(said)]))


def _rank(meeting: Meeting, scene: Scene, notes: Sequence[str] = ()) -> View:
    return blocks.rank_form(meeting, _findings(meeting), notes, _carried(meeting, scene))


def _ranked(deps: Deps, asked: Asked, form: Form) -> None:
    meeting, scene = _read_ranks(_typed(deps, asked), form), scene_carried(deps, asked)
    room = room_in(deps, asked, scene)
    meeting = ticked(meeting, room)
    _keep(deps, asked, meeting)
    asked.open(_choose(meeting, scene, room))


def _choose(meeting: Meeting, scene: Scene, room: Room, notes: Sequence[str] = ()) -> View:
    team = scene.team.name if scene.team else ""
    return blocks.choose_form(meeting, room, team, notes, _carried(meeting, scene))


def _chosen(deps: Deps, asked: Asked, form: Form) -> None:
    meeting, scene = _read_choice(_typed(deps, asked), form), scene_carried(deps, asked)
    room = room_in(deps, asked, scene)
    meeting = replace(meeting, aside=tuple(movable_aside(meeting.aside, room)))
    check_choice(meeting, room)
    _keep(deps, asked, meeting)
    with deps.db.read() as session:
        due = proposed_due(deps, session, scene.incident, scene.team)
    asked.open(_owners(meeting, scene, due))


def _owners(meeting: Meeting, scene: Scene, due: date | None = None) -> View:
    aside = [item for item in scene.had if item.number in meeting.aside]
    strict = bool(scene.team and scene.team.strict_coach)
    findings, metadata = _findings(meeting, chosen=True), _carried(meeting, scene)
    return blocks.owners_form(meeting, findings, aside, metadata, strict=strict, due=due)


def _owned(deps: Deps, asked: Asked, form: Form) -> None:
    meeting, scene = _read_owners(_typed(deps, asked), form), scene_carried(deps, asked)
    what = committing(deps, asked, meeting, scene)
    try:
        done = commit(deps, asked, what)
    except ChangedMeanwhile as changed:
        asked.open(_again(deps, asked, meeting, str(changed.why)))
        return
    names = deps.directory.names(asked.workspace, set(done.told))
    thrown = len(meeting.thrown)
    asked.done.append(created(len(done.items), len(done.ideas), len(done.aside), thrown, list(map(names, done.told))))


def _again(deps: Deps, asked: Asked, meeting: Meeting, why: str) -> View:
    """“Choose” once more, with what is still to be had, and *why*."""
    scene = scene_carried(deps, asked)
    taken = {key_of(item.title) for item in scene.had if not item.is_idea}
    ideas = [item for item in scene.had if item.is_idea]
    still = [each for each in meeting.candidates if each.key not in taken]
    meeting = meeting.with_each(recognised([replace(each, idea=0) for each in still], ideas))
    room = room_in(deps, asked, scene)
    meeting = replace(meeting, aside=tuple(movable_aside(meeting.aside, room)))
    _keep(deps, asked, meeting)
    return _choose(meeting, scene, room, [escape(why)])


def _back(deps: Deps, asked: Asked) -> None:
    """The step before, with all that was typed in this one."""
    form, scene = Form(asked.view), scene_carried(deps, asked)
    read, draw = _STEPS.get(asked.value, (None, None))
    if read is None or draw is None:
        raise Unreadable
    meeting = read(_typed(deps, asked), form)
    _keep(deps, asked, meeting)
    asked.redraw(draw(deps, asked, meeting, scene))


def _read_ranks(meeting: Meeting, form: Form) -> Meeting:
    chosen = [form.choice(f"{blocks.RANK}.{at}") for at in range(len(meeting.candidates))]
    ranks = [next((each for each in SCALES if each.value == rank), None) for rank in chosen]
    return meeting.with_each(replace(each, quadrant=rank) for each, rank in zip(meeting.candidates, ranks, strict=True))


def _read_choice(meeting: Meeting, form: Form) -> Meeting:
    ticked, kept = set(form.numbers(blocks.COMMIT)), set(form.numbers(blocks.KEEP))
    aside = tuple(number for number in form.offered(blocks.KEEP) if number not in kept)
    # What is thrown away is ticked, as it was proposed, until somebody unticks it: throwing away is what was decided.
    thrown = set(form.numbers(blocks.THROW))
    chosen = meeting.with_each(
        replace(each, chosen=at in ticked - thrown, thrown=at in thrown) for at, each in enumerate(meeting.candidates)
    )
    return replace(chosen, aside=aside, override=form.text(OVERRIDE))


def _read_owners(meeting: Meeting, form: Form) -> Meeting:
    return meeting.with_each(
        _read_owner(each, form, at) if each.chosen else each for at, each in enumerate(meeting.candidates)
    )


def _read_owner(candidate: Candidate, form: Form, at: int) -> Candidate:
    text = " ".join(form.text(f"{blocks.TITLE}.{at}").split())
    return replace(
        candidate, text=text or candidate.text, owner=form.user(f"{blocks.OWNER}.{at}"),
        due=form.day(f"{blocks.DUE}.{at}"), verify=form.text(f"{blocks.VERIFY}.{at}"),
    )  # fmt: skip


ReadsStep = Callable[[Meeting, Form], Meeting]
Draws = Callable[[Deps, Asked, Meeting, Scene], View]
_STEPS: Mapping[str, tuple[ReadsStep, Draws]] = {
    Modal.MEETING_RANK: (
        _read_ranks,
        lambda deps, asked, meeting, scene: _first(deps, asked, scene, meeting.candidates),
    ),
    Modal.MEETING_CHOOSE: (_read_choice, lambda _deps, _asked, meeting, scene: _rank(meeting, scene)),
    Modal.MEETING_OWNERS: (
        _read_owners,
        lambda deps, asked, meeting, scene: _choose(meeting, scene, room_in(deps, asked, scene)),
    ),
}
"""How each form is read, and what “Back” draws in its place."""


def _findings(meeting: Meeting, *, chosen: bool = False) -> Mapping[int, Sequence[Finding]]:
    """What the coach says of each candidate by its place; with `chosen`, of what is to be committed to."""
    return {at: review(each.text) for at, each in enumerate(meeting.candidates) if each.chosen or not chosen}


def _typed(deps: Deps, asked: Asked) -> Meeting:
    """Raises `AlreadyDone` for a meeting that is over, `Refused` for one that was gone on with elsewhere."""
    key = asked.metadata["meeting"]
    with deps.db.read() as session:
        found = meetings.find_typed(session, asked.workspace, key, asked.user)
        if found is None and meetings.is_over(session, asked.workspace, key):
            raise AlreadyDone
    if found is None:
        raise Refused(OVER)
    return found


def _keep(deps: Deps, asked: Asked, meeting: Meeting) -> None:
    with deps.db.begin() as session:
        meetings.record_typed(session, asked.workspace, meeting, deps.clock())


def _carried(meeting: Meeting, scene: Scene) -> str:
    return json.dumps({"meeting": meeting.key, "incident": meeting.incident_id, "channel": scene.place.channel})


def _key(asked: Asked) -> str:
    """The same for the same submission, however often Slack sends it."""
    return hashlib.blake2s(f"{asked.user}:{asked.key}".encode(), digest_size=12).hexdigest()
