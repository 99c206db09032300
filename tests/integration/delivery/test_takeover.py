"""The keeper of deliveries when the database fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from time import monotonic

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from scheduler.delivery.dbos_queue import DeliveryEngine
from scheduler.delivery.signs import Signs
from scheduler.delivery.takeover import Keeper
from tests.integration.delivery.conftest import Workshop, eventually


def test_keeper_asks_a_database_that_fails_more_and_more_seldom(
    shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It wrote 72 lines a second."""
    engine = DeliveryEngine(shop.database, shop.outbox, "me", polling=1.0, workers=1)
    keeper = Keeper(shop.database, engine, "me", Signs(beat_every=0.02, longest_pause=0.3))
    asked: list[float] = []
    whole = shop.database.begin

    @contextmanager
    def failing() -> Iterator[Session]:
        asked.append(monotonic())
        raise OperationalError("", {}, Exception("the disk is full"))
        yield

    keeper.start()
    try:
        with capture_logs() as log:
            monkeypatch.setattr(shop.database, "begin", failing)
            eventually(lambda: len(asked) == 7)
            monkeypatch.setattr(shop.database, "begin", whole)
        gaps = [later - earlier for earlier, later in pairwise(asked)]
        assert all(gap >= least for gap, least in zip(gaps, (0.02, 0.04, 0.08, 0.16, 0.3, 0.3), strict=True))
        assert {line["event"] for line in log} == {"delivery keeper failed"}
    finally:
        keeper.stop(1.0)
        keeper.leave()
