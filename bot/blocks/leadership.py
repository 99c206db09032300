"""The summary for leadership, for two minutes: what to decide, what costs most, what waits, the trend, then a table."""

from collections.abc import Iterable, Sequence
from itertools import accumulate

from slack_sdk.models.blocks import Block

from bot.blocks.charts import figures, flow
from bot.blocks.data_table import TableBlock
from bot.blocks.fitting import as_many_as_fit
from bot.blocks.leadership_table import TEAM_SHOWN, rows_of_teams
from bot.blocks.measure_words import backlog_moved
from bot.blocks.parts import context, section
from bot.blocks.report import COUNTED
from bot.blocks.state_lines import asked_for
from bot.blocks.text import Names, count, duration, escape, quoted, severity_words, shortened
from bot.domain.costly import Risk
from bot.domain.item import Item
from bot.domain.leadership import Summary, TeamLine
from bot.domain.patterns import Pattern
from bot.domain.policy import LEADERSHIP_DAYS
from bot.domain.policy_kept import PolicyKept
from bot.domain.verdict import VerdictKind
from bot.domain.words import _, numeral

SENTENCES = 20
"""Teams with a sentence of their own; of more their names are said."""
BRIEF = 1_200
"""Characters for the teams of which only the name is said."""
NAMES_SHOWN, PATTERNS_SHOWN, TITLE_SHOWN = 3, 3, 60
FINE_SHOWN = 3
"""So many teams on target have a sentence; of more their names are enough."""
ESCALATED = "*Escalated: overdue for more than {days} days* – {items} ({teams})."
ESCALATED_BY_POLICY = "*Escalated: overdue for longer than the policy allows* – {items} ({teams})."
NOTHING_WAITS = "Nothing waits for a decision."
NOTHING_ASKED = "No request waits for approval."
REVIEW = "It came back although items were closed: review how items are chosen and verified."
NO_PATTERN = "No root cause, service or theme came back after items for it were closed."
ALSO = {
    VerdictKind.STALLED: "Stalled too: {teams}.",
    VerdictKind.RECURRED: "Incidents came back too at {teams}.",
    VerdictKind.BEHIND: "Behind too: {teams}.",
    VerdictKind.UNCLOSED: "Verified and not closed too: {teams}.",
    VerdictKind.GROWING: "Taking on more than they end, too: {teams}.",
    VerdictKind.LARGE: "Too many open too: {teams}.",
    VerdictKind.TOO_MUCH: "More work than time too: {teams}.",
    VerdictKind.AGEING: "Old items too: {teams}.",
    VerdictKind.LATE: "Missing their dates too: {teams}.",
    VerdictKind.WATCH: "Nearly on target: {teams}.",
    VerdictKind.BEGUN: "Nothing ended yet: {teams}.",
    VerdictKind.FINE: "On target, nothing to decide: {teams}.",
    VerdictKind.EMPTY: "Nothing open: {teams}.",
}
"""Where there is no room for a sentence each."""
TIMES = {1: "once", 2: "twice"}


def leadership_blocks(summary: Summary, names: Names) -> list[Block]:
    """Everything in one message: as many teams with a sentence as there is room for, the others by their names."""
    most = min(len(_told(summary)), SENTENCES)
    return as_many_as_fit(most, lambda shown: _drawn(summary, names, shown))


def leadership_in_words(summary: Summary) -> list[Block]:
    """The chart and the table in words, for where Slack draws none."""
    heads, *rows = rows_of_teams(summary)
    lines = ["; ".join(f"{head} {cell}" for head, cell in zip(heads[1:], row[1:], strict=True)) for row in rows]
    said = [f"{escape(row[0])}: {line}" for row, line in zip(rows, lines, strict=True)]
    return [*figures(summary.trend), *(section("\n".join(part)) for part in _parts(said))]


def leadership_text(summary: Summary) -> str:
    """The summary as a notification."""
    return _("Action items, {months}: {decide}", months=summary.name, decide=_decide(summary))


def _drawn(summary: Summary, names: Names, shown: int) -> list[Block]:
    heading = f"*{_('Action items')} · {summary.name}* – {_decide(summary)}\n{_in_all(summary)}"
    blocks: list[Block] = [section(heading), *_sentences(summary, shown)]
    blocks += [
        section(text) for text in (_risks(summary), _waiting(summary, names), _escalated(summary, names)) if text
    ]
    blocks += [
        flow(summary.trend),
        TableBlock(caption=_("Every team, {months}", months=summary.name), rows=rows_of_teams(summary)),
    ]
    blocks += [
        section(text) for text in (_kept(summary), _came_back(summary), _often(summary), _patterns(summary)) if text
    ]
    return [*blocks, context(f"{_('All about a team: `/actionitem report team NAME`.')} {_(COUNTED)}")]


