"""What a measure says in words and figures: the same in Slack, in the terminal and in Markdown."""

from bot.domain.measures import DEFINITIONS, Key, Measured, Report, Settings, Tally, thresholds

NO_ITEMS = "no items"
_NONE_ENDED = "{created:,} : 0"


def said(key: Key, found: Measured) -> str:
    """The value as people read it: `72 %`, `12.4 days`, `0.55`, `no items`."""
    if found.value is None:
        created = int(found.numerator or 0) if key is Key.CREATED_TO_ENDED else 0
        return _NONE_ENDED.format(created=created) if created else NO_ITEMS
    return figure(key, found.value)


def figure(key: Key, value: float) -> str:
    """A value of a measure with its unit."""
    unit = DEFINITIONS[key].unit
    if unit == "share":
        return f"{_rounded(value * 100)} %"
    if unit == "days":
        return f"{_rounded(value)} {'day' if value == 1 else 'days'}"
    return f"{value:,.2f}" if unit == "ratio" else f"{value:,.0f}"


def aim(key: Key, own: Settings) -> str:
    """What is on target and what is a red flag: `80 % or more; red flag under 60 %`."""
    how, at = DEFINITIONS[key], thresholds(key, own)
    good, red = figure(key, at.on_target), figure(key, at.red_flag)
    if how.higher_is_better:
        return f"{good} or more; red flag under {red}"
    target = good if how.target_included else f"under {good}"
    return f"{target}; red flag {f'from {red}' if how.red_included else f'over {red}'}"


def backlog_moved(tally: Tally) -> str:
    """`the backlog shrank by 5: 6 created, 11 ended`."""
    by = tally.created - tally.ended
    if not (tally.created or tally.ended):
        return "nothing was created and nothing ended"
    how = f"grew by {by:,}" if by > 0 else f"shrank by {-by:,}" if by < 0 else "stayed as it was"
    return f"the backlog {how}: {tally.created:,} created, {tally.ended:,} ended"


def whose(report: Report) -> str:
    """Whose report it is."""
    return report.team or "The whole workspace"


def counted(tally: Tally) -> str:
    """Every count in a line."""
    how = (
        f"{tally.closed:,} closed, {tally.risk_accepted:,} accepted as risk, {tally.wont_do:,} will not do, "
        f"{tally.merged:,} merged"
    )
    now = (
        f"{tally.open:,} open, {tally.overdue:,} overdue, {tally.blocked:,} blocked, {tally.deferred_open:,} deferred, "
        f"{tally.future_considerations:,} ideas"
    )
    return f"{tally.created:,} created; {tally.ended:,} ended ({how}); {now}"


def _rounded(value: float) -> str:
    """One decimal where it says something: `72`, `12.4`."""
    text = f"{value:,.1f}"
    return text.removesuffix(".0")
