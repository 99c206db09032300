"""What is asked of the API: texts, numbers and days as they may come, and the fields that a body may have."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from bot.domain.item import TEXT_LIMIT
from bot.domain.joined import YEARS
from bot.domain.sentence import seen

PREFIX = "/api/v1"
"""Where the API stands."""
LARGEST_NUMBER = 2**31 - 1
LARGEST_ID = 2**63 - 1
MOST_TEXT = TEXT_LIMIT * 4
"""Characters; the rules say of each field what fits."""


def _storable(text: str) -> str:
    # PostgreSQL takes no NUL, and half a pair of UTF-16 is no text at all.
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("has a character that is no text")
    return text


def _near(day: date) -> date:
    if day.year not in YEARS:
        raise ValueError(f"is a day from {YEARS.start} to {YEARS.stop - 1}")
    return day


def _with_offset(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("has no offset; write it like 2026-12-07T09:00:00+01:00")
    if moment.year not in YEARS:
        raise ValueError(f"is a moment from {YEARS.start} to {YEARS.stop - 1}")
    return moment


def _whole(given: object) -> object:
    # pydantic alone takes true for 1 and "3" for 3. 3.0 is a whole number to JSON, and to a schema of it.
    is_whole = given.is_integer() if isinstance(given, float) else isinstance(given, int)
    if isinstance(given, bool) or not is_whole:
        raise ValueError("Give a whole number, without quotes.")
    return given


def _no_truth(given: object) -> object:
    if given is True or given is False:
        raise ValueError("Give a whole number.")
    return given


def _written(given: object) -> object:
    # Of a bare number pydantic makes a moment: seconds since 1970.
    if not isinstance(given, date) and (not isinstance(given, str) or given[4:5] != "-"):
        raise ValueError("Write a day like 2026-12-07, a moment like 2026-12-07T09:00:00+01:00.")
    return given


# What nobody sees is empty, as in a form; what is required is missing then.
Words = Annotated[str, AfterValidator(_storable), AfterValidator(seen), Field(max_length=MOST_TEXT)]
ShortWords = Annotated[str, AfterValidator(_storable), Field(max_length=200)]
Day = Annotated[date, BeforeValidator(_written), AfterValidator(_near)]
Moment = Annotated[datetime, BeforeValidator(_written), AfterValidator(_with_offset)]
Flag = Annotated[bool, Field(strict=True)]
Mark = Annotated[str, AfterValidator(_storable), Field(min_length=1, max_length=255)]
Whom = Annotated[str, AfterValidator(_storable), Field(max_length=320, description="A Slack id, or an e-mail address.")]
# The bounds stand first: behind a validator a schema would not say them.
OneToFive = Annotated[int, Field(ge=1, le=5), BeforeValidator(_whole)]
WhichIncident = Annotated[int, Field(ge=1, le=LARGEST_ID), BeforeValidator(_whole)]
NO_TRUTH = BeforeValidator(_no_truth)
"""For the numbers of a list's conditions, which stand in an address as text and come from an assistant as JSON."""
ItemNumber = Annotated[int, Path(ge=1, le=LARGEST_NUMBER, description="The number of the item: 12 of AI-12.")]
Id = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class RequestBody(BaseModel):
    """A body: what it does not know, it refuses by name."""

    model_config = ConfigDict(extra="forbid")
