"""What people answer in the morning: pages of what did not fit, “Snooze”, and whether a closed item held."""

from datetime import date, datetime, timedelta
from functools import partial

from slack_sdk.models.views import View

from bot.blocks.ids import Button
from bot.blocks.morning import ITEMS_ON_PAGE, SNOOZES, page, rows
from bot.blocks.morning_of_leads import lead_rows
from bot.blocks.text import plain_day
from bot.deps import Deps
from bot.domain.days import IsOff
from bot.domain.errors import Refused, Unreadable
from bot.domain.meeting import SCALES, ranked_anew
from bot.domain.morning import Notice, for_leads, morning_of, notices, snoozed_until
from bot.domain.pressed import Attention, NotBefore, Rank, Snooze, no_further
from bot.domain.priority import Quadrant
from bot.domain.stale import did_not_hold, held
from bot.domain.words import Text, _
from bot.services.days_off import days_off
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Router
from handlers.shared.item_change import item_change
from handlers.shared.item_form import zone_for
from storage.morning_items import list_candidates, list_candidates_of_team, record_item_snooze
from storage.mornings import record_snooze
from storage.policies import list_policies
from storage.teams import list_team_ids

USAGE = "show N"
MONDAY = "monday"
A_DAY = timedelta(days=1)


def register(router: Router, deps: Deps) -> None:
    """“All N items” and its pages, “Snooze”, and “Yes” and “No” of a closed item."""
    router.button(Button.ATTENTION_PAGE, partial(_open, deps))
    router.button(Button.ATTENTION_TURN, partial(_turn, deps))
    router.button(Button.ATTENTION_BACK, partial(_turn, deps))
    router.button(Button.SNOOZE, partial(_snooze_all, deps))
    router.button(Button.SNOOZE_ITEM, partial(_snooze, deps))
    router.button(Button.TAKE_UP, router.as_command("resume"))
    router.button(Button.DEFER_AGAIN, router.as_command("defer"))
    router.button(Button.ACCEPT_RISK, router.as_command("risk"))
    router.button(Button.RANK, partial(_rank, deps))
    router.button(Button.HELD, partial(_held, deps))
    router.button(Button.DID_NOT_HOLD, partial(_did_not_hold, deps))


def _open(deps: Deps, asked: Asked) -> None:
    asked.open(_page(deps, asked, Attention.read(asked.value)))


def _turn(deps: Deps, asked: Asked) -> None:
    asked.redraw(_page(deps, asked, Attention.read(asked.value)))


def _page(deps: Deps, asked: Asked, place: Attention) -> View:
    zone = zone_for(deps, asked, None)
    # The button may be pressed on a day after; and before its own nine o'clock, where `tick --at` said it early.
    now = max(deps.clock(), morning_of(str(zone), place.day))
    found = _mine(deps, asked, place.day, now) if place.whose == "mine" else _of_team(deps, asked, place, now)
    shown = found[place.at * ITEMS_ON_PAGE : (place.at + 1) * ITEMS_ON_PAGE]
    if place.whose == "mine":
        return page(found, rows(shown, place.day, now), _("Your items"), place.listed, place.at)
    names = deps.directory.names(asked.workspace, {notice.item.owner for notice in shown})
    return page(found, lead_rows(shown, names, now), _("Your team's items"), place.listed, place.at)


def _mine(deps: Deps, asked: Asked, day: date, now: datetime) -> list[Notice]:
    with deps.db.read() as session:
        teams = list_team_ids(session, asked.workspace)
        found = list_candidates(session, asked.workspace, asked.user, day, now)
    return notices(found, day, now, {team.id: days_off(team) for team in teams.values()})


def _of_team(deps: Deps, asked: Asked, place: Attention, now: datetime) -> list[Notice]:
    viewer = deps.directory.viewer(asked.workspace, asked.user)
    with deps.db.read() as session:
        teams, policies = list_team_ids(session, asked.workspace), list_policies(session, asked.workspace)
        found = list_candidates_of_team(session, asked.workspace, place.team_id, place.day, now, viewer)
    off: dict[int | None, IsOff] = {team.id: days_off(team) for team in teams.values()}
    return for_leads(found, place.day, now, off, policies=policies, but_ranking={asked.user})


def _snooze(deps: Deps, asked: Asked) -> Answer:
    """Of one item; its lead hears of it as before."""
    wanted = Snooze.read(asked.value)
    if wanted.choice not in SNOOZES:
        raise Unreadable
    with item_change(deps, asked, wanted.number) as change:
        if change.item.owner != change.by.user:
            raise Refused(Text("Only the owner of {item} is reminded of it.", item=change.item.label))
        # From the day of the message, or from today where it is an old one.
        from_day = max(no_further(wanted.day, change.today), change.today)
        until = snoozed_until(from_day, max(_not_before(wanted.day, wanted.choice), from_day + A_DAY))
        record_item_snooze(change.session, asked.workspace, wanted.number, until)
    return Answer(
        _(
            "You are not reminded of {item} before {day}. What its lead is told does not change.",
            item=f"*{change.item.label}*", day=plain_day(until),
        )
    )  # fmt: skip


def _snooze_all(deps: Deps, asked: Asked) -> Answer:
    """Under messages of before each item had its own “Snooze”: all of somebody's reminders."""
    wanted = NotBefore.read(asked.value)
    if wanted.choice not in SNOOZES:
        raise Unreadable
    day = _not_before(no_further(wanted.day, deps.clock().date()), wanted.choice)
    with deps.db.begin() as session:
        record_snooze(session, asked.workspace, asked.user, day)
    return Answer(_("You are not reminded before {day}. What leads are told does not change.", day=plain_day(day)))


def _not_before(day: date, choice: str) -> date:
    if choice == MONDAY:
        # Pressed on a Monday it means the next one.
        return day + timedelta(days=7 - day.weekday())
    return day + timedelta(days=int(choice))


def _rank(deps: Deps, asked: Asked) -> None:
    """Of an item that nobody has prioritised, or that somebody else has meanwhile: then theirs stays."""
    wanted = Rank.read(asked.value)
    if wanted.quadrant not in SCALES:
        raise Unreadable
    with item_change(deps, asked, wanted.number) as change:
        if change.item.quadrant is not Quadrant.NOT_PRIORITISED:
            words = Text(
                "{item} is ranked already: {rank}.", item=change.item.label, rank=Text(change.item.quadrant.value)
            )
            raise Refused(words)
        if ranked := ranked_anew(change.item, change.by, wanted.quadrant):
            change.record(ranked)


def _held(deps: Deps, asked: Asked) -> None:
    number, _rest = number_and_rest(asked.value, USAGE)
    with item_change(deps, asked, number) as change:
        # As above: the question may have been asked ahead of this clock.
        change.record(held(change.item, change.by, max(change.today, change.item.nudged_on or date.min)))


def _did_not_hold(deps: Deps, asked: Asked) -> Answer | None:
    number, _rest = number_and_rest(asked.value, USAGE)
    with item_change(deps, asked, number) as change:
        done = change.record(did_not_hold(change.item, change.by))
    return Answer(_("*{item}* is open again, in progress. Say what came back with “Update”.", item=done.label))
