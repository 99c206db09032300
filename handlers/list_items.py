"""Lists of items, in a page at a time: mine, a team's, an incident's, overdue, everything."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy.orm import Session

from bot.blocks import lists
from bot.blocks.ids import Button
from bot.blocks.parts import button
from bot.blocks.state_lines import people
from bot.blocks.text import escape, shortened
from bot.deps import Deps
from bot.domain.digest import STALE_AFTER
from bot.domain.errors import Refused
from bot.domain.item import Item
from bot.domain.lifecycle import IDEAS, OPEN, PARKED
from bot.domain.pressed import ListPage
from bot.domain.queries import Order, Viewer, Wanted, today_of
from bot.domain.roles import may_act
from bot.domain.sentence import plain, unquoted
from bot.domain.slack_text import PERSON
from bot.domain.words import Text, _
from bot.services.misspelt_words import find_meant
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.router import Router
from handlers.shared.item_change import remember_asker
from handlers.shared.item_form import likely_team
from handlers.shared.place import everybody_here, incident_of, place_of, speak_to_channel
from storage import items, teams

USAGE = "list [mine | @person | team NAME | incident | overdue | stale | blocked | deferred | ideas | theme WORD | all]"
PUBLIC = "public"
LONGEST = 500
"""Characters of what a list is asked for, which its button “More” carries."""
SEARCH_LIMIT = 200


@dataclass(frozen=True)
class Selection:
    """What a list shows: its heading, what belongs in it, what to say when there is nothing, and how it is sorted.

    `note` is said on top. `what` is the list as its next page is asked for; "" as it was asked for.
    """

    heading: str
    wanted: Wanted
    nothing: str
    order: Order = Order.PRIORITY
    note: str = ""
    what: str = ""


def register(router: Router, deps: Deps) -> None:
    """`list …`, `search …` and the button “More”."""
    router.subcommand("list", partial(_list, deps), USAGE, "shows items; add `public` to show everybody")
    router.subcommand("search", partial(_search, deps), "search WORDS", "finds items by their words")
    router.button(Button.LIST_PAGE, partial(_next_page, deps))


def _list(deps: Deps, asked: Asked) -> Answer:
    words = asked.text.split()
    if not words or unquoted(words[-1]).lower() != PUBLIC:
        return _page(deps, asked, " ".join(words))
    speak_to_channel(deps, asked)
    return _page(deps, asked, _whose(deps, asked, " ".join(words[:-1])), public=True)


def _whose(deps: Deps, asked: Asked, what: str) -> str:
    """*what* as everybody may go on with it: “mine” is somebody else's list to whoever presses “More” on it."""
    is_mine = _selection(deps, asked, what).wanted.owner == asked.user
    return f"<@{asked.user}>" if is_mine else what


def _search(deps: Deps, asked: Asked) -> Answer:
    if not asked.text:
        raise Refused("Say what to look for: `/actionitem search checkout alert`.")
    return _page(deps, asked, f"search {asked.text}")


def _next_page(deps: Deps, asked: Asked) -> Answer:
    wanted = ListPage.read(asked.value)
    page = _page(deps, asked, wanted.what, offset=wanted.offset)
    # A page of a public list belongs to whoever asked for it: their private items are nobody else's.
    return replace(page, replaces=asked.message_is_ephemeral)


