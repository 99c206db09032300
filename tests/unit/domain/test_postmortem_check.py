"""When an incident's channel is asked for its post-mortem, and when it is quiet."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.days import is_weekend
from bot.domain.errors import Refused
from bot.domain.incident import Incident, check_end, marks
from bot.domain.policy import NO_POLICIES, Policies, Policy, PolicyVersion
from bot.domain.postmortem_check import Followed, checked_reason, with_answer, with_link, with_none_needed
from tests.builders import NOW, incident, team

LINK = "https://pm.example.com/7"
BEGAN = datetime(2026, 3, 2, 8, tzinfo=UTC)
ENDED = datetime(2026, 3, 2, 10, tzinfo=UTC)
"""A Monday."""
BARE = incident(began_at=BEGAN, ended_at=ENDED, end_said_at=ENDED, severity="SEV1 – critical")
FAST = Policies((PolicyVersion(Policy("SEV1", postmortem_days=2), BEGAN, 1),))


def of(known: Incident = BARE, *, has_items: bool = False) -> Followed:
    return Followed(known, team(timezone="Europe/Berlin"), has_items)


def asked_on(followed: Followed, policies: Policies = NO_POLICIES, days: int = 40) -> list[date]:
    """The days on which it is asked, when each is kept as it is asked."""
    found, known = list[date](), followed
    for day in (ENDED.date() + timedelta(days=more) for more in range(days)):
        if not is_weekend(day) and known.is_asked(policies, day, is_weekend):
            found.append(day)
            kept = replace(known.incident, asked_on=day, times_asked=known.time_on(day))
            known = replace(known, incident=kept)
    return found


def test_it_is_asked_on_the_sixth_working_day_and_then_each_week() -> None:
    assert asked_on(of()) == [
        date(2026, 3, 10),
        date(2026, 3, 17),
        date(2026, 3, 24),
        date(2026, 3, 31),
        date(2026, 4, 7),
    ]


def test_policy_says_after_how_many_working_days() -> None:
    assert asked_on(of(), FAST)[:2] == [date(2026, 3, 5), date(2026, 3, 12)]


def test_policy_of_the_day_on_which_the_end_was_said_holds() -> None:
    # Set after that day: what was asked of it until then stays so.
    slower = Policies((*FAST.versions, PolicyVersion(Policy("SEV1", postmortem_days=20), ENDED + timedelta(days=1), 1)))
    assert asked_on(of(), slower)[0] == date(2026, 3, 5)
    said_later = replace(BARE, end_said_at=ENDED + timedelta(days=2))
    assert asked_on(of(said_later), slower)[0] == date(2026, 3, 31)


@pytest.mark.parametrize(
    "quiet",
    [
        of(replace(BARE, postmortem_url=LINK), has_items=True),
        of(replace(BARE, none_needed="A drill")),
        of(replace(BARE, ended_at=None, end_said_at=None)),
    ],
    ids=["both are there", "none is needed", "it goes on"],
)
def test_answered_or_unfinished_incident_is_not_asked_about(quiet: Followed) -> None:
    assert asked_on(quiet) == []


@pytest.mark.parametrize(
    "lacking", [of(replace(BARE, postmortem_url=LINK)), of(has_items=True)], ids=["no items", "no link"]
)
def test_half_an_answer_is_none(lacking: Followed) -> None:
    assert asked_on(lacking)[0] == date(2026, 3, 10)


def test_day_of_the_end_is_that_of_the_teams_zone() -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)  # Monday, 00:30 in Berlin
    assert of(replace(BARE, ended_at=late)).due(NO_POLICIES, is_weekend) == date(2026, 3, 9)


def test_run_that_is_repeated_on_the_day_says_the_same() -> None:
    day = date(2026, 3, 10)
    once = of(replace(BARE, asked_on=day, times_asked=1))
    assert once.is_asked(NO_POLICIES, day, is_weekend)
    assert once.time_on(day) == 1
    assert once.time_on(day + timedelta(days=7)) == 2


def test_end_is_neither_in_the_future_nor_before_the_beginning() -> None:
    check_end(replace(BARE, ended_at=None), NOW)
    check_end(replace(BARE, ended_at=BEGAN), BEGAN)
    for wrong in (BEGAN - timedelta(minutes=1), NOW + timedelta(minutes=1)):
        with pytest.raises(Refused) as refused:
            check_end(replace(BARE, began_at=BEGAN, ended_at=wrong), NOW)
        assert refused.value.field == "ended_at"


def test_it_is_known_how_long_it_lasted() -> None:
    assert BARE.lasted == timedelta(hours=2)
    assert replace(BARE, ended_at=None).lasted is None


def test_none_needed_wants_a_reason() -> None:
    assert checked_reason("A drill") == "A drill"
    with pytest.raises(Refused) as refused:
        checked_reason("")
    assert refused.value.field == "why"


def test_second_of_two_answers_is_refused_and_told_what_is_so_now() -> None:
    linked, none = with_link(BARE, LINK), with_none_needed(BARE, "A typo", marks(BARE))
    assert with_link(linked, LINK) == linked
    assert with_none_needed(none, "A typo", marks(BARE)) == none
    with pytest.raises(Refused, match=f"another link already: {LINK}. Nothing was changed"):
        with_link(linked, f"{LINK}1")
    with pytest.raises(Refused, match=f"is there now: {LINK}. Nothing was changed"):
        with_none_needed(linked, "A typo", marks(BARE))
    with pytest.raises(Refused, match="“A typo”"):
        with_none_needed(none, "A drill", marks(BARE))


def test_link_that_was_there_when_items_were_asked_for_needs_none() -> None:
    linked = with_link(BARE, LINK)
    assert with_none_needed(linked, "No items", marks(linked)).none_needed == "No items"


def test_link_that_comes_later_takes_none_needed_back() -> None:
    none = with_none_needed(BARE, "A typo", marks(BARE))
    assert with_answer(none, with_link(none, LINK)).none_needed == ""
    linked = with_link(BARE, LINK)
    assert with_answer(linked, replace(linked, none_needed="No items")).none_needed == "No items"
