"""The review meeting's rules: what the lines mean, their order, and what there is room for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.candidates import CandidateLine, lines_of
from bot.domain.errors import Refused
from bot.domain.freeze import Before, Flow, Freeze, OpenWork, control_of
from bot.domain.intake import Gate
from bot.domain.item import By, Item
from bot.domain.lifecycle import State
from bot.domain.meeting import (
    MOST,
    MOST_CHOSEN,
    SCALES,
    Candidate,
    Meeting,
    Room,
    check_candidates,
    check_choice,
    idea_named,
    is_movable,
    once_each,
    ranked,
    ranked_anew,
    recognised,
    remembered,
    set_aside,
    ticked,
)
from bot.domain.month import Month
from bot.domain.priority import Quadrant, quadrant
from bot.domain.sentence import without_no_day, without_stranger
from tests.builders import DUE, NOW, item, person, team

QUICK, MAJOR, FILL, LAST, _NOT_PRIORITISED = Quadrant
PRIYA = By("U0PRIYA", NOW)
FROZEN = Freeze(Before(Month(2026, 10), Flow(8, 3), 0), control_of(OpenWork(20, 1, 9.0), {}))


def meeting(*candidates: Candidate, **changes: object) -> Meeting:
    return replace(Meeting("k", "U0PRIYA", 5, candidates), **changes)  # type: ignore[arg-type]


def room(used: int = 0, quota: int | None = 5, frozen: Freeze | None = None, **more: object) -> Room:
    return replace(Room(Gate(quota, used, frozen)), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("- Cap it\n* Page us\n3. Shed load\n- [ ] Probe it\n☐ Drain it", "Cap it|Page us|Shed load|Probe it|Drain it"),
        ("Action items:\n\n\n  - Cap it\n\n----\n## Later\nPage us", "Cap it|Page us"),
        ("Cap it", "Cap it"),
        ("", ""),
        ("-\n--\n|", ""),
        ("Note: cap it at 9:", "Note: cap it at 9:"),
    ],
)
def test_each_line_is_a_candidate_without_its_mark(text: str, lines: str) -> None:
    assert [line.text for line in lines_of(text)] == [each for each in lines.split("|") if each]


@pytest.mark.parametrize(
    ("table", "lines"),
    [
        (
            "| # | Action | Owner | Due date | How to verify |\n|---|---|---|:-:|---|\n"
            "| 1 | Cap the queue | Priya Raman | 2026-12-05 | Fill it |\n| 2 | Shed | @marco | | |\n| 3 | | Kim | | |",
            [
                CandidateLine("Cap the queue", "Fill it", "Priya Raman", "2026-12-05"),
                CandidateLine("Shed", who="@marco"),
            ],
        ),
        (
            "| Maßnahme | Verantwortlich | Bis |\n|---|---|---|\n| Queue begrenzen | @kim | Freitag |",
            [CandidateLine("Queue begrenzen", who="@kim", when="Freitag")],
        ),
        (
            "| 7 | <@U0KIM> | Cap the queue | 2026-12-05 |",
            [CandidateLine("Cap the queue", who="<@U0KIM>", when="2026-12-05")],
        ),
        (
            "Notes\n| Action |\n|---|\n| - [ ] Cap it |\n- Page us",
            [CandidateLine("Notes"), CandidateLine("Cap it"), CandidateLine("Page us")],
        ),
    ],
)
def test_rows_of_a_table_are_read_by_what_its_heads_say(table: str, lines: list[CandidateLine]) -> None:
    assert lines_of(table) == lines


@pytest.mark.parametrize(
    "line",
    [
        "- [x] Cap it",
        "* [X] Cap it",
        "☑ Cap it",
        "✅ Cap it",
        "- ✅ Cap it",
        "3. [x] Cap it",
        "~~Cap it~~",
        "- ~Cap it~",
        "| Action | Status |\n|---|---|\n| Cap it | **Done** |",
        "| Maßnahme | Erledigt |\n|---|---|\n| Cap it | ✅ |",
        "| Action |\n|---|\n| [x] Cap it |",
        "| [x] | Cap it | @kim |",
    ],
)
def test_what_is_ticked_off_is_done(line: str) -> None:
    assert [(each.text, each.done) for each in lines_of(line)] == [("Cap it", True)]


@pytest.mark.parametrize(
    "line", ["- [ ] Cap it", "| Action | Status |\n|---|---|\n| Cap it | Open |", "| Cap it | Done right |"]
)
def test_what_is_not_ticked_off_is_not_done(line: str) -> None:
    assert [(each.text, each.done) for each in lines_of(line)] == [("Cap it", False)]


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("", []), ("–", []), ("n/a", []), ("unassigned", []), ("TBD", ["TBD"]), ("?", ["?"]), ("@kim", ["kim"]),
        ("Priya Raman", ["Priya Raman"]), ("Priya, Marco and @kim", ["Priya", "Marco", "kim"]), ("**Kim**", ["Kim"]),
        ("<@U0KIM>", ["<@U0KIM>"]), ("Kim und Noor", ["Kim", "Noor"]), ("Andy / Anders", ["Andy", "Anders"]),
    ],
)  # fmt: skip
def test_cell_of_owners_names_people_or_nobody(cell: str, names: list[str]) -> None:
    assert CandidateLine("Cap it", who=cell).people == names


@pytest.mark.parametrize(
    ("text", "rest", "stranger"),
    [
        ("Cap it @nobody", "Cap it", "nobody"), ("Cap it @Jane Doe.", "Cap it", "Jane Doe"),
        ("Cap it @?", "Cap it", "?"), ("@nobody: cap it", "cap it", "nobody"), ("Drop @Override there", "", ""),
        ("@nobody", "", ""), ("mail a@b", "", ""), ("@Override must go", "", ""),
    ],
)  # fmt: skip
def test_name_that_is_nobodys_is_taken_off_the_end_or_the_beginning_alone(text: str, rest: str, stranger: str) -> None:
    assert without_stranger(text) == (rest or text, stranger)


def test_by_without_a_day_is_taken_off_the_end() -> None:
    assert without_no_day("Cap it by TBD") == ("Cap it", "TBD")
    assert without_no_day("Cap it by ??") == ("Cap it", "??")
    assert without_no_day("Cap it by half") == ("Cap it by half", "")
    assert without_no_day("Cap it by next sprint.") == ("Cap it", "next sprint.")
    assert without_no_day("Cap it @Jane Doe by the spring") == ("Cap it @Jane Doe", "the spring")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("AI-8", [8]), ("*AI-8*", [8]), ("ai-8, AI-9 and AI-10.", [8, 9, 10]), ("AI-8 cap it", []), ("Cap AI-8", [])],
)
def test_line_of_numbers_alone_names_items(text: str, numbers: list[int]) -> None:
    assert CandidateLine(text).numbers == numbers


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [("AI-7 Cap it", 7, "Cap it"), ("*ai-7* – Cap it", 7, "Cap it"), ("AI-7", 0, "AI-7"), ("AI-7x it", 0, "AI-7x it")],
)
def test_line_that_begins_with_a_number_is_that_idea(text: str, number: int, rest: str) -> None:
    assert idea_named(CandidateLine(text)) == (number, CandidateLine(rest))


def test_repeated_candidates_are_one_with_all_that_is_said_of_it() -> None:
    found = once_each([Candidate("Cap it."), Candidate("Page us"), Candidate("CAP  it", owner="U0KIM", due=DUE)])
    assert found == [Candidate("Cap it.", owner="U0KIM", due=DUE), Candidate("Page us")]


def test_idea_is_known_by_its_number_or_its_words_and_once() -> None:
    ideas = [item(number=7, title="Cap it"), item(number=8, title="Page us")]
    found = [Candidate("Cap it at 9", idea=7), Candidate("page us!"), Candidate("Shed", idea=99), Candidate("Cap it")]
    assert [each.idea for each in recognised(found, ideas)] == [7, 8, 0, 0]


def test_what_was_said_of_a_candidate_survives_a_change_of_the_list() -> None:
    before = [Candidate("Cap it", owner="U0KIM", verify="Fill it", quadrant=QUICK, chosen=True), Candidate("Shed")]
    assert remembered([Candidate("Page us"), Candidate("cap it", due=DUE)], before) == [
        Candidate("Page us"),
        Candidate("cap it", owner="U0KIM", due=DUE, verify="Fill it", quadrant=QUICK, chosen=True),
    ]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([], "at least one"),
        ([Candidate(f"Cap {at}") for at in range(MOST + 1)], "41 candidates"),
        ([Candidate("Cap it" * 51)], "306 characters"),
    ],
)
def test_list_that_is_empty_long_or_wordy_is_refused_at_the_field(found: list[Candidate], said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        check_candidates(found)
    assert refused.value.field == "candidates"


def test_what_nobody_ranked_stands_between_what_is_worth_it_and_what_hardly_is() -> None:
    order = [LAST, None, FILL, MAJOR, QUICK, None]
    assert ranked([Candidate("x", quadrant=each) for each in order]) == [4, 3, 1, 5, 2, 0]


@pytest.mark.parametrize("chosen", SCALES)
def test_scales_of_a_choice_lie_in_its_corner_of_the_matrix(chosen: Quadrant) -> None:
    assert quadrant(*SCALES[chosen]) is chosen


@pytest.mark.parametrize(
    ("used", "quota", "best"), [(0, 5, "bc"), (4, 5, "c"), (5, 5, ""), (9, 5, ""), (0, None, "abc")]
)
def test_as_many_are_ticked_as_there_is_room_for(used: int, quota: int | None, best: str) -> None:
    found = meeting(Candidate("a", quadrant=LAST), Candidate("b"), Candidate("c", quadrant=QUICK))
    free = room(used, quota) if used or quota is None else room(3, quota)
    assert {each.text for _at, each in ticked(found, free).chosen} == set(best)


def test_what_is_thrown_away_is_neither_ticked_nor_kept_and_stays_so() -> None:
    found = ticked(meeting(Candidate("a", thrown=True), Candidate("b"), Candidate("c")), room(4))
    assert [each.text for _at, each in found.chosen] == ["b"]
    assert ([each.text for each in found.left], [each.text for each in found.thrown]) == (["c"], ["a"])
    assert remembered([Candidate("A.")], found.candidates) == [Candidate("A.", thrown=True)]


def test_nothing_is_ticked_while_the_intake_is_frozen() -> None:
    assert ticked(meeting(Candidate("a")), room(quota=None, frozen=FROZEN)).chosen == []


def test_more_than_there_is_room_for_is_refused_with_how_many_to_untick() -> None:
    found = meeting(*(Candidate(each, chosen=True) for each in "abc"))
    with pytest.raises(Refused, match=r"room for 1, and 3 are ticked. Untick 2") as refused:
        check_choice(found, room(4))
    assert refused.value.field == "commit"
    check_choice(found, room(2))
    check_choice(found, room(5, quota=None))


def test_no_more_is_chosen_than_one_form_can_ask_about() -> None:
    many = meeting(*(Candidate(f"Cap queue {at}") for at in range(MOST)))
    assert len(ticked(many, room(quota=None)).chosen) == MOST_CHOSEN
    with pytest.raises(Refused, match="At most 16"):
        check_choice(many.with_each(replace(each, chosen=True) for each in many.candidates), room(quota=None))


def test_what_is_set_aside_makes_room_and_a_freeze_gives_none_for_it() -> None:
    movable = (item(number=3), item(number=4))
    found = meeting(Candidate("a", chosen=True), aside=(3, 99))
    check_choice(found, room(5, movable=movable))
    with pytest.raises(Refused, match="frozen"):
        check_choice(found, room(5, frozen=FROZEN, movable=movable))


def test_override_counts_for_who_decides_alone() -> None:
    found = meeting(Candidate("a", chosen=True), override="The regulator asks for it")
    check_choice(found, room(5, may_override=True))
    with pytest.raises(Refused):
        check_choice(found, room(5))


@pytest.mark.parametrize(
    ("what", "by", "may"),
    [
        (item(), PRIYA, True),
        (item(state=State.IN_PROGRESS), PRIYA, False),
        (item(split_from=7), PRIYA, False),
        (item(owner="U0KIM"), By("U0GUEST", NOW), False),
        (item(due=NOW.date() - timedelta(days=1)), PRIYA, False),
        (item(due=NOW.date() - timedelta(days=1)), By("U0PRIYA", NOW, decides=True), True),
    ],
)
def test_only_what_nobody_has_begun_or_missed_can_be_made_an_idea_again(what: Item, by: By, may: bool) -> None:
    assert is_movable(what, by, person(user=by.user, is_guest=by.user == "U0GUEST"), team()) is may


def test_what_is_set_aside_is_an_idea_that_asks_nobody() -> None:
    moved = set_aside(item(awaits_acceptance=True), PRIYA, "no room")
    assert (moved.item.state, moved.item.awaits_acceptance) == (State.FUTURE_CONSIDERATION, False)
    assert (moved.change.before, moved.change.why) == (State.NOT_STARTED, "no room")


def test_idea_that_stays_one_is_ranked_anew_only_where_that_says_something() -> None:
    idea = item(state=State.FUTURE_CONSIDERATION, impact=3, effort=3)
    assert ranked_anew(idea, PRIYA, None) is None
    assert ranked_anew(idea, PRIYA, MAJOR) is None
    moved = ranked_anew(idea, PRIYA, QUICK)
    assert moved
    assert moved.item.quadrant is QUICK


@pytest.mark.parametrize(
    ("line", "text", "who", "when"),
    [
        ("- Add retries to the import (Marco) due 2026-12-18", "Add retries to the import", "Marco", "2026-12-18"),
        ("* Cap the queue at 10,000 (Marco Rossi), by Friday.", "Cap the queue at 10,000", "Marco Rossi", "Friday"),
        ("1. Cap the queue at 10,000 (Marco, 18 Dec)", "Cap the queue at 10,000", "Marco", "18 Dec"),
        ("Deckle die Schlange (Marco) bis 18.12.2026", "Deckle die Schlange", "Marco", "18.12.2026"),
        ("Cap the queue at 10,000, due 2026-12-18", "Cap the queue at 10,000", "", "2026-12-18"),
        ("Cap the queue (Redis) at 10,000", "Cap the queue (Redis) at 10,000", "", ""),
        ("Retry what failed (Kafka) due to a full disk", "Retry what failed (Kafka) due to a full disk", "", ""),
        ("Alert when a payment is due tomorrow", "Alert when a payment is due tomorrow", "", ""),
        ("Move to a new region (Frankfurt)", "Move to a new region (Frankfurt)", "", ""),
    ],
)  # fmt: skip
def test_a_line_of_notes_ends_with_who_and_when(line: str, text: str, who: str, when: str) -> None:
    assert lines_of(line) == [CandidateLine(text, who=who, when=when)]
