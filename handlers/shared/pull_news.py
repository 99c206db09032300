"""What a tracker tells of pull requests and deployments, taken: the items that are named are told of it.

Asks no tracker. Called within the transaction of `ticket_news.take_event`.
"""

from collections.abc import Mapping
from dataclasses import replace
from secrets import token_hex

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.domain.errors import NotFound
from bot.domain.item import By, Item, Moved
from bot.domain.messages import Message
from bot.domain.pulls import (
    Deployment,
    NamedItem,
    PullRequest,
    PullStage,
    begun,
    is_older,
    numbers_named,
    proposes,
    tell_pull,
)
from bot.domain.subjects import CardOf
from bot.domain.surfaces import AskedAbout, DeployedTo
from bot.domain.tickets import Did
from bot.domain.tracker import Connection
from bot.services.notifications import messages_about
from bot.services.production_questions import question_about
from storage import items, pulls
from storage.surfaces import record_surface


def take_pull(deps: Deps, session: Session, connection: Connection, pull: PullRequest, by: By) -> None:
    """Links it to the items that it names; merged, it asks their owners whether they are in production."""
    known = pulls.list_named(session, connection.id, pull.ref)
    if is_older(pull, known.values()):
        return
    # In the order of their numbers: two who lock several never wait for each other.
    for number in sorted({*numbers_named(pull), *known}):
        try:
            item = items.get_item_for_change(session, connection.workspace, number, None)
        except NotFound:
            continue
        said = _taken(deps, session, connection, item, pull, known, by)
        name = f"pull:{connection.id}:{pull.ref}:{number}:{token_hex(8)}"
        deps.outbox.enqueue(session, connection.workspace, name, said)


def _taken(
    deps: Deps, session: Session, connection: Connection, item: Item, pull: PullRequest,
    known: Mapping[int, NamedItem], by: By,
) -> list[Message]:  # fmt: skip
    was = known.get(item.number)
    if item.number not in numbers_named(pull):
        return _unnamed(session, item, pull, was)
    named = NamedItem(
        item.workspace, connection.id, pull.ref, item.number, pull.name, pull.url, pull.stage, pull.at,
        pull.shas, pull.merged_at,
    )  # fmt: skip
    if was:
        named = replace(named, deployed_at=was.deployed_at, looked_at=was.looked_at, question=was.question)
    is_new = was is None or was.stage is PullStage.UNNAMED
    is_merged = named.is_merged and (is_new or not (was and was.is_merged))
    # Before what is told of it: the card is drawn with it.
    pulls.write_named(session, named)
    if is_merged:
        return _merged(deps, session, item, pull, named, by)
    if is_new:
        return _recorded(session, item, tell_pull(item, pull, Did.NAMED, by))[1]
    changed = was is not None and was.stage is not pull.stage
    return [CardOf(item.number).live(item.channel)] if changed and item.channel else []


def _unnamed(session: Session, item: Item, pull: PullRequest, was: NamedItem | None) -> list[Message]:
    """Somebody has changed its title or text. What was merged for an item stays so."""
    if was is None or was.is_merged or was.stage is PullStage.UNNAMED:
        return []
    pulls.write_named(session, replace(was, stage=PullStage.UNNAMED, at=pull.at))
    return [CardOf(item.number).live(item.channel)] if item.channel else []


def _merged(deps: Deps, session: Session, item: Item, pull: PullRequest, named: NamedItem, by: By) -> list[Message]:
    said: list[Message] = []
    asks = proposes(pull, item)
    if asks:
        item = replace(item, last_progress_at=by.at)
        if started := begun(item, pull, by):
            item, more = _recorded(session, item, started)
            said += more
    item, more = _recorded(session, item, tell_pull(item, pull, Did.MERGED, by))
    said += more
    if asks:
        asked = question_about(session, item, deps.clock())
        pulls.write_named(session, replace(named, question=asked.ref))
        record_surface(session, item.workspace, AskedAbout(item.number).key)
        said += [asked.live(asked.person), DeployedTo(named.connection_id).refresh]
    return said


def _recorded(session: Session, was: Item, made: Moved) -> tuple[Item, list[Message]]:
    item = items.record_moved(session, replace(made, item=replace(made.item, last_change_id=was.last_change_id)))
    return item, messages_about(session, was, item, made.change)


def take_deployment(deps: Deps, session: Session, connection: Connection, made: Deployment) -> None:
    """Keeps it, and has delivery look at what it holds."""
    if pulls.record_deployment(session, connection, made, deps.clock()):
        name = f"deployed:{connection.id}:{token_hex(8)}"
        deps.outbox.enqueue(session, connection.workspace, name, [DeployedTo(connection.id).refresh])
