"""What Slack answered, kept for a short while in this process; so old is what is gone by while it does not answer."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock, local
from time import monotonic
from typing import Any, TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.clock import Clock
from bot.domain.errors import Unavailable
from bot.slack.client import OUT_OF_ORDER, ClientFor, error_code, patience, waited_in_vain
from bot.slack.lookups import SLACK_IS_AWAY, away
from storage.engine import Database

T = TypeVar("T")
AnswerKey = tuple[str, str, str]
"""Kind, workspace and whom or what it is about."""
TRUSTED = timedelta(minutes=5)
"""So old may be what is gone by while Slack does not answer. Then nothing is shown on it: whoever asks tries again."""


class NotAtHand(Exception):
    """Slack would have to be asked."""


class KeptAnswers:
    """Answers by kind, workspace and key. Safe to use from several threads."""

    def __init__(self, db: Database, client_for: ClientFor, clock: Clock) -> None:
        self._db = db
        self._real_client_for = client_for
        self._clock = clock
        self._kept: dict[AnswerKey, tuple[datetime, Any]] = {}
        self._asked: dict[AnswerKey, Future[Any]] = {}
        """What Slack is being asked just now: who wants to know the same waits for it. What is forgotten
        is taken out: the answer may be of before, and is neither waited for nor kept."""
        self._lock = Lock()
        self._here = local()

    @contextmanager
    def at_hand(self) -> Iterator[None]:
        """Within it this thread asks Slack nothing: what would ask raises `NotAtHand`."""
        self._here.is_silent = True
        try:
            yield
        finally:
            self._here.is_silent = False

    @property
    def _is_silent(self) -> bool:
        return getattr(self._here, "is_silent", False)

    def _client_for(self, workspace: str) -> WebClient:
        if self._is_silent:
            raise NotAtHand
        return self._real_client_for(workspace)

    def _answer(self, kind: str, workspace: str, key: str, kept_for: timedelta, ask: Callable[[], T]) -> T | None:
        """What Slack says, or said at most *kept_for* ago; `TRUSTED`, while it does not answer. None where it says no.

        Raises `Unavailable` or `RateLimited` when it has not answered for longer.
        """
        kept: T | None = self._recall(kind, workspace, key, kept_for)
        if kept is not None:
            return kept
        # What somebody else has asked a moment ago is not enough for who wants it fresh, and “not here” is no answer.
        if not kept_for or self._is_silent:
            return self._ask(kind, workspace, key, ask)
        return self._asked_once((kind, workspace, key), ask)

    def _asked_once(self, what: AnswerKey, ask: Callable[[], T]) -> T | None:
        """As `_ask`; who wants to know the same meanwhile waits for it."""
        mine = Future[Any]()
        with self._lock:
            asked = self._asked.setdefault(what, mine)
        if asked is not mine:
            return self._theirs(asked, what, ask)
        try:
            found = self._ask(*what, ask, mine)
            mine.set_result(found)
        except Unavailable as error:
            mine.set_exception(error)
            raise
        finally:
            mine.cancel()  # where it ended otherwise: nobody is to wait for it
            with self._lock:
                if self._asked.get(what) is mine:
                    del self._asked[what]
        return found

    def _theirs(self, asked: Future[T], what: AnswerKey, ask: Callable[[], T]) -> T | None:
        """What Slack says to somebody who asks the same just now; their failure is ours too, but not their haste."""
        began = monotonic()
        try:
            return asked.result(patience())
        except CancelledError:
            return self._ask(*what, ask)
        except TimeoutError as error:
            waited_in_vain(monotonic() - began)
            kept: T | None = self._recall(*what, TRUSTED)
            if kept is not None:
                return kept
            if patience():  # no person waits for us, and theirs may be a question of many pages
                return self._ask(*what, ask)
            raise Unavailable(SLACK_IS_AWAY) from error
        except Unavailable:
            waited_in_vain(monotonic() - began)
            raise

    def _ask(
        self, kind: str, workspace: str, key: str, ask: Callable[[], T], asked: Future[Any] | None = None
    ) -> T | None:
        """*asked*: kept only while it stands among what is asked, so that what is forgotten meanwhile stays so."""
        try:
            found = ask()
        except (SlackClientError, OSError, LookupError) as error:
            if _is_no(error):
                return None
            # For a moment of Slack's the last answer is good enough; much later somebody may have left a channel, and
            # would be shown what is in it.
            kept: T | None = self._recall(kind, workspace, key, TRUSTED)
            if kept is None:
                raise away(error) from error
            return kept
        self._keep(kind, workspace, key, found, asked)
        return found

    def _recall(self, kind: str, workspace: str, key: str, kept_for: timedelta) -> Any:
        with self._lock:
            at, value = self._kept.get((kind, workspace, key), (None, None))
        return value if at and self._clock() - at < kept_for else None

    def _known(self) -> list[AnswerKey]:
        """What is kept, and what is being asked."""
        with self._lock:
            return [*self._kept, *self._asked]

    def _forget(self, which: Iterable[AnswerKey]) -> None:
        """Those are asked for anew: what Slack is being asked about them just now may be of before."""
        with self._lock:
            for each in which:
                self._kept.pop(each, None)
                self._asked.pop(each, None)

    def _keep(self, kind: str, workspace: str, key: str, value: Any, asked: Future[Any] | None = None) -> None:
        with self._lock:
            if asked and self._asked.get((kind, workspace, key)) is not asked:
                return
            if len(self._kept) > 20_000:  # noqa: PLR2004 – a bound on memory, nothing depends on it
                self._kept.clear()
            self._kept[kind, workspace, key] = (self._clock(), value)


def _is_no(error: Exception) -> bool:
    """Whether Slack answered that it will not say; anything else passes."""
    return isinstance(error, LookupError) or error_code(error) not in ("", *OUT_OF_ORDER)
