"""One attempt to deliver one message: claim it, ask Slack, record the answer. Knows neither queue nor threads."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from threading import BoundedSemaphore, Lock
from time import monotonic

import structlog
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.blocks.fitting import fitting
from bot.domain.delivery import (
    MENDABLE,
    UNDELIVERED_PREFIX,
    WORKSPACE_GONE,
    Bucket,
    Patience,
    Posted,
    Rendered,
    Trouble,
)
from bot.domain.errors import Unavailable
from bot.domain.messages import CHART, Live, Message, Post, Refresh
from bot.domain.subjects import kind_and_ref
from bot.slack.lookups import RateLimited
from bot.slack.token_keys import UnreadableToken
from scheduler.delivery import slack_calls
from scheduler.delivery.slack_calls import SlackTrouble
from storage import messages as record
from storage.engine import DATABASE_AWAY, Database
from storage.messages import Behind, Finished, Go, Mend, Pace, ParentFailed, Wait
from storage.moved_channels import channel_now

Renderer = Callable[[str, str], Rendered | None]
"""(workspace, ref) → what the message shows now, or None when there is nothing to show."""

Refresher = Callable[[str, str, WebClient], None]
"""(workspace, ref, client): draws a surface and publishes it, unless Slack shows its newest state already."""

OnFailure = Callable[[Session, str, Message, str], None]
"""(session, workspace, message, error): called in the transaction that records the failure."""

GoOn = Callable[[Session], None]
"""Enqueues what comes next, in the transaction that it is given."""

DATABASE_AWAY_WAIT_S = 5.0
# On PostgreSQL four at once are faster than twenty (ADR 002), and people's requests need connections too.
TRANSACTIONS_AT_ONCE = 4
# Slack has no error of its own for a block that a workspace does not draw yet.
CHART_REFUSED = "invalid_blocks"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Limits:
    """What Slack allows, and how patient we are. Times in seconds."""

    pace: Pace = field(default_factory=Pace)
    patience: Patience = field(default_factory=Patience)
    burst: int = 600
    """Messages at once in a workspace …"""
    refill: float = 5.0
    """… and a second, when the burst is spent: Slack says “several hundred a minute”."""


@dataclass(frozen=True)
class _Attempt:
    workspace: str
    message: Message
    standing: Posted
    parent_ts: str | None
    client: WebClient


class Sender:
    """Delivers messages of every workspace. Safe to call from several threads, for different recipients."""

    def __init__(
        self,
        database: Database,
        client_for: Callable[[str], WebClient],
        renderers: Mapping[str, Renderer],
        refreshers: Mapping[str, Refresher],
        on_failure: OnFailure,
        on_return: Callable[[str], None],
        limits: Limits,
    ) -> None:
        """`client_for` raises LookupError for a workspace where the app is not installed.

        `on_return(workspace)` is called when Slack takes a message again after it was away.
        """
        self._database, self._client_for = database, client_for
        self._renderers, self._refreshers = renderers, refreshers
        self._on_failure, self._on_return, self._limits = on_failure, on_return, limits
        self._buckets: dict[str, Bucket] = {}
        self._away: set[str] = set()
        self._lock, self._few = Lock(), BoundedSemaphore(TRANSACTIONS_AT_ONCE)

    def advance(self, workspace: str, message: Message) -> Finished | Wait | Behind | Mend:
        """Does what can be done for the message now; what happens to it is recorded, never raised."""
        try:
            return self._advance(workspace, message)
        except DATABASE_AWAY as error:
            log.warning("database away", workspace=workspace, key=message.key, error=type(error).__name__)
            return Wait(DATABASE_AWAY_WAIT_S)
        except Unavailable as error:  # it cannot be drawn: nobody is shown more or less than they may see
            return self._record_trouble(workspace, message, _not_drawn(error))
        except Exception as error:  # the delivery worker's edge: a mistake of ours loses no message
            log.exception("delivery failed unexpectedly", workspace=workspace, key=message.key)
            return self._record_trouble(workspace, message, Trouble(f"fault_{type(error).__name__}"))

    def hold(self, workspace: str, message: Message, error: str, delay: timedelta, go_on: GoOn) -> None:
        """Has somebody told what to mend, and *go_on* enqueue the next attempt: both or neither."""
        try:
            self._record_held(workspace, message, error, delay, go_on, tell=True)
        except DATABASE_AWAY:
            raise
        except Exception:  # as in `give_up`
            log.exception("nobody could be told", workspace=workspace, key=message.key)
            self._record_held(workspace, message, error, delay, go_on, tell=False)

    def give_up(self, workspace: str, message: Message, error: str) -> None:
        """Records that the message will not be sent and, unless that is hopeless, has somebody told."""
        log.error("message not delivered", workspace=workspace, key=message.key, to=message.to, error=error)
        hopeless = error in WORKSPACE_GONE or message.key.startswith(UNDELIVERED_PREFIX)
        try:
            self._record_failed(workspace, message, error, tell=not hopeless)
        except DATABASE_AWAY:
            # Not a mistake of `on_failure`: all of it is tried again when the database is back.
            raise
        except Exception:  # the same edge: a mistake in `on_failure` must not hold up the channel for ever
            log.exception("nobody could be told", workspace=workspace, key=message.key)
            self._record_failed(workspace, message, error, tell=False)

    def _record_failed(self, workspace: str, message: Message, error: str, *, tell: bool) -> None:
        with self._begin() as session:
            record.record_failed(session, workspace, message, error, now=moment_of(session))
            if tell:
                self._on_failure(session, workspace, message, error)

    def _record_held(
        self, workspace: str, message: Message, error: str, delay: timedelta, go_on: GoOn, *, tell: bool
    ) -> None:
        with self._begin() as session:
            record.record_held(session, workspace, message, moment_of(session) + delay)
            go_on(session)
            if tell:
                self._on_failure(session, workspace, message, error)

    @contextmanager
    def _begin(self) -> Iterator[Session]:
        """A transaction; few at once, so that a storm of messages leaves connections for people's requests."""
        with self._few, self._database.begin() as session:
            yield session

    def _advance(self, workspace: str, message: Message) -> Finished | Wait | Behind | Mend:
        with self._begin() as session:
            # On record before Slack is asked: after a crash the next attempt knows that it must look for this one.
            claim = record.claim_attempt(
                session,
                workspace,
                message,
                now=moment_of(session),
                pace=self._limits.pace,
                take=lambda: self._take(workspace),
            )
        if isinstance(claim, ParentFailed):
            self.give_up(workspace, message, "parent_failed")
            return Finished()
        return self._go(workspace, message, claim) if isinstance(claim, Go) else claim

    def _go(self, workspace: str, message: Message, claim: Go) -> Finished | Wait | Mend:
        try:
            client = self._client(workspace)
            done = self._attempt(_Attempt(workspace, message, claim.standing, claim.parent_ts, client))
        except SlackTrouble as error:
            # A call other than the post itself says nothing about what an earlier attempt did.
            doubt = claim.standing.attempted_at
            if error.asked_to_post:
                doubt = (doubt or claim.begun_at) if error.trouble.may_have_been_taken else None
            # A refusal or a 429 takes the doubt away, an answer that never came leaves it: then the message is looked
            # for before it is sent again, because Slack has no key that would make a second post harmless (ADR 002).
            with self._begin() as session:
                record.record_doubt(session, workspace, message.key, doubt)
            return self._record_trouble(workspace, message, error.trouble)
        # Any success tells that Slack is back, so what waits for minutes in this workspace need not wait longer.
        self._slack_is_back(workspace)
        return Finished() if done else Wait(0)

    def _attempt(self, attempt: _Attempt) -> bool:
        """Asks Slack. Returns whether the message is finished; otherwise the next attempt goes on from here."""
        if isinstance(attempt.message, Refresh):
            return self._refresh(attempt)
        content = self._content(attempt)
        if content is None:
            with self._begin() as session:
                record.record_nothing_to_show(session, attempt.workspace, attempt.message.key)
            return True
        if attempt.standing.channel is None:
            attempt = replace(attempt, standing=replace(attempt.standing, channel=self._channel(attempt)))
        if attempt.standing.ts is not None:
            return self._edit(attempt, content)
        # The search costs a call (for some apps one a minute), so it is made only where an attempt is in doubt.
        found = self._find(attempt) if attempt.standing.attempted_at is not None else None
        if found is not None:
            # What a Live message showed then may be old: the next attempt edits it.
            self._sent(attempt, found, shown=None)
            return not isinstance(attempt.message, Live)
        self._sent(attempt, self._post(attempt, content), shown=_fingerprint(content))
        return True

    def _post(self, attempt: _Attempt, content: Rendered) -> str:
        """The ts. Where Slack takes no charts, their figures go in words: what it refused, it has not posted."""
        client, channel, key = attempt.client, str(attempt.standing.channel), attempt.message.key
        try:
            return slack_calls.post(client, channel, content, key=key, thread_ts=attempt.parent_ts)
        except SlackTrouble as error:
            spoken = _in_words(attempt.message)
            if error.trouble.code != CHART_REFUSED or spoken is None:
                raise
            log.info("charts in words", workspace=attempt.workspace, key=key)
            return slack_calls.post(client, channel, spoken, key=key, thread_ts=attempt.parent_ts)

    def _refresh(self, attempt: _Attempt) -> bool:
        kind, ref = kind_and_ref(attempt.message.key)
        # A surface is drawn as it is now and drawn twice looks the same, so nothing need be looked for after a crash.
        self._refreshers[kind](attempt.workspace, ref, attempt.client)
        with self._begin() as session:
            record.record_nothing_sent(session, attempt.workspace, attempt.message.key)
        return True

    def _content(self, attempt: _Attempt) -> Rendered | None:
        """What is to stand in Slack now, no longer than Slack takes; None for nothing."""
        message = attempt.message
        if isinstance(message, Live):
            drawn = self._renderers[message.subject](attempt.workspace, message.ref)
            return drawn and replace(drawn, blocks=fitting(drawn.blocks))
        assert isinstance(message, Post)
        return Rendered(message.text, fitting(message.blocks))

    def _channel(self, attempt: _Attempt) -> str:
        """Where the message goes: for a person their direct messages, opened and remembered."""
        to = attempt.message.to
        if not to.startswith(("U", "W")):
            with self._begin() as session:  # it may have another id since the message was enqueued
                return channel_now(session, attempt.workspace, to)
        channel = slack_calls.open_direct(attempt.client, to)
        # Remembered before the post: one `conversations.open` for a person is enough, also after a crash.
        with self._begin() as session:
            record.record_channel(session, attempt.workspace, attempt.message.key, channel)
        return channel

    def _find(self, attempt: _Attempt) -> str | None:
        since, channel = attempt.standing.attempted_at, attempt.standing.channel
        assert since is not None
        assert channel is not None
        return slack_calls.find(
            attempt.client, channel, key=attempt.message.key, since=since, thread_ts=attempt.parent_ts
        )

    def _edit(self, attempt: _Attempt, content: Rendered) -> bool:
        channel, ts = attempt.standing.channel, attempt.standing.ts
        assert channel is not None
        assert ts is not None
        # Several changes often end in the same card, and each edit costs a second of its channel's pace.
        if attempt.standing.shown == _fingerprint(content):
            with self._begin() as session:
                record.record_nothing_sent(session, attempt.workspace, attempt.message.key)
            return True
        try:
            slack_calls.edit(attempt.client, channel, ts, content, key=attempt.message.key)
        except SlackTrouble as error:
            # Somebody deleted it in Slack. It is forgotten here and posted anew: the item still needs its card.
            if error.trouble.code != "message_not_found":
                raise
            with self._begin() as session:
                record.record_gone(session, attempt.workspace, attempt.message.key)
            return False
        self._sent(attempt, ts, shown=_fingerprint(content))
        return True

    def _sent(self, attempt: _Attempt, ts: str, *, shown: str | None) -> None:
        channel = attempt.standing.channel
        assert channel is not None
        with self._begin() as session:
            record.record_sent(
                session,
                attempt.workspace,
                attempt.message.key,
                channel=channel,
                ts=ts,
                shown=shown,
                now=moment_of(session),
            )

    def _record_trouble(self, workspace: str, message: Message, trouble: Trouble) -> Finished | Wait | Mend:
        log.warning("message not taken", workspace=workspace, key=message.key, error=trouble.code)
        self._remember(workspace, message, trouble)
        try:
            with self._begin() as session:
                wait = record.record_trouble(
                    session, workspace, message, trouble, patience=self._limits.patience, now=moment_of(session)
                )
            if wait is None and _can_be_mended(message, trouble):
                return Mend(trouble.code)
            if wait is None:
                self.give_up(workspace, message, trouble.code)
        except Exception:  # the same edge: the record itself failed, or `on_failure` did
            log.exception("delivery could not be recorded", workspace=workspace, key=message.key)
            return Wait(DATABASE_AWAY_WAIT_S)
        return Finished() if wait is None else Wait(wait)

    def _remember(self, workspace: str, message: Message, trouble: Trouble) -> None:
        with self._lock:
            if trouble.away:
                self._away.add(workspace)
            if trouble.code == "ratelimited":
                self._bucket(workspace).limited(message.to, monotonic())

    def _slack_is_back(self, workspace: str) -> None:
        with self._lock:
            if workspace not in self._away:
                return
            self._away.discard(workspace)
        with self._begin() as session:
            # Committed before `on_return`: what goes on then reads whether it still has to wait.
            record.hasten(session, workspace)
        self._on_return(workspace)

    def _take(self, workspace: str) -> float:
        with self._lock:
            return self._bucket(workspace).take(monotonic())

    def _bucket(self, workspace: str) -> Bucket:
        return self._buckets.setdefault(workspace, Bucket(self._limits.burst, self._limits.refill))

    def _client(self, workspace: str) -> WebClient:
        try:
            return self._client_for(workspace)
        except LookupError:
            # As trouble and not as a fault: nobody can be told in that workspace, and nobody needs to be.
            raise SlackTrouble(Trouble("not_installed"), "client_for") from None
        except UnreadableToken:
            raise SlackTrouble(Trouble("unreadable_token"), "client_for") from None


