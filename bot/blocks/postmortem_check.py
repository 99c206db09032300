"""What an incident's channel is asked when its post-mortem or its items are missing, and the forms that answer it."""

from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from bot.blocks.fields import modal, text_field
from bot.blocks.ids import Button, Modal
from bot.blocks.parts import actions, button, context, section
from bot.blocks.text import day, escape, link, shortened
from bot.domain.incident import Incident
from bot.domain.postmortem_check import LEAD_TOLD_FROM, Followed
from bot.domain.words import _

BOTH = "*{incident}* ended {ended} and has neither a post-mortem nor action items."
NO_LINK = "*{incident}* ended {ended} and has no post-mortem."
NO_ITEMS = "*{incident}* ended {ended} and its post-mortem has no action items."
DUE = "It was due {day}."
ITS_LEAD = "<@{who}>, you led it: add what is missing, or say why none is needed."
TEAMS_LEAD = "<@{who}>, it has no lead of its own: add what is missing, or say who does."
ANYBODY = "Add what is missing, or say why none is needed."
TOLD = "The lead of {team} is told too, as this was asked {times} times."
NONE_NEEDED = "No post-mortem is needed for *{incident}*: {why}"
GOES_ON = "*{incident}* goes on."
IS_THERE = "*{incident}* has its post-mortem and its action items now."
ASKED_AGAIN = "It was asked again later."
TO_LEAD = (
    "{question} Its channel <#{channel}> was asked {times} times, and nobody has answered. Somebody can add it there, "
    "or say why none is needed."
)
LEAD_WAS_ASKED = (
    "{question} It has no channel: <@{who}>, who leads it, was asked {times} times, and has not answered. Add what "
    "is missing, or say why none is needed."
)


def question(followed: Followed, due: date, times: int) -> str:
    """What the channel is asked, for the *times*-th time, as mrkdwn."""
    said = f"{_what(followed)} {_(DUE, day=day(due))} {_whom(followed)}"
    # In a direct message of the team's lead nobody else is told.
    if times < LEAD_TOLD_FROM or followed.asked_at == followed.team.lead:
        return said
    return f"{said} {_(TOLD, team=escape(followed.team.name), times=times)}"


def asked(followed: Followed, text: str) -> list[Block]:
    """The question with what answers it."""
    number = str(followed.incident.id)
    row: list[ButtonElement] = []
    if followed.lacks_link:
        row.append(button(Button.ADD_LINK, "Add the link", number, primary=True))
    if not followed.has_items:
        row.append(button(Button.ADD_ITEMS, "Add items", number))
    return [section(text), actions([*row, button(Button.NONE_NEEDED, "None needed", number)])]


def answered(followed: Followed) -> str:
    """What is so now, in place of the question."""
    incident = followed.incident
    if incident.none_needed:
        return _(NONE_NEEDED, incident=_title(incident), why=escape(shortened(incident.none_needed, 300)))
    if incident.ended_at is None:
        return _(GOES_ON, incident=_title(incident))
    return _(IS_THERE, incident=link(incident.postmortem_url, incident.title))


def overtaken(followed: Followed) -> list[Block]:
    """A question that was asked again since, without its buttons."""
    return [section(_what(followed)), context(_(ASKED_AGAIN))]


def to_lead(followed: Followed, times: int) -> str:
    """To the lead of the team: that the channel, or who led the incident, was asked again, and where it is."""
    if not followed.incident.channel:
        return _(LEAD_WAS_ASKED, question=_what(followed), who=followed.asked_at, times=times)
    return _(TO_LEAD, question=_what(followed), channel=followed.incident.channel, times=times)


def link_form(incident: Incident, metadata: str) -> View:
    """“Add the link”."""
    field = text_field("postmortem_url", "Post-mortem link", incident.postmortem_url, placeholder="https://…")
    return modal(Modal.ADD_LINK, "Post-mortem", "Add", _about(incident, field), metadata)


def none_needed_form(incident: Incident, metadata: str) -> View:
    """“None needed”."""
    hint = "Leadership reads how many incidents had none, and why."
    field = text_field("why", "Why?", incident.none_needed, multiline=True, hint=hint)
    return modal(Modal.NONE_NEEDED, "No post-mortem", "None needed", _about(incident, field), metadata)


def _about(incident: Incident, field: Block) -> Sequence[Block]:
    return [context(f"*{_title(incident)}*"), field]


def _what(followed: Followed) -> str:
    ended = followed.incident.ended_at
    on = day(ended.astimezone(followed.team.zone).date()) if ended else ""
    words = _(NO_ITEMS if not followed.lacks_link else NO_LINK if followed.has_items else BOTH)
    return words.format(incident=_title(followed.incident), ended=on)


def _whom(followed: Followed) -> str:
    if followed.incident.lead:
        return _(ITS_LEAD, who=followed.incident.lead)
    # In a private channel the team's lead may not be there, and nobody is told of it elsewhere.
    if followed.incident.private:
        return _(ANYBODY)
    return _(TEAMS_LEAD, who=followed.team.lead)


def _title(incident: Incident) -> str:
    return escape(shortened(incident.title))
