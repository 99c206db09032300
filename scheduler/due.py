"""Takes what is due, in its order, while Slack is asked about what comes next. Knows no ritual and no lease."""

from collections.abc import Callable, Iterator, Mapping
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

ASKED_AT_ONCE = 16
"""About so much Slack is asked at once: an answer takes it a tenth of a second, and a Monday has thousands."""

TAKEN_AT_ONCE = 25
"""So many are taken together: their transaction is over after some ten milliseconds."""
PATIENCE_S = 0.2
"""So long the first ones wait for one of them about which Slack does not answer; then they are taken without it."""

Due = TypeVar("Due", Schedule, Morning)
Answered = TypeVar("Answered")
"""What Slack said of something that is due."""


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


def nothing_together(_asked: object) -> dict[Any, list[Run]]:
    """Where each is taken by itself."""
    return {}


def take_each(
    look: Look[Due],
    ask: Callable[[Due], Answered],
    take: Callable[[Due, Answered], list[Run]],
    failures: list[Exception],
    together: Callable[[Mapping[Due, Answered]], Mapping[Due, list[Run]]] = nothing_together,
    at_hand: Callable[[Due], Answered] | None = None,
) -> Iterator[Run]:
    """Takes what is due until nothing is left but what has failed, which stays due.

    `at_hand` says what `ask` would where Slack need not be asked for it, else it raises. `together` takes of several
    what it can at once, and returns their runs; `take` takes each of the others.
    """
    # What failed was rolled back, its claim with it, so it stays due, the longest of all: without what was tried,
    # it alone would fill a batch in the end, and be taken for ever in this loop.
    tried, failed, more = set[Due](), set[Due](), True
    waiting: dict[Due, Future[Answered]] = {}
    with ThreadPoolExecutor(ASKED_AT_ONCE, thread_name_prefix="ticker") as asking:
        while more or waiting:
            # The next batch is asked about before this one is taken: else all would wait for its first answer.
            while more and len(waiting) < look.ahead:
                due = look.find(tried)
                tried.update(due)
                waiting |= {each: _at_hand(at_hand, each) or asking.submit(ask, each) for each in due}
                more = bool(due)
            some = {each: waiting.pop(each) for each in _answered(waiting)}
            done = _taken(together, some)
            for each, asked in some.items():
                try:
                    yield from done[each] if each in done else take(each, asked.result())
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


def _at_hand(at_hand: Callable[[Due], Answered] | None, each: Due) -> Future[Answered] | None:
    if at_hand is None:
        return None
    # Not by the threads that ask: sixteen of them take the interpreter from each other at each row that is read.
    with suppress(Exception):  # whatever it is, `ask` meets it too, and there it is one team's failure
        answered = Future[Answered]()
        answered.set_result(at_hand(each))
        return answered
    return None


def _answered(waiting: Mapping[Due, Future[Answered]]) -> list[Due]:
    """The first of those that Slack has answered about; all of the first ones, when it answers soon."""
    first = dict(islice(waiting.items(), TAKEN_AT_ONCE))
    wait(first.values(), PATIENCE_S)
    wait(waiting.values(), return_when=FIRST_COMPLETED)
    return list(islice((each for each, asked in waiting.items() if asked.done()), TAKEN_AT_ONCE))


def _taken(
    together: Callable[[Mapping[Due, Answered]], Mapping[Due, list[Run]]], some: Mapping[Due, Future[Answered]]
) -> Mapping[Due, list[Run]]:
    try:
        return together({each: asked.result() for each, asked in some.items() if asked.exception() is None})
    except Exception as error:  # nothing of it is done: each is taken by itself, and whose trouble it is, has it alone
        log.exception("rituals_taken_apart", rituals=len(some), exc_info=error)
        return {}
