"""The wording coach: says what is weak in an action item and shows a better version of the person's own text.

The stages, in the order of reading: `normalise` strips what surrounds the item; `tagging` makes tokens with a light
part of speech; `heads` and `clauses` find who does what in each sentence; `phrases` cuts that into object, purpose,
condition and detail; `concreteness` and `mechanism` answer what pins a text down; `rules/` turn that into reasons;
`wording/` turns reasons into a message and a suggestion. `second_opinion` weighs what the rules leave open, with
weights learned beforehand. No clock, no network.
"""

from bot.coach.diagnosis import diagnose
from bot.coach.model import Finding, Label
from bot.coach.wording.checked import suggestion
from bot.coach.wording.messages import message

__all__ = ["Finding", "Label", "review"]


def review(text: str) -> list[Finding]:
    """What is weak in an item: at most one finding for each label, the gravest first; empty means ok.

    Any text is accepted and only its first 2,000 characters are looked at. Messages and suggestions hold words
    of the text: escape them before they go to Slack.
    """
    reading, reasons = diagnose(text)
    if reading is None:
        return []
    return [Finding(reason.label, message(reading, reason), suggestion(reading, reason, reasons)) for reason in reasons]
