"""One attempt to deliver one message: claim it, ask Slack, record the answer. Knows neither queue nor threads."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from time import monotonic

import structlog
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.domain.delivery import (
    MENDABLE,
    UNDELIVERED_PREFIX,
    WORKSPACE_GONE,
    Trouble,
)
from bot.domain.erase import is_erased
from bot.domain.errors import Unavailable
from bot.domain.messages import Message, Post
from bot.slack.lookups import RateLimited
from bot.slack.token_keys import UnreadableToken
from scheduler.delivery.attempt import Attempt, Attempts
from scheduler.delivery.drawing import Refresher, Renderer
from scheduler.delivery.limits import Allowance, Limits
from scheduler.delivery.slack_calls import SlackTrouble
from scheduler.delivery.transactions import FewAtOnce, moment_here, moment_of
from storage import messages as record
from storage.engine import DATABASE_AWAY, Database
from storage.messages import Behind, Finished, Go, Mend, ParentFailed, Wait

OnFailure = Callable[[Session, str, Message, str], None]
"""(session, workspace, message, error): called in the transaction that records the failure."""

GoOn = Callable[[Session], None]
"""Enqueues what comes next, in the transaction that it is given."""

DATABASE_AWAY_WAIT_S = 5.0

log = structlog.get_logger(__name__)


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
        self._client_for, self._on_failure, self._on_return, self._limits = client_for, on_failure, on_return, limits
        self._database, self._allowance = FewAtOnce(database), Allowance(limits)
        self._attempts = Attempts(self._database, renderers, refreshers, self._allowance.called)

    def advance(self, workspace: str, message: Message, check: Callable[[], None]) -> Finished | Wait | Behind | Mend:
        """Does what can be done for the message now; what happens to it is recorded, never raised.

        *check* is called right before something is posted, and raises (no Exception) where that must not be.
        """
        try:
            return self._advance(workspace, message, check)
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
        with self._database.begin() as session:
            record.record_failed(session, workspace, message, error, now=moment_of(session))
            if tell:
                self._on_failure(session, workspace, message, error)

    def _record_held(
        self, workspace: str, message: Message, error: str, delay: timedelta, go_on: GoOn, *, tell: bool
    ) -> None:
        with self._database.begin() as session:
            record.record_held(session, workspace, message, moment_of(session) + delay)
            go_on(session)
            if tell:
                self._on_failure(session, workspace, message, error)

    def _advance(self, workspace: str, message: Message, check: Callable[[], None]) -> Finished | Wait | Behind | Mend:
        if is_erased(message.to.removeprefix("home:")):
            return Finished()  # there is nobody to say it to, and nothing to mend
        if (wait := self._allowance.expect(workspace, message)) > 0:
            return Wait(wait)
        with self._database.begin() as session:
            session.connection()  # what it takes to get one is no part of the attempt
            began = monotonic()
            # On record before Slack is asked: after a crash the next attempt knows that it must look for this one.
            claim = record.claim_attempt(
                session,
                workspace,
                message,
                now=moment_here(session),
                pace=self._limits.pace,
                take=lambda: self._allowance.take(workspace, message.key),
            )
        if isinstance(claim, ParentFailed):
            self.give_up(workspace, message, "parent_failed")
            return Finished()
        return self._go(workspace, message, claim, began, check) if isinstance(claim, Go) else claim

    def _go(
        self, workspace: str, message: Message, claim: Go, began: float, check: Callable[[], None]
    ) -> Finished | Wait | Mend:
        try:
            client = self._client(workspace)
            done = self._attempts.make(
                Attempt(workspace, message, claim.posted, claim.parent, client, claim.begun_at, began, check)
            )
        except SlackTrouble as error:
            # A call other than the post itself says nothing about what an earlier attempt did.
            doubt = claim.posted.attempted_at
            if error.asked_to_post:
                doubt = (doubt or claim.begun_at) if error.trouble.may_have_been_taken else None
            # A refusal or a 429 takes the doubt away, an answer that never came leaves it: then the message is looked
            # for before it is sent again, because Slack has no key that would make a second post harmless (ADR 002).
            with self._database.begin() as session:
                record.record_doubt(session, workspace, message.key, doubt)
            return self._record_trouble(workspace, message, error.trouble)
        # Any success tells that Slack is back, so what waits for minutes in this workspace need not wait longer.
        self._slack_is_back(workspace)
        return Finished() if done else Wait(0)

    def _record_trouble(self, workspace: str, message: Message, trouble: Trouble) -> Finished | Wait | Mend:
        log.warning("message not taken", workspace=workspace, key=message.key, error=trouble.code)
        self._allowance.remember(workspace, message.to, trouble)
        try:
            with self._database.begin() as session:
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

    def _slack_is_back(self, workspace: str) -> None:
        if not self._allowance.is_back(workspace):
            return
        with self._database.begin() as session:
            # Committed before `on_return`: what goes on then reads whether it still has to wait.
            record.hasten(session, workspace)
        self._on_return(workspace)

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
