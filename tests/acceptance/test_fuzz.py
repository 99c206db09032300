"""Some hundred requests of each kind with anything in them; `make fuzz` sends others for an hour."""

from collections.abc import Iterator

import pytest

from tests.acceptance.conftest import World
from tests.acceptance.fuzzing import KINDS, Target, read_files, send, target_in


@pytest.fixture(scope="module")
def target(world: World) -> Iterator[Target]:
    with target_in(world) as found:
        yield found


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_sent_is_answered_or_refused(target: Target, kind: str) -> None:
    send(target, kind, 120, anew=False)


def test_whatever_a_file_holds_is_read_or_refused() -> None:
    read_files(300, anew=False)
