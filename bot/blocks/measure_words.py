"""What a measure says in words and figures: the same in Slack, in the terminal and in Markdown."""

from bot.blocks.text import count
from bot.domain.digest import Figures
from bot.domain.measures import DEFINITIONS, Measured, MeasureKey, OwnThresholds, Report, Tally, thresholds
from bot.domain.words import _, numeral

NO_ITEMS = "no items"
COUNTED = (
    "{created} created; {ended} ended ({closed} closed, {risk_accepted} accepted as risk, {wont_do} will not do, "
    "{merged} merged); {open} open, {overdue} overdue, {blocked} blocked, {deferred_open} deferred, "
    "{ideas}"
)
_NONE_ENDED = "{created} : 0"


def value_words(key: MeasureKey, found: Measured) -> str:
    """The value as people read it: `72 %`, `12.4 days`, `0.55`, `no items`."""
    if found.value is None:
        # Created and none ended has no value either, but “no items” would be untrue there.
        created = int(found.numerator or 0) if key is MeasureKey.CREATED_TO_ENDED else 0
        return _NONE_ENDED.format(created=numeral(created)) if created else _(NO_ITEMS)
    return figure(key, found.value)


def ratio_words(found: Measured) -> str:
    """What was created beside what ended: `6 : 11`, or `no items`."""
    if not (found.numerator or found.denominator):
        return _(NO_ITEMS)
    return f"{numeral(found.numerator or 0)} : {numeral(found.denominator or 0)}"


def with_numbers(key: MeasureKey, found: Measured) -> str:
    """The value and what it was made of: `72 % (18 of 25)`, `12 days (10 closed)`, `0.55 (6 created, 11 ended)`."""
    said, part, whole = value_words(key, found), numeral(found.numerator or 0), numeral(found.denominator or 0)
    if found.value is None:
        return said
    match DEFINITIONS[key].unit, key:
        case "share", _key:
            return _("{value} ({part} of {whole})", value=said, part=part, whole=whole)
        case "ratio", _key:
            return _("{value} ({created} created, {ended} ended)", value=said, created=part, ended=whole)
        case _unit, MeasureKey.AVERAGE_DAYS_TO_CLOSE:
            return _("{value} ({count} closed)", value=said, count=whole)
        case _unit, MeasureKey.BACKLOG_AGE_P90_DAYS:
            return _("{value} ({count} open)", value=said, count=whole)
    return said


def part_of(key: MeasureKey, found: Measured) -> str:
    """What a rate was made of: `18 of 25`; "" for what is no rate, or of nothing."""
    if DEFINITIONS[key].unit != "share" or found.value is None:
        return ""
    return _("{part} of {whole}", part=numeral(found.numerator or 0), whole=numeral(found.denominator or 0))


def numbered(found: Measured) -> str:
    """A rate with its numbers: `25 % (1 of 4)`, to whole percents."""
    if found.value is None:
        return _(NO_ITEMS)
    part, whole = numeral(found.numerator or 0), numeral(found.denominator or 0)
    return _("{percent} % ({part} of {whole})", percent=f"{found.value * 100:.0f}", part=part, whole=whole)


def figure(key: MeasureKey, value: float) -> str:
    """A value of a measure with its unit."""
    unit = DEFINITIONS[key].unit
    if unit == "share":
        return f"{_rounded(value * 100)} %"
    if unit == "days":
        # As one text each: other languages change more than an ending.
        return _("{days} day" if value == 1 else "{days} days", days=_rounded(value))
    return numeral(value, 2) if unit == "ratio" else numeral(value)


def aim(key: MeasureKey, own: OwnThresholds) -> str:
    """What is on target and what is a red flag: `80 % or more; red flag under 60 %`."""
    how, at = DEFINITIONS[key], thresholds(key, own)
    good, red = figure(key, at.on_target), figure(key, at.red_flag)
    if how.higher_is_better:
        return _("{good} or more; red flag under {red}", good=good, red=red)
    # No recurrences at all is the aim (R102), while a backlog of exactly 20 is not below 20 (R99).
    target = good if how.target_included else _("under {good}", good=good)
    if how.red_included:
        return _("{target}; red flag from {red}", target=target, red=red)
    return _("{target}; red flag over {red}", target=target, red=red)


def backlog_moved(tally: Tally) -> str:
    """`the backlog shrank by 5: 6 created, 11 ended`."""
    by = tally.grew_by
    if not (tally.created or tally.ended or tally.merged):
        return _("nothing was created and nothing ended")
    how = _("the backlog stayed as it was")
    if by:
        how = _("the backlog grew by {by}" if by > 0 else "the backlog shrank by {by}", by=numeral(abs(by)))
    return f"{how}: {created_and_ended(tally)}"


def created_and_ended(moved: Tally | Figures) -> str:
    """`6 created, 2 ended`; and what was merged, where there is any: without it the figures would not add up."""
    facts = {"created": numeral(moved.created), "ended": numeral(moved.ended), "merged": numeral(moved.merged)}
    if moved.merged:
        return _("{created} created, {ended} ended, {merged} merged", **facts)
    return _("{created} created, {ended} ended", **facts)


def whose(report: Report) -> str:
    """Whose report it is."""
    return report.team or _("The whole workspace")


def counted(tally: Tally) -> str:
    """Every count in a line."""
    figures = {name: numeral(number) for name, number in tally.counts().items()}
    return _(COUNTED, ideas=count(tally.future_considerations, "idea"), **figures)


def _rounded(value: float) -> str:
    """One decimal where it says something: `72`, `12.4`."""
    return numeral(value, 0 if round(value, 1) == round(value) else 1)
