"""Which tickets are out of step, on both databases."""

from dataclasses import replace

from bot.domain.item import By, moved
from bot.domain.lifecycle import Action, State
from bot.domain.queries import Viewer
from bot.domain.team import Team
from bot.domain.tickets import STAGE, Link, Stage
from bot.domain.tracker import Connection, TrackerKind
from storage import items, tickets
from storage.engine import Database
from storage.trackers import record_tracker
from tests.builders import NOW, WORKSPACE, created


def test_ticket_that_is_over_is_out_of_step_until_its_item_is_implemented(db: Database, payments: Team) -> None:
    hub = Connection(0, WORKSPACE, "hub", TrackerKind.GITHUB, "https://api.github.com", "acme/shop")
    with db.begin() as session:
        known = record_tracker(session, hub, "sealed", "", NOW)
        made = [items.record_item(session, WORKSPACE, created(team_id=payments.id), team=payments) for _ in range(3)]
        for item, stage in zip(made, (Stage.DONE, Stage.NOT_PLANNED, Stage.IN_PROGRESS), strict=True):
            link = Link(
                WORKSPACE, item.number, known.id, "mark", f"{item.number}", as_of=NOW, seen={STAGE: stage.value},
                url=f"https://github.com/acme/shop/issues/{item.number}",
            )  # fmt: skip
            tickets.record_link(session, link)
    done, not_planned, _open = made
    with db.begin() as session:
        assert [link.number for link in tickets.list_out_of_step(session, WORKSPACE, Viewer(""), 9)] == [
            done.number, not_planned.number,
        ]  # fmt: skip
        by = By("U0PRIYA", NOW)
        items.record_moved(session, moved(done, replace(done, state=State.IMPLEMENTED), Action.IMPLEMENT, by))
    with db.read() as session:
        found = tickets.list_out_of_step(session, WORKSPACE, Viewer(""), 9)
    assert [link.number for link in found] == [not_planned.number]
