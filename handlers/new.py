"""A new item: the command, both shortcuts, the form, and what becomes of it."""

import json
from dataclasses import replace
from functools import partial

from slack_sdk.errors import SlackClientError

from bot.blocks.fields import which_day
from bot.blocks.ids import Button, Modal, Shortcut
from bot.blocks.item_form import Prefilled, new_item
from bot.blocks.text import plain_day
from bot.deps import Deps
from bot.domain.errors import Refused
from bot.domain.item import TEXT_LIMIT, TITLE_LIMIT
from bot.domain.person import GROUP_CANNOT_OWN
from bot.domain.sentence import Said, title_and_details
from bot.domain.slack_text import in_words, message_text
from bot.domain.words import Text, _
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.router import Router
from handlers.shared.claim import Source
from handlers.shared.create import gate_notice, submitted
from handlers.shared.item_form import choices_in, likely_team
from handlers.shared.place import incident_of, place_of, seen_by_all
from handlers.shared.sentence import asker_of, read
from handlers.shared.typed import known_in, readable, with_known
from storage import people
from storage.intake import gate

USAGE = "new [text]"
SUGGESTED = 5
"""Buttons of suggested owners: a row on a laptop."""
TOO_LONG = "That is {length:,} characters. Say in up to {limit} what will change; the rest fits into Details."
PASSED = "{day} has passed: choose a later day."
SEVERAL = "That looks like {count} items. Keep one here, and write the others as items of their own."


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
    written = replace(_written(said), owner=said.owner, due=said.due)
    return open_form(deps, asked, replace(written, notes=_notes(said)))


def _by_message(deps: Deps, asked: Asked) -> Answer | None:
    text = readable(deps, asked, message_text(asked.message))[:TEXT_LIMIT]
    title, details = title_and_details(text, TITLE_LIMIT)
    link = permalink(asked, str(asked.message.get("ts", "")))
    return open_form(deps, asked, Prefilled(title, details, references=link))


def _empty(deps: Deps, asked: Asked) -> Answer | None:
    return open_form(deps, asked, Prefilled())


def understood(deps: Deps, asked: Asked, text: str) -> Said:
    """*text* as the asker means it: days in their zone, a day that has passed left out, `@name` as a person."""
    asker = asker_of(deps, asked)
    said = read(in_words(text, known_in(deps, asked, text), but_owner=True), asker)
    if said.due and said.due < asker.today:
        said = replace(said, due=None, passed=said.due)
    return with_known(deps, asked, said)


def open_form(deps: Deps, asked: Asked, prefilled: Prefilled, source: Source | None = None) -> Answer | None:
    """Opens “New action item” with what is known, in the place where it was asked for.

    *source* is the message of which one item can be made.
    """
    place = place_of(deps, asked)
    incident = incident_of(deps, asked.workspace, place)
    there = deps.directory.members(asked.workspace, place.channel or "") if incident else frozenset()
    # The first private incident of a workspace is news: who is in its channel must find it in the form.
    viewer = deps.directory.viewer(asked.workspace, asked.user, fresh=place.private)
    incident_id = incident.id if incident else None
    with deps.db.begin() as session:
        teams, known = choices_in(session, asked.workspace, viewer)
        if incident and incident.id not in {other.id for other in known}:  # a private one, of a channel just joined
            known = [incident, *known]
        team = likely_team(teams, prefilled.owner or asked.user)
        found = gate(session, asked.workspace, incident_id, team, deps.clock())
        suggested = people.list_possible_owners(session, asked.workspace, there, SUGGESTED)
    notes = (*prefilled.notes, *seen_by_all(asked))
    team_id = team.id if team else None
    prefilled = replace(prefilled, team_id=team_id, incident_id=incident_id, suggested=suggested, notes=notes)
    on_top = gate_notice(deps, asked, found, team)
    made_of = {"source": source.as_json()} if source else {}
    metadata = json.dumps({"channel": place.channel, "private": place.private, **made_of})
    asked.open(new_item(prefilled, teams, known, metadata, on_top=on_top))
    return None


def _written(said: Said) -> Prefilled:
    if len(said.text) > TITLE_LIMIT:
        return Prefilled(details=f"{said.text}\n{said.details}".strip()[:TEXT_LIMIT])
    return Prefilled(title=said.text, details=said.details[:TEXT_LIMIT])


def _notes(said: Said) -> tuple[str, ...]:
    notes = (GROUP_CANNOT_OWN,) if said.group else ()
    if said.passed:
        notes = *notes, _(PASSED, day=plain_day(said.passed))
    if said.listed:
        notes = *notes, _(SEVERAL, count=said.listed)
    if said.which_day:
        notes = *notes, which_day(said.which_day)
    if len(said.text) > TITLE_LIMIT:
        return *notes, _(TOO_LONG, length=len(said.text), limit=TITLE_LIMIT)
    return notes


def permalink(asked: Asked, ts: str) -> str:
    """The link to a message of the channel; "" when Slack does not give one: it is a convenience."""
    try:
        return str(asked.client.chat_getPermalink(channel=asked.channel or "", message_ts=ts)["permalink"])
    except (SlackClientError, OSError):
        return ""
