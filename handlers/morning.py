"""What people answer in the morning: pages of what did not fit, “Not before …”, and whether a closed item held."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from slack_sdk.models.views import View

from bot.blocks.ids import Button
from bot.blocks.morning import ITEMS_ON_PAGE, lead_rows, page, rows
from bot.blocks.text import plain_day
from bot.deps import Deps
from bot.domain.item import By, Item, Moved
from bot.domain.morning import Notice, for_leads, morning_of, notices
from bot.domain.stale import did_not_hold, held
from bot.domain.words import _
from bot.services.days_off import days_off
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Router
from handlers.shared.acting import change
from handlers.shared.item_form import zone_for
from storage.morning_items import list_candidates, list_candidates_of_team
from storage.mornings import record_snooze
from storage.teams import list_team_ids

USAGE = "show N"
MONDAY = "monday"


def register(router: Router, deps: Deps) -> None:
    """“and N more” and its pages, “Not before …”, and “Yes” and “No” of a closed item."""
    router.button(Button.ATTENTION_PAGE, partial(_open, deps))
    router.button(Button.ATTENTION_TURN, partial(_turn, deps))
    router.button(Button.ATTENTION_BACK, partial(_turn, deps))
    router.button(Button.SNOOZE, partial(_snooze, deps))
    router.button(Button.TAKE_UP, router.as_command("resume"))
    router.button(Button.DEFER_AGAIN, router.as_command("defer"))
    router.button(Button.ACCEPT_RISK, router.as_command("risk"))
    router.button(Button.HELD, partial(_held, deps))
    router.button(Button.DID_NOT_HOLD, partial(_did_not_hold, deps))


@dataclass(frozen=True)
class Place:
    """Which list a button continues: `mine` or a `team`'s, as of a day; and the number of the page."""

    kind: str
    team_id: int
    day: date
    at: int

    @classmethod
    def read(cls, value: str) -> "Place":
        """The value of a button of `bot.blocks.morning`."""
        kind, team_id, day, at = value.split(":")
        return cls(kind, int(team_id), date.fromisoformat(day), int(at))

    @property
    def value(self) -> str:
        """The list, without its page."""
        return f"{self.kind}:{self.team_id}:{self.day.isoformat()}"


def _open(deps: Deps, asked: Asked) -> None:
    asked.open(_page(deps, asked, Place.read(asked.value)))


def _turn(deps: Deps, asked: Asked) -> None:
    asked.redraw(_page(deps, asked, Place.read(asked.value)))


def _page(deps: Deps, asked: Asked, place: Place) -> View:
    zone = zone_for(deps, asked, None)
    now = max(deps.clock(), morning_of(str(zone), place.day))
    found = _mine(deps, asked, place.day, now) if place.kind == "mine" else _of_team(deps, asked, place, now)
    shown = found[place.at * ITEMS_ON_PAGE : (place.at + 1) * ITEMS_ON_PAGE]
    if place.kind == "mine":
        return page(found, rows(shown, place.day, now), _("Your items"), place.value, place.at)
    names = deps.directory.names(asked.workspace, {notice.item.owner for notice in shown})
    return page(found, lead_rows(shown, names, now), _("Your team's items"), place.value, place.at)


def _mine(deps: Deps, asked: Asked, day: date, now: datetime) -> list[Notice]:
    with deps.db.begin() as session:
        teams = list_team_ids(session, asked.workspace)
        found = list_candidates(session, asked.workspace, asked.user, day, now)
    return notices(found, day, now, {team.id: days_off(team) for team in teams.values()})


def _of_team(deps: Deps, asked: Asked, place: Place, now: datetime) -> list[Notice]:
    viewer = deps.directory.viewer(asked.workspace, asked.user)
    with deps.db.begin() as session:
        teams = list_team_ids(session, asked.workspace)
        found = list_candidates_of_team(session, asked.workspace, place.team_id, place.day, now, viewer)
    return for_leads(notices(found, place.day, now, {team.id: days_off(team) for team in teams.values()}))


def _snooze(deps: Deps, asked: Asked) -> Answer:
    said, _sep, choice = asked.value.partition(":")
    day = _not_before(date.fromisoformat(said), choice)
    with deps.db.begin() as session:
        record_snooze(session, asked.workspace, asked.user, day)
    return Answer(
        _("You will not be reminded before {day}. Until then your leads are not told either.", day=plain_day(day))
    )


def _not_before(day: date, choice: str) -> date:
    if choice == MONDAY:
        return day + timedelta(days=7 - day.weekday())
    return day + timedelta(days=int(choice))


def _held(deps: Deps, asked: Asked) -> Answer | None:
    number, _rest = number_and_rest(asked.value, USAGE)

    def decide(item: Item, by: By) -> Moved:
        return held(item, by, max(deps.today(item.zone), item.nudged_on or date.min))

    done = change(deps, asked, number, decide)
    return Answer(_("*{item}* holds. That is noted.", item=done.label)) if done else None


def _did_not_hold(deps: Deps, asked: Asked) -> Answer | None:
    number, _rest = number_and_rest(asked.value, USAGE)
    done = change(deps, asked, number, did_not_hold)
    if done is None:
        return None
    return Answer(_("*{item}* is open again, in progress. Say what came back with “Update”.", item=done.label))
