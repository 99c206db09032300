"""What delivery does for deployments: which of the merged changes that wait for one are in it. Asks the tracker.

Looked for when something was deployed, and when something was merged: the two are told of in any order.
"""

from collections.abc import Sequence
from dataclasses import replace

from slack_sdk import WebClient

from bot.deps import Deps
from bot.domain.delivery import Trouble
from bot.domain.item import By
from bot.domain.messages import Message
from bot.domain.pulls import Deployment, NamedItem, may_be_in, tell_pull
from bot.domain.subjects import TicketQuestion
from bot.domain.surfaces import DeployedTo
from bot.domain.tickets import Did
from bot.domain.tracker import Connection, actor
from bot.services.notifications import messages_about
from bot.services.tracker_clients import TrackerClients
from bot.slack.token_keys import UnreadableToken
from bot.trackers.shape import CodeHost, TrackerTrouble
from scheduler.delivery.drawing import Refresher
from scheduler.delivery.slack_calls import SlackTrouble
from scheduler.delivery.tickets import CODES
from storage import items, pulls, trackers


def deployed_refresher(deps: Deps, clients: TrackerClients) -> Refresher:
    """Looks which changes of a connection are in production."""
    return Deployments(deps, clients).refresh


class Deployments:
    """See `deployed_refresher`."""

    def __init__(self, deps: Deps, clients: TrackerClients) -> None:
        self._deps, self._clients = deps, clients

    def refresh(self, _workspace: str, ref: str, _client: WebClient) -> None:
        """Raises `SlackTrouble` for what delivery is to try again."""
        connection_id = DeployedTo.read(ref).connection_id
        with self._deps.db.read() as session:
            waiting = pulls.list_undeployed(session, connection_id, self._deps.clock())
            made = pulls.list_deployments(session, connection_id) if waiting else []
            if not made:
                return
            connection = trackers.get_tracker_by_id(session, connection_id)
            try:
                code = self._clients.client(session, connection)
            except UnreadableToken:
                return  # `tracker check` says so
        if not isinstance(code, CodeHost):
            return
        try:
            for named in waiting:
                self._look(connection, code, named, made)
        except TrackerTrouble as trouble:
            if known := CODES.get(trouble.meaning):
                raise SlackTrouble(Trouble(known, trouble.retry_after), DeployedTo.kind) from trouble

    def _look(self, connection: Connection, code: CodeHost, named: NamedItem, made: Sequence[Deployment]) -> None:
        candidates = [each for each in made if may_be_in(named, each)]
        found = next((each for each in candidates if _is_in(code, named, each)), None)
        if candidates:
            self._record(connection, named, found, candidates[-1])

    def _record(self, connection: Connection, named: NamedItem, found: Deployment | None, looked: Deployment) -> None:
        with self._deps.db.begin() as session:
            was = items.get_item_for_change(session, named.workspace, named.number, None)
            now = pulls.list_named(session, named.connection_id, named.ref).get(named.number)
            if now is None or now.deployed_at:
                return
            pulls.write_named(session, replace(now, looked_at=looked.at, deployed_at=found.at if found else None))
            if found is None:
                return
            by = By(actor("", connection.kind, None), self._deps.clock())
            made = tell_pull(was, named, Did.DEPLOYED, by)
            item = items.record_moved(session, made)
            said: list[Message] = messages_about(session, was, item, made.change)
            if now.question:
                asked = TicketQuestion.read(now.question)
                said.append(asked.live(asked.person))
            self._deps.outbox.enqueue(session, item.workspace, f"deployed:{named.ref}:{item.last_change_id}", said)


def _is_in(code: CodeHost, named: NamedItem, made: Deployment) -> bool:
    return made.sha in named.shas or code.holds(made.sha, named.shas[0])
