"""The words in which people say days, in English and German; the shapes of what they write; and what is read of it."""

import re
from dataclasses import dataclass
from datetime import date, datetime

NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "a an one ein eine einem einer", "two zwei", "three drei", "four vier", "five fünf", "six sechs",
            "seven sieben", "eight acht", "nine neun", "ten zehn", "eleven elf", "twelve zwölf",
        ),
        1,
    )
    for word in words.split()
}  # fmt: skip
WEEKDAYS = {
    word: number
    for number, words in enumerate(
        (
            "monday mon montag mo", "tuesday tues tue dienstag di", "wednesday wed mittwoch mi",
            "thursday thurs thur thu donnerstag do", "friday fri freitag fr", "saturday sat samstag sonnabend sa",
            "sunday sun sonntag so",
        )
    )
    for word in words.split()
}  # fmt: skip
MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "january jan januar jänner", "february feb februar", "march mar märz mär maerz", "april apr", "may mai",
            "june jun juni", "july jul juli", "august aug", "september sept sep", "october oct oktober okt",
            "november nov", "december dec dezember dez",
        ),
        1,
    )
    for word in words.split()
}  # fmt: skip


def _alternatives(words: dict[str, int]) -> str:
    # Longest first: an alternative that matches wins, and `mon` would leave `day` of `monday` over.
    return "|".join(sorted(words, key=len, reverse=True))


