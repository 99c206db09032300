"""What is said when Slack would not take a message, and what to do about it."""

from bot.domain.words import _

ADVICE = {
    "not_in_channel": "Invite me there: `/invite @Action Items`.",
    "channel_not_found": "The channel is gone, or private and I am not in it: `/invite @Action Items` there.",
    "is_archived": "The channel is archived. Unarchive it, or choose another one.",
    "user_disabled": "They have left. Give what they own to somebody else.",
    "user_not_found": "Slack does not know them here. Give what they own to somebody else.",
    "messages_tab_disabled": "The app's Messages tab is off. Your admin turns it on in the app's settings, App Home.",
    "restricted_action_read_only_channel": (
        "Only some may post there. Ask an admin to allow it, or choose another channel."
    ),
    "restricted_action_thread_only_channel": (
        "Only replies in threads are allowed there. Ask an admin to allow posts, or choose another channel."
    ),
    "restricted_action": "The channel's settings do not let me post there. Ask an admin to allow it.",
}
AGAIN = "I try it again until tomorrow."
OTHERWISE = "Your admin finds the reason in my log."


def morning_reminders(whose: str) -> str:
    """What somebody is told in the morning, all rituals in one. *whose* is mrkdwn."""
    return _("the morning reminders of {team}", team=whose)


def undelivered_text(what: str, to: str, error: str, *, again: bool = False) -> str:
    """A sentence on what could not be posted where, what to do, and with `again` that it is tried again.

    *what* is ours and may hold a mention.
    """
    # A person's direct messages have no name that would help.
    where = _(" in {channel}", channel=f"<#{to}>") if to.startswith(("C", "G")) else ""
    said = _("I could not post {what}{where}.", what=what, where=where)
    advice = _(ADVICE[error]) if error in ADVICE else _(OTHERWISE)
    return f"{said} {advice} {_(AGAIN)}" if again else f"{said} {advice}"
