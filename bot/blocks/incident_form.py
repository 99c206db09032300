"""The form of an incident: its title, severity, post-mortem, and when it began."""

from slack_sdk.models.views import View

from bot.blocks.fields import choice_field, modal, moment_field, text_field
from bot.blocks.ids import Modal
from bot.domain.incidents import Incident, Severity

TITLE_LIMIT = 150


def incident_form(incident: Incident, metadata: str) -> View:
    """“Incident”, filled with what is known."""
    severities = {severity.value: severity.value for severity in Severity}
    chosen = incident.severity.value if incident.severity else None
    blocks = [
        text_field("title", "Title", incident.title, limit=TITLE_LIMIT),
        choice_field("severity", "Severity", severities, chosen, optional=True),
        text_field("postmortem_url", "Post-mortem link", incident.postmortem_url, optional=True),
        moment_field("began_at", "When it began", incident.began_at),
    ]
    return modal(Modal.INCIDENT, "Incident", "Save", blocks, metadata)
