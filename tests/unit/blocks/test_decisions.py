"""Blocks of blocking, deferring, ending and deciding: Slack takes them however long, and they read as people talk."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.blocks import card, history, lists, morning, show
from bot.blocks.approve import decided, escalated, often_deferred, reminder, to_approver, to_asker, turn_down_form
from bot.blocks.block import Deciding, block_form
from bot.blocks.defer import defer_form
from bot.blocks.digest import digest as digest_blocks
from bot.blocks.digest import digest_text
from bot.blocks.drop import drop_form
from bot.blocks.merge import merge_into_form
from bot.blocks.parts import as_dicts, item_buttons, item_rows
from bot.blocks.risk import risk_form
from bot.blocks.state_lines import decision, in_a_list, lines
from bot.domain.approve import Terms, as_json
from bot.domain.defer import DeferralTerms
from bot.domain.drop import WillNotDo
from bot.domain.item import TEXT_LIMIT, Item
from bot.domain.item_values import Blocked, BlockReason, Deferral, Ending, RiskReason
from bot.domain.lifecycle import Action, State
from bot.domain.morning import Notice, NoticeReason
from bot.domain.request import Request, Status
from bot.domain.risk import AcceptedRisk
from tests.builders import NOW, TODAY, WORKSPACE, change, digest, figures, item, names
from tests.people import visible_text
from tests.unit.blocks.drawn import METADATA, accepted, accepted_view, extreme, fill, long_names

LONG = fill("&", TEXT_LIMIT)
DEFERRAL = DeferralTerms(LONG, LONG, TODAY + timedelta(days=30), LONG, LONG)
TERMS: list[Terms] = [DEFERRAL, AcceptedRisk(RiskReason.COST, LONG), WillNotDo(LONG)]


def request(terms: Terms = DEFERRAL, **changes: Any) -> Request:
    plain = Request(WORKSPACE, 7, 12, terms.action, "U0PRIYA", "U0MARCO", NOW, as_json(terms))
    return replace(plain, **changes)


def held_up(**changes: Any) -> Item:
    """An item about which as much is said as can be."""
    plain = extreme(
        "&", blocked=Blocked(BlockReason.ANOTHER_TEAM, NOW, LONG, "U0LENA", LONG),
        deferral=Deferral(NOW, State.IN_PROGRESS, LONG, LONG, TODAY, LONG, LONG, "U0MARCO"), deferrals=9,
        ending=Ending(NOW, LONG, "U0MARCO", RiskReason.COST, merged_into=7), split_from=3, request=request(),
    )  # fmt: skip
    return replace(plain, **changes)


@pytest.mark.parametrize("state", list(State))
def test_card_item_and_line_of_a_list_that_say_as_much_as_they_can(state: State) -> None:
    drawn = held_up(state=state)
    assert drawn.label in accepted(card.card(drawn, long_names, TODAY), card.card_text(drawn, names))
    assert drawn.label in accepted(show.shown(drawn, [], long_names, TODAY))
    page = lists.page([drawn] * 15, long_names, NOW, lists.PageOf("Deferred", 15), lambda _item: True)
    assert drawn.label in accepted(page)


@pytest.mark.parametrize("drawn", [item(), held_up(), item(root_cause=LONG, state=State.IMPLEMENTED)])
@pytest.mark.parametrize("reason", [None, *BlockReason])
@pytest.mark.parametrize("deciding", [Deciding(), Deciding("U0MARCO"), Deciding("U0MARCO", at_once=True)])
def test_form_of_what_blocks_it(drawn: Item, reason: BlockReason | None, deciding: Deciding) -> None:
    assert "What blocks it?" in accepted_view(block_form(drawn, METADATA, reason, deciding))


@pytest.mark.parametrize("draw", [defer_form, risk_form, drop_form])
@pytest.mark.parametrize("approver", ["", "U0MARCO"])
@pytest.mark.parametrize("decides", [True, False])
def test_forms_of_endings(draw: Any, approver: str, decides: bool) -> None:
    drawn = accepted_view(draw(held_up(), METADATA, approver, decides=decides))
    assert ("takes effect at once" in drawn) == (decides and draw is not drop_form)


@pytest.mark.parametrize("draw", [merge_into_form, turn_down_form])
def test_forms_of_merging_and_declining(draw: Any) -> None:
    assert held_up().label in accepted_view(draw(held_up(), METADATA))


def test_only_an_item_with_a_root_cause_warns_of_recurrence() -> None:
    assert "addresses a root cause" in accepted_view(defer_form(held_up(), METADATA, "", decides=False))
    assert "addresses a root cause" not in accepted_view(defer_form(item(), METADATA, "", decides=False))


@pytest.mark.parametrize("terms", TERMS)
@pytest.mark.parametrize("status", list(Status))
def test_messages_about_a_request(terms: Terms, status: Status) -> None:
    asked = request(terms, status=status, decided_by="U0MARCO", decided_at=NOW, why=LONG)
    subject = held_up()
    for draw in (to_approver, to_asker):
        drawn = accepted(draw(asked, subject, long_names), "A request")
        assert ("button" in drawn) == (status is Status.PENDING)
    for text in (
        decided(asked, subject, names),
        reminder(asked, subject, names),
        often_deferred(subject, names),
        escalated(subject, names),
    ):
        assert subject.label in text


DETAILS: dict[str, dict[str, Any]] = {
    "block": {"reason": "Another team", "escalated_to": "U0LENA", "mitigation": LONG},
    "unblock": {},
    "split": {"reason": "Larger than estimated", "title": {"from": "a", "to": LONG}, "rest": LONG},
    "reprioritise": {"reason": "Conflicting priorities", "decision": "Reprioritise", "decided_by": "U0LENA"},
    "defer": as_json(DEFERRAL) | {"count": 2, "asked_by": "U0PRIYA"},
    "resume": {},
    "risk": as_json(TERMS[1]),
    "drop": as_json(TERMS[2]) | {"asked_by": "U0PRIYA"},
    "ask": {"asks": "defer", "approver": "U0MARCO", "terms": as_json(DEFERRAL)},
    "withdraw": {"asks": "risk"},
    "turn_down": {"asks": "drop", "asked_by": "U0PRIYA"},
    "approve": {"asks": "defer", "asked_by": "U0PRIYA"},
}


@pytest.mark.parametrize(("action", "detail"), DETAILS.items())
def test_line_of_the_timeline(action: str, detail: dict[str, Any]) -> None:
    done = change(action=action, detail=detail, why=LONG)
    assert history.happened(done, names).startswith("Marco Rossi")
    assert "Marco Rossi" in accepted(show.shown(item(), [done], names, TODAY))


def test_every_change_has_words_in_the_timeline() -> None:
    assert {action for action in Action if action not in history.DID} == set()


def test_line_says_who_is_asked_and_who_asked() -> None:
    asked = history.happened(change(action="ask", detail=DETAILS["ask"], why="Spring"), names)
    assert asked == "Marco Rossi asked Marco Rossi for a deferral: Spring"
    dropped = history.happened(change(action="drop", detail=DETAILS["drop"], why="Covered"), names)
    assert dropped == "Marco Rossi decided that it will not be done, as Priya Raman asked: Covered"


def test_blocked_item_says_by_what_since_when_and_for_what() -> None:
    waits = item(blocked=Blocked(BlockReason.ANOTHER_TEAM, NOW, "the metric"))
    assert lines(waits, names)[0].startswith("Blocked by another team since <!date")
    assert lines(waits, names)[0].endswith(": the metric")


def test_imported_item_may_be_blocked_without_a_reason() -> None:
    assert lines(item(blocked=Blocked()), names) == ["Blocked"]


def test_declined_request_is_on_the_card_until_the_item_moves_on() -> None:
    declined = request(status=Status.DECLINED, decided_by="U0MARCO", decided_at=NOW, why="Do it now")
    assert lines(item(request=declined), names) == ["Marco Rossi declined the deferral: Do it now"]
    assert lines(item(request=declined, last_progress_at=NOW + timedelta(hours=1)), names) == []


@pytest.mark.parametrize(
    ("drawn", "menu"),
    [
        (item(), ["Edit", "Defer", "Accept the risk", "Will not do", "Merge"]),
        (item(request=request()), ["Edit", "Defer", "Accept the risk", "Will not do", "Withdraw the request"]),
        (item(state=State.DEFERRED), ["Edit", "Accept the risk", "Will not do"]),
        (item(state=State.IMPLEMENTED), ["Edit"]),
    ],
)
def test_menu_offers_what_the_state_allows_and_is_no_button(drawn: Item, menu: list[str]) -> None:
    row = item_buttons(drawn).to_dict()["elements"]
    assert [option["text"]["text"] for option in row[-1]["options"]] == menu
    assert not {each["text"]["text"] for each in row[:-1]} & set(menu)


@pytest.mark.parametrize("drawn", [item(), item(request=request()), item(state=State.IMPLEMENTED)])
def test_narrow_row_has_what_is_changed_often_in_its_menu(drawn: Item) -> None:
    row = item_buttons(drawn, narrow=True).to_dict()["elements"]
    menu = [option["text"]["text"] for option in row[-1]["options"]]
    assert menu[0] == "Assign"
    assert len(menu) <= 5
    assert {"Assign", "Due date"}.isdisjoint(each["text"]["text"] for each in row[:-1])


@pytest.mark.parametrize(
    "drawn", [item(), item(request=request()), item(blocked=Blocked()), item(awaits_acceptance=True)]
)
def test_item_has_one_menu_which_ends_its_buttons_and_its_details_beside_the_title(drawn: Item) -> None:
    title, row = as_dicts(item_rows("AI-12", drawn))
    kinds = [each["type"] for each in row["elements"]]  # type: ignore[attr-defined]
    assert title["accessory"]["text"]["text"] == "Details"  # type: ignore[index]
    assert kinds == ["button"] * (len(kinds) - 1) + ["overflow"]


def test_item_that_is_over_has_no_menu() -> None:
    title, row = as_dicts(item_rows("AI-12", item(state=State.CLOSED)))
    assert "accessory" not in title
    assert [each["type"] for each in row["elements"]] == ["button", "button"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("state", [State.DEFERRED, State.RISK_ACCEPTED, State.WONT_DO])
def test_nothing_stands_where_an_imported_item_does_not_say_why(state: State) -> None:
    deferral, ending = (Deferral(revisit_on=TODAY), None) if state is State.DEFERRED else (None, Ending(NOW))
    imported = item(state=state, deferral=deferral, ending=ending)
    assert lines(imported, names)[0].endswith("*")
    assert " ·  · " not in in_a_list(imported, names)
    drawn = as_dicts(morning.rows([Notice(imported, (NoticeReason.REVISIT,))], TODAY, NOW))
    assert "because" not in drawn[0]["text"]["text"]


def test_days_of_moments_are_those_of_the_team() -> None:
    late = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)
    asked = request(asked_at=late)
    waits = item(team_timezone="Asia/Tokyo", request=asked, blocked=Blocked(since=late))
    assert "since <!date^" in decision(waits, names)
    for said in (
        decision(waits, names),
        in_a_list(waits, names),
        reminder(asked, waits, names),
        str([block.to_dict() for block in digest_blocks(digest(awaiting=(waits,)), names)]),
    ):
        assert "Tue 24 Nov 2026" in said
        assert "Mon 23 Nov 2026" not in said


def test_digest_names_each_item_once_on_a_line_under_what_is_to_be_done_about_it() -> None:
    late = item(number=1, due=TODAY - timedelta(days=2), blocked=Blocked(since=NOW))
    waits = item(number=2, request=request())
    tested = item(number=3, due=TODAY, state=State.IMPLEMENTED, last_progress_at=NOW - timedelta(days=40))
    numbers = figures(open=33, overdue=32, due_this_week=1, moved_at=NOW - timedelta(days=16))
    shown = digest(items=(late, tested, item(number=4)), awaiting=(waits,), figures=numbers)
    said = visible_text(as_dicts(digest_blocks(shown, names))).splitlines()
    assert said[0] == "*Payments · week of 23 Nov* – *Nothing has moved for 16 days.*"
    assert said[3] == "*Overdue* · 1 of 32"
    assert said[4].startswith(
        "*AI-1* Alert when checkout errors exceed 2 % for 5 minutes · Priya Raman · overdue 2 days"
    )
    assert said[4].endswith(" · quick win · blocked")
    assert said[5] == "*Due this week*"
    assert said[6].endswith(" · quick win · to be verified · no progress for 40 days")
    assert said[7] == "*Waiting for a decision* · <@U0MARCO> decides"
    assert said[8].startswith("*AI-2* ")
    assert said[9:11] == ["Review", "*First*"]
    assert [sum(f"*AI-{number}*" in line for line in said) for number in (1, 2, 3, 4)] == [1, 1, 1, 1]
    assert digest_text(shown) == "Payments, week of 23 Nov: 33 open, 32 overdue"
