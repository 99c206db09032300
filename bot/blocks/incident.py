"""The form of an incident: its title, severity, post-mortem, when it began, why, and what it hit."""

from slack_sdk.models.views import View

from bot.blocks.fields import choice_field, modal, moment_field, text_field, translated
from bot.blocks.ids import Button, Modal
from bot.blocks.parts import actions, button
from bot.blocks.text import escape, moment
from bot.domain.incident import Incident, Severity
from bot.domain.item import TITLE_LIMIT
from bot.domain.words import _

SEVERITIES = {severity.value: severity.value for severity in Severity}


def saved(incident: Incident) -> str:
    """What is so after “Save”, and what is still missing."""
    began, severity = moment(incident.began_at), incident.severity
    link_ = _("its post-mortem is linked") if incident.postmortem_url else _("no post-mortem is linked yet")
    bad = _("no severity yet") if severity is None else _(severity.value)
    return _(
        "*{incident}* is saved: {severity}, began {when}, {postmortem}.",
        incident=escape(incident.title), severity=bad, when=began, postmortem=link_,
    )  # fmt: skip


def incident_form(incident: Incident, metadata: str) -> View:
    """“Incident”, filled with what is known."""
    chosen = incident.severity.value if incident.severity else None
    hint = "What it hit, with commas between: earlier incidents of the same services are found by it."
    fields = [
        text_field("title", "Title", incident.title, limit=TITLE_LIMIT),
        choice_field("severity", "Severity", translated(SEVERITIES), chosen, optional=True),
        text_field("postmortem_url", "Post-mortem link", incident.postmortem_url, optional=True),
        text_field("root_cause", "Root cause", incident.root_cause, optional=True, multiline=True),
        text_field("services", "Services", ", ".join(incident.services), optional=True, hint=hint),
        moment_field("began_at", "When it began", incident.began_at),
    ]
    number = str(incident.id)
    row = [button(Button.MEETING, "Review meeting", number), button(Button.POSTMORTEM, "Post-mortem table", number)]
    blocks: list[object] = [actions(row), *fields]
    return modal(Modal.INCIDENT, "Incident", "Save", blocks, metadata)
