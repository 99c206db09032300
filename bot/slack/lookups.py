"""Questions to Slack about people and channels, and its answers in the product's own words. Keeps nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse

from bot.domain.days import zone_name
from bot.domain.errors import Refused, Unavailable
from bot.domain.person import Person
from bot.domain.sentence import tidy
from bot.slack.client import OUT_OF_ORDER, ClientFor, error_code, retry_after

PAGE = 999
"""Entries asked for at once; Slack gives at most a thousand."""
LISTED_AT_ONCE = 200
"""People in a page, as many as Slack recommends; a larger one may take longer than anybody waits."""
NOT_LISTED = "Slack does not list the people of this workspace to me. `actionitem check` says what is missing."
SLACK_IS_AWAY = "Slack did not answer. Nothing was changed; try again in a moment."
NO_EMAILS = (
    "Slack does not show e-mail addresses to this app. Install it again with the scope users:read.email, "
    "or name people by their Slack ids."
)


@dataclass(frozen=True)
class OwnChannel:
    """A channel that the bot is in. `is_shared`: another organisation is connected, or about to be."""

    id: str
    private: bool
    is_shared: bool


EnterpriseOf = Callable[[str], str]
"""The Enterprise of a workspace that has the bot; "" for none. Raises `Unavailable`."""


class RateLimited(Unavailable):
    """Slack asks to be left alone for `seconds`; then the same question will do."""

    def __init__(self, seconds: int) -> None:
        super().__init__(SLACK_IS_AWAY)
        self.seconds = seconds


class OldCursor(Unavailable):
    """Slack knows the place in its list no more: it is read from the beginning."""


@dataclass(frozen=True)
class Channel:
    """A conversation as Slack describes it. `private` is true for everything that is not public.

    `is_private_channel`: it is a channel, and not public; direct messages are private and no such channel.
    `has_bot`: the bot is in it, as far as Slack says. `is_shared`: another organisation is connected, or about to be.
    """

    id: str
    name: str
    private: bool
    created_at: datetime | None = None
    is_private_channel: bool = False
    has_bot: bool = True
    is_shared: bool = False


def ask_person(
    client_for: ClientFor, workspace: str, user: str, now: datetime, enterprise_of: EnterpriseOf, *, home: str = ""
) -> Person | None:
    """The person; None when Slack does not know them. Raises `Unavailable` when it does not answer.

    `home`: the workspace that a request of theirs has said to be theirs, which counts.
    """
    try:
        # Without `include_locale` Slack leaves the language out.
        found = client_for(workspace).users_info(user=user, include_locale=True)["user"]
    except (SlackClientError, OSError) as error:
        if error_code(error) in ("user_not_found", "user_not_visible"):
            return None
        raise away(error) from error
    return person_from(workspace, found | {"team_id": home} if home else found, now, enterprise_of)


def ask_people(
    client_for: ClientFor, workspace: str, cursor: str, now: datetime, enterprise_of: EnterpriseOf
) -> tuple[list[Person], str]:
    """A page of everybody in the workspace, who left too, and the cursor of the next; "" after the last one.

    Raises `RateLimited` or `Unavailable`; `OldCursor` where Slack has forgotten the page; `Refused` where it will not
    say.
    """
    try:
        page = _page_of_people(client_for, workspace, cursor or None)
        members = page["members"]
    except (SlackClientError, OSError) as error:
        code = error_code(error)
        if code == "invalid_cursor" and cursor:
            raise OldCursor(SLACK_IS_AWAY) from error
        if code not in ("", *OUT_OF_ORDER):
            raise Refused(NOT_LISTED) from error
        raise away(error) from error
    found = [person_from(workspace, said, now, enterprise_of) for said in members]
    return found, (page.get("response_metadata") or {}).get("next_cursor") or ""


def ask_person_by_email(
    client_for: ClientFor, workspace: str, email: str, now: datetime, enterprise_of: EnterpriseOf
) -> Person | None:
    """The member with that address; None when there is none. Raises `RateLimited`, `Unavailable` or `Refused`."""
    try:
        found = client_for(workspace).users_lookupByEmail(email=email)["user"]
    except (SlackClientError, OSError) as error:
        code = error_code(error)
        if code == "users_not_found":
            return None
        # `users:read.email` is one that an admin may decline (`scopes.py`).
        if code == "missing_scope":
            raise Refused(NO_EMAILS) from error
        raise away(error) from error
    return person_from(workspace, found, now, enterprise_of)


def ask_channel(client_for: ClientFor, workspace: str, channel: str, name: str) -> Channel | None:
    """The channel, called *name* where Slack gives it none; None for one that the bot may not know of.

    Raises `Unavailable` when Slack does not answer: it may be private, so nothing is said or made there on a guess.
    """
    try:
        found = client_for(workspace).conversations_info(channel=channel)["channel"]
    except (SlackClientError, OSError) as error:
        if error_code(error) == "channel_not_found":
            return None
        raise away(error) from error
    # Of a conversation of two Slack says `is_im`, and nothing of `is_private`.
    private = any(found.get(kind) for kind in ("is_private", "is_im", "is_mpim"))
    created = datetime.fromtimestamp(found["created"], UTC) if found.get("created") else None
    return Channel(
        channel,
        found.get("name") or name,
        private,
        created,
        bool(found.get("is_private")),
        found.get("is_member", True),
        _is_shared(found),
    )


def _is_shared(found: dict[str, Any]) -> bool:
    """With another organisation, or about to be; a channel of the Enterprise's own workspaces alone is not."""
    with_others = found.get("is_shared") and not found.get("is_org_shared")
    pending = (
        found.get("is_pending_ext_shared") or found.get("pending_connected_team_ids") or found.get("pending_shared")
    )
    return bool(with_others or found.get("is_ext_shared") or pending)


