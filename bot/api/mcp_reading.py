"""What assistants read: items, one item with its history, what the coach says of a text, and the measures."""

from dataclasses import asdict
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

from bot.api.asked import LARGEST_NUMBER, NO_TRUTH, RequestBody, ShortWords, Words
from bot.api.caller import Caller
from bot.api.items_query import ItemsQuery
from bot.api.reading import body_of, history_of, measures_of, page_of
from bot.coach import review
from bot.deps import Deps
from bot.services.bodies import JsonBody

BRIEFLY = (
    "number", "label", "title", "state", "owner", "owner_name", "team", "incident", "incident_title", "due", "overdue",
    "stale", "blocked", "quadrant", "score", "private", "updated_at",
)  # fmt: skip
"""What a list says of an item. All of it, fifty times, is more than an assistant reads."""


def _digits(given: object) -> object:
    # An assistant names an item as it has read of it; but true is none.
    if given is True or given is False:
        raise ValueError("Give the number of the item.")
    return given.strip().upper().removeprefix("AI-") if isinstance(given, str) else given


WhichItem = Annotated[
    int, Field(ge=1, le=LARGEST_NUMBER, description="The number of the item: 12 of AI-12."), BeforeValidator(_digits)
]


class ListArguments(ItemsQuery):
    """As `GET /items`, with shorter pages."""

    limit: Annotated[int, Field(ge=1, le=200, description="How many at most."), NO_TRUTH] = 25


class ItemArguments(RequestBody):
    """Which item."""

    number: WhichItem


class CoachArguments(RequestBody):
    """What is to be judged."""

    text: Words = Field(min_length=1, description="The wording of an action item.", examples=["Improve monitoring"])


class MeasuresArguments(RequestBody):
    """Of whom and when."""

    team: ShortWords | None = Field(None, description="By name; none: the whole workspace.")
    month: ShortWords | None = Field(None, description="`YYYY-MM`; none: the running month.")


def list_items(deps: Deps, caller: Caller, asked: BaseModel) -> JsonBody:
    """A page of items, briefly."""
    assert isinstance(asked, ListArguments)
    body, _ = page_of(deps, caller, asked)
    return {**body, "items": [{name: item[name] for name in BRIEFLY} for item in body["items"]]}


def get_item(deps: Deps, caller: Caller, asked: BaseModel) -> JsonBody:
    """All of an item, and its history."""
    assert isinstance(asked, ItemArguments)
    with deps.db.read() as session:
        body = body_of(deps, session, caller, asked.number)
    return body | history_of(deps, caller, asked.number)


def coach_text(_deps: Deps, _caller: Caller, asked: BaseModel) -> JsonBody:
    """The findings; none: the wording is good."""
    assert isinstance(asked, CoachArguments)
    return {"findings": [asdict(finding) for finding in review(asked.text)]}


def get_measures(deps: Deps, caller: Caller, asked: BaseModel) -> JsonBody:
    """The measures of a month."""
    assert isinstance(asked, MeasuresArguments)
    return measures_of(deps, caller, asked.team, asked.month)
