"""The ticket of an item: made in the team's tracker, linked, unlinked; what is out of step. Asks no tracker itself."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.orm import Session

from bot.blocks.ids import Button
from bot.blocks.tickets import asked_of, consent_blocks, consent_text, out_of_step
from bot.deps import Deps
from bot.domain.errors import Refused
from bot.domain.item import Item, is_link
from bot.domain.lifecycle import Action
from bot.domain.messages import Message
from bot.domain.queries import Viewer
from bot.domain.subjects import CardOf
from bot.domain.surfaces import TicketOf
from bot.domain.team import Team
from bot.domain.tickets import DUE, TITLE, Did, Link, dropped, take, tell
from bot.domain.tracker import Connection
from bot.domain.words import Text, _
from bot.services.tickets import new_link
from bot.services.tracker_clients import name_at, ref_at
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Router
from handlers.shared.item_change import ItemChange, ItemLook, as_asker, item_change, item_look
from storage import items, tickets, trackers

ASKED_FOR = "A ticket of *{item}* is asked for in {tracker}. The item's card says what comes of it."
TICKET, LINK, UNLINK, TICKETS = "ticket N", "link N URL", "unlink N", "tickets"
ALONE = (
    "`/actionitem ticket {number}` alone makes the ticket, in the team's tracker. `/actionitem link {number} URL` "
    "takes one that exists."
)
MOST_SHOWN = 50
NOT_CONNECTED = Text(
    "No tracker is connected yet. An admin does that with `actionitem tracker connect`; `/actionitem link N URL` "
    "notes an address meanwhile."
)
WHICH = Text(
    "Several trackers are connected: an admin chooses the team's with `actionitem team set TEAM --tracker NAME`."
)


def register(router: Router, deps: Deps) -> None:
    """`ticket N`, `link N URL`, `unlink N`, `tickets`, the card's “Create ticket” and the buttons that mend."""

    def ticket(asked: Asked) -> Answer | None:
        number, rest = number_and_rest(asked.value or asked.text, TICKET)
        if rest:  # perhaps the name of a tracker, in which it would not be made
            raise Refused(Text(ALONE, number=number))
        return _wanted(deps, asked, number, "")

    def link(asked: Asked) -> Answer | None:
        number, url = number_and_rest(asked.value or asked.text, LINK)
        return _wanted(deps, asked, number, _address(url))

    def yes(asked: Asked) -> Answer | None:
        number, url = number_and_rest(asked.value, TICKET)
        return _link(deps, asked, number, url) if url else _create(deps, asked, number)

    def unlink(asked: Asked) -> Answer | None:
        number, _rest = number_and_rest(asked.value or asked.text, UNLINK)
        return _unlink(deps, asked, number)

    router.subcommand("ticket", ticket, TICKET, "makes its ticket in the team's tracker")
    router.subcommand("link", link, LINK, "takes a ticket that exists")
    router.subcommand("unlink", unlink, UNLINK, "takes the link to its ticket away")
    router.subcommand("tickets", lambda asked: _tickets(deps, asked), TICKETS, "what is out of step with the trackers")
    router.button(Button.TICKET, ticket)
    router.button(Button.TICKET_YES, yes)
    router.button(Button.TICKET_UNLINK, unlink)
    router.button(Button.TICKET_RETRY, lambda asked: _mend(deps, asked, _again))
    router.button(Button.TICKET_OURS, lambda asked: _mend(deps, asked, _ours))
    router.button(Button.TICKET_THEIRS, lambda asked: _mend(deps, asked, _theirs))


def _wanted(deps: Deps, asked: Asked, number: int, url: str) -> Answer | None:
    """At once; of a private item only after a yes."""
    with item_look(deps, asked, number) as look:
        look.check(lambda _by: _refuse_unless_free(look.item))
        connection = _connection_at(look, url) if url else _connection(look)
    if look.item.private and connection:
        text = consent_text(look.item, connection)
        return Answer(text, consent_blocks(look.item, text, url))
    return _link(deps, asked, number, url) if url else _create(deps, asked, number)


def _create(deps: Deps, asked: Asked, number: int) -> Answer:
    with item_change(deps, asked, number) as change:
        _refuse_unless_free(change.item)
        connection = _connection(change)
        link = new_link(change.item, connection.id, asked.user, consented=change.item.private)
        if not tickets.record_link(change.session, link):
            raise Refused(Text("The ticket of {item} is being made already.", item=change.item.label))
        _refresh(change)
    return Answer(_(ASKED_FOR, item=f"AI-{number}", tracker=connection.title))


def _link(deps: Deps, asked: Asked, number: int, url: str) -> Answer | None:
    """The address alone where no connection knows it; the answer is the line of every change."""
    with item_change(deps, asked, number) as change:
        _refuse_unless_free(change.item)
        connection = _connection_at(change, url)
        link = Link(asked.workspace, number, 0, "", name=name_at(url), url=url)
        if connection:
            made = new_link(change.item, connection.id, asked.user, consented=change.item.private)
            link = replace(made, ref=ref_at(connection, url), name=name_at(url), url=url)
            _refuse_taken(change, link)
            tickets.record_link(change.session, link)
        change.record(tell(replace(change.item, ticket_url=url), link, Did.LINKED, change.by))
    return None


