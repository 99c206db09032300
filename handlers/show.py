"""One item shown whole, with its history."""

from functools import partial

from slack_sdk.models.views import View

from bot.blocks.history_facts import people_in
from bot.blocks.history_pages import LINES, history_view, page
from bot.blocks.ids import Button
from bot.blocks.merge import undo_button
from bot.blocks.show import LINES_SHOWN, shown, whole_texts
from bot.blocks.state_lines import people
from bot.deps import Deps
from bot.domain.errors import NotFound, Refused
from bot.domain.item import Item
from bot.domain.pressed import HistoryPage
from bot.domain.request import Request
from bot.domain.roles import may_act, refuse_unless_decides
from bot.domain.sentence import unquoted
from bot.domain.words import Text, _, speak
from bot.languages import catalogue
from bot.services.waiting import cost_of
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Router
from handlers.shared.acting import load
from handlers.shared.item_change import item_look, remember_asker
from handlers.shared.place import everybody_here
from storage import changes, items, merges, teams
from storage.merges import find_contained

USAGE = "show N"


def register(router: Router, deps: Deps) -> None:
    """`show N [public]`, the button “Details”, the entry in “⋯”, “Whole texts”, and the pages of “Whole history”."""
    show = partial(_show, deps)
    router.subcommand("show", show, USAGE, "shows one item and its history; add `public` to show everybody")
    router.button(Button.SHOW, show)
    router.button(Button.TEXTS, partial(_open_texts, deps))
    router.button(Button.HISTORY, partial(_open_history, deps))
    router.button(Button.HISTORY_EARLIER, partial(_turn_page, deps))
    router.button(Button.HISTORY_LATER, partial(_turn_page, deps))
    router.more("show", show)


def _show(deps: Deps, asked: Asked) -> Answer:
    number, rest = number_and_rest(asked.value or asked.text, USAGE)
    item = load(deps, asked, number)
    public = unquoted(rest).lower() == "public"
    if public:
        _refuse_unless_for_everybody(deps, asked, item)
        speak(catalogue(item.team_language))
    # Aloud, what everybody here may know; else what the asker may.
    viewer = everybody_here(deps, asked) if public else deps.directory.viewer(asked.workspace, asked.user)
    person = remember_asker(deps, asked)
    now = deps.clock()
    with deps.db.read() as session:
        team = teams.get_team_by_id(session, item.team_id) if item.team_id else None
        contained = find_contained(session, asked.workspace, number, viewer)
        undoable = contained.numbers and not public and merges.find_undoable(session, asked.workspace, number, now)
        total = changes.count_changes(session, asked.workspace, number)
        # The end of the history: an item of years has hundreds of lines, for which a message has no room.
        newest = max(total - LINES_SHOWN, 0)
        history = changes.list_changes_from(session, asked.workspace, number, newest, LINES_SHOWN)
        cost = cost_of(session, item, viewer, now)
    users = people(item).union(item.collaborators, *(people_in(change) for change in history))
    names = deps.directory.names(asked.workspace, users)
    # Buttons that one person may press do not belong to a message that all read.
    request = None if public else _to_decide(deps, asked, item)
    undo = undo_button(number, undoable) if undoable else None
    blocks = shown(
        item, history, names, deps.today(item.zone), total=total, decide=request, contained=contained, cost=cost,
        acts=public or may_act(item, asked.user, person, team), undo=undo,
    )  # fmt: skip
    return Answer(f"{item.label}: {_(item.state.words)}", blocks, public=public)


def _open_texts(deps: Deps, asked: Asked) -> None:
    number, _rest = number_and_rest(asked.value, USAGE)
    asked.open(whole_texts(load(deps, asked, number)))


def _open_history(deps: Deps, asked: Asked) -> None:
    number, _rest = number_and_rest(asked.value, USAGE)
    asked.open(_page(deps, asked, number, None))


def _turn_page(deps: Deps, asked: Asked) -> None:
    wanted = HistoryPage.read(asked.value)
    asked.redraw(_page(deps, asked, wanted.number, wanted.at))


def _page(deps: Deps, asked: Asked, number: int, wanted: int | None) -> View:
    item = load(deps, asked, number)
    with deps.db.read() as session:
        at = page(wanted, changes.count_changes(session, asked.workspace, number))
        lines = changes.list_changes_from(session, asked.workspace, number, at.first, LINES)
    names = deps.directory.names(asked.workspace, {user for line in lines for user in people_in(line)})
    return history_view(item, at, lines, names)


def _to_decide(deps: Deps, asked: Asked, item: Item) -> Request | None:
    """The request about the item that waits for the asker's decision: “Review” of a digest leads here."""
    if item.request is None or not item.request.is_pending:
        return None
    try:
        with item_look(deps, asked, item.number) as look:
            refuse_unless_decides(look.item, look.by, item.request.approver, look.team)
    except Refused:
        return None
    return item.request


def _refuse_unless_for_everybody(deps: Deps, asked: Asked, item: Item) -> None:
    everybody = everybody_here(deps, asked)
    try:
        with deps.db.read() as session:
            items.get_item(session, asked.workspace, item.number, everybody)
    except NotFound:
        if item.private:
            words = Text("{item} belongs to a private channel. It can be shown publicly only there.", item=item.label)
        else:
            words = Text(
                "Guests may be here, who see this channel's items only. Leave out `public` to see {item}.",
                item=item.label,
            )
        raise Refused(words) from None
