"""What assistants write: ideas, updates, evidence and proposals. Each in one transaction with what is said of it, by
the token's name. Nothing here decides: people do."""

import json
from collections.abc import Callable

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from bot.api.asked import Flag, Mark, RequestBody, ShortWords, WhichIncident, Whom, Words
from bot.api.caller import Caller
from bot.api.making import ReadyToMake, coached, incident_named, made_item, team_named
from bot.api.mcp_reading import WhichItem
from bot.api.once import Done, Prepare, TokenChange, item_change, mark_of_asked, once
from bot.api.people import person_id
from bot.api.problems import invalid
from bot.api.reading import body_of
from bot.blocks.parts import as_dicts, section
from bot.blocks.tickets import in_production_buttons, proposed_text
from bot.deps import Deps
from bot.domain.errors import Refused
from bot.domain.evidence import attach
from bot.domain.item import Draft, Moved
from bot.domain.lifecycle import State
from bot.domain.messages import Post
from bot.domain.new import check_lengths
from bot.domain.person import check_owner
from bot.domain.proposal import PROPOSED, propose_implemented
from bot.domain.start import start
from bot.domain.subjects import ChangeOf
from bot.domain.update import update
from bot.services.bodies import JsonBody
from bot.services.places import card_channel
from bot.slack.names import names_in, speaking_to
from storage import changes


class WritingArguments(RequestBody):
    """What every tool that writes may be given."""

    idempotency_key: Mark | None = Field(
        None,
        description="Any text of yours, such as a UUID, new for each thing you do. The same call under the same key is "
        "done once within 24 hours and answered as it was then, so send it again with its key when no answer came.",
    )


class IdeaArguments(WritingArguments):
    """A future consideration."""

    title: Words = Field(description="What would change, in one concrete sentence.", examples=["Cap the retry queue"])
    proposed_by: Whom | None = Field(
        None, description="The person whose idea it is, by Slack id or e-mail address; none: the team's lead."
    )
    details: Words = ""
    references: Words = Field("", description="Links to what it rests on: a graph, a document, a change.")
    team: ShortWords | None = Field(None, description="By name; needed with several teams.")
    incident: WhichIncident | None = Field(None, description="The id of the incident it is from.")
    accept_findings: Flag = Field(False, description="Keeps the wording although the coach has findings.")


class UpdateArguments(WritingArguments):
    """A status update."""

    number: WhichItem
    text: Words = Field(description="What happened, as a person would say it.", examples=["It fires in staging."])


class EvidenceArguments(WritingArguments):
    """What was seen."""

    number: WhichItem
    text: Words = Field("", description="What was seen, where and when.", examples=["The alert fired at 14:02."])
    url: Words = Field("", description="Where it can be seen.")


class ImplementedArguments(WritingArguments):
    """What seems to be in production."""

    number: WhichItem
    change_url: Words = Field(description="The link to the change.", examples=["https://git.example.com/pull/7"])


def propose_item(deps: Deps, caller: Caller, asked: BaseModel) -> JsonBody:
    """An idea: no commitment, whatever room there is. People promote it or decline it."""
    assert isinstance(asked, IdeaArguments)
    return _once(deps, caller, asked, lambda: _ready(deps, caller, asked))


def _ready(deps: Deps, caller: Caller, asked: IdeaArguments) -> Callable[[Session], Done]:
    making = _idea(deps, caller, asked)

    def do(session: Session) -> Done:
        item = made_item(deps, session, caller, making)
        return Done(body_of(deps, session, caller, item.number))

    return do


