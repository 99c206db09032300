"""What `serve` says of where it listens."""

import socket

import pytest

from bot.commands.serve import address_of


@pytest.mark.parametrize(
    ("family", "host", "shown"), [(socket.AF_INET6, "::1", "[::1]"), (socket.AF_INET, "127.0.0.1", "127.0.0.1")]
)
def test_address_can_be_opened_as_it_is_logged(family: socket.AddressFamily, host: str, shown: str) -> None:
    if family == socket.AF_INET6 and not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    with socket.socket(family) as listening:
        listening.bind((host, 0))
        assert address_of(listening) == f"http://{shown}:{listening.getsockname()[1]}"
