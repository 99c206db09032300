"""The form of an incident: its title, severity, lead, post-mortem, when it began and ended, why, and what it hit."""

from collections.abc import Sequence
from datetime import date

from slack_sdk.models.views import View

from bot.blocks.fields import (
    choice_field,
    modal,
    moment_field,
    text_field,
    translated,
    user_field,
)
from bot.blocks.ids import Button, Modal
from bot.blocks.parts import actions, button, context
from bot.blocks.text import day, duration, escape, moment
from bot.domain.incident import Incident
from bot.domain.item import TITLE_LIMIT
from bot.domain.policy import SEVERITIES
from bot.domain.postmortem_check import Followed
from bot.domain.words import _


def saved(incident: Incident) -> str:
    """What is so after “Save”, and what is still missing."""
    began, severity = moment(incident.began_at), incident.severity
    link_ = _("its post-mortem is linked") if incident.postmortem_url else _("no post-mortem is linked yet")
    bad = _("no severity yet") if severity is None else escape(_(severity))
    return _(
        "*{incident}* is saved: {severity}, began {when}, {postmortem}.",
        incident=escape(incident.title), severity=bad, when=began, postmortem=link_,
    )  # fmt: skip


def incident_form(incident: Incident, metadata: str, severities: Sequence[str] = SEVERITIES, note: str = "") -> View:
    """“Incident”, filled with what is known. *severities* are the workspace's; *note* is what follows from it."""
    hint = "What it hit, with commas between: earlier incidents of the same services are found by it."
    fields = [
        text_field("title", "Title", incident.title, limit=TITLE_LIMIT),
        choice_field(
            "severity", "Severity", translated({name: name for name in severities}), incident.severity, optional=True
        ),
        text_field("postmortem_url", "Post-mortem link", incident.postmortem_url, optional=True),
        text_field("root_cause", "Root cause", incident.root_cause, optional=True, multiline=True),
        text_field("services", "Services", ", ".join(incident.services), optional=True, hint=hint),
        moment_field("began_at", "When it began", incident.began_at),
        moment_field("ended_at", "Ended", incident.ended_at, optional=True, hint="Empty while it goes on."),
        user_field("lead", "Lead", incident.lead or None, optional=True, hint="Who led it, and is asked afterwards."),
    ]
    number = str(incident.id)
    row = [button(Button.MEETING, "Review meeting", number), button(Button.POSTMORTEM, "Post-mortem table", number)]
    blocks: list[object] = [actions(row), *fields]
    if note:
        blocks.insert(1, context(note))
    return modal(Modal.INCIDENT, "Incident", "Save", blocks, metadata)


def over(followed: Followed, due: date | None) -> str:
    """`It lasted 2 hours 10 minutes. Its post-mortem is due Tue 10 Nov.`; "" while it goes on."""
    lasted = followed.incident.lasted
    if lasted is None:
        return ""
    said = _("It lasted {duration}.", duration=duration(lasted))
    if due is None or followed.is_answered:
        return said
    if followed.lacks_link:
        return f"{said} {_('Its post-mortem is due {day}.', day=day(due))}"
    return f"{said} {_('Its action items are due {day}.', day=day(due))}"