def _unlink(deps: Deps, asked: Asked, number: int) -> Answer | None:
    with item_change(deps, asked, number) as change:
        link = tickets.find_link(change.session, asked.workspace, number)
        url = change.item.ticket_url
        if not url and link is None:
            raise Refused(Text("{item} has no ticket.", item=change.item.label))
        tickets.remove_link(change.session, asked.workspace, number)
        link = link or Link(asked.workspace, number, 0, "", name=name_at(url), url=url)
        told = replace(link, name=link.name or _("ticket"))
        change.record(tell(replace(change.item, ticket_url=""), told, Did.UNLINKED, change.by))
    return None


def _tickets(deps: Deps, asked: Asked) -> Answer:
    now = deps.clock()

    def read(session: Session, viewer: Viewer) -> tuple[list[tuple[Item, Link, Connection]], int, list[Connection]]:
        found = tickets.list_out_of_step(session, asked.workspace, viewer, MOST_SHOWN)
        known = items.list_numbered(session, asked.workspace, [each.number for each in found])
        by_id = {each.id: each for each in trackers.list_trackers(session, asked.workspace)}
        rows = [(known[each.number], each, by_id[each.connection_id]) for each in found]
        ending = [each for each in by_id.values() if each.token_ends_soon(now)]
        return rows, tickets.count_linked(session, asked.workspace, viewer), ending

    rows, linked, ending = as_asker(deps, asked, read)
    names = deps.directory.names(
        asked.workspace, {person for item, link, _ in rows for person in (item.owner, asked_of(link)) if person}
    )
    return Answer(*out_of_step(rows, linked, names, ending))


def _mend(deps: Deps, asked: Asked, how: Callable[[ItemChange, Link], Link]) -> Answer:
    number, _rest = number_and_rest(asked.value, TICKETS)
    with item_change(deps, asked, number) as change:
        link = tickets.find_link(change.session, asked.workspace, number)
        if link is None:
            raise Refused(Text("{item} has no ticket.", item=change.item.label))
        tickets.write_link(change.session, how(change, link))
        _refresh(change)
    return Answer(_("The ticket of *{item}* is looked at again.", item=f"AI-{number}"))


def _again(_change: ItemChange, link: Link) -> Link:
    return replace(link, gone="", problem=None, problem_since=None)


def _ours(change: ItemChange, link: Link) -> Link:
    """All that the item says is written anew."""
    return replace(_again(change, link), sent={})


def _theirs(change: ItemChange, link: Link) -> Link:
    """What the ticket shows is taken, and what waits to go out is dropped."""
    shown = {name: value for name, value in link.seen.items() if name in (TITLE, DUE)}
    for made in take(change.item, link, shown, change.by).moves:
        change.record(replace(made, item=replace(made.item, last_change_id=change.item.last_change_id)))
    return dropped(_again(change, link), change.item)


def _refresh(change: ItemChange) -> None:
    """In a delivery of its own: what was recorded before has gone out under the name of its change."""
    number, channel = change.item.number, change.item.channel
    said: list[Message] = [TicketOf(number).refresh]
    said += [CardOf(number).live(channel)] if channel else []
    change.deps.outbox.enqueue(change.session, change.item.workspace, f"ticket:{number}:{change.asked.key}", said)


def _refuse_unless_free(item: Item) -> None:
    if item.is_no_commitment:
        words = Text("{item} is an idea. It can have a ticket once it is promoted.", item=item.label)
        raise Refused(words, next_step=Action.PROMOTE if item.is_idea else None)
    if item.ticket_url:
        raise Refused(
            Text(
                "{item} has this ticket: {url} – `/actionitem unlink {number}` takes it away first.",
                item=item.label,
                url=item.ticket_url,
                number=item.number,
            )
        )


def _refuse_taken(change: ItemChange, link: Link) -> None:
    other = tickets.find_by_url(change.session, link.workspace, link.url)
    other = other or tickets.find_by_ref(change.session, link.connection_id, link.ref)
    if other is None:
        return
    # Who may not know of the other item is not told which it is.
    seen = items.list_visible(change.session, link.workspace, [other.number], change.viewer)
    whose = f"AI-{other.number}" if seen else Text("another item")
    raise Refused(
        Text("{ticket} is the ticket of {item} already. A ticket has one item.", ticket=link.name, item=whose)
    )


def _connection(look: ItemLook) -> Connection:
    """The team's tracker, or the only one."""
    team: Team | None = look.team
    known = trackers.list_trackers(look.session, look.item.workspace)
    chosen = [each for each in known if team and each.name == team.tracker]
    if len(chosen or known) > 1:
        raise Refused(WHICH)
    if not known:
        raise Refused(NOT_CONNECTED)
    return (chosen or known)[0]


def _connection_at(look: ItemLook, url: str) -> Connection | None:
    known = trackers.list_trackers(look.session, look.item.workspace)
    return next((each for each in known if ref_at(each, url)), None)


def _address(url: str) -> str:
    """Slack's brackets are no part of it."""
    bare = url.strip().removeprefix("<").removesuffix(">").partition("|")[0]
    if not is_link(bare):
        raise Refused(Text("Paste the address of the ticket: `/actionitem {usage}`.", usage=LINK))
    return bare
