"""What buttons and forms carry unseen, changed by whoever can sign a request: refused in words, and of no effect.

Somebody who is in no team and no private channel presses every button and submits every form, with everything that
these carry changed. Nothing of Payments becomes different, and nothing private is told.
"""

import json
import operator
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from bot.blocks.ids import Button, Modal
from tests.acceptance.conftest import World
from tests.acceptance.drawn import (
    MARKER,
    Drawn,
    Json,
    Sender,
    Standing,
    elements_in,
    errors_of_ours,
    filled,
    open_every_form,
    overheard,
    stand,
    well_formed,
)  # fmt: skip
from tests.acceptance.endings import stranger

NONSENSE = (
    "", "0", "-1", "1", "99999", "2147483648", "9" * 400, "x", ":", "12:34:56:78", "{}", "[]", "null", "[" * 500,
    '{"text": 1}', "٣", "1e3", "1_0", "12:2026-02-30", "12:9999-12-31", "2026-11-23:99999", "<!channel>", "defer:",
    "nothing:1", "a" * 2000, "\0", "\ud800", "99999999|all", "-1|all", "0|<@U" + "9" * 3000 + ">",
    "mine:0:0001-01-01:0",
)  # fmt: skip
OTHERS: tuple[Any, ...] = (None, -1, 3_000_000_000, "x", "", [], {}, True, 1.5, "9" * 400, [[[]]], {"a": {"b": 1}})
"""In place of what a form carries or what stands in a field."""
METADATA = ("", "{}", "[]", "null", "x", "[" * 5000, '{"number": 1e400}', '{"number": "1"}', '"' + "x" * 3000 + '"')
STRUCTURES: tuple[Any, ...] = (
    {},
    None,
    {"values": None},
    {"values": {}},
    {"values": {"title": None}},
    {"values": {"a": {"b": None}}},
)
TRIES = 12
"""Changes of each button and each form, of those that there are; `make fuzz` tries more."""
chances = random.Random(13)

Effects = dict[str, list[Any]]


def effects(world: World, but: str) -> Effects:
    """What Payments has, and what became of it; what *but* made of their own is theirs."""
    assert world.bot.product
    queries = {
        "items": "SELECT number, state, owner, due, title, team_id, reviewed_on, merged_into FROM items "
        "WHERE team_id IS NOT NULL AND created_by <> :by ORDER BY number",
        "requests": "SELECT id, status, decided_by FROM approvals ORDER BY id",
        "teams": "SELECT * FROM teams ORDER BY id",
        "members": "SELECT * FROM team_members ORDER BY team_id, user_id",
    }
    with world.bot.product.db.read() as session:
        return {
            name: [tuple(row) for row in session.execute(text(query), {"by": but} if ":by" in query else {})]
            for name, query in queries.items()
        }


@pytest.fixture(scope="module")
def standing(world: World) -> Standing:
    return stand(world)


@pytest.fixture(scope="module")
def forms(world: World, standing: Standing) -> list[Json]:
    return open_every_form(world, standing)


@pytest.fixture(scope="module")
def sender(world: World, forms: list[Json]) -> Sender:
    """Somebody who may do nothing to any of it."""
    assert forms
    return Sender(world, stranger(world).id)


@pytest.fixture
def unharmed(world: World, sender: Sender, standing: Standing) -> Iterator[None]:
    """Nothing is an error of ours, nothing of Payments has changed, and nothing private was told."""
    before, errors = effects(world, sender.user), len(errors_of_ours(world))
    since = len(world.sandbox.inspector.entries)
    yield
    assert not (new := errors_of_ours(world)[errors:]), new[:5]
    assert effects(world, sender.user) == before
    assert [call for call in overheard(world, standing, since) if MARKER in json.dumps(call)] == []


def values_for(standing: Standing) -> list[str]:
    """What a changed button may carry: the values of all the others, parts of them, and nonsense."""
    whole = list(well_formed(standing).values())
    private = [value.replace(value.partition(":")[0], str(standing.private), 1) for value in whole if ":" in value]
    return [*whole, *private, str(standing.private), *NONSENSE]


@pytest.mark.parametrize("button", Button)
def test_changed_button_is_refused_in_words(
    world: World, sender: Sender, standing: Standing, unharmed: None, button: Button
) -> None:
    drawn = Drawn({}, {"action_id": str(button), "type": "button"}, None)
    for value in chances.sample(values_for(standing), TRIES):
        assert sender.press(drawn, value).status_code in (200, 400, 401), value


