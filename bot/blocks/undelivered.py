"""What is said when Slack would not take a message, and what to do about it."""

from bot.blocks.text import escape

ADVICE = {
    "not_in_channel": "Invite me there: `/invite @Action Items`.",
    "channel_not_found": "The channel is gone, or private and I am not in it: `/invite @Action Items` there.",
    "is_archived": "The channel is archived. Unarchive it, or choose another one.",
    "restricted_action": "The channel's settings do not let me post there. Ask an admin to allow it.",
}
OTHERWISE = "Your admin finds the reason in my log."


def undelivered_text(what: str, to: str, error: str) -> str:
    """One sentence on what could not be posted where, and one on what to do. *what* is plain text."""
    where = f" in <#{to}>" if to.startswith(("C", "G")) else ""
    return f"I could not post {escape(what)}{where}. {ADVICE.get(error, OTHERWISE)}"
