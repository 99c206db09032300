"""What becomes of a message that Slack did not confirm: the rules of delivery, without I/O or clock."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from bot.domain.messages import Block

# Slack does not say whether a 429 means the channel or the workspace: two recipients within this time do.
LIMITED_TOGETHER_S = 10.0
MOST_PLACES, PLACE_KEPT_S = 10_000, 600.0
UNDELIVERED_PREFIX = "undelivered:"
"""Keys of messages that say that another one failed. When these fail too, nobody is told: that would never end."""


@dataclass(frozen=True)
class Rendered:
    """What a renderer makes of a `Live` message's subject: the newest state, ready to be shown."""

    text: str
    blocks: list[Block] = field(default_factory=list)


class Meaning(Enum):
    """What Slack's answer to a call means for the message."""

    REFUSED = "refused"  # it never will be taken as it is; held for a day where somebody can mend it (`MENDABLE`)
    LATER = "later"  # it was not taken; asking again helps
    UNSURE = "unsure"  # asking again helps, but this time it may have been taken


# What is in none of these three tables is tried for some minutes, then given up (`next_wait`).
LATER = (
    "accesslimited card_not_sent external_channel_migrating message_limit_exceeded org_login_required rate_limited"
    " ratelimited team_added_to_org tracker_away tracker_limited unreachable unreadable_token webhook_not_taken"
)
UNSURE = "dropped fatal_error internal_error not_slacks request_timeout service_unavailable"
REFUSED = (
    "access_denied account_inactive app_uninstalled as_user_not_supported cannot_dm_bot cannot_reply_to_message"
    " cant_update_message channel_not_found channel_type_not_supported deprecated_endpoint edit_window_closed"
    " ekm_access_denied enterprise_is_restricted invalid_arg_name invalid_arguments invalid_array_arg invalid_auth"
    " invalid_blocks invalid_blocks_format invalid_charset invalid_form_data invalid_json invalid_metadata_format"
    " invalid_metadata_schema invalid_post_type is_archived is_inactive json_not_object messages_tab_disabled"
    " metadata_must_be_sent_from_app metadata_too_large method_deprecated missing_post_type missing_scope"
    " msg_blocks_too_long msg_too_long no_permission no_text not_allowed_token_type not_authed not_in_channel"
    " not_installed parent_failed parent_not_sent restricted_action restricted_action_non_threadable_channel"
    " restricted_action_read_only_channel restricted_action_thread_locked restricted_action_thread_only_channel"
    " team_access_not_granted thread_not_found token_expired token_revoked too_many_attachments"
    " function_execution_not_found too_many_contact_cards"
    " user_disabled user_not_found user_not_visible users_not_found"
)
KINDS: dict[str, Meaning] = {
    code: kind
    for kind, codes in ((Meaning.LATER, LATER), (Meaning.UNSURE, UNSURE), (Meaning.REFUSED, REFUSED))
    for code in codes.split()
}
"""The one table. Slack's errors and ours: `dropped` (the connection ended without an answer), `unreachable` (there
was none), `unreadable_token` (until its key is put back), `http_NNN` and
`not_slacks` (an answer that is not Slack's: a page of something between us, whatever its status; only what Slack
itself says can end a message), `not_installed`, `parent_not_sent`, `parent_failed`."""

AWAY = frozenset({"dropped", "not_slacks", "service_unavailable", "unreachable"})
"""With these, and `http_NNN`, it is Slack that is in trouble and not the message."""

WORKSPACE_GONE = frozenset(
    [
        "account_inactive",
        "app_uninstalled",
        "invalid_auth",
        "not_authed",
        "not_installed",
        "token_expired",
        "token_revoked",
    ]
)
"""With these nothing can be said in that workspace, so nobody there can be told."""


MENDABLE = frozenset(
    [
        "channel_not_found",
        "is_archived",
        "not_in_channel",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
    ]
)
"""With these somebody can do something: invite the bot, unarchive the channel. Until then it is tried now and then."""


