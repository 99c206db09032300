"""When an incident is like an earlier one, and what is said of its items."""

from datetime import UTC, timedelta
from difflib import SequenceMatcher

import pytest

from bot.blocks import recurrence as blocks
from bot.blocks.searched import options
from bot.domain.incident import Incident
from bot.domain.item_values import Ending
from bot.domain.lifecycle import State
from bot.domain.pressed import SameAs
from bot.domain.recurrence import Earlier, LookBack, Match, Traits, came_before, earlier_with, matches
from tests.builders import NOW, incident, item, names
from tests.unit.blocks.drawn import accepted

LATER = NOW + timedelta(days=20)


def likeness(one: str, other: str) -> float:
    return 100 * SequenceMatcher(None, one, other).ratio()


def traits(title: str, number: int = 1, **facts: object) -> Traits:
    known = {name: facts.pop(name) for name in ("causes", "themes") if name in facts}
    began_at = NOW + timedelta(days=number)
    return Traits(incident(id=number, title=title, began_at=began_at, **facts), **known)  # type: ignore[arg-type]


def match(this: Traits, earlier: Traits) -> Match | None:
    found = matches(this, [earlier], likeness)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("earlier", "later", "alike"),
    [
        ("Checkout down, 2026-11-03", "Checkout down, 2026-12-01", True),
        ("3001 checkout down", "3002 checkout down", True),
        ("Checkout is down", "checkout down again", True),
        ("Checkout", "Checkout", False),
        ("3001 checkout", "3002 checkout", False),
        ("Checkout down", "Search down", False),
        ("2026-11-03", "2026-11-04", False),
        ("Incident", "Incident", False),
    ],
)
def test_two_words_in_common_are_a_title_and_dates_and_numbers_are_none(earlier: str, later: str, alike: bool) -> None:
    assert bool(match(traits(later, 2), traits(earlier))) is alike


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"causes": ("Retries without back-off",)}, "root cause"),
        ({"services": ("checkout",)}, "service: checkout"),
        ({"services": ("checkout", "Search")}, "services: checkout, Search"),
        ({"themes": ("Retry storms",)}, "theme: Retry storms"),
    ],
)
def test_one_reason_suffices(facts: dict[str, object], reason: str) -> None:
    found = match(traits("Heron", 2, **facts), traits("Stork", **facts))
    assert found
    assert found.reasons == (reason,)


def test_service_and_theme_are_the_same_however_they_are_written() -> None:
    this = traits("Heron", 2, services=("CHECKOUT",), themes=("retry-storms",))
    found = match(this, traits("Stork", services=("checkout",), themes=("Retry Storms",)))
    assert found
    assert found.reasons == ("service: CHECKOUT", "theme: retry-storms")


def test_causes_that_share_a_word_are_not_the_same() -> None:
    assert match(traits("Heron", 2, causes=("Expired certificate",)), traits("Stork", causes=("Certificate",))) is None
    assert match(traits("Heron", 2, causes=("DNS",)), traits("Stork", causes=("dns!",)))


def test_likest_comes_first_and_of_equals_the_newest() -> None:
    this = traits("Queue stuck", 9, services=("queue",))
    known = [
        traits("Heron", 1, services=("queue",)),
        traits("Queue stuck", 2, services=("queue",)),
        traits("Stork", 3, services=("queue",)),
        traits("Crane", 4),
    ]
    assert [found.earlier.id for found in matches(this, known, likeness)] == [2, 3, 1]


def test_only_what_came_before_is_earlier() -> None:
    first, second = traits("Queue stuck", 1), traits("Queue stuck", 2)
    assert matches(first, [first, second], likeness) == []
    twin = incident(id=7, began_at=NOW)
    assert came_before(incident(id=6, began_at=NOW), twin)
    assert not came_before(twin, twin)


def earlier(*states: State, ended_days: int = 0) -> Earlier:
    items = [
        item(number=number, state=state, ending=Ending(NOW + timedelta(days=ended_days)))
        for number, state in enumerate(states, start=1)
    ]
    return earlier_with(incident(), (), items, LATER)


@pytest.mark.parametrize("state", [State.NOT_STARTED, State.IMPLEMENTED, State.VERIFIED, State.DEFERRED])
def test_implemented_and_deferred_items_are_unfinished(state: State) -> None:
    found = earlier(State.CLOSED, state)
    assert [each.number for each in found.unfinished] == [2]
    assert not found.was_all_done


def test_process_is_questioned_when_every_item_was_closed_before() -> None:
    assert earlier(State.CLOSED, State.CLOSED).was_all_done
    assert earlier(State.CLOSED, State.MERGED, State.DECLINED, State.FUTURE_CONSIDERATION).was_all_done
    assert not earlier(State.CLOSED, State.WONT_DO).was_all_done
    assert not earlier(State.CLOSED, ended_days=21).was_all_done
    assert not earlier().was_all_done


def look(linked: Earlier | None = None, *similar: Earlier) -> LookBack:
    return LookBack(incident(id=9, title="Checkout down <again>"), linked=linked, similar=similar)


def test_notice_says_why_it_is_like_it_and_what_is_not_done() -> None:
    many = [item(number=number) for number in range(1, 8)]
    found = earlier_with(incident(title="Checkout *down*"), ("title", "service: a&b"), many, LATER)
    drawn = blocks.notice(look(None, found), names, NOW)
    accepted(drawn)
    text = str([block.to_dict() for block in drawn])
    assert "the same title, the same service: a&amp;b" in text
    assert "7 of its 7 items are not done" in text
    assert "and 2 more" in text
    assert blocks.notice_text(look(None, found)).startswith("This may have happened before: Checkout")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (earlier(State.CLOSED), "Its item was closed before"),
        (earlier(State.CLOSED, State.CLOSED), "All of its 2 items were closed before"),
        (earlier(State.WONT_DO), "Its item is not open"),
        (earlier(), "It has no action items"),
    ],
)
def test_linked_incident_says_how_the_earlier_items_ended(found: Earlier, said: str) -> None:
    drawn = blocks.notice(look(found), names, NOW)
    accepted(drawn)
    text = str([block.to_dict() for block in drawn])
    assert said in text
    assert ("Plan a review" in text) is found.was_all_done


def test_answer_lets_others_be_searched_where_there_are_some() -> None:
    drawn = blocks.answer(look(), names, NOW, others=True)
    accepted(drawn)
    assert drawn[-1].to_dict()["elements"][0]["type"] == "external_select"
    assert blocks.later_of(drawn[-1].to_dict()["block_id"]) == look().incident.id
    assert "No earlier incident is like this one." in str(drawn[1].to_dict())
    assert "external_select" not in str([block.to_dict() for block in blocks.answer(look(), names, NOW, others=False)])


def test_link_carries_both_incidents_and_its_words_fit() -> None:
    earlier = Incident("T0ACME", 7, f"Incident {'x' * 200}", NOW)
    offered = options([blocks.link_choice(look().incident, earlier, UTC)])
    assert SameAs.read(offered[0]["value"]).earlier_id == 7
    assert len(offered[0]["text"]["text"]) == 75


def test_review_begins_with_a_title_that_fits() -> None:
    title = blocks.review_title(incident(title="a" * 150), incident(title="b" * 150))
    assert len(title) <= 300
