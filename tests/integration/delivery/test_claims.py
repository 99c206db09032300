"""What is claimed and does not begin is not lost."""

from typing import Any

import pytest
from dbos._sys_db import SystemDatabase

from bot.domain.messages import Post
from scheduler.delivery.takeover import LetGo
from tests.integration.delivery.conftest import TEAM, Workshop


def test_claimed_delivery_that_cannot_be_read_is_put_back(each_shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stayed pending, as one whose thread is on its way, until the process ended."""
    whole, failures = SystemDatabase.get_workflow_statuses, [RuntimeError("disk I/O error")]

    def fails_once(system: SystemDatabase, workflows: list[str]) -> Any:
        if failures:
            raise failures.pop()
        return whole(system, workflows)

    monkeypatch.setattr(SystemDatabase, "get_workflow_statuses", fails_once)
    each_shop.deliver(Post("k", "C1", "Hello"))
    assert (failures, each_shop.slack.texts("C1")) == ([], ["Hello"])


def test_process_that_has_become_late_since_its_claim_does_not_post(shop: Workshop) -> None:
    """A person's channel is opened in between, which may take half a minute; meanwhile another may have posted it."""

    def check() -> None:
        raise LetGo

    message = Post("k", "U1", "Hello")
    with pytest.raises(LetGo):
        shop.delivery()._sender.advance(TEAM, message, check)
    assert [method for method, *_ in shop.slack.calls] == ["conversations.open"]
    shop.deliver(message)
    assert shop.slack.texts("DU1") == ["Hello"]
