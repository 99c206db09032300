"""Days and times as trackers and spreadsheets write them, which is not always ISO 8601. Guesses nothing."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, tzinfo

from bot.domain.porting.cells import BadCell, shown

_MONTH_NAMES = (
    "jan january januar janv ene", "feb february februar févr fév", "mar march mär märz mrz mars",
    "apr april avr abr", "may mai mayo", "jun june juni juin", "jul july juli juil", "aug august août ago",
    "sep sept september", "oct october okt oktober", "nov november", "dec december dez dezember déc dic",
)  # fmt: skip
"""As Jira writes them in English, German, French and Spanish; those of other languages are refused by name."""
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names.split()}
_TIME = r"(?:,?\s+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.\d+)?)?\s*(?P<half>[ap]\.?m\.?)?)?"
_NAMED = re.compile(rf"(?P<day>\d{{1,2}})[/\-. ]+(?P<month>[^\W\d]+)\.?[/\-. ]+(?P<year>\d{{4}}|\d\d){_TIME}", re.I)
_NAMED_FIRST = re.compile(rf"(?P<month>[^\W\d]+)\.?\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}}){_TIME}", re.I)
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})[/.](?P<month>\d{{1,2}})[/.](?P<day>\d{{1,2}}){_TIME}", re.I)
_NUMBERS = re.compile(rf"(?P<a>\d{{1,2}})(?P<mark>[/.\-])(?P<b>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}|\d\d){_TIME}", re.I)
_OF_JAVASCRIPT = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2} \d{2} \d{4} \d{2}:\d{2}:\d{2} GMT[+-]\d{4})(?: \(.*\))?")


MONTHS = 12
CENTURY = 100


class Times:
    """Reads the times of one export. `zone`: where a time without an offset was written.

    Whether `3/4/24` is March or April is decided by the others of the same file, or it is refused.
    """

    def __init__(self, texts: Iterable[str], zone: tzinfo) -> None:
        self._zone = zone
        numbers = [found for text in texts if (found := _NUMBERS.fullmatch(text)) and found["mark"] != "."]
        self._day_first = any(int(found["a"]) > MONTHS for found in numbers)
        self._month_first = any(int(found["b"]) > MONTHS for found in numbers)

    def moment(self, text: str, now: datetime) -> datetime:
        """The time, aware. One without an offset that lies less than a day ahead of *now* is *now*: the clock of
        whoever exported is ahead of the team's. Raises `BadCell`."""
        found = self._read(text)
        if found.tzinfo:
            return found.astimezone(UTC)
        at = found.replace(tzinfo=self._zone).astimezone(UTC)
        return min(at, now) if (at - now).days < 1 else at

    def day(self, text: str) -> date:
        """The day; of a time with an offset that of the team. Raises `BadCell`."""
        found = self._read(text)
        return (found.astimezone(self._zone) if found.tzinfo else found).date()

    def _read(self, text: str) -> datetime:
        try:
            return self._found(text)
        except ValueError as error:
            if isinstance(error, BadCell):
                raise
            raise BadCell(f"“{shown(text)}” is not a time that can be read; 2026-11-23T09:00:00Z is one") from None

    def _found(self, text: str) -> datetime:
        if script := _OF_JAVASCRIPT.fullmatch(text):
            return datetime.strptime(script[1], "%b %d %Y %H:%M:%S GMT%z")
        for pattern in (_NAMED, _NAMED_FIRST, _YEAR_FIRST, _NUMBERS):
            if found := pattern.fullmatch(text):
                return self._from(found, text)
        return datetime.fromisoformat(text)

    def _from(self, found: re.Match[str], text: str) -> datetime:
        day, month = self._day_and_month(found, text)
        year = int(found["year"])
        hour = int(found["hour"] or 0)
        if half := found["half"]:
            hour = hour % 12 + (12 if half.lower().startswith("p") else 0)
        full = year if year >= CENTURY else 2000 + year
        return datetime(full, month, day, hour, int(found["minute"] or 0), int(found["second"] or 0))  # noqa: DTZ001 – its zone is the caller's matter

    def _day_and_month(self, found: re.Match[str], text: str) -> tuple[int, int]:
        if "month" in found.groupdict():
            month = found["month"]
            return int(found["day"]), int(month) if month.isdigit() else _month(month)
        first, second = int(found["a"]), int(found["b"])
        if found["mark"] == "." or first == second:
            return first, second
        if self._day_first == self._month_first:
            raise BadCell(
                f"“{shown(text)}” can be read two ways, and nothing in this file says whether day or month comes "
                "first. Export it again, and do not save it with a spreadsheet"
            )
        return (first, second) if self._day_first else (second, first)


def _month(name: str) -> int:
    if (found := _MONTHS.get(name.casefold())) is None:
        raise BadCell(f"“{shown(name)}” is no month that I know. Export it in English")
    return found
