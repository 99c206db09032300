"""Lets out only suggestions that the coach itself would pass: none is better than a bad one."""

from collections.abc import Sequence

from bot.coach.diagnosis import diagnose
from bot.coach.model import Reason
from bot.coach.reading import Reading
from bot.coach.wording.english import is_english
from bot.coach.wording.suggestions import version

_CUT = "…"  # a text too long to be said again is cut there


def suggestion(reading: Reading, reason: Reason, reasons: Sequence[Reason]) -> str:
    """A better version without a finding of its own, or an empty text; also of what is not English."""
    if not is_english(reading.text):
        return ""
    written = version(reading, reason, reasons)
    if not written or _CUT in written or written == reading.text:
        return ""
    return "" if diagnose(written)[1] else written