def test_changed_button_of_a_modal_is_refused_in_words(
    world: World, sender: Sender, standing: Standing, forms: list[Json], unharmed: None
) -> None:
    for view in forms:
        for drawn in list(elements_in(view)):
            for value in chances.sample(values_for(standing), 3):
                assert sender.press(drawn, value).status_code in (200, 400, 401), (drawn.action_id, value)
            assert sender.press(drawn, "1", chances.choice(METADATA)).status_code in (200, 400, 401), drawn.action_id


def changes(view: Json, standing: Standing) -> Iterator[Callable[[], Json]]:
    """Ways to change one thing in the view: thousands, of which a few are tried."""
    carried = json.loads(view["private_metadata"] or "{}")
    for text_ in METADATA:
        yield partial(_carrying, view, text_)
    for name in carried:
        yield partial(_carrying, view, {key: value for key, value in carried.items() if key != name})
        for value in (*OTHERS, standing.private, *standing.items.values()):
            yield partial(_carrying, view, carried | {name: value})
    for structure in STRUCTURES:
        yield partial(operator.or_, view, {"state": structure})
    yield partial(operator.or_, view, {"blocks": []})
    for block in view["blocks"]:
        if block["type"] == "input":
            into = partial(partial, _with, view, block)
            for value in OTHERS:
                yield into(value)
                for name in ("value", "selected_user", "selected_users", "selected_date", "selected_date_time"):
                    yield into({name: value})
                yield into({"selected_option": value})
                yield into({"selected_option": {"value": value}})
            yield into({"selected_user": "X> <!channel>", "selected_users": ["X> <!channel>", 5]})
            yield into({"selected_option": {"value": str(standing.private)}})
            yield into({"selected_date": "9999-12-31", "selected_date_time": 1e300})


def _carrying(view: Json, metadata: Any) -> Json:
    return view | {"private_metadata": metadata if isinstance(metadata, str) else json.dumps(metadata)}


def _with(view: Json, block: Json, value: Any) -> Json:
    values = view["state"]["values"] | {block["block_id"]: {block["element"]["action_id"]: value}}
    return view | {"state": {"values": values}}


@pytest.mark.parametrize("modal", Modal)
def test_changed_form_is_refused_in_words(
    world: World, sender: Sender, standing: Standing, forms: list[Json], unharmed: None, modal: Modal
) -> None:
    for view in (view for view in forms if view.get("callback_id") == modal and view.get("submit")):
        ways = list(changes(sender.shown(view), standing))
        for way in chances.sample(ways, min(TRIES * 3, len(ways))):
            assert sender.submit(changed := way()).status_code in (200, 400, 401), json.dumps(changed)


@pytest.mark.walk
def test_request_is_decided_about_its_own_item_alone(world: World, standing: Standing, forms: list[Json]) -> None:
    """It could be paired with another item, of which its decider may see more, or decide."""
    assert forms
    marco, first, other = Sender(world, "U0MARCO"), standing.requests[0], standing.items["another"]
    before = effects(world, "")
    for button in (Button.APPROVE, Button.TURN_DOWN, Button.WITHDRAW):
        marco.press(Drawn({}, {"action_id": str(button), "type": "button"}, None), f"{other}:{first}")
    form = next(view for view in forms if view.get("callback_id") == Modal.TURN_DOWN)
    shown = marco.shown(form)
    carried = json.loads(shown["private_metadata"]) | {"number": other}
    answer = marco.submit(filled(shown | {"private_metadata": json.dumps(carried)}, "why", {"value": "Not now"}))
    assert "That request does not exist" in answer.text
    assert effects(world, "") == before


def test_form_makes_nothing_in_a_channel_that_its_sender_is_not_in(
    sender: Sender, standing: Standing, forms: list[Json], unharmed: None
) -> None:
    shown = sender.shown(next(view for view in forms if view.get("callback_id") == Modal.NEW))
    for name, value in {
        "title": {"value": "Cap the queue at 10,000 messages"},
        "owner": {"selected_user": sender.user},
        "due": {"selected_date": (datetime.now(UTC) + timedelta(days=7)).date().isoformat()},
        "verification": {"value": "Fill it"},
    }.items():
        shown = filled(shown, name, value)
    for block in shown["blocks"]:
        if block["type"] == "input" and block["element"]["type"] == "static_select" and "options" in block["element"]:
            shown = filled(
                shown, block["block_id"].partition(":")[0], {"selected_option": block["element"]["options"][0]}
            )
    answer = sender.submit(shown | {"private_metadata": json.dumps({"channel": standing.vault})})
    assert "You are not in the channel" in answer.text
