"""The App Home: what awaits its reader, their items by urgency, their team's with filters; newcomers read three steps.

Stays within the hundred blocks of a view however much there is: every section has pages or names the list.
"""

from collections.abc import Sequence
from datetime import datetime

from slack_sdk.models.blocks import (
    Block,
    DividerBlock,
    HeaderBlock,
    InteractiveElement,
    Option,
    PlainTextObject,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.blocks.approve import decision_buttons, terms_in_short, wants, wants_of
from bot.blocks.fields import OPTION_LIMIT, OPTIONS_LIMIT
from bot.blocks.ids import Button
from bot.blocks.lists import line
from bot.blocks.measure_words import numbered, ratio_words, value_words
from bot.blocks.parts import (
    acceptance_buttons,
    actions,
    button,
    context,
    details,
    hold_buttons,
    item_buttons,
    item_rows,
    section,
    stale_buttons,
    step_button,
)
from bot.blocks.searched import TEAMS_AT_ONCE, Choice, incident_choice, searched_menu, team_choice
from bot.blocks.text import Names, escape, shortened
from bot.domain.home import STATES, Awaits, Home, HomePage
from bot.domain.item import Item
from bot.domain.measures import Band, MeasureKey
from bot.domain.team import Team
from bot.domain.words import _, numeral

AWAITING_SHOWN = 6
MINE_SHOWN = 12
THEIRS_SHOWN = 15
"""Items of each section on a page: with two blocks for one of the reader's own, all fit into a hundred blocks."""
ALL = "all"
OVERDUE = "overdue"


def home(shown: Home, names: Names, now: datetime, user: str) -> View:
    """The view of *user* at the moment `now`."""
    blocks: list[Block] = [_heading(_("Your action items")), _first_row(shown), context(_summary(shown))]
    blocks += _awaiting(shown, names, now, user)
    blocks += _mine(shown, names, now)
    # In place of an empty list: whoever owns nothing reads how it goes.
    if shown.is_new:
        blocks.append(section(_steps()))
    blocks += _theirs(shown, names, now)
    return View(type="home", blocks=blocks)


def _first_row(shown: Home) -> Block:
    row: list[InteractiveElement] = [button(Button.NEW, "New action item", "new")]
    if shown.team:
        row.append(button(Button.REVIEW, "Review", "review"))
    if shown.configures:
        row.append(button(Button.SETTINGS, "Settings", ""))
    return actions(row)


def _summary(shown: Home) -> str:
    if shown.is_new:
        return _("You own no open items. This is how it goes:")
    mine = shown.mine
    words = _("{count} open items", count=numeral(mine.total)) if mine.total != 1 else _("1 open item")
    words += _(", {count} overdue", count=mine.overdue) if mine.overdue else _(", none overdue")
    if shown.waiting:
        words += _(" · {count} await you", count=shown.waiting) if shown.waiting != 1 else _(" · 1 awaits you")
    return words


def _steps() -> str:
    return _(
        "*1.* In an incident's channel, type `/actionitem new` and say what will change.\n"
        "*2.* Move it along: start, implemented, verified with evidence, closed.\n"
        "*3.* On Monday the team's digest says what is open, overdue and waiting."
    )


def _awaiting(shown: Home, names: Names, now: datetime, user: str) -> list[Block]:
    if not shown.awaiting:
        return []
    blocks: list[Block] = [DividerBlock(), section(_("*Awaits you*"))]
    for why, item in shown.awaiting:
        text = f"{_reason(why, item, names, user)}\n{line(item, names, item.day(now))}"
        # A question has its answers alone.
        is_question = why is Awaits.ACCEPT or (why is Awaits.APPROVE and item.request is not None)
        blocks += [section(text, None if is_question else details(item)), _answer(why, item)]
    if (left := shown.waiting - len(shown.awaiting)) > 0:
        blocks.append(context(_("{count} more await you: they come up as you answer these.", count=left)))
    return blocks


def _reason(why: Awaits, item: Item, names: Names, user: str) -> str:
    match why:
        case Awaits.APPROVE:
            return _to_decide(item, names, user)
        case Awaits.ACCEPT:
            return _("{who} asks you to own it:", who=names(item.created_by))
        case Awaits.VERIFY:
            return _("It is in production. Does it work?")
        case Awaits.HOLD:
            return _("Closed a month ago: did it hold?")
    return _("No progress for 30 days. It needs a status:")


def _to_decide(item: Item, names: Names, user: str) -> str:
    if item.request is None:
        return _("It waits for a decision:")
    who = names(item.request.asked_by)
    asks = wants(item.request, who, item.label)
    if item.request.approver != user:
        asks = wants_of(item.request, who, names(item.request.approver), item.label)
    return "\n".join([asks, *terms_in_short(item.request, item)])


def _answer(why: Awaits, item: Item) -> Block:
    match why:
        case Awaits.ACCEPT:
            return acceptance_buttons(item)
        case Awaits.APPROVE:
            return decision_buttons(item.request) if item.request else item_buttons(item)
        case Awaits.HOLD:
            return hold_buttons(item)
        case Awaits.ANSWER:
            return stale_buttons(item)
    return item_buttons(item)


def _mine(shown: Home, names: Names, now: datetime) -> list[Block]:
    """The reader's own by due date; what stands under “Awaits you” on the same screen is not repeated."""
    # Twice on one screen, one of them would be answered and the other stand there unanswered until it is drawn anew.
    above = {item.number for _why, item in shown.awaiting}
    own = [item for item in shown.mine.items if item.number not in above]
    if not own and shown.mine.total <= len(above):
        return []
    blocks: list[Block] = [DividerBlock(), section(_("*Yours, the most urgent first*"))]
    for item in own:
        blocks += item_rows(line(item, names, item.day(now)), item)
    return [*blocks, *_pages(shown.mine, MINE_SHOWN, Button.HOME_MINE_EARLIER, Button.HOME_MINE_LATER)]


def _theirs(shown: Home, names: Names, now: datetime) -> list[Block]:
    if shown.team is None:
        return []
    heading = f"*{escape(shown.team.name)}* · {_theirs_in_all(shown)}"
    blocks: list[Block] = [DividerBlock(), section(heading), actions(_filters(shown))]
    # Right below the heading, above the filters: it is of the whole team and follows none of them.
    if shown.measures:
        blocks.insert(2, context(_measures(shown)))
    if not shown.theirs.items:
        blocks.append(section(_("Nothing here with these filters.")))
    for item in shown.theirs.items:
        accessory = step_button(item) or button(Button.SHOW, "Details", str(item.number))
        blocks.append(section(line(item, names, item.day(now)), accessory))
    return [*blocks, *_pages(shown.theirs, THEIRS_SHOWN, Button.HOME_THEIRS_EARLIER, Button.HOME_THEIRS_LATER)]


def _measures(shown: Home) -> str:
    """The running month in one line: how many in time, the ratio, the backlog, each with its band in words."""
    in_time, ratio, backlog = (
        shown.measures[key]
        for key in (MeasureKey.COMPLETION_RATE, MeasureKey.CREATED_TO_ENDED, MeasureKey.BACKLOG_SIZE)
    )
    told = (
        (in_time, _("in time"), numbered(in_time)), (ratio, _("created : ended"), ratio_words(ratio)),
        (backlog, _("open"), value_words(MeasureKey.BACKLOG_SIZE, backlog)),
    )  # fmt: skip
    # What there was nothing to measure of is not said at all.
    parts = [f"{name} {value} – {_(found.band.words)}" for found, name, value in told if found.band is not Band.NO_DATA]
    return _("This month: {figures}", figures=" · ".join(parts))


def _theirs_in_all(shown: Home) -> str:
    """How many are listed, and how many of them are put off: the measures below count only what is open."""
    total, filters = shown.theirs.total, shown.filters
    is_all = not (filters.state or filters.overdue or filters.incident or filters.theme)
    backlog = shown.measures.get(MeasureKey.BACKLOG_SIZE) if is_all else None
    deferred = total - int(backlog.value) if backlog and backlog.value is not None else 0
    if deferred <= 0:
        return _items(total)
    return _("{items}, {count} of them deferred", items=_items(total), count=numeral(deferred))


def _items(number: int) -> str:
    return _("1 item") if number == 1 else _("{count} items", count=numeral(number))


def _filters(shown: Home) -> list[InteractiveElement]:
    chosen = shown.filters
    states = [(ALL, _("Any open state")), *((state.value, _(state.words)) for state in STATES)]
    dates = [(ALL, _("Any due date")), (OVERDUE, _("Overdue"))]
    menus: list[InteractiveElement] = [
        _menu(Button.HOME_STATE, _("State"), states, chosen.state),
        _menu(Button.HOME_DUE, _("Due"), dates, OVERDUE if chosen.overdue else ""),
    ]
    if shown.incidents:
        found = next((each for each in shown.incidents if each.id == chosen.incident), None)
        incident = incident_choice(found) if found else Choice(ALL, _("Any incident"))
        menus.append(searched_menu(Button.HOME_INCIDENT, incident, _("Incident")))
    if shown.themes:
        themes = [(ALL, _("Any theme")), *((theme, theme) for theme in shown.themes)]
        menus.append(_menu(Button.HOME_THEME, _("Theme"), themes, chosen.theme))
    if len(shown.teams) > 1 and shown.team:
        # First, because the others are filters of that team.
        menus.insert(0, _team_menu(shown.teams, shown.team))
    return menus


def _team_menu(teams: Sequence[Team], chosen: Team) -> InteractiveElement:
    if len(teams) > TEAMS_AT_ONCE:
        return searched_menu(Button.HOME_TEAM, team_choice(chosen), _("Team"))
    names = [(str(team.id), team.name) for team in teams]
    return _menu(Button.HOME_TEAM, _("Team"), names, str(chosen.id))


def _menu(action_id: Button, placeholder: str, choices: Sequence[tuple[str, str]], chosen: str) -> StaticSelectElement:
    """The first choice is chosen where nothing else is."""
    options = [
        Option(text=PlainTextObject(text=shortened(words, OPTION_LIMIT)), value=value)
        # A Home that Slack refuses is no Home: the hundredth incident is left out instead.
        for value, words in choices[:OPTIONS_LIMIT]
    ]
    # What was chosen may be gone since: a theme that no item has any more.
    initial = next((option for option in options if option.value == chosen), options[0])
    shown = PlainTextObject(text=placeholder)
    return StaticSelectElement(action_id=action_id, placeholder=shown, options=options, initial_option=initial)


def _pages(page: HomePage, size: int, earlier: Button, later: Button) -> list[Block]:
    """“Earlier” and “Later”, where there is more than one page; their value is how many items come before."""
    if page.total <= size:
        return []
    row: list[InteractiveElement] = []
    if page.offset:
        row.append(button(earlier, "Earlier", str(max(0, page.offset - size))))
    if page.offset + size < page.total:
        row.append(button(later, "Later", str(page.offset + size)))
    first, last = page.offset + 1, min(page.offset + size, page.total)
    where = _("{first}–{last} of {total}", first=first, last=last, total=numeral(page.total))
    return [context(where), actions(row)]


def _heading(words: str) -> Block:
    return HeaderBlock(text=PlainTextObject(text=words))