def _page(deps: Deps, asked: Asked, what: str, *, offset: int = 0, public: bool = False) -> Answer:
    selection = _selection(deps, asked, what)
    # Everybody's eyes, the guests' among them, and not the asker's.
    viewer = everybody_here(deps, asked) if public else deps.directory.viewer(asked.workspace, asked.user)
    with deps.db.read() as session:
        selection, found, total = _found(session, asked.workspace, selection, viewer, offset)
    # Who may only look is offered nothing that they would be refused.
    incident = selection.wanted.incident_id if public or viewer.only is None else None
    if not found:
        offer = button(Button.NEW, "New action item", "new")
        return Answer(selection.nothing, lists.empty(selection.nothing, offer, incident), public=public)
    names = deps.directory.names(asked.workspace, set().union(*(people(item) for item in found)))
    # The words of the list and not its query: whoever presses “More” sees theirs.
    more = ListPage(offset + lists.PAGE, selection.what or what).value if offset + len(found) < total else None
    of = lists.PageOf(selection.heading, total, offset, selection.order, selection.note, more, incident)
    blocks = lists.page(found, names, deps.clock(), of, _nobody if public else _may_act(deps, asked))
    return Answer(f"{selection.heading}: {total}", blocks, public=public)


def _found(
    session: Session, workspace: str, selection: Selection, viewer: Viewer, offset: int
) -> tuple[Selection, list[Item], int]:
    """The page that begins at *offset*, and how many there are in all; of words that nobody says, of those that were
    probably meant."""
    found, total = _page_of(session, workspace, selection, viewer, offset)
    words = selection.wanted.words
    if found or not words or offset:
        return selection, found, total
    meant = find_meant(session, workspace, words, viewer)
    if meant is None:
        return selection, [], 0
    text = " ".join(meant)
    selection = replace(_matching(text), note=selection.nothing, what=f"search {text}")
    return selection, *_page_of(session, workspace, selection, viewer, offset)


def _page_of(
    session: Session, workspace: str, selection: Selection, viewer: Viewer, offset: int
) -> tuple[list[Item], int]:
    return items.find_in_order(
        session, workspace, selection.wanted, viewer, order=selection.order, limit=lists.PAGE, offset=offset
    )


def _may_act(deps: Deps, asked: Asked) -> Callable[[Item], bool]:
    """Whether the asker may act on an item of theirs to see."""
    person = remember_asker(deps, asked)
    with deps.db.read() as session:
        known = teams.list_team_ids(session, asked.workspace)
    return lambda item: may_act(item, asked.user, person, known.get(item.team_id or 0))


def _nobody(_item: Item) -> bool:
    """A message that all read offers nothing that only some of them may do."""
    return False


def _selection(deps: Deps, asked: Asked, what: str) -> Selection:
    kind, _sep, rest = what.partition(" ")
    kind = unquoted(plain(kind))
    if kind.lower() == "search":
        return _matching(unquoted(plain(rest)))
    if person := PERSON.fullmatch(what):
        owner = person.group(1)
        return _open_items_of(deps.directory.names(asked.workspace, {owner})(owner), Wanted(states=OPEN, owner=owner))
    known = _LISTS.get(kind.lower()) if len(what) <= LONGEST else None
    if known is None:
        name = shortened(plain(what), 50)
        raise Refused(Text("There is no list “{name}”. Lists: `/actionitem {usage}`.", name=name, usage=USAGE))
    return known(deps, asked, unquoted(plain(rest)))


def _default(deps: Deps, asked: Asked, rest: str) -> Selection:
    place = place_of(deps, asked)
    of_incident = incident_of(deps, asked.workspace, place) is not None
    return _of_incident(deps, asked, rest) if of_incident else _mine(deps, asked, rest)


def _mine(_deps: Deps, asked: Asked, _rest: str) -> Selection:
    return Selection(_("Your open items"), Wanted(states=OPEN, owner=asked.user), _("You have no open items."))


def _of_team(deps: Deps, asked: Asked, name: str) -> Selection:
    with deps.db.read() as session:
        known = teams.list_teams(session, asked.workspace)
        team = teams.get_team(session, asked.workspace, name) if name else likely_team(known, asked.user)
    if team is None:
        raise Refused("There are no teams yet. Your admin creates one: `actionitem team set`.")
    return _open_items_of(escape(team.name), Wanted(states=OPEN, team_id=team.id))


