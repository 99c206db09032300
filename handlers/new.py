"""A new item: the command, both shortcuts, the form, and what becomes of it."""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from slack_sdk.errors import SlackClientError
from sqlalchemy.orm import Session

from bot.blocks.fields import not_understood
from bot.blocks.ids import Button, Modal, Shortcut
from bot.blocks.item_form import Prefilled, new_item
from bot.coach import review
from bot.coach.order import without_mention
from bot.deps import Deps
from bot.domain.candidates import lines_of
from bot.domain.errors import Refused
from bot.domain.incident import Incident
from bot.domain.intake import Gate
from bot.domain.item import TEXT_LIMIT, TITLE_LIMIT
from bot.domain.person import GROUP_CANNOT_OWN
from bot.domain.queries import Viewer
from bot.domain.sentence import Sentence, first_line, title_and_details, without_no_day, without_stranger
from bot.domain.slack_text import in_words, message_text
from bot.domain.team import Team
from bot.domain.words import Text, _
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.router import Router
from handlers.shared.advice import Similar, similar_in
from handlers.shared.claim import Source
from handlers.shared.create import gate_notice, submitted
from handlers.shared.due_by_policy import PROPOSED, proposed_due
from handlers.shared.item_change import as_asker
from handlers.shared.item_form import likely_team
from handlers.shared.place import Place, place_of, registered, seen_by_all
from handlers.shared.sentence import asker_of, read
from handlers.shared.typed import known_in, readable, with_known
from storage import people
from storage.incidents import find_for_form, find_seen_incident
from storage.intake import gate
from storage.teams import list_teams

USAGE = "new [text]"
SUGGESTED = 5
"""Buttons of suggested owners: a row on a laptop."""
TOO_LONG = "That is {length:,} characters. Say in up to {limit} what will change; the rest fits into Details."
MEETING = "A review meeting takes several actions at once."
VALUE_LIMIT = 2000
"""Characters that a button carries (Slack's limit)."""
SEVERAL = "That looks like {count} items. Keep one here, and write the others as items of their own."


@dataclass(frozen=True)
class Offered:
    """What the form shows and proposes: of the place, its incident; `suggested` are owners, ids and names."""

    incident: Incident | None
    teams: list[Team]
    incidents: list[Incident]
    team: Team | None
    gate: Gate
    suggested: tuple[tuple[str, str], ...]
    similar: Similar | None = None
    due: date | None = None


def register(router: Router, deps: Deps) -> None:
    """`new`, the shortcuts “Create action item”, and the modal “New action item”."""
    router.subcommand(
        "new", partial(_by_command, deps), USAGE, "opens the form; it understands `@person` and `by friday`"
    )
    router.shortcut(Shortcut.NEW, partial(_empty, deps))
    router.shortcut(Shortcut.NEW_FROM_MESSAGE, partial(_by_message, deps))
    router.button(Button.NEW, partial(_empty, deps))
    router.modal(Modal.NEW, partial(submitted, deps))


def _by_command(deps: Deps, asked: Asked) -> Answer | None:
    said = understood(deps, asked, asked.text)
    if len(said.text) > TEXT_LIMIT:
        raise Refused(Text(TOO_LONG, length=len(said.text), limit=TITLE_LIMIT))
    return open_form(
        deps, asked, replace(_written(said), notes=_notes(said), lines=_several(readable(deps, asked, asked.text)))
    )


def _several(text: str) -> str:
    """*text* where it may be several items, and a button can carry it; else ""."""
    return text if len([line for line in lines_of(text) if not line.done]) > 1 and len(text) <= VALUE_LIMIT else ""


def _by_message(deps: Deps, asked: Asked) -> Answer | None:
    # A message may have 40,000 characters, the field 3,000.
    message = without_mention(message_text(asked.message), asked.bot_user)
    text = readable(deps, asked, message)[:TEXT_LIMIT]
    title, details = title_and_details(text, TITLE_LIMIT)
    link = permalink(asked, str(asked.message.get("ts", "")))
    said = understood(deps, asked, first_line(message)) if title else Sentence("")
    # Written to somebody else: only what says when, or how it is verified, is said as to the bot. In “tell @sam” the
    # person is no owner.
    if not (said.due or said.verification):
        return open_form(deps, asked, Prefilled(title, details, references=link, lines=_several(text)))
    # All of it stays in the details, where it says more.
    written = replace(_written(said), details=details, references=link, notes=_notes(said), lines=_several(text))
    return open_form(deps, asked, written)


def _empty(deps: Deps, asked: Asked) -> Answer | None:
    return open_form(deps, asked, Prefilled())


def understood(deps: Deps, asked: Asked, text: str) -> Sentence:
    """*text* as the asker means it: days in their zone, a day that has passed left out, `@name` as a person. What
    stands at its end for a person or a day and is none, is told."""
    asker = asker_of(deps, asked)
    said = read(in_words(text, known_in(deps, asked, text), but_owner=True), asker)
    # Left out and said on the form: a date picker that begins in the past would be submitted unread.
    if said.due and said.due < asker.today:
        said = replace(said, due=None, passed=said.due)
    said = with_known(deps, asked, said)
    text, no_day = (said.text, "") if said.due or said.passed else without_no_day(said.text)
    # The name stays in the text: it may belong there, `@Override`.
    nobody = "" if said.owner or said.group else without_stranger(text)[1]
    return replace(said, text=text, no_day=no_day, nobody=nobody and f"@{nobody}")


