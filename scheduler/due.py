"""Takes what is due, in its order, while Slack is asked about what comes next. Knows no ritual and no lease."""

from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

import structlog

from bot.domain.errors import Unavailable
from scheduler.runs import Run
from storage.mornings import Morning
from storage.schedules import Schedule

log = structlog.get_logger()

ASKED_AT_ONCE = 32
"""About so much Slack is asked at once: an answer takes it a tenth of a second, and a Monday has thousands."""
IN_HAND = 100
"""So much of what is due is looked at ahead: about half of it needs no answer, and those who ask are not to run dry."""

TAKEN_AT_ONCE = 25
"""So many are taken together: their transaction is over after some ten milliseconds."""
PATIENCE_S = 0.2
"""So long the first ones wait for one of them about which Slack does not answer; then they are taken without it."""

Due = TypeVar("Due", Schedule, Morning)
Answered = TypeVar("Answered")
"""What Slack said of something that is due."""
HEARD = object()
"""What Slack was asked about something is at hand."""


@dataclass(frozen=True)
class Look(Generic[Due]):
    """Finds some of what is due, without what was tried before; what has failed is let go when all is done.

    `ahead`: about so much Slack is asked before it is its turn.
    """

    find: Callable[[set[Due]], list[Due]]
    let_go: Callable[[set[Due]], None]
    ahead: int


def leave(_failed: object) -> None:
    """Lets go of nothing, where nothing was leased."""


def nothing_of(_due: object) -> dict[Any, Any]:
    """Where each is asked about, and taken, by itself."""
    return {}


@dataclass(frozen=True)
class Ways(Generic[Due, Answered]):
    """How what is due is asked about and taken. Threads `ask`, many at once; all else is done by the one that takes.

    `at_hand` says of several what `ask` would, where Slack need not be asked for it. `hear`, called by threads too,
    asks Slack for what mostly makes that so, and returns `HEARD`, or what `ask` would. `together` takes of several what
    it can at once, and returns their runs; `take` takes each of the others.
    """

    ask: Callable[[Due], Answered]
    take: Callable[[Due, Answered], list[Run]]
    hear: Callable[[Due], object] | None = None
    at_hand: Callable[[Collection[Due]], Mapping[Due, Answered]] = nothing_of
    together: Callable[[Mapping[Due, Answered]], Mapping[Due, list[Run]]] = nothing_of


def take_each(look: Look[Due], ways: Ways[Due, Answered], failures: list[Exception]) -> Iterator[Run]:
    """Takes what is due until nothing is left but what has failed, which stays due."""
    # What failed was rolled back, its claim with it, so it stays due, the longest of all: without what was tried,
    # it alone would fill a batch in the end, and be taken for ever in this loop.
    tried, failed, more = set[Due](), set[Due](), True
    with ThreadPoolExecutor(ASKED_AT_ONCE, thread_name_prefix="ticker") as threads:
        asking = _Asking(ways, threads)
        while more or asking.waiting:
            # The next batch is asked about before this one is taken: else all would wait for its first answer.
            while more and len(asking.waiting) < look.ahead:
                due = look.find(tried)
                tried.update(due)
                asking.add(due)
                more = bool(due)
            some = asking.answered()
            done = _taken(ways, some)
            for each, asked in some.items():
                try:
                    yield from done[each] if each in done else ways.take(each, asked.result())
                except Unavailable as error:  # Slack does not say who may see what: it stays due
                    log.warning("ritual_waits", what=str(each), why=str(error))
                    failures.append(error)
                    failed.add(each)
                except Exception as error:  # the ticker's edge: one team's failure is not another's
                    log.exception("ritual_failed", what=str(each), exc_info=error)
                    failures.append(error)
                    failed.add(each)
    # Due again, for this replica or another; let go no sooner, or it would be found again here.
    look.let_go(failed)


class _Asking(Generic[Due, Answered]):
    """What is due, with what Slack says of it, or will say.

    Threads do nothing but ask, where that is enough: many of them take the interpreter from each other at each row that
    is read. What is to be read then is read for several at once, by the thread that takes.
    """

    def __init__(self, ways: Ways[Due, Answered], threads: ThreadPoolExecutor) -> None:
        self._ways: Ways[Due, Answered] = ways
        self._threads = threads
        self.waiting: dict[Due, Future[Any]] = {}

    def add(self, due: Collection[Due]) -> None:
        known = self._at_hand(due)
        ask: Callable[[Due], Any] = self._ways.hear or self._ways.ask
        self.waiting |= {each: known.get(each) or self._threads.submit(ask, each) for each in due}

    def answered(self) -> dict[Due, Future[Answered]]:
        """The first of those that Slack has answered about; all of the first ones, when it answers soon."""
        first = dict(islice(self.waiting.items(), TAKEN_AT_ONCE))
        wait(first.values(), PATIENCE_S)
        wait(self.waiting.values(), return_when=FIRST_COMPLETED)
        done = islice((each for each, asked in self.waiting.items() if asked.done()), TAKEN_AT_ONCE)
        some = {each: self.waiting.pop(each) for each in list(done)}
        heard = [each for each, asked in some.items() if asked.exception() is None and asked.result() is HEARD]
        some |= self._at_hand(heard)
        for each in heard:
            if some[each].result() is HEARD:  # there is more to ask, of this one
                del some[each]
                self.waiting[each] = self._threads.submit(self._ways.ask, each)
        return some

    def _at_hand(self, due: Collection[Due]) -> dict[Due, Future[Answered]]:
        with suppress(Exception):  # whatever it is, `ask` meets it too, and there it is one team's failure
            return {each: _settled(answered) for each, answered in self._ways.at_hand(due).items()} if due else {}
        return {}


def _settled(answered: Answered) -> Future[Answered]:
    settled = Future[Answered]()
    settled.set_result(answered)
    return settled


def _taken(ways: Ways[Due, Answered], some: Mapping[Due, Future[Answered]]) -> Mapping[Due, list[Run]]:
    try:
        return ways.together({each: asked.result() for each, asked in some.items() if asked.exception() is None})
    except Exception as error:  # nothing of it is done: each is taken by itself, and whose trouble it is, has it alone
        log.exception("rituals_taken_apart", rituals=len(some), exc_info=error)
        return {}