def _idea(deps: Deps, caller: Caller, asked: IdeaArguments) -> ReadyToMake:
    who = person_id(deps, caller.workspace, asked.proposed_by, "proposed_by") if asked.proposed_by else ""
    with deps.db.read() as session:
        team = team_named(session, caller, asked.team, who)
        incident = incident_named(session, caller, asked.incident)
    who = who or (team.lead if team else "")
    if not who:
        raise invalid({"proposed_by": "There is no team, so say whose idea it is: a Slack id or an e-mail address."})
    if asked.proposed_by:
        check_owner(who, deps.directory.person(caller.workspace, who), "proposed_by")
    draft = Draft(
        " ".join(asked.title.split()), who, deps.clock().date(), None, None, None, None, "",
        details=asked.details.strip(), references=asked.references.strip(),
        team_id=team.id if team else None, incident_id=incident.id if incident else None,
    )  # fmt: skip
    if not draft.title:
        raise Refused("Say what will change.", field="title")
    check_lengths(draft)
    findings = coached(draft.title, team, accepted=asked.accept_findings)
    channel, private = card_channel(deps, team, incident)
    return ReadyToMake(draft, team, False, channel, private, findings, is_idea=True)


def add_update(deps: Deps, caller: Caller, asked: BaseModel) -> JsonBody:
    """Says what happened."""
    assert isinstance(asked, UpdateArguments)
    text = asked.text.strip()
    return _changed(deps, caller, asked, asked.number, lambda now: now.record(update(now.item, now.by, text)))


def attach_evidence(deps: Deps, caller: Caller, asked: BaseModel) -> JsonBody:
    """What was seen, for whoever verifies it."""
    assert isinstance(asked, EvidenceArguments)

    def rule(now: TokenChange) -> Moved:
        return attach(now.item, now.by, asked.text.strip(), asked.url.strip())

    return _changed(deps, caller, asked, asked.number, lambda now: now.record(rule(now)))


def ask_implemented(deps: Deps, caller: Caller, asked: BaseModel) -> JsonBody:
    """Asks the owner whether it is in production."""
    assert isinstance(asked, ImplementedArguments)
    url = asked.change_url.strip()
    return _changed(deps, caller, asked, asked.number, lambda now: _proposed(now, url))


def _proposed(now: TokenChange, url: str) -> None:
    before = _was_asked(now.session, now, url)
    # Before the start: what cannot be proposed starts nothing.
    proposal = propose_implemented(now.item, now.by, url, asked_before=before)
    # What is done was begun, as when a ticket says so: without it the owner's “Implemented” would be refused.
    if now.item.state is State.NOT_STARTED and not now.item.blocked:
        started = now.record(start(now.item, now.by))
        proposal = propose_implemented(started, now.by, url, asked_before=False)
    item = now.record(proposal)
    names = names_in(now.session, item.workspace, {now.by.user})
    with speaking_to(now.session, item.workspace, item.owner):
        text = proposed_text(item, url, names(now.by.user))
        blocks = as_dicts([section(text), in_production_buttons(item, url)])
    now.messages.append(Post(ChangeOf(item.last_change_id).told("proposed"), item.owner, text, blocks))


def _was_asked(session: Session, now: TokenChange, url: str) -> bool:
    """Whether the same change was proposed since the item last moved or changed hands."""
    asked = False
    for line in changes.list_changes(session, now.item.workspace, now.item.number):
        stays = line.before is line.after and "owner" not in line.detail
        asked = line.detail.get(PROPOSED) == url or (asked and stays)
    return asked


def _changed(
    deps: Deps, caller: Caller, asked: WritingArguments, number: int, change: Callable[[TokenChange], object]
) -> JsonBody:
    def do(session: Session) -> Done:
        with item_change(deps, session, caller, number) as now:
            change(now)
        return now.done()

    return _once(deps, caller, asked, lambda: do)


def _once(deps: Deps, caller: Caller, asked: WritingArguments, prepare: Prepare) -> JsonBody:
    meant = asked.model_dump_json(exclude_unset=True, exclude={"idempotency_key"})
    kept, _is_again = once(
        deps, caller, asked.idempotency_key, mark_of_asked(f"{type(asked).__name__} {meant}"), prepare
    )
    body: JsonBody = json.loads(kept.body)
    return body