def open_form(deps: Deps, asked: Asked, prefilled: Prefilled, source: Source | None = None) -> Answer | None:
    """Opens “New action item” with what is known, in the place where it was asked for.

    *source* is the message of which one item can be made.
    """
    place = place_of(deps, asked)
    # Without asking: the trigger of the form lives three seconds, and most of what it shows needs no Slack.
    there = deps.directory.members_at_hand(asked.workspace, place.channel or "")
    offered_for = (place, asked.user, prefilled, there)
    if place.private:  # the first private incident is news: who is in its channel must find it in the form
        viewer = deps.directory.viewer(asked.workspace, asked.user, fresh=True)
        with deps.db.read() as session:
            offered = _offered(deps, asked.workspace, *offered_for, session, viewer)
    else:
        offered = as_asker(deps, asked, partial(_offered, deps, asked.workspace, *offered_for))
    is_read = there is not None and offered.incident is not None
    offered = _with_new_incident(deps, asked.workspace, place, offered)
    if offered.incident and place.channel and not is_read:
        # Owners are suggested of an incident's channel only (R36); so a call is made where there is one.
        offered = replace(offered, suggested=_suggested(deps, asked, place.channel))
    team, incident = offered.team, offered.incident
    several = (_(MEETING),) if prefilled.lines and incident else ()
    notes = (*prefilled.notes, *several, *seen_by_all(asked))
    prefilled = replace(
        prefilled,
        lines=prefilled.lines if incident else "",
        team_id=team.id if team else None,
        incident_id=incident.id if incident else None,
        suggested=offered.suggested if incident else (),
        notes=notes,
        due=prefilled.due or offered.due,
    )
    on_top = gate_notice(deps, asked, offered.gate, team)
    made_of = {"source": source.as_json()} if source else {}
    similar = offered.similar
    memory: dict[str, Any] = {"alike": similar.number} if similar else {}
    if offered.due and prefilled.due == offered.due:
        memory[PROPOSED] = offered.due.isoformat()
    opened = int(deps.clock().timestamp() * 1000)
    metadata = json.dumps({"channel": place.channel, "opened": opened, **made_of, **memory})
    view = new_item(
        prefilled, offered.teams, offered.incidents, metadata, on_top=on_top, alike=similar.blocks if similar else (),
        coached=bool(prefilled.title) and not review(prefilled.title),
    )  # fmt: skip
    asked.open(view)
    return None


def _offered(
    deps: Deps,
    workspace: str,
    place: Place,
    asker: str,
    known: Prefilled,
    there: Collection[str] | None,
    session: Session,
    viewer: Viewer,
) -> Offered:
    """All that the form shows; *there* are the people in the channel, as far as they are known already.

    *known* is what it begins with: its owner's team it is likely for, else the *asker*'s.
    """
    incident, incidents = find_for_form(session, workspace, place.channel or "", viewer)
    if incident is None and known.incident_id:  # one that has no place
        incident = find_seen_incident(session, workspace, known.incident_id, viewer)
    teams = list_teams(session, workspace)
    team = likely_team(teams, known.owner or asker)
    found = gate(session, workspace, incident.id if incident else None, team, deps.clock(), lock=False)
    suggested = people.list_possible_owners(session, workspace, there or (), SUGGESTED) if incident else ()
    return Offered(
        incident, teams, incidents, team, found, suggested, similar_in(session, workspace, viewer, known.title, team),
        proposed_due(deps, session, incident, team),
    )  # fmt: skip


def _with_new_incident(deps: Deps, workspace: str, place: Place, offered: Offered) -> Offered:
    """With the place's incident, which may be registered now, among those to choose from."""
    # A channel's incident is registered only now, when somebody opens the first form in it.
    incident, team = registered(deps, workspace, place, offered.incident), offered.team
    if incident is None or incident.id in {other.id for other in offered.incidents}:
        return offered
    offered = replace(offered, incidents=[incident, *offered.incidents])
    if incident == offered.incident:  # a private one, of a channel just joined
        return offered
    with deps.db.read() as session:
        found = gate(session, workspace, incident.id, team, deps.clock(), lock=False)
    return replace(offered, incident=incident, gate=found)


def _suggested(deps: Deps, asked: Asked, channel: str) -> tuple[tuple[str, str], ...]:
    """Of the people in the channel, whom Slack has to be asked for."""
    there = deps.directory.members(asked.workspace, channel)
    with deps.db.read() as session:
        return people.list_possible_owners(session, asked.workspace, there, SUGGESTED)


def _written(said: Sentence) -> Prefilled:
    found = Prefilled(owner=said.owner, due=said.due, verification=said.verification[:TEXT_LIMIT])
    if len(said.text) > TITLE_LIMIT:
        return replace(found, details=f"{said.text}\n{said.details}".strip()[:TEXT_LIMIT])
    return replace(found, title=said.text, details=said.details[:TEXT_LIMIT])


def _notes(said: Sentence) -> tuple[str, ...]:
    notes = (GROUP_CANNOT_OWN,) if said.group else ()
    notes = *notes, *not_understood(said)
    if said.listed:
        notes = *notes, _(SEVERAL, count=said.listed)
    if len(said.text) > TITLE_LIMIT:
        return *notes, _(TOO_LONG, length=len(said.text), limit=TITLE_LIMIT)
    return notes


def permalink(asked: Asked, ts: str) -> str:
    """The link to a message of the channel; "" when Slack does not give one: it is a convenience."""
    try:
        return str(asked.client.chat_getPermalink(channel=asked.channel or "", message_ts=ts)["permalink"])
    except (SlackClientError, OSError):
        return ""
