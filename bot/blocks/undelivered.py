"""What is said when Slack would not take a message, and what to do about it."""

from bot.blocks.text import escape
from bot.domain.words import _

ADVICE = {
    "not_in_channel": "Invite me there: `/invite @Action Items`.",
    "channel_not_found": "The channel is gone, or private and I am not in it: `/invite @Action Items` there.",
    "is_archived": "The channel is archived. Unarchive it, or choose another one.",
    "user_disabled": "They have left. Give what they own to somebody else.",
    "user_not_found": "Slack does not know them here. Give what they own to somebody else.",
    "messages_tab_disabled": "The app's Messages tab is off. Your admin turns it on in the app's settings, App Home.",
    "restricted_action": "The channel's settings do not let me post there. Ask an admin to allow it.",
}
RITUAL = {
    "weekly-digest": "the weekly digest of {team}",
    "due-reminder": "the due reminder of {team}",
    "stale-nudge": "the stale nudge of {team}",
    "deferral-review": "the deferral review of {team}",
    "monthly-report": "the monthly report of {team}",
    "hygiene-review": "the hygiene review of {team}",
    "leadership-summary": "the leadership summary of {team}",
    "orphan-sweep": "the orphan sweep of {team}",
    "hold-check": "the hold check of {team}",
}
AGAIN = "I try it again until tomorrow."
OTHERWISE = "Your admin finds the reason in my log."


def ritual_post(kind: str, team: str) -> str:
    """What a ritual could not post, as what it is."""
    return _(RITUAL[kind], team=escape(team))


def undelivered_text(what: str, to: str, error: str, *, again: bool = False) -> str:
    """A sentence on what could not be posted where, what to do, and with `again` that it is tried again.

    *what* is ours and may hold a mention.
    """
    where = _(" in {channel}", channel=f"<#{to}>") if to.startswith(("C", "G")) else ""
    said = _("I could not post {what}{where}.", what=what, where=where)
    advice = _(ADVICE[error]) if error in ADVICE else _(OTHERWISE)
    return f"{said} {advice} {_(AGAIN)}" if again else f"{said} {advice}"
