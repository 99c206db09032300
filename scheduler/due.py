"""Takes what is due, one after another, while Slack is asked about what comes next. Knows no ritual and no lease."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from bot.domain.errors import Unavailable
from scheduler.runs import Run
from storage.mornings import Morning
from storage.schedules import Schedule

log = structlog.get_logger()

ASKED_AT_ONCE = 16
"""About so much Slack is asked at once: an answer takes it a tenth of a second, and a Monday has thousands."""

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


def take_each(
    look: Look[Due],
    ask: Callable[[Due], Answered],
    take: Callable[[Due, Answered], list[Run]],
    failures: list[Exception],
) -> Iterator[Run]:
    """Takes what is due until nothing is left but what has failed, which stays due."""
    # What failed was rolled back, its claim with it, so it stays due, the longest of all: without what was tried,
    # it alone would fill a batch in the end, and be taken for ever in this loop.
    tried, failed, more = set[Due](), set[Due](), True
    waiting: deque[tuple[Due, Future[Answered]]] = deque()
    with ThreadPoolExecutor(ASKED_AT_ONCE, thread_name_prefix="ticker") as asking:
        while more or waiting:
            # The next batch is asked about before this one is taken: else all would wait for its first answer.
            while more and len(waiting) < look.ahead:
                due = look.find(tried)
                tried.update(due)
                waiting.extend((each, asking.submit(ask, each)) for each in due)
                more = bool(due)
            if not waiting:
                continue
            each, asked = waiting.popleft()
            try:
                yield from take(each, asked.result())
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
