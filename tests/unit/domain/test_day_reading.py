"""Days as people write them. What is accepted is always the day that was meant; else it is none, or asked about."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.day_reading import is_month_first, read_day_words
from bot.domain.day_words import NO_DAY, WHICH, Asker, DayRead

MONDAY = Asker(datetime(2026, 11, 23, 9))
WEDNESDAY = Asker(datetime(2026, 10, 7, 9))
"""7 October 2026, the day of data/field-reports.md."""
EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DE = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS_EN = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
MONTHS_DE = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip


def read(words: str, asker: Asker = MONDAY) -> date | None:
    return read_day_words(words, asker).day


@pytest.mark.parametrize(
    ("words", "then"),
    [
        ("end of week", date(2026, 11, 27)),
        ("EOW", date(2026, 11, 27)),
        ("End of the  month", date(2026, 11, 30)),
        ("eom", date(2026, 11, 30)),
        ("in 3 business days", date(2026, 11, 26)),
        ("in 5 working days", date(2026, 11, 30)),
        ("in 1 business day", date(2026, 11, 24)),
        ("in three business days", date(2026, 11, 26)),
        ("two working days", date(2026, 11, 25)),
        ("in zwei Arbeitstagen", date(2026, 11, 25)),
        ("end of next week", date(2026, 12, 4)),
        ("friday next week", date(2026, 12, 4)),
        ("next week Wednesday", date(2026, 12, 2)),
        ("next week", date(2026, 12, 4)),
        ("nächste Woche", date(2026, 12, 4)),
        ("next month", date(2026, 12, 31)),
        ("end of the quarter", date(2026, 12, 31)),
        ("next quarter", date(2027, 3, 31)),
        ("EOY", date(2026, 12, 31)),
        ("december", date(2026, 12, 31)),
        ("Ende Dezember", date(2026, 12, 31)),
        ("end of february", date(2027, 2, 28)),
        ("the 15th", date(2026, 12, 15)),
        ("the 31st", date(2026, 12, 31)),
        ("the 23rd", date(2026, 11, 23)),
        ("eod", date(2026, 11, 23)),
        ("heute", date(2026, 11, 23)),
        ("übermorgen", date(2026, 11, 25)),
        ("monday", date(2026, 11, 23)),
        ("next monday", date(2026, 11, 30)),
        ("tomorrow morning", date(2026, 11, 24)),
        ("31/12", date(2026, 12, 31)),
        ("12/31", date(2026, 12, 31)),
        ("31.12.", date(2026, 12, 31)),
        ("12.1.", date(2027, 1, 12)),
        ("1/2/2027", date(2027, 2, 1)),
        ("31.12.26", date(2026, 12, 31)),
        ("29 feb", date(2028, 2, 29)),
        ("a week from now", date(2026, 11, 30)),
        ("within a fortnight", date(2026, 12, 7)),
        ("in 3 months", date(2027, 2, 23)),
        ("friday", date(2026, 11, 27)),
        ("Friday, the 4th of December 2026 at 5 pm", date(2026, 12, 4)),
        ("2026-12-04T17:00:00+01:00", date(2026, 12, 4)),
        ("40th", None),
        ("", None),
        ("in business days", None),
        ("next sprint", None),
        ("soon", None),
        ("the morning", None),
        ("so", None),
        ("may be", None),
        ("second half", None),
        ("12", None),
    ],
)
def test_days_that_people_write(words: str, then: date | None) -> None:
    assert read(words) == then


@pytest.mark.parametrize(
    ("words", "then"),
    [
        ("March 2027", date(2027, 3, 31)),
        ("in March", date(2027, 3, 31)),
        ("2027-01", date(2027, 1, 31)),
        ("fri 9th", date(2026, 10, 9)),
        ("friday the 9th", date(2026, 10, 9)),
        ("Fri 9/10", date(2026, 10, 9)),
        ("Fri 5.2.", date(2027, 2, 5)),
        ("5.2. 17:00", date(2027, 2, 5)),
        ("03-02-2027", date(2027, 2, 3)),
        ("26-10-09", date(2026, 10, 9)),
        ("7 Oct", date(2026, 10, 7)),
        ("Oct 7", date(2026, 10, 7)),
        ("Wed 7 Oct", date(2026, 10, 7)),
        ("end of March 2028", date(2028, 3, 31)),
        ("Q1", date(2027, 3, 31)),
        ("end of Q1", date(2027, 3, 31)),
        ("mid-March", date(2027, 3, 15)),
        ("week 45", date(2026, 11, 6)),
        ("KW 45", date(2026, 11, 6)),
        ("in 24 hours", date(2026, 10, 8)),
        ("yesterday", date(2026, 10, 6)),
        ("vorgestern", date(2026, 10, 5)),
        ("last friday", date(2026, 10, 2)),
        ("letzten Mittwoch", date(2026, 9, 30)),
        ("3 days ago", date(2026, 10, 4)),
        ("vor zwei Wochen", date(2026, 9, 23)),
    ],
)
def test_days_of_the_field_reports(words: str, then: date) -> None:
    assert read(words, WEDNESDAY) == then


def test_end_of_day_on_a_friday_is_that_friday() -> None:
    assert read("EOD friday", Asker(datetime(2026, 10, 9, 9))) == date(2026, 10, 9)


def test_end_of_week_on_a_saturday_is_the_coming_friday_and_next_week_the_one_after_it() -> None:
    saturday = Asker(datetime(2026, 10, 10, 9))
    assert read("end of week", saturday) == date(2026, 10, 16)
    assert read("end of next week", saturday) == date(2026, 10, 23)


@pytest.mark.parametrize(
    "words", ["Thu 9 Oct", "Monday, 2026-12-01", "31/11", "Feb 30", "5 Feb 2031", "27-01-28", "week 60"]
)
def test_what_may_be_two_days_or_none_is_asked_about(words: str) -> None:
    assert read_day_words(words, MONDAY) == WHICH


@pytest.mark.parametrize("words", ["30 days", "2/3", "9/10", "1.3", "1.5", "2.0.", "two weeks", "a week", "3 months"])
def test_amount_behind_by_is_no_day(words: str) -> None:
    assert read_day_words(words, MONDAY, behind_by=True) == NO_DAY


@pytest.mark.parametrize("words", ["in 30 days", "31/12", "05.02.", "5.2.2027", "two weeks from now"])
def test_what_can_be_nothing_but_a_day_is_one_behind_by(words: str) -> None:
    assert read_day_words(words, MONDAY, behind_by=True) == read_day_words(words, MONDAY) != NO_DAY


def test_order_of_day_and_month_is_the_askers() -> None:
    american = Asker(MONDAY.now, month_first=True)
    assert read("1/2") == date(2027, 2, 1)
    assert read("1/2", american) == date(2027, 1, 2)
    assert read("31/12", american) == date(2026, 12, 31)
    assert read("1.2.", american) == date(2027, 2, 1)  # with dots the day stands first everywhere


def test_only_americans_put_the_month_first_and_slacks_default_language_makes_nobody_one() -> None:
    assert is_month_first("en-US", "America/New_York")
    assert is_month_first("en-US", "America/Indiana/Knox")
    assert not is_month_first("en-US", "Europe/Berlin")
    assert not is_month_first("en-GB", "America/New_York")


dates = st.dates(MONDAY.today, MONDAY.today + timedelta(days=1096))
hours = st.sampled_from(["", " 17:00", " at 5 pm", ", 9:30", " 5:00 PM", " noon"])
WITH_YEAR = {
    "de": ("{d}.{m}.{y}", "{d:02}.{m:02}.{y}", "{d}. {de} {y}", "{d}.{m}.{yy}", "{d} {de} {y}"),
    "en-GB": ("{d}/{m}/{y}", "{d:02}/{m:02}/{y}", "{d} {en} {y}", "{d:02}-{m:02}-{y}", "{d}/{m}/{yy}", "{d} {en3} {y}"),
    "en-US": ("{m}/{d}/{y}", "{m:02}/{d:02}/{y}", "{en} {d}, {y}", "{en3} {d}, {y}", "{m}/{d}/{yy}"),
    "ISO": ("{y}-{m:02}-{d:02}", "{y}/{m:02}/{d:02}"),
}
WITHOUT_YEAR = {
    "de": ("{d}.{m}.", "{d}. {de}", "{d:02}.{m:02}."),
    "en-GB": ("{d}/{m}", "{d} {en}", "{d} {en3}", "{en} {d}"),
    "en-US": ("{m}/{d}", "{en} {d}", "{en3} {d}"),
    "ISO": (),
}


def written(day: date, shape: str, order: str, weekday: bool) -> str:
    words = shape.format(
        d=day.day, m=day.month, y=day.year, yy=f"{day.year % 100:02}",
        de=MONTHS_DE[day.month - 1], en=MONTHS_EN[day.month - 1], en3=MONTHS_EN[day.month - 1][:3],
    )  # fmt: skip
    name = (DE if order == "de" else EN)[day.weekday()]
    return f"{name}, {words}" if weekday else words


@given(dates, st.sampled_from(sorted(WITH_YEAR)), st.data(), hours, st.booleans())
def test_every_day_is_the_one_that_was_meant_in_every_order(
    day: date, order: str, data: st.DataObject, hour: str, weekday: bool
) -> None:
    shape = data.draw(st.sampled_from(WITH_YEAR[order]))
    asker = Asker(MONDAY.now, month_first=order == "en-US")
    assert read_day_words(written(day, shape, order, weekday) + hour, asker) == DayRead(day)


@given(
    st.dates(MONDAY.today, MONDAY.today + timedelta(days=364)),
    st.sampled_from(["de", "en-GB", "en-US"]),
    st.data(),
    hours,
    st.booleans(),
)  # fmt: skip
def test_day_without_a_year_is_the_next_one(
    day: date, order: str, data: st.DataObject, hour: str, weekday: bool
) -> None:
    shape = data.draw(st.sampled_from(WITHOUT_YEAR[order]))
    asker = Asker(MONDAY.now, month_first=order == "en-US")
    assert read_day_words(written(day, shape, order, weekday) + hour, asker) == DayRead(day)


@given(dates, st.integers(1, 6), st.sampled_from(sorted(WITH_YEAR)), st.data())
def test_weekday_that_contradicts_the_date_is_asked_about(day: date, off: int, order: str, data: st.DataObject) -> None:
    shape = data.draw(st.sampled_from(WITH_YEAR[order]))
    name = EN[(day + timedelta(days=off)).weekday()]
    asker = Asker(MONDAY.now, month_first=order == "en-US")
    assert read_day_words(f"{name} {written(day, shape, order, weekday=False)}", asker) == WHICH


@given(st.text(max_size=60))
def test_any_text_is_a_day_none_or_a_question_within_three_years(text: str) -> None:
    found = read_day_words(text, MONDAY)
    assert found.day is None or abs(found.day - MONDAY.today) <= timedelta(days=1098)
