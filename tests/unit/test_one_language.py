"""A text is in one language whole, that of whoever reads it, wherever it was raised and whatever it is made of."""

from dataclasses import fields
from datetime import timedelta

import pytest

from bot.blocks.card import card, card_text
from bot.blocks.digest import digest as digest_blocks
from bot.blocks.digest import digest_text
from bot.blocks.parts import as_dicts
from bot.blocks.show import shown
from bot.domain.digest import Figures
from bot.domain.errors import Refused
from bot.domain.freeze import Before, Flow, Freeze, OpenWork, control_of
from bot.domain.intake import Gate, check_promotion
from bot.domain.item import TEXT_LIMIT, By, refuse_if_ended
from bot.domain.item_values import Blocked, BlockReason, StaleStatus, VerificationMethod, Verified
from bot.domain.lifecycle import TRANSITIONS, Action, LastMove, State, after
from bot.domain.month import Month
from bot.domain.new import check_draft
from bot.domain.request import Request
from bot.domain.sprawl import Sprawl, symptoms
from bot.domain.update import update
from bot.domain.words import Text, speaking
from tests.actions import PEOPLE, WAYS, tries_with
from tests.builders import NOW, TODAY, WORKSPACE, digest, draft, figures, item, names
from tests.people import visible_text
from tests.pseudo import catalogue, circled, plain_words
from tests.unit.domain.test_every_role import INTO, TEAM, stands, tried

THEIRS = {TEAM.name, *PEOPLE, "Priya Nair"}


def read(text: Text | Refused) -> str:
    """As somebody reads it whose language is not that of whoever raised it."""
    with speaking(catalogue()):
        return str(text)


def test_text_is_said_whole_in_the_language_of_its_reader() -> None:
    who = Text("{leads} or {admin}", leads="Marco", admin=Text("an admin"))
    both = Text("That is its due date already. Choose another day.") + who
    assert str(both) == "That is its due date already. Choose another day. Marco or an admin"
    assert read(both) == f"{circled('That is its due date already. Choose another day.')} Marco ⓞⓡ ⓐⓝ ⓐⓓⓜⓘⓝ"
    assert str(Text.joined(", ", [Text("an admin"), Text("an admin")])) == "an admin, an admin"


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_whatever_is_refused_in_any_state_to_anybody_is_in_one_language(way: tuple[str, ...]) -> None:
    stood = stands(way)
    for name, one in tries_with(INTO).items():
        for user in PEOPLE:
            done = tried(stood, user, one)
            if isinstance(done, Refused) and done.reason not in ("Nothing waits.", "It is the other one's."):
                assert plain_words(read(done), THEIRS) == [], f"{name} by {user}"


@pytest.mark.parametrize("state", State)
def test_refusal_that_says_who_was_first_is_in_one_language(state: State) -> None:
    impossible = {action for _state, action in TRANSITIONS if (state, action) not in TRANSITIONS}
    for last in Action:
        for action in impossible:
            with pytest.raises(Refused) as refused:
                after(state, action, "AI-12", LastMove("Priya Nair", last))
            assert plain_words(read(refused.value), THEIRS) == [], f"{action} after {last}"


@pytest.mark.parametrize("state", [state for state in State if item(state=state).is_over])
def test_refusal_of_what_has_ended_is_in_one_language(state: State) -> None:
    with pytest.raises(Refused) as refused:
        refuse_if_ended(item(state=state))
    assert plain_words(read(refused.value), THEIRS) == []


def test_refusal_of_too_many_characters_is_in_one_language() -> None:
    long = "9" * (TEXT_LIMIT + 1)
    for too_long in ({"title": long}, {"details": long}, {"verification": long}):
        with pytest.raises(Refused) as refused:
            check_draft(draft(**too_long), TODAY)
        assert refused.value.reason.startswith("That is 3,001 characters; ")
        assert plain_words(read(refused.value), THEIRS) == []
    with pytest.raises(Refused) as refused:
        update(item(), By("U0PRIYA", NOW), long)
    assert plain_words(read(refused.value), THEIRS) == []


FROZEN = Freeze(Before(Month(2026, 10), Flow(0, 0), 9), control_of(OpenWork(33, 9, 50.0), {}))


def test_closed_gate_is_told_in_one_language() -> None:
    for gate in (Gate(used=5, quota=5), Gate(freeze=FROZEN)):
        for may_override in (True, False):
            with pytest.raises(Refused) as refused:
                check_promotion(gate, "AI-12", "Payments", may_override=may_override)
            assert plain_words(read(refused.value), {"Payments"}) == []


def test_symptoms_of_sprawl_are_in_one_language() -> None:
    found = Sprawl(
        backlog=(3, 9, 12, 14, 19), over_90_days=4, by_owner={f"U{n}": 9 for n in range(9)},
        duplicates=((3, 9), (4, 8)), completion=(90, 81, 70, 66),
    )  # fmt: skip
    assert len(signs := symptoms(found)) == 5
    assert [plain_words(read(sign.words), ()) for sign in signs] == [[]] * 5


@pytest.mark.parametrize("state", State)
def test_card_and_what_is_shown_of_an_item_are_in_one_language(state: State) -> None:
    verified = Verified(NOW, "U0PRIYA", VerificationMethod.ALERT_FIRED, "x")
    one = item(state=state, awaits_acceptance=True, verified=verified, blocked=Blocked(BlockReason.ANOTHER_TEAM))
    with speaking(catalogue()):
        said = [*card(one, names, TODAY), *shown(one, [], names, TODAY)]
        text = f"{visible_text(as_dicts(said))}\n{card_text(one, names)}"
    assert plain_words(text, {*THEIRS, "Marco Rossi", "Priya Raman", one.title, one.verification, "x"}) == []


def test_digest_is_in_one_language() -> None:
    late = item(number=1, due=TODAY - timedelta(days=2), blocked=Blocked(), last_progress_at=NOW - timedelta(days=50))
    waits = item(number=2, request=Request(WORKSPACE, 7, 2, Action.DROP, "U0PRIYA", "U0MARCO", NOW))
    answered = item(number=3, stale_status=StaleStatus("Progress made", "Scope", NOW))
    counts = dict.fromkeys((field.name for field in fields(Figures) if field.type in ("int", int)), 2)
    numbers = figures(**counts, deferred_since=TODAY, moved_at=NOW - timedelta(days=20))
    both = digest(
        items=(late, item()), awaiting=(waits,), answered=(answered,), figures=numbers, unnamed=1, more_wait=True
    )
    quiet = digest(items=(), figures=figures(open=4))
    for one in (both, quiet):
        with speaking(catalogue()):
            said = f"{visible_text(as_dicts(digest_blocks(one, names)))}\n{digest_text(one)}"
        assert plain_words(said, {*THEIRS, "Priya Raman", late.title}) == []
