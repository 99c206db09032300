"""The threads in which the ticker looks: whoever stops waits for them for a while, and not until the last has ended.

Those of APScheduler's own pool are waited for at the end of the process, however long they take.
"""

from collections.abc import Sequence
from datetime import datetime
from threading import Thread, current_thread
from time import monotonic

from apscheduler.executors.base import BaseExecutor, run_job
from apscheduler.job import Job

STOP_WITHIN_S = 10.0
"""So long whoever stops waits for a look under way. What it had not committed is done by the next process."""


class StoppableThreads(BaseExecutor):  # type: ignore[misc]  # the library has no types
    """An executor of APScheduler's, a thread a job."""

    def __init__(self, stop_within_s: float = STOP_WITHIN_S) -> None:
        super().__init__()
        self._stop_within_s = stop_within_s
        self._running: set[Thread] = set()

    def shutdown(self, wait: bool = True) -> None:
        """Waits for what runs, at most that long for all together."""
        ends = monotonic() + (self._stop_within_s if wait else 0)
        for thread in list(self._running):
            thread.join(max(ends - monotonic(), 0))

    def _do_submit_job(self, job: Job, run_times: Sequence[datetime]) -> None:
        def run() -> None:
            try:
                events = run_job(job, job._jobstore_alias, run_times, self._logger.name)
                self._run_job_success(job.id, events)
            finally:
                self._running.discard(current_thread())

        # A daemon: the interpreter does not wait for it either.
        thread = Thread(target=run, name=f"tick {job.id}", daemon=True)
        self._running.add(thread)
        thread.start()
