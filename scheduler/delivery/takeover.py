"""Which processes deliver, and whose work is whose: signs of life, taking over, and work that is put aside.

A process that is gone leaves its deliveries pending in its name; any other finds them and puts them back. A process
that was only stopped for a while must not go on with what others took over: `epoch` changes, and it lets go.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from math import ceil
from threading import Condition, Event, Thread
from time import monotonic, time

import structlog

from scheduler.delivery.dbos_queue import DeliveryEngine
from scheduler.delivery.signs import Signs, Watch, this_machine
from storage.delivery_workers import Worker, list_workers, record_beat, sign_off, sign_off_dead
from storage.engine import Database

TOGETHER_S = 1.0
"""How much longer than it must something waits at most that was put aside, to be taken up together with others."""
FORGET_EACH = 10
"""Beats between two looks for deliveries done that need not be kept."""

log = structlog.get_logger(__name__)


class LetGo(BaseException):
    """Leaves a delivery pending. Not an Exception: DBOS would record that as the delivery's outcome."""


@dataclass(frozen=True, eq=False)
class _Run:
    """One going at a delivery, and by which claim."""

    epoch: int
    token: str = ""


@dataclass(frozen=True)
class _Aside:
    """What waits without a thread until it is *due* (monotonic seconds), and the run that it goes on from."""

    due: float
    workspace: str
    run: _Run