WEEKDAY, MONTH, NUMBER = (_alternatives(words) for words in (WEEKDAYS, MONTHS, NUMBERS))
UNIT = r"(days?|tag(?:en?)?|weeks?|wochen?|months?|monat(?:en?)?|years?|jahr(?:en?)?|fortnights?)"
END = r"(?:the )?(?:end|last day|ende)(?: of)?(?: (?:the|des|der))? "
_SPAN_WORDS = {
    "week": "week woche",
    "month": "month monats monat",
    "quarter": "quarter quartals",
    "year": "year jahres",
}
SPANS = {word: span for span, words in _SPAN_WORDS.items() for word in words.split()}
SPAN = f"({_alternatives(dict.fromkeys(SPANS, 0))})"
NEXT = r"(?:next|coming|following|nächste[rnsm]?|kommende[rnsm]?)"
THIS = r"(?:this|the|current|diese[rsn]?)"
BEFORE = re.compile(r"(?:(?:by|on|until|till|til|no later than|bis(?: zum| zur)?|am|im|der|den|the) )+")
HOUR = re.compile(
    r"(?:[ ,t]|^)(?:at |um |@ ?)?(?:[01]?\d|2[0-3])(?::[0-5]\d){1,2}(?:\.\d+)? ?(?:am|pm|a\.m\.|p\.m\.|uhr|h)?"
    r"(?: ?(?:z|utc|gmt|ce?s?t|[ap][sd]t|e[sd]t|[+-]\d\d:?\d\d))?$"
    r"|(?:[ ,]|^)(?:at |um )?(?:1[0-2]|0?[1-9]) ?(?:am|pm|a\.m\.|p\.m\.)$|(?:[ ,]|^)(?:um )?(?:[01]?\d|2[0-3]) uhr$"
    r"|(?:[ ,]|^)(?:at |in the |am )?(?:noon|midday|lunch(?:time)?|morning|afternoon|evening|night|mittag|abend"
    r"|vormittag|nachmittag)$"
    r"|(?:[ ,]|^)(?:at )?(?:eod|cob|(?:the )?end of (?:the )?(?:business )?day|(?:the )?close of business)$"
)
END_OF_DAY = re.compile(r"eod|cob|end of (?:business )?day|close of business")
HOUR_BEFORE = re.compile(
    r"(?:eod|cob|(?:the )?end of (?:the )?(?:business )?day|close of business)(?: (?:on|of))?(?: |$)"
)
YEAR_MONTH_DAY = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})\.?")
# The same mark twice (`\2`): `5.2/2027` is no date but a mistake.
THREE = re.compile(r"(\d{1,2})([-/.]) ?(\d{1,2})\2 ?(\d{4}|\d{2})")
TWO = re.compile(r"(\d{1,2})([/.]) ?(\d{1,2})(\.?)")
DAY_MONTH = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th|\.)?(?: of)?[ -]({MONTH})\.?(?:[ -](\d{{4}}|'\d\d))?")
MONTH_DAY = re.compile(rf"({MONTH})\.?[ -](\d{{1,2}})(?:st|nd|rd|th)?(?: (\d{{4}}|'\d\d))?")
ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
# Read only beside a weekday, `Fr 12.`; alone it is a number that ends a sentence.
GERMAN_ORDINAL = re.compile(r"(\d{1,2})\.")
WEEKDAY_ALONE = re.compile(rf"(?:({NEXT})|{THIS})? ?({WEEKDAY})")
WEEKDAY_NEXT_WEEK = re.compile(
    rf"({WEEKDAY}) (?:of |in )?(?:the )?{NEXT} (?:week|woche)|{NEXT} (?:week|woche) (?:on )?({WEEKDAY})"
)
AHEAD = re.compile(
    rf"(?:(?:in|within|innerhalb(?: von)?) )?(\d{{1,3}}|{NUMBER})(?: more)? (?:(working|business) )?{UNIT}"
    rf"( from (?:now|today)| ahead)?"
)
WORKING_DAYS_GERMAN = re.compile(rf"(?:in )?(\d{{1,3}}|{NUMBER}) (?:arbeits|werk)tagen?")
HOURS = re.compile(rf"(?:in|within) (\d{{1,3}}|{NUMBER}) (?:hours?|stunden?)")
MONTH_WHOLE = re.compile(
    rf"(?:in )?({END}|mid[ -]?|mitte )?({MONTH})(?: (\d{{4}}))?|(?:in )?({END})?(\d{{4}})[-/](\d{{2}})"
)
QUARTER = re.compile(rf"(?:in )?(?:{END})?(?:q([1-4])|([1-4])\. quartal)(?:[ /-]?(\d{{4}}))?")
WEEK_NUMBER = re.compile(
    rf"(?:in )?(?:{END})?(?:(?:calendar )?week|kw|cw|kalenderwoche) ?(\d{{1,2}})(?:[ /-](\d{{4}}))?"
)
SPAN_ENDS = re.compile(rf"(?:in )?(?:{END})?(?:({NEXT}) |{THIS} )?{SPAN}")
YEAR_ENDS = re.compile(rf"{END}(\d{{4}})")
TODAY = {
    "today": 0, "tonight": 0, "heute": 0, "tomorrow": 1, "morgen": 1, "day after tomorrow": 2, "übermorgen": 2,
    "yesterday": -1, "gestern": -1, "day before yesterday": -2, "vorgestern": -2,
}  # fmt: skip
"""What lies behind is read too, so that it is answered and not taken for a text."""
LAST_WEEKDAY = re.compile(rf"(?:last|past|letzte[rnms]?|vergangene[rnms]?|vorige[rnms]?) ({WEEKDAY})")
AGO = re.compile(rf"(\d{{1,3}}|{NUMBER}) (?:days?|weeks?) ago|vor (\d{{1,3}}|{NUMBER}) (?:tag|woche)(?:en|n)?")
SHORT = {
    "eow": "end of week", "eom": "end of month", "eoq": "end of quarter", "eoy": "end of year",
    "wochenende": "end of week", "monatsende": "end of month", "quartalsende": "end of quarter",
    "jahresende": "end of year",
}  # fmt: skip
AMOUNT = re.compile(r"\d{1,2}/\d{1,2}|\d+(?:\.\d+)*\.?")


@dataclass(frozen=True)
class Asker:
    """Who writes: *now* in their own zone, and whether they put the month before the day, `2/5/2027`."""

    now: datetime
    month_first: bool = False

    @property
    def today(self) -> date:
        """The day it is for them."""
        return self.now.date()


@dataclass(frozen=True)
class DayRead:
    """What was read: the day, or none; `doubtful`: it speaks of a day, but which one must be asked."""

    day: date | None = None
    doubtful: bool = False


NO_DAY, WHICH = DayRead(), DayRead(doubtful=True)


def number_of(word: str) -> int:
    """`three`, `drei` and `3` are 3."""
    return int(word) if word.isdigit() else NUMBERS[word]