@dataclass(frozen=True)
class Trouble:
    """Slack did not confirm a call. `code` is its error or one of ours; `retry_after` in seconds when it said so."""

    code: str
    retry_after: float | None = None

    @property
    def kind(self) -> Meaning | None:
        """None for an error that the table does not know."""
        # An error page comes from something between us and Slack, which may have got the message all the same.
        return Meaning.UNSURE if self.code.startswith("http_") else KINDS.get(self.code)

    @property
    def may_have_been_taken(self) -> bool:
        """Whether Slack may have done what was asked although it did not say so."""
        return self.kind is Meaning.UNSURE

    @property
    def away(self) -> bool:
        """Whether Slack as a whole seems to be away: the first success then says that it is back."""
        return self.code.startswith("http_") or self.code in AWAY


@dataclass(frozen=True)
class Patience:
    """How long to keep trying. Seconds, except `give_up_after`."""

    first: float = 1.0
    longest: float = 600.0
    longest_away: float = 60.0
    """While Slack is in trouble, so that its return is seen soon also where little is said."""
    longest_retry_after: float = 3600.0
    # docs/slack.md promises this to operators: a long weekend without Slack loses nothing.
    give_up_after: timedelta = timedelta(days=3)
    attempts_at_the_unknown: int = 8

    def next_wait(self, trouble: Trouble, *, attempts: int, trying_for: timedelta) -> float | None:
        """Seconds until the next attempt; None when there should be none.

        `attempts` counts the failed ones, this one included. An error that nobody foresaw is tried for some
        minutes: it may pass, but must not hold up its channel for days.
        """
        if trouble.kind is Meaning.REFUSED or trying_for > self.give_up_after:
            return None
        if trouble.kind is None and attempts >= self.attempts_at_the_unknown:
            return None
        longest = self.longest_away if trouble.away or trouble.kind is Meaning.UNSURE else self.longest
        # Three days of attempts are thousands, and 2.0 ** 1024 is an OverflowError.
        growing = min(longest, self.longest, self.first * 2.0 ** min(attempts - 1, 30))
        # Never sooner than Slack says, but no header holds a channel up for more than an hour at a time.
        return max(growing, min(trouble.retry_after or 0.0, self.longest_retry_after))


@dataclass(frozen=True)
class Posted:
    """What is recorded of a message before this attempt; all None when nothing is."""

    channel: str | None = None
    ts: str | None = None
    shown: str | None = None
    attempted_at: datetime | None = None
    """Since when an attempt may have been taken by Slack without our knowing."""


class Bucket:
    """Slack's limit for a workspace: bursts are taken, a steady stream is slowed to `refill` a second.

    Places are given in advance: each who waits comes back once, at its own time, and not all at each that is free.
    """

    def __init__(self, burst: int, refill: float) -> None:
        self.burst, self.refill = burst, refill
        self._level, self._filled_at = float(burst), 0.0
        self._limited: tuple[str, float] | None = None
        self._places: dict[str, float] = {}

    def take(self, now: float, who: str = "") -> float:
        """0 when the place of *who* has come at *now* (monotonic seconds), which takes it; or the seconds until it
        does."""
        place = self._places.pop(who, None)
        if place is None:
            self._fill(now)
            self._level -= 1
            place = now - min(self._level, 0) / self.refill
        if place <= now:
            return 0.0
        if len(self._places) >= MOST_PLACES:  # of what was given up meanwhile nobody comes back
            self._places = {each: at for each, at in self._places.items() if at > now - PLACE_KEPT_S}
        self._places[who] = place
        return place - now

    def expect(self, now: float, who: str) -> float:
        """As `take`, but takes nothing where there is something left: seconds that *who* need not ask before."""
        self._fill(now)
        if who in self._places:
            return max(0.0, self._places[who] - now)
        return self.take(now, who) if self._level < 1 else 0.0

    def limited(self, recipient: str, now: float) -> None:
        """Slack limited a message to that recipient. When it soon limits another too, it means the workspace."""
        before, self._limited = self._limited, (recipient, now)
        if before is not None and before[0] != recipient and now - before[1] < LIMITED_TOGETHER_S:
            # Emptied, not merely lowered: every other sender must wait too, else each of them gets its own 429.
            self._level = min(self._level, 0.0)

    def _fill(self, now: float) -> None:
        self._level = min(self.burst, self._level + (now - self._filled_at) * self.refill)
        self._filled_at = now