def ask_enterprise(client_for: ClientFor, workspace: str) -> str:
    """The Enterprise that the workspace belongs to; "" for none. Raises `Unavailable` when Slack does not answer."""
    try:
        return str(client_for(workspace).auth_test().get("enterprise_id") or "")
    except (SlackClientError, OSError) as error:
        raise away(error) from error


def ask_channels(client_for: ClientFor, workspace: str, user: str, types: str) -> Iterator[str]:
    """The channels that *user* is in, as far as the bot may know; "" for the bot itself. Raises what slack_sdk does."""

    def ask(cursor: str | None) -> SlackResponse:
        return client_for(workspace).users_conversations(
            user=user or None, types=types, limit=PAGE, exclude_archived=False, cursor=cursor, team_id=workspace
        )

    for page in _pages(ask):
        yield from (channel["id"] for channel in page.get("channels") or ())


def ask_own_channels(client_for: ClientFor, workspace: str) -> Iterator[OwnChannel]:
    """The channels that the bot is in. Raises what slack_sdk does."""

    def ask(cursor: str | None) -> SlackResponse:
        types = "public_channel,private_channel"
        return client_for(workspace).users_conversations(
            types=types, limit=PAGE, exclude_archived=False, cursor=cursor, team_id=workspace
        )

    for page in _pages(ask):
        for found in page.get("channels") or ():
            yield OwnChannel(found["id"], bool(found.get("is_private")), _is_shared(found))


def ask_members(client_for: ClientFor, workspace: str, channel: str) -> Iterator[str]:
    """Who is in the channel. Raises what slack_sdk does."""
    for page in _pages(lambda at: client_for(workspace).conversations_members(channel=channel, limit=PAGE, cursor=at)):
        yield from page.get("members") or ()


def ask_everybody(client_for: ClientFor, workspace: str) -> Iterator[dict[str, Any]]:
    """What Slack says of everybody in the workspace. Raises `RateLimited` or `Unavailable`."""
    try:
        for page in _pages(lambda at: _page_of_people(client_for, workspace, at)):
            yield from page.get("members") or ()
    except (SlackClientError, OSError) as error:
        raise away(error) from error


def _page_of_people(client_for: ClientFor, workspace: str, cursor: str | None) -> SlackResponse:
    # The workspace too: with the token of an organisation Slack asks of which one.
    return client_for(workspace).users_list(cursor=cursor, limit=LISTED_AT_ONCE, include_locale=True, team_id=workspace)


def _pages(ask: Callable[[str | None], SlackResponse]) -> Iterator[SlackResponse]:
    cursor: str | None = None
    # The last page has an empty cursor, or none.
    while cursor != "":
        page = ask(cursor)
        yield page
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""


def away(error: Exception) -> Unavailable:
    """What is said when Slack did not answer what it was asked."""
    if error_code(error) == "ratelimited" and isinstance(error, SlackApiError):
        return RateLimited(retry_after(error))
    return Unavailable(SLACK_IS_AWAY)


def person_from(workspace: str, said: dict[str, Any], now: datetime, enterprise_of: EnterpriseOf) -> Person:
    """What Slack says of somebody, in `users.info`, `users.list` and in events alike.

    Raises what *enterprise_of* does, which is asked only of somebody of another workspace.
    """
    outside = _is_outside(workspace, said, enterprise_of)
    profile = said.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), said.get("real_name"), said.get("name"))
    name = next((tidy(each) for each in names if each and each.strip()), "")  # a name of blanks would name nobody
    return Person(
        workspace=workspace,
        user=said["id"],
        name=name or said["id"],
        asked_at=now,
        timezone=zone_name(said.get("tz") or "", said.get("tz_offset")),
        locale=(said.get("locale") or "en-US")[:16],
        is_bot=bool(said.get("is_bot")),
        is_guest=outside or bool(said.get("is_restricted") or said.get("is_ultra_restricted")),
        # Of their own workspace: an admin of a sibling of the Enterprise decides nothing in this one.
        is_admin=bool(said.get("is_admin") or said.get("is_owner")) and _team_of(said) in ("", workspace),
        deactivated=bool(said.get("deleted")),
        team=_team_of(said) or workspace,
    )


def _team_of(said: dict[str, Any]) -> str:
    return str(said.get("team_id") or (said.get("profile") or {}).get("team") or "")


def _is_outside(workspace: str, said: dict[str, Any], enterprise_of: EnterpriseOf) -> bool:
    """Whether they are of another company: Slack says of many of those that they are neither guests nor strangers."""
    if said.get("is_bot"):
        return bool(said.get("is_stranger"))
    # Where Slack names no workspace, `is_stranger` is all there is to tell by.
    if _team_of(said) in ("", workspace):
        return bool(said.get("is_stranger"))
    # People of another workspace of the same Enterprise are colleagues, and are asked for by nothing else.
    theirs = (said.get("enterprise_user") or {}).get("enterprise_id") or said.get("enterprise_id")
    return not theirs or theirs != enterprise_of(workspace)
