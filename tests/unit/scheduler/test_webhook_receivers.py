"""A receiver of webhooks that never ends its answer keeps nobody for ever."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from scheduler.delivery import webhooks

LETTERS = 1000
"""Twenty seconds of them, so that a test that fails ends."""


@contextmanager
def letter_by_letter(left: Event) -> Iterator[int]:
    """The port of a server that answers so; *left* is set when it notices that nobody reads any more."""

    def answer(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            try:
                connection.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
                for _ in range(LETTERS):
                    connection.sendall(b"x")
                    left.wait(0.02)
            except OSError:
                left.set()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=answer, args=(listening,), daemon=True).start()
        yield listening.getsockname()[1]


def test_receiver_that_never_ends_its_answer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """The socket was closed, which wakes nobody who reads from it."""
    monkeypatch.setattr(webhooks, "LONGEST_S", 0.1)
    left = Event()
    with letter_by_letter(left) as port:
        webhooks.post(f"http://127.0.0.1:{port}/", b"{}", {}, private_network=True)
        assert left.wait(60)