def _decide(summary: Summary) -> str:
    asked = sum(line.kind.asks for line in summary.teams)
    teams = len(summary.teams)
    if not asked:
        return _("there is nothing to decide.")
    if asked == 1:
        return _("1 of {teams} needs a decision.", teams=count(teams, "team"))
    return _("{count} of {teams} need a decision.", count=asked, teams=count(teams, "team"))


def _in_all(summary: Summary) -> str:
    first, *rest = (line.tally for line in summary.teams)
    total = sum(rest, first)
    moved = backlog_moved(total)
    still = _("{open} open, {overdue} overdue", open=numeral(total.open), overdue=numeral(total.overdue))
    return f"{moved[:1].upper()}{moved[1:]}. {still}."


def _told(summary: Summary) -> Sequence[TeamLine]:
    """Those with a sentence of their own: all but many that are on target."""
    fine = [line for line in summary.teams if line.kind >= VerdictKind.FINE]
    return summary.teams if len(fine) <= FINE_SHOWN else [line for line in summary.teams if line not in fine]


def _sentences(summary: Summary, shown: int) -> list[Block]:
    told = _told(summary)[:shown]
    said = [f"• {line.verdict(escape(shortened(line.team, TITLE_SHOWN))).sentence}" for line in told]
    others = [line for line in summary.teams if line not in told]
    blocks: list[Block] = [section("\n".join(part)) for part in _parts(said)]
    return [*blocks, *([section(_others(others))] if others else [])]


def _others(others: Sequence[TeamLine]) -> str:
    """Those that there is no room for, by what is wrong; and how many are not even named."""
    left, lines = BRIEF, []
    for kind, words in ALSO.items():
        teams = [escape(shortened(line.team, TEAM_SHOWN)) for line in others if line.kind is kind]
        # Whole names only: one that is torn names somebody else.
        room = [len(text) <= left for text in accumulate(teams, lambda text, name: f"{text}, {name}")]
        named = teams[: sum(room)]
        if len(named) < len(teams):
            named.append(_("{count} more", count=len(teams) - len(named)))
        if named:
            lines.append(_(words, teams=", ".join(named)))
            left -= len(lines[-1])
    return "\n".join(lines)


def _risks(summary: Summary) -> str:
    if not summary.risks:
        return ""
    lines = [f"{place}. {_risk(risk)}" for place, risk in enumerate(summary.risks, 1)]
    return "\n".join([f"*{_('What costs most')}*", *lines])


def _risk(risk: Risk) -> str:
    item = f"*AI-{risk.number}* {escape(shortened(risk.title, TITLE_SHOWN))}"
    given = {
        "incident": escape(shortened(risk.incident, TITLE_SHOWN)) or _("Its incident"),
        "times": _times(risk.returns),
        "item": item,
        "days": count(risk.open_days, "day"),
        "team": escape(shortened(risk.team, TEAM_SHOWN)),
    }
    if risk.returns and risk.lasted:
        return _(
            "{incident} came back {times}, {lasted} in all, since {item} was opened {days} ago ({team}).",
            lasted=duration(risk.lasted), **given,
        )  # fmt: skip
    if risk.returns:
        return _("{incident} came back {times} since {item} was opened {days} ago ({team}).", **given)
    return _("{item} has been open for {days} ({team}).", item=item, days=given["days"], team=given["team"])


def _times(number: int) -> str:
    return _(TIMES[number]) if number in TIMES else _("{count} times", count=number)


def _waiting(summary: Summary, names: Names) -> str:
    if not summary.waiting:
        # Under “2 of 2 teams need a decision”, nothing may say that there is none to be made.
        return _(NOTHING_ASKED if any(line.kind.asks for line in summary.teams) else NOTHING_WAITS)
    lines = [_waits(item, summary, names) for item in summary.waiting[:NAMES_SHOWN]]
    more = len(summary.waiting) - len(lines)
    said = [f"*{_('Waiting for a decision')}*", *lines, *([_("and {count} more.", count=more)] if more else [])]
    return "\n".join(said)


def _waits(item: Item, summary: Summary, names: Names) -> str:
    request = item.request
    assert request is not None
    days = count(max((summary.now - request.asked_at).days, 1), "day")
    return _(
        "*{item}* {title} ({team}): {what}, with {who} for {days}.",
        item=item.label, title=escape(shortened(item.title, TITLE_SHOWN)),
        team=escape(shortened(item.team_name, TEAM_SHOWN)), what=asked_for(request), who=names(request.approver),
        days=days,
    )  # fmt: skip