def _open_items_of(who: str, wanted: Wanted) -> Selection:
    return Selection(_("Open items of {who}", who=who), wanted, _("{who} has no open items.", who=who))


def _orphans(deps: Deps, asked: Asked, name: str) -> Selection:
    """What “and N more” of an orphan sweep opens."""
    team = _of_team(deps, asked, name) if name else Selection(_("Open items"), Wanted(states=OPEN), "")
    wanted = replace(team.wanted, owner_left=True)
    heading = _("{items} whose owner has left", items=team.heading)
    return Selection(heading, wanted, _("Every open item has an owner who is here."))


def _of_incident(deps: Deps, asked: Asked, _rest: str) -> Selection:
    incident = incident_of(deps, asked.workspace, place_of(deps, asked))
    if incident is None:
        raise Refused("No incident was handled in this channel. `/actionitem incident` registers one here.")
    nothing = _("{incident} has no action items yet.", incident=escape(incident.title))
    return Selection(escape(incident.title), Wanted(incident_id=incident.id), nothing)


def _overdue(deps: Deps, asked: Asked, _rest: str) -> Selection:
    with deps.db.read() as session:
        today = today_of(teams.list_teams(session, asked.workspace), deps.clock())
    return Selection(_("Overdue"), Wanted(states=OPEN, overdue=today), _("Nothing is overdue."))


def _stale(deps: Deps, _asked: Asked, _rest: str) -> Selection:
    wanted = Wanted(states=OPEN, no_progress_since=deps.clock() - STALE_AFTER)
    nothing = _("Every open item has moved within 30 days.")
    return Selection(_("No progress for 30 days"), wanted, nothing, Order.STILL_LONGEST)


def _blocked(_deps: Deps, _asked: Asked, _rest: str) -> Selection:
    return Selection(_("Blocked"), Wanted(states=OPEN, blocked=True), _("Nothing is blocked."))


def _deferred(_deps: Deps, _asked: Asked, _rest: str) -> Selection:
    wanted = Wanted(states=PARKED)
    return Selection(_("Risk debt: deferred items"), wanted, _("Nothing is deferred."), Order.BACK_SOONEST)


def _all(_deps: Deps, _asked: Asked, _rest: str) -> Selection:
    return Selection(_("All items"), Wanted(), _("There are no items yet."))


def _ideas(_deps: Deps, _asked: Asked, _rest: str) -> Selection:
    nothing = _("No ideas are written down. `/actionitem idea TEXT` keeps one.")
    return Selection(_("Ideas"), Wanted(states=IDEAS), nothing, Order.NEWEST)


def _theme(_deps: Deps, _asked: Asked, theme: str) -> Selection:
    if not theme:
        raise Refused(
            "Name the theme: `/actionitem list theme monitoring`. `/actionitem edit N` sets an item's themes."
        )
    if len(theme) > SEARCH_LIMIT:
        raise Refused(Text("That is {length} characters. A theme is a word or three.", length=f"{len(theme):,}"))
    said = escape(theme)
    nothing = _("No item has the theme “{theme}”.", theme=said)
    return Selection(_("Theme “{theme}”", theme=said), Wanted(theme=theme), nothing)


_LISTS: dict[str, Callable[[Deps, Asked, str], Selection]] = {
    "": _default,
    "mine": _mine,
    "team": _of_team,
    "incident": _of_incident,
    "overdue": _overdue,
    "stale": _stale,
    "blocked": _blocked,
    "deferred": _deferred,
    "orphans": _orphans,
    "ideas": _ideas,
    "theme": _theme,
    "all": _all,
}


def _matching(text: str) -> Selection:
    if len(text) > SEARCH_LIMIT:
        raise Refused(Text("That is {length} characters. A few words find more.", length=f"{len(text):,}"))
    said = escape(text)
    wanted = Wanted(words=tuple(text.split()))
    return Selection(_("Items that say “{words}”", words=said), wanted, _("No item says “{words}”.", words=said))
