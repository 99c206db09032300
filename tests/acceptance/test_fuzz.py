"""Some hundred requests of each kind with anything in them; `make fuzz` sends others for an hour."""

from collections.abc import Iterator

import pytest

from tests.acceptance.conftest import World
from tests.acceptance.fuzzing import KINDS, Target, read_files, send, target_in

pytestmark = pytest.mark.filterwarnings(
    "ignore:Do not use the `random` module"
)  # the bot's threads do, not the strategies


@pytest.fixture(scope="module")
def target(world: World) -> Iterator[Target]:
    with target_in(world) as found:
        yield found


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_sent_is_answered_or_refused(target: Target, kind: str) -> None:
    send(target, kind, 120, anew=False)


def test_whatever_a_file_holds_is_read_or_refused() -> None:
    read_files(300, anew=False)


STEP = {"type": "function_executed", "function": {"callback_id": "create_action_item"}, "function_execution_id": ""}


@pytest.mark.parametrize(
    "event",
    [
        None,
        {},
        {"type": "user_change"},
        {"type": "user_change", "user": "U0PRIYA"},
        {"type": "member_joined_channel"},
        {"type": "app_home_opened", "tab": "home", "user": "<!channel>"},
        {"type": "reaction_added", "user": "U0PRIYA", "reaction": "pushpin", "item": {"type": "message"}},
        {"type": "app_mention", "user": "U0PRIYA", "text": "x"},
        STEP | {"inputs": None},
        STEP | {"inputs": []},
        STEP | {"inputs": {"owner": ["U0PRIYA"], "channel": {}, "requested_by": 5}},
    ],
    ids=str,
)
def test_event_that_was_an_error_of_ours_is_none(target: Target, event: object) -> None:
    """What the fuzzer found."""
    target.take("event", event=event, number=1)


@pytest.mark.parametrize("text", ["assign 1 <@U" + "9" * 3000 + ">", "new <@U0NOBODY>", "list <@U" + "9" * 3000 + ">"])
def test_command_that_was_an_error_of_ours_is_none(target: Target, text: str) -> None:
    target.take("command", text=text)