def _escalated(summary: Summary, names: Names) -> str:
    found = summary.escalated
    if not found.by_team:
        return ""
    items = count(sum(number for _team, number in found.by_team), "item")
    teams = ", ".join(f"{escape(shortened(team, TEAM_SHOWN))} {number:,}" for team, number in found.by_team[:5])
    title = _(ESCALATED_BY_POLICY if found.by_policy else ESCALATED, days=LEADERSHIP_DAYS, items=items, teams=teams)
    if found.longest is None:
        return title
    longest = found.longest
    return title + " " + _(
        "Longest: *{item}* {title}, {who}, overdue {days}.",
        item=longest.label, title=escape(shortened(longest.title, TITLE_SHOWN)), who=names(longest.owner),
        days=count(found.days, "day"),
    )  # fmt: skip


def _kept(summary: Summary) -> str:
    """How the policies were kept, a line each severity; and what needed no post-mortem, because somebody said why."""
    lines = [_severity(name, kept) for name, kept in summary.kept.items() if kept != PolicyKept()]
    found = [f"*{_('What each severity asks for')}*", *lines] if lines else []
    if summary.none_needed:
        said = [
            f"{escape(shortened(title, TITLE_SHOWN))} ({quoted(escape(shortened(why, TITLE_SHOWN)))})"
            for title, why in summary.none_needed[:NAMES_SHOWN]
        ]
        more = len(summary.none_needed) - len(said)
        named = ", ".join([*said, *([_("{count} more", count=more)] if more else [])])
        incidents = count(len(summary.none_needed), "incident")
        found.append(_("*No post-mortem needed* – {incidents}: {named}.", incidents=incidents, named=named))
    return "\n".join(found)


def _severity(name: str, kept: PolicyKept) -> str:
    said = _(
        "• {severity}: {postmortems} of {postmortems_due} post-mortems and {items} of {items_due} items in time",
        severity=severity_words(name), postmortems=kept.postmortems_in_time, postmortems_due=kept.postmortems,
        items=kept.items_in_time, items_due=kept.items,
    )  # fmt: skip
    return f"{said}, {count(kept.exceptions, 'exception')}." if kept.exceptions else f"{said}."


def _came_back(summary: Summary) -> str:
    """The incidents of these months that came back before their items were done (R102)."""
    found = [(one.title, line.team) for line in summary.teams for one in line.recurrences]
    if not found:
        return ""
    named = [
        f"{escape(shortened(title, TITLE_SHOWN))} ({escape(shortened(team, TEAM_SHOWN))})"
        for title, team in found[:NAMES_SHOWN]
    ]
    more = [_("{count} more", count=len(found) - NAMES_SHOWN)] if len(found) > NAMES_SHOWN else []
    return f"*{_('Came back before their items were done')}*: {', '.join([*named, *more])}."


def _often(summary: Summary) -> str:
    """What was deferred again and again (R82)."""
    often = [one for line in summary.teams for one in line.debt.often]
    if not often:
        return ""
    named = [f"AI-{number} {escape(shortened(title, TITLE_SHOWN))} ({times}×)" for number, title, times in often]
    more = [_("{count} more", count=len(named) - NAMES_SHOWN)] if len(named) > NAMES_SHOWN else []
    return f"*{_('Deferred again and again')}*: {', '.join([*named[:NAMES_SHOWN], *more])}."


def _patterns(summary: Summary) -> str:
    if not summary.patterns:
        return _(NO_PATTERN)
    lines = [_pattern(pattern) for pattern in summary.patterns[:PATTERNS_SHOWN]]
    return "\n".join([f"*{_('What comes back')}*", *lines, _(REVIEW)])


def _pattern(pattern: Pattern) -> str:
    titles = ", ".join(escape(shortened(one.title, TITLE_SHOWN)) for one in pattern.incidents[-NAMES_SHOWN:])
    return _(
        "{kind} “{what}”: {incidents} although {items} ({titles})",
        kind=_(pattern.kind.value), what=escape(shortened(pattern.what, TITLE_SHOWN)),
        incidents=count(len(pattern.incidents), "incident"),
        items=count(pattern.closed, "item was closed", "items were closed"), titles=titles,
    )  # fmt: skip


def _parts(lines: Iterable[str], limit: int = 2_800) -> list[list[str]]:
    """The lines in groups that fit a section each."""
    parts: list[list[str]] = []
    for line in lines:
        if parts and sum(len(each) + 1 for each in parts[-1]) + len(line) <= limit:
            parts[-1].append(line)
        else:
            parts.append([line])
    return parts
