"""What is counted is also listed, said once, and can be undone where it says so."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.blocks import history, show
from bot.blocks.approve import to_approver, to_asker
from bot.blocks.digest import digest as drawn_digest
from bot.blocks.home import home
from bot.blocks.merge import merged_view, undo_button
from bot.blocks.parts import as_dicts
from bot.blocks.state_lines import lines
from bot.blocks.text import day, plain_day, within_sentences
from bot.domain.approve import as_json
from bot.domain.defer import DeferralTerms
from bot.domain.home import Filters, Home, HomePage
from bot.domain.lifecycle import Action, State
from bot.domain.measures import Tally, measure
from bot.domain.merge import merge
from bot.domain.request import Request
from tests.builders import NOW, TODAY, WORKSPACE, by, digest, figures, item, names, team
from tests.people import visible_text


def asked(terms: DeferralTerms) -> Request:
    return Request(WORKSPACE, 7, 12, Action.DEFER, "U0PRIYA", "U0MARCO", NOW, as_json(terms))


def test_what_is_due_and_waits_for_a_decision_is_named_with_its_day() -> None:
    waits = item(number=5, due=TODAY, request=asked(DeferralTerms("Not now", "It stalls", trigger="The vendor moves")))
    shown = digest(
        items=(item(number=2, due=TODAY),), awaiting=(waits,), figures=figures(open=2, overdue=0, due_this_week=2)
    )
    text = visible_text({"blocks": as_dicts(drawn_digest(shown, names))})
    assert "2 due this week" in text
    assert "*Due this week* · and 1 below, waiting for a decision" in text
    assert within_sentences(f"due {day(TODAY)} · deferral") in text.partition("*Waiting for a decision*")[2]


@pytest.mark.parametrize(
    ("filters", "says"),
    [(Filters(), "*Payments* · 9 items, 1 of them deferred"), (Filters(state="deferred"), "*Payments* · 9 items\n")],
)
def test_home_says_how_many_of_the_listed_items_its_measures_do_not_count(filters: Filters, says: str) -> None:
    listed = HomePage([item(number=number) for number in range(1, 10)], 9)
    shown = Home(team=team(name="Payments"), theirs=listed, filters=filters, measures=measure(Tally(open=8), {}))
    assert says in visible_text(home(shown, names, NOW, "U0MARCO").to_dict()) + "\n"


def test_undo_of_merged_ideas_is_where_it_is_said_to_be() -> None:
    idea = item(state=State.FUTURE_CONSIDERATION, channel="C0INC")
    said = visible_text(merged_view(idea, [item(number=3)], [], 7, NOW).to_dict())
    assert f"`/actionitem show {idea.number}` has it too" in said
    assert "card" not in said
    shown = as_dicts(show.shown(idea, [], names, TODAY, undo=undo_button(idea.number, 7)))
    assert "Undo" in visible_text({"blocks": shown})
    assert "stands on the card" in visible_text(
        merged_view(replace(idea, state=State.IN_PROGRESS), [item(number=3)], [], 7, NOW).to_dict()
    )


def test_request_says_its_day_once_and_remarks_on_one_before_the_due_date() -> None:
    subject = item(due=TODAY + timedelta(days=4))
    early = DeferralTerms("Not now", "It stalls", revisit_on=TODAY + timedelta(days=2))
    late = replace(early, revisit_on=TODAY + timedelta(days=20))
    for terms, remarks in ((early, True), (late, False)):
        for blocks in (to_approver(asked(terms), subject, names), to_asker(asked(terms), subject, names)):
            said = visible_text({"blocks": as_dicts(blocks)})
            assert terms.revisit_on
            assert said.count(plain_day(terms.revisit_on)) == 1
            assert ("nothing is put off by it" in said) == remarks


@pytest.mark.parametrize(("given", "said"), [("", ""), ("the cap covers both", ": the cap covers both")])
def test_merge_without_a_reason_has_one_on_record_and_says_none(given: str, said: str) -> None:
    """Whatever ends has a reason; but nobody reads as a person's word what nobody wrote."""
    done = merge(item(number=12), by(), item(number=15), given)
    assert done.change.why
    assert done.item.ending
    assert done.item.ending.because == done.change.why
    assert lines(done.item, names)[-1] == f"*Merged into AI-15*{said}"
    assert history.happened(done.change, names).endswith(f"into AI-15{said}")
