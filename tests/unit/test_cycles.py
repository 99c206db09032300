"""A signal is heard also while Python looks for cycles."""

import gc
import signal

import pytest

from bot.commands.cycles import end_starting


class Last:
    """What sends a signal when it goes, in a finalizer: there no error is heard."""

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGTERM)


def test_signal_that_comes_within_the_search_for_cycles_is_heard_after_it() -> None:
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        gc.disable()
        Last()
        with pytest.raises(KeyboardInterrupt):
            end_starting()
        assert signal.getsignal(signal.SIGTERM) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGTERM, before)
        gc.enable()
