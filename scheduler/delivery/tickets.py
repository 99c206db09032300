"""What delivery does for an item's ticket: brings it to where the item is now, and puts on record what came of it.

A ticket is one more surface that follows its item (ADR 013). What the tracker does not take stands on the ticket's row,
for people; what passes by itself is tried again by delivery, as for Slack.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import structlog
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.blocks.tickets import made_text
from bot.deps import Deps
from bot.domain.delivery import Trouble
from bot.domain.item import By, Item
from bot.domain.lifecycle import State
from bot.domain.messages import Live, Message, Post
from bot.domain.subjects import CardOf, ChangeOf, TicketQuestion
from bot.domain.surfaces import TicketOf
from bot.domain.ticket_text import deferral_text, ticket_text
from bot.domain.tickets import (
    STAGE,
    TEXT,
    Did,
    Link,
    SeenTicket,
    has_written,
    not_there_yet,
    ours,
    stage_wanted,
    tell,
    title_there,
    to_write,
)
from bot.domain.tracker import Connection, TicketProblem
from bot.domain.words import speaking
from bot.languages import catalogue
from bot.services.gone_tickets import record_gone
from bot.services.home import stale_surfaces
from bot.services.tracker_accounts import account_of
from bot.services.tracker_clients import TrackerClients
from bot.slack.token_keys import UnreadableToken
from bot.trackers.shape import NewTicket, Reception, TrackerClient, TrackerTrouble
from bot.trackers.texts import section
from scheduler.delivery import slack_calls
from scheduler.delivery.drawing import Refresher
from scheduler.delivery.slack_calls import SlackTrouble
from storage import items, messages, teams, tickets, trackers
from storage.people import list_names

ROUNDS = 6
"""The item may change while the tracker is asked; so often it is looked at again at once."""
CODES = {
    Reception.AWAY: "tracker_away",
    Reception.UNSURE: "tracker_away",
    Reception.UNAUTHORISED: "tracker_away",  # until somebody gives another token
    Reception.LIMITED: "tracker_limited",
}
"""What is tried again; the rest waits for a person or the next change."""
PROBLEMS = {
    Reception.AWAY: TicketProblem.AWAY,
    Reception.UNSURE: TicketProblem.AWAY,
    Reception.LIMITED: TicketProblem.LIMITED,
    Reception.UNAUTHORISED: TicketProblem.UNAUTHORISED,
    Reception.FORBIDDEN: TicketProblem.FORBIDDEN,
    Reception.REFUSED: TicketProblem.REFUSED,
    Reception.MISSING: TicketProblem.MISSING,
}
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Now:
    """An item, its ticket on record, and what is needed to bring the one to the other."""

    item: Item
    link: Link
    connection: Connection
    tracker: TrackerClient
    account: str
    text: str


def ticket_refresher(deps: Deps, clients: TrackerClients) -> Refresher:
    """Brings the ticket of an item to where the item is."""
    return Tickets(deps, clients).refresh


class Tickets:
    """See `ticket_refresher`."""

    def __init__(self, deps: Deps, clients: TrackerClients) -> None:
        self._deps, self._clients = deps, clients

    def refresh(self, workspace: str, ref: str, client: WebClient) -> None:
        """Raises `SlackTrouble` for what delivery is to try again."""
        number = TicketOf.read(ref).number
        try:
            for _round in range(ROUNDS):
                if not self._step(workspace, number, client):
                    return
        except TrackerTrouble as trouble:
            self._record_trouble(workspace, number, trouble)
            if code := CODES.get(trouble.meaning):
                raise SlackTrouble(Trouble(code, trouble.retry_after), TicketOf.kind) from trouble
        except UnreadableToken:
            self._record_problem(workspace, number, TicketProblem.UNREADABLE, "")

    def _step(self, workspace: str, number: int, client: WebClient) -> bool:
        """One thing that is to be done; False when nothing is left."""
        found = self._look(workspace, number)
        if found is None:
            return False
        item, link, connection = found
        if link.gone or (item.private and not link.consented):
            self._wait_for_yes(item, link)
            return False
        now = self._now(item, link, connection, client)
        if not link.ref:
            return self._make(now)
        if not link.seen:
            return self._meet(now)
        return self._write(now) or self._say_deferral(now) or self._look_for_change(now) or self._settled(now)

    def _look(self, workspace: str, number: int) -> tuple[Item, Link, Connection] | None:
        with self._deps.db.read() as session:
            link = tickets.find_link(session, workspace, number)
            item = items.get_item_as_it_is(session, workspace, number) if link else None
            if link is None or item is None:
                return None
            return item, link, trackers.get_tracker_by_id(session, link.connection_id)

    def _now(self, item: Item, link: Link, connection: Connection, client: WebClient) -> Now:
        with self._deps.db.read() as session:
            tracker = self._clients.client(session, connection)
            names = list_names(session, item.workspace, {item.owner})
        account = account_of(self._deps.db, connection, tracker, item.owner, client)
        # The incident's name where the item itself is public; a private one's was consented to with the item.
        said = ticket_text(item, names.get(item.owner, ""), self._permalink(item, client), with_incident=True)
        return Now(item, link, connection, tracker, account, section(link.mark, said))

    def _permalink(self, item: Item, client: WebClient) -> str:
        with self._deps.db.read() as session:
            key = CardOf(item.number).key
            card, lost = (
                messages.find_posted(session, item.workspace, key),
                messages.is_given_up(session, item.workspace, key),
            )
        if card and card.channel and card.ts:
            return slack_calls.permalink(client, card.channel, card.ts)
        if item.channel and not lost:
            # The card is on its way in another partition: the ticket is to say where it stands.
            raise SlackTrouble(Trouble("card_not_sent"), TicketOf.kind)
        return ""

    def _make(self, now: Now) -> bool:
        item, link = now.item, now.link
        if item.is_over or item.is_idea:
            with self._deps.db.begin() as session:
                tickets.remove_link(session, item.workspace, item.number)
            return False
        # In doubt, it is looked for: trackers have no key that would make a second request harmless.
        made = now.tracker.find(link.mark, link.attempted_at) if link.attempted_at else None
        if made is None:
            self._begin(link)
            new = NewTicket(title_there(item), now.text, item.due.isoformat(), now.account)
            made = now.tracker.create(new)
        self._record_made(now, made)
        return True

    def _record_made(self, now: Now, made: SeenTicket) -> None:
        link, at = now.link, self._deps.clock()
        said = ours(now.item, now.account, now.text)
        with self._deps.db.begin() as session:
            item = items.get_item_for_change(session, link.workspace, link.number, None)
            if tickets.find_link(session, link.workspace, link.number) is None:
                return  # unlinked meanwhile
            link = replace(
                link, ref=made.ref, name=made.name, url=made.url, seen=made.facts, sent=said, as_of=made.at,
                attempted_at=None, problem=None, problem_since=None,
            )  # fmt: skip
            tickets.write_link(session, link)
            item = replace(item, ticket_url=made.url)
            item = items.record_moved(session, tell(item, link, Did.MADE, By(link.requested_by, at)))
            with speaking(catalogue(item.team_language)):
                said_there = made_text(item, link, now.connection, unassigned=not now.account)
            self._say(session, item, said_there)

    def _meet(self, now: Now) -> bool:
        """The first look at a ticket that somebody linked: nothing is copied, changes flow from here on."""
        found = now.tracker.read(now.link.ref)
        sent = ours(now.item, now.account, now.text)
        link = replace(now.link, ref=found.ref, seen=found.facts, sent=sent, as_of=found.at)
        link = replace(link, name=found.name, url=found.url, problem=None, problem_since=None)
        self._keep(link, redraw=now.item)
        return True

    def _write(self, now: Now) -> bool:
        said = ours(now.item, now.account, now.text)
        wanted = to_write(said, now.link.sent, now.link.seen)
        if not wanted:
            if said != dict(now.link.sent):
                self._keep(replace(now.link, sent=said))
            return False
        shown = self._brought(now, wanted)
        self._update(now.link, lambda link: replace(has_written(link, wanted, said, shown.at), attempted_at=None))
        return True

    def _brought(self, now: Now, wanted: Mapping[str, str]) -> SeenTicket:
        """The ticket with what is *wanted*, written once: in doubt, what stands there already is left alone."""
        left = wanted
        if now.link.attempted_at:
            shown = now.tracker.read(now.link.ref)
            left = not_there_yet(wanted, shown)
            if not left:
                return shown
        self._begin(now.link)
        return now.tracker.write(now.link.ref, left, now.text if TEXT in left else "")

    def _say_deferral(self, now: Now) -> bool:
        if now.item.state is not State.DEFERRED:
            return False
        with self._deps.db.read() as session:
            found = tickets.find_last_deferral(session, now.link.workspace, now.link.number)
        if found is None or found[0] <= now.link.said_change:
            return False
        change, why = found
        mark = f"<!-- actionitem:{now.link.mark}-{change} -->"
        doubt = now.link.attempted_at
        if doubt is None or not now.tracker.has_comment(now.link.ref, mark, doubt):
            self._begin(now.link)
            now.tracker.comment(now.link.ref, f"{deferral_text(now.item, why)}\n{mark}")
        self._update(now.link, lambda link: replace(link, said_change=change, attempted_at=None))
        return True

    def _look_for_change(self, now: Now) -> bool:
        """Once the ticket is done: the change that closed it, so that “Implemented” is filled in with it."""
        question = now.link.question
        if not question or now.link.change_url or now.link.looked:
            return False
        found, asked = now.tracker.closing_change(now.link.ref), TicketQuestion.read(question)
        link = replace(now.link, change_url=found, looked=True)
        self._keep(link, also=[asked.live(asked.person)] if found else [])
        return True

    def _settled(self, now: Now) -> bool:
        """Nothing waits any more; a question that the item has answered says so."""
        link, question = now.link, now.link.question
        also: list[Live] = []
        if question and now.item.state not in (State.NOT_STARTED, State.IN_PROGRESS):
            asked = TicketQuestion.read(question)
            also, link = [asked.live(asked.person)], replace(link, question="", looked=False)
        if link.problem or also or link.attempted_at:
            redraw = now.item if link.problem else None
            self._keep(replace(link, problem=None, problem_since=None, attempted_at=None), redraw=redraw, also=also)
        return False

    def _wait_for_yes(self, item: Item, link: Link) -> None:
        """It became private after its ticket was made: nothing leaves until somebody says yes."""
        if not link.gone and link.ref and stage_wanted(item).value != link.sent.get(STAGE, ""):
            self._record_problem(item.workspace, item.number, TicketProblem.PRIVATE, "")

    def _begin(self, link: Link) -> None:
        """On record before the request: after a crash the next attempt knows that it must look for this one."""
        self._update(link, lambda now: replace(now, attempted_at=self._deps.clock()))

    def _update(self, link: Link, change: Callable[[Link], Link]) -> None:
        with self._deps.db.begin() as session:
            found = tickets.find_link(session, link.workspace, link.number)
            if found is not None:
                tickets.write_link(session, change(found))

    def _keep(self, link: Link, redraw: Item | None = None, also: list[Live] | None = None) -> None:
        said: list[Message] = list(also or [])
        with self._deps.db.begin() as session:
            tickets.write_link(session, link)
            if redraw and redraw.channel:
                said.append(CardOf(redraw.number).live(redraw.channel))
            self._enqueue(session, link, said)

    def _enqueue(self, session: Session, link: Link, said: list[Message]) -> None:
        # A name of the moment: the same ticket is spoken of many times.
        name = f"ticket:{link.number}:{self._deps.clock().isoformat()}"
        self._deps.outbox.enqueue(session, link.workspace, name, said)

    def _say(self, session: Session, item: Item, text: str) -> None:
        """In the card's thread; where there is none, to whoever asked for it."""
        about = ChangeOf(item.last_change_id)
        team = teams.get_team_by_id(session, item.team_id) if item.team_id else None
        said: list[Message] = []
        if item.channel:
            said = [CardOf(item.number).live(item.channel)]
            said.append(Post(about.thread, item.channel, text, thread_of=CardOf(item.number).key))
        said += stale_surfaces(session, item, team)
        self._deps.outbox.enqueue(session, item.workspace, about.key, said)

    def _record_trouble(self, workspace: str, number: int, trouble: TrackerTrouble) -> None:
        log.warning("ticket not taken", workspace=workspace, number=number, why=trouble.meaning.value)
        with self._deps.db.read() as session:
            link = tickets.find_link(session, workspace, number)
        # Without a ticket it is the whole place that is out of reach.
        if trouble.meaning is Reception.MISSING and link and link.ref:
            self._record_gone(workspace, number, trouble.said)
            return
        self._record_problem(workspace, number, PROBLEMS[trouble.meaning], trouble.said)

    def _record_problem(self, workspace: str, number: int, problem: TicketProblem, said: str) -> None:
        with self._deps.db.begin() as session:
            link = tickets.find_link(session, workspace, number)
            if link is None:
                return
            item = items.get_item_as_it_is(session, workspace, number)
            is_new = link.problem is None or link.problem.get("code") != problem.value
            # What may have been taken stays in doubt until it was looked for: the look may be what failed.
            since = link.problem_since or self._deps.clock()
            told = {"code": problem.value, "said": said}
            tickets.write_link(session, replace(link, problem=told, problem_since=since))
            if is_new and item and item.channel:
                self._enqueue(session, link, [CardOf(number).live(item.channel)])

    def _record_gone(self, workspace: str, number: int, said: str) -> None:
        why = "transferred" if "transferred" in said else "missing"
        with self._deps.db.begin() as session:
            record_gone(self._deps, session, workspace, number, why)
