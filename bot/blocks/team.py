"""The form of a team's settings: everything that `actionitem team set` can."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ButtonElement, ConversationSelectElement
from slack_sdk.models.blocks.block_elements import ConversationFilter
from slack_sdk.models.views import View

from bot.blocks.fields import choice_field, field, modal, text_field, translated, user_field, users_field
from bot.blocks.ids import Button, Modal
from bot.blocks.parts import actions, button, context
from bot.blocks.text import WEEKDAYS, escape
from bot.domain.team import DEFAULT_LANGUAGE, LANGUAGES, MONTHLY, QUARTERLY, Team, WeeklyTime
from bot.domain.words import _

STRICT = {"lenient": "Lenient: findings may be kept", "strict": "Strict: findings must be fixed"}
EVERY = {MONTHLY: "Monthly", QUARTERLY: "Quarterly"}
OUTSIDERS = {"no": "Only what they can list themselves", "yes": "Everything of this team that is public"}
QUOTAS = {"3": "3", "4": "4", "5": "5"}
SHORT = 100
"""Characters of a line such as a time zone."""


def team_form(team: Team | None, metadata: str, off: Sequence[str] = (), *, workspace: bool = False) -> View:
    """“Team settings” of *team*, or “New team” when there is none yet. `off`: what the workspace's admin declined.

    `workspace`: with the way to the workspace's own settings.
    """
    name = context(f"*{escape(team.name)}*") if team else text_field("name", "Name", limit=75)
    blocks = [
        name,
        *([actions([to_workspace()])] if workspace else []),
        *_who_and_where(team),
        *_when(team),
        *_how(team),
    ]
    if off:
        blocks.append(context("\n".join([_("Your admin declined some of what I ask Slack for:"), *off])))
    return modal(Modal.TEAM, "Team settings" if team else "New team", "Save", blocks, metadata)


def to_workspace() -> ButtonElement:
    """The way to the workspace's settings, for its admins."""
    return button(Button.WORKSPACE, "Workspace settings", "open")


def _weekly(when: WeeklyTime) -> str:
    """`Mon at 09:00`."""
    return _("{weekday} at {time}", weekday=_(WEEKDAYS[when.weekday]), time=f"{when.at:%H:%M}")


def saved(team: Team, lead: str, *, is_new: bool) -> str:
    """What is so after “Save”. *lead* is their name."""
    given = {
        "team": escape(team.name), "when": _weekly(team.digest), "zone": escape(team.timezone),
        "channel": f"<#{team.channel}>", "lead": lead,
    }  # fmt: skip
    if is_new:
        return _("*{team}* is created: {lead} leads it, and its digest comes on {when} ({zone}) in {channel}.", **given)
    return _("*{team}* is saved: {lead} leads it, and its digest comes on {when} ({zone}) in {channel}.", **given)


def _who_and_where(team: Team | None) -> list[Block]:
    hint = "Where it reads its digest."
    return [
        _channel("channel", "Channel", team.channel if team else "", hint=hint),
        user_field("lead", "Lead", team.lead if team else None, hint="Approves, overrides, is told first."),
        users_field("members", "Members", team.members if team else ()),
        _channel(
            "leadership_channel", "Leadership channel", team.leadership_channel if team else "", optional=True,
            hint="Where leadership reads a summary of this team and others.",
        ),
    ]  # fmt: skip


def _when(team: Team | None) -> list[Block]:
    zone, holidays = (team.timezone, team.holidays) if team else ("UTC", "")
    return [
        text_field("timezone", "Time zone", zone, limit=SHORT, placeholder="Europe/Berlin"),
        text_field("holidays", "Holidays", holidays, optional=True, limit=SHORT, hint="Like DE or DE-BY."),
        text_field("digest", "Digest", str(team.digest) if team else "mon 09:00", limit=SHORT, hint="mon 09:00"),
    ]


def _how(team: Team | None) -> list[Block]:
    quota, capacity = (team.quota, team.capacity) if team else (5, 10)
    strict = "strict" if team and team.strict_coach else "lenient"
    # A new team begins with the usual one; switched off it stays so.
    reaction = f":{team.reaction}:" if team and team.reaction else "" if team else ":pushpin:"
    every = team.leadership_every if team else MONTHLY
    return [
        choice_field("every", "Leadership summary", translated(EVERY), every),
        choice_field(
            "language", "Language of the channel", translated(LANGUAGES), team.language if team else DEFAULT_LANGUAGE,
            hint="Each person reads their own messages in the language of their Slack.",
        ),
        choice_field("quota", "Items per incident", QUOTAS, str(quota)),
        text_field("capacity", "Reserved capacity in percent", str(capacity), limit=3, hint="10 to 15 is usual."),
        choice_field("strict", "Wording coach", translated(STRICT), strict),
        choice_field(
            "outsiders", "What outsiders read", translated(OUTSIDERS), "yes" if team and team.outsiders_read else "no",
            hint="Guests and people of other companies in the team's channel. What they cannot list is counted there.",
        ),
        text_field(
            "reaction", "Reaction for ideas", reaction, optional=True, limit=SHORT,
            hint="The emoji that keeps a message as an idea. Empty: none does.",
        ),
    ]  # fmt: skip


def _channel(name: str, label: str, initial: str, *, hint: str, optional: bool = False) -> Block:
    element = ConversationSelectElement(
        action_id=name,
        initial_conversation=initial or None,
        # No direct messages: a team reads its digest together.
        filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
    )
    return field(name, label, element, hint=hint, optional=optional)