def _can_be_mended(message: Message, trouble: Trouble) -> bool:
    """A Live message is drawn and tried anew with its next change; what says that another failed is not worth days."""
    hopeless = message.key.startswith(UNDELIVERED_PREFIX)
    return trouble.code in MENDABLE and isinstance(message, Post) and not hopeless


def _not_drawn(error: Unavailable) -> Trouble:
    """Slack did not answer what a drawing has to know, or asked to be left alone for a while."""
    if isinstance(error, RateLimited):
        return Trouble("ratelimited", retry_after=error.seconds)
    return Trouble("unreachable")


def _in_words(message: Message) -> Rendered | None:
    """The message without its charts; None when it has none."""
    if not isinstance(message, Post) or not any(block["type"] == CHART for block in message.blocks):
        return None
    drawn = [block for block in message.blocks if block["type"] != CHART]
    return Rendered(message.text, fitting([*drawn, *message.in_words]))


def moment_of(session: Session) -> datetime:
    """What time it is for every replica."""
    # `not_before` is written by one replica and read by another, whose clocks may be minutes apart.
    return record.moment(session, datetime.now(UTC))


def _fingerprint(content: Rendered) -> str:
    return sha256(json.dumps([content.text, content.blocks], sort_keys=True).encode()).hexdigest()