class Keeper:
    """This process among those that deliver. `start` before deliveries are taken, `stop` after."""

    def __init__(self, database: Database, engine: DeliveryEngine, executor: str, signs: Signs) -> None:
        self._database, self._engine, self._executor, self._signs = database, engine, executor, signs
        self._epoch = 0
        self._stopped = Event()
        self._wakes_at = 0.0
        self._beats = 0
        self._failures = 0
        self._beat_at = monotonic()
        self._in_hand: dict[str, _Run] = {}
        self._is_claiming = False
        self._coming: dict[str, _Run] = {}
        """On the way to a thread, which is not lost: it has a run, and nobody has it in hand."""
        self._aside: dict[str, _Aside] = {}
        self._watch = Watch(signs)
        self._loose: set[str] = set()
        self._left: set[tuple[str, str]] = set()
        self._changed = Condition()
        self._thread = Thread(target=self._run, name="delivery-keeper", daemon=True)

    def start(self) -> None:
        """Gives the first sign of life, takes over what the dead left, and goes on doing so."""
        # The sign first: `_tend` gives back what is pending in the name of anybody who has none.
        self._beat()
        self._tend()
        self._thread.start()

    def stop(self, grace: float) -> None:
        """Has every delivery let go, waits up to *grace* seconds for those that speak with Slack right now."""
        self._stopped.set()
        with self._changed:
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._in_hand, grace)
        # Afterwards nobody beats any more, so `leave` can sign off without being signed in again.
        self._thread.join()

    def leave(self) -> None:
        """Hands back what is pending and signs off. What still speaks with Slack is left to be taken over."""
        with self._changed:
            # A call may last longer than the grace. Its row stays, so that others wait until this process is really
            # gone and then look in Slack for what it may have sent.
            speaking = set(self._in_hand)
        for workflow in self._mine():
            if workflow not in speaking:
                self._engine.hand_back(workflow, self._executor)
        if not speaking:
            with self._database.begin() as session:
                sign_off(session, self._executor)

    def take(self) -> int:
        """Claims deliveries and has them begin; how many."""
        if self.is_late:
            return 0
        with self._changed:
            epoch, self._is_claiming = self._epoch, True
        try:
            runs = {workflow: _Run(epoch, token) for workflow, token in self._engine.claim().items()}
            with self._changed:
                self._coming |= runs
        finally:
            with self._changed:
                self._is_claiming = False
        self._begin(runs)
        return len(runs)

    @contextmanager
    def hold(self, workflow: str) -> Iterator[Callable[[], None]]:
        """Around the work on one delivery. Yields a check that raises LetGo when it must not go on."""
        with self._changed:
            # Others may have taken over since it was claimed.
            mine = self._coming.pop(workflow, None) or _Run(self._epoch)
            if workflow in self._in_hand:
                raise LetGo  # an earlier run of it has not let go yet; it is found again later
            self._in_hand[workflow] = mine
            # Claimed again before its time was over: it must not be put back once more when that comes.
            self._aside.pop(workflow, None)
        try:
            yield lambda: self._check(mine)
        finally:
            with self._changed:
                del self._in_hand[workflow]
                if self._stopped.is_set():  # nobody else waits for it, and each who is woken costs a change of threads
                    self._changed.notify_all()

    def wait(self, seconds: float) -> None:
        """Waits; returns early when the process is stopping."""
        self._stopped.wait(seconds)

    def put_aside(self, workflow: str, workspace: str, seconds: float) -> None:
        """Leaves the delivery without a thread for that long, or a little longer. It stays pending, so its channel's
        order is kept."""
        # Rounded up: those that wait for one limit have their turns soon after each other, and are taken up in one go.
        slot = min(TOGETHER_S, seconds / 4)
        due = ceil((monotonic() + seconds) / slot) * slot
        with self._changed:
            self._aside[workflow] = _Aside(due, workspace, self._in_hand[workflow])
            if due < self._wakes_at:
                self._changed.notify_all()
        # The workflow stays PENDING and keeps its place at the head of its partition, so no later message overtakes it.
        raise LetGo

    def take_up(self, workspace: str) -> None:
        """What was put aside in that workspace goes on now."""
        with self._changed:
            for workflow, aside in self._aside.items():
                if aside.workspace == workspace:
                    self._aside[workflow] = replace(aside, due=0.0)
            self._changed.notify_all()

    @property
    def is_late(self) -> bool:
        """Whether others may take this process for dead, or soon will: what it claimed now, it would have to let go."""
        # Sooner than they do: at ten seconds they may start, at eight we stop.
        return monotonic() - self._beat_at > self._signs.dead_after * 0.8

    def _begin(self, runs: Mapping[str, _Run]) -> None:
        """Has each begin in a thread."""

        def over(workflow: str) -> None:
            with self._changed:
                # Only where it never came: put back as its thread let go, it may have been taken anew before that
                # thread had ended.
                if self._coming.get(workflow) is runs[workflow]:
                    del self._coming[workflow]

        self._engine.start({workflow: run.token for workflow, run in runs.items()}, over)

    def _check(self, mine: _Run) -> None:
        # The time is looked at here too: a process that was paused as a whole runs this before its keeper has beaten.
        if self._stopped.is_set() or mine.epoch != self._epoch or self.is_late:
            raise LetGo

    def _run(self) -> None:
        next_beat = monotonic() + self._signs.beat_every
        while not self._stopped.is_set():
            try:
                self._release_due()
                if monotonic() >= next_beat:
                    self._beat()
                    self._tend()
                    self._forget_finished()
                    next_beat = monotonic() + self._signs.beat_every
                self._failures = 0
            except Exception:  # the delivery worker's edge: the next beat may succeed
                log.exception("delivery keeper failed")
                self._failures += 1
                self.wait(self._pause())
            self._sleep_until(next_beat)

    def _pause(self) -> float:
        """Longer with each failure in a row: a database in trouble is not helped by being asked all the time."""
        return float(min(self._signs.longest_pause, self._signs.beat_every * 2.0 ** min(self._failures - 1, 10)))

    def _sleep_until(self, next_beat: float) -> None:
        with self._changed:
            self._wakes_at = min([next_beat, *(aside.due for aside in self._aside.values())])
            # Never zero: what is due but still in hand would make this a loop without a pause.
            if not self._stopped.is_set():
                self._changed.wait(max(0.05, self._wakes_at - monotonic()))

    def _forget_finished(self) -> None:
        # Some at a beat, as long as there are: to delete a week's rows at once would hold SQLite's only writer.
        if self._beats % FORGET_EACH == 0:
            before = time() - self._signs.keep_finished.total_seconds()
            self._beats += 0 if self._engine.forget_finished(before=before) else 1
        else:
            self._beats += 1

    def _release_due(self) -> None:
        """What was put aside and is due goes on here; what there is no room for, or what others may have taken over
        meanwhile, is put back."""
        if self.is_late:  # after the next sign of life it is known whether it is still ours
            return
        now = monotonic()
        with self._changed:
            if self._is_claiming:  # what is being claimed now may be what others took over, and is on its way again
                return
            # What is due may still be on its way out of `hold`, or be claimed again and on its way into it: taken up
            # now, it would be started a second time.
            here = self._in_hand.keys() | self._coming.keys()
            due = {w: aside for w, aside in self._aside.items() if aside.due <= now and w not in here}
            ours = {w: a.run for w, a in due.items() if a.run.epoch == self._epoch and a.run.token}
            again = dict(islice(ours.items(), self._engine.room()))
            for workflow in due:
                del self._aside[workflow]
            self._coming |= again
        # Outside the lock: while the database is waited for, deliveries must be able to begin and to end.
        if again:
            self._begin(again)
        for workflow in due.keys() - again.keys():
            self._engine.hand_back(workflow, self._executor)

    def _beat(self) -> None:
        """Signs in; when others had signed us off, or we were late, everything in hand is let go."""
        with self._database.begin() as session:
            known = record_beat(session, Worker(self._executor, this_machine(), os.getpid(), datetime.now(UTC)))
        # Signed off or late, others may have taken over what is in hand here; whoever holds it finds out by the epoch.
        was_away = not known or self.is_late
        if was_away:
            with self._changed:
                self._epoch += 1
        self._beat_at = monotonic()
        if was_away:
            self._database.ring()

    def _tend(self) -> None:
        """Signs off the dead, and puts back pending work that nobody alive has in hand."""
        with self._database.read() as session:  # mostly nobody has died, and then nobody's writer is taken
            # Before the workers: who signs in and claims between the two looks would pass for a ghost.
            pending = self._engine.queue.list_in_hand(session)
            workers = list_workers(session)
        living = {self._executor, *(worker.executor for worker in workers)}
        for worker in workers:
            if worker.executor != self._executor and self._watch.is_dead(worker):
                living -= self._signed_off(worker)
        # After the transaction: DBOS's client takes a connection from the same pool, in which SQLite has a single one.
        left = {(executor, workflow) for executor, workflow in pending if executor not in living}
        # Only what was left at the last look too: what its process sent as it died is still on its way to Slack, and
        # who asks there at once does not find it, and sends it again.
        for executor, workflow in left & self._left:
            self._engine.hand_back(workflow, executor)
        self._left = left
        self._put_back_loose([workflow for executor, workflow in pending if executor == self._executor])

    def _signed_off(self, dead: Worker) -> set[str]:
        """Its name; nothing when it gave a sign meanwhile."""
        log.warning("taking over from a process that is gone", executor=dead.executor)
        with self._database.begin() as session:
            return {dead.executor} if sign_off_dead(session, dead) else set()

    def _put_back_loose(self, mine: list[str]) -> None:
        """What is pending in our name but in no thread: lost between claim and start."""
        with self._changed:
            here = self._in_hand.keys() | self._aside.keys() | self._coming.keys() | self._engine.unrecorded()
            # While some are being claimed nobody can tell.
            loose = set() if self._is_claiming else set(mine) - here
        # Only what was loose at the last look too: *mine* was read before, and may have been claimed and ended since.
        for workflow in loose & self._loose:
            self._engine.hand_back(workflow, self._executor)
        self._loose = loose

    def _mine(self) -> list[str]:
        with self._database.read() as session:
            return [w for executor, w in self._engine.queue.list_in_hand(session) if executor == self._executor]
