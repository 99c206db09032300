"""Incidents: found by their channel, or registered."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Row, Select, and_, bindparam, or_, select, union_all
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.domain.errors import NotFound
from bot.domain.incident import Incident, check_same_as
from bot.domain.queries import Viewer
from storage.columns import columns_of, fetch, fetch_all
from storage.conditions import several
from storage.once import insert_once
from storage.tables.incident import IncidentRow
from storage.visibility import parameters_of

_READ = select(*columns_of(IncidentRow))
_HERE = _READ.where(IncidentRow.workspace == bindparam("of"))
_WITH_ID = _HERE.where(IncidentRow.id == bindparam("id"))
_OF_CHANNEL = _HERE.where(IncidentRow.channel == bindparam("in"))
_NEWEST = _HERE.order_by(IncidentRow.began_at.desc(), IncidentRow.id.desc()).limit(bindparam("most"))


def find_incident_of_channel(session: Session, workspace: str, channel: str) -> Incident | None:
    """The incident handled in *channel*, if one is registered."""
    row = fetch(session, _OF_CHANNEL, {"of": workspace, "in": channel}).one_or_none()
    return incident_of(row) if row else None


def find_for_form(
    session: Session, workspace: str, channel: str, viewer: Viewer
) -> tuple[Incident | None, list[Incident]]:
    """What a form asks at once: the incident handled in *channel*, and of all others the newest that *viewer* may
    see."""
    given = {"of": workspace, "in": channel, "most": 1} | parameters_of(viewer)
    found = [incident_of(row) for row in fetch_all(session, _for_form(_seen(_NEWEST, viewer)), given)]
    here = next((each for each in found if each.channel == channel), None)
    return here, [each for each in found if each != here]


@cache
def _for_form(newest: Select[*tuple[Any, ...]]) -> CompoundSelect[*tuple[Any, ...]]:
    return union_all(_OF_CHANNEL, select(newest.subquery()))


def get_incident(
    session: Session, workspace: str, incident_id: int, viewer: Viewer | None, *, lock: bool = False
) -> Incident:
    """Raises `NotFound` when there is none, or when *viewer* may not know of it. None is the bot itself.

    Locked until commit if so wanted: for who counts its items before they add one.
    """
    query = _seen(_WITH_ID, viewer)
    given = {"of": workspace, "id": incident_id} | parameters_of(viewer)
    row = fetch(session, query.with_for_update() if lock else query, given).one_or_none()
    if row is None:
        raise NotFound("That incident does not exist any more. Choose another one.", field="incident")
    return incident_of(row)


def find_incident(session: Session, workspace: str, incident_id: int | None) -> Incident | None:
    """The incident, if there is one; for the bot itself."""
    given = {"of": workspace, "id": incident_id}
    row = fetch(session, _WITH_ID, given).one_or_none() if incident_id is not None else None
    return incident_of(row) if row else None


def find_seen_incident(session: Session, workspace: str, incident_id: int, viewer: Viewer) -> Incident | None:
    """The incident, when there is one that *viewer* may see."""
    given = {"of": workspace, "id": incident_id} | parameters_of(viewer)
    row = fetch(session, _seen(_WITH_ID, viewer), given).one_or_none()
    return incident_of(row) if row else None


def list_incidents(session: Session, workspace: str, viewer: Viewer, limit: int) -> list[Incident]:
    """The newest incidents first; private ones only of *viewer*'s channels, for a guest all of them."""
    given = {"of": workspace, "most": limit} | parameters_of(viewer)
    return [incident_of(row) for row in fetch_all(session, _seen(_NEWEST, viewer), given)]


def search_incidents(
    session: Session,
    workspace: str,
    viewer: Viewer,
    words: Sequence[str],
    limit: int,
    *,
    public_before: Incident | None = None,
) -> list[Incident]:
    """As `list_incidents`, those that have every one of *words* in their title or their services.

    `public_before`: of the public ones, those that it can be a recurrence of.
    """
    query = _READ.where(IncidentRow.workspace == workspace, incidents_visible_to(viewer))
    if later := public_before:
        with_it = and_(IncidentRow.began_at == later.began_at, IncidentRow.id < later.id)
        query = query.where(IncidentRow.private.is_(False), or_(IncidentRow.began_at < later.began_at, with_it))
    for word in words:
        said = (text.icontains(word, autoescape=True) for text in (IncidentRow.title, IncidentRow.services))
        query = query.where(or_(*said))
    query = query.order_by(IncidentRow.began_at.desc(), IncidentRow.id.desc()).limit(limit)
    return [incident_of(row) for row in fetch_all(session, query)]


def list_incidents_after(
    session: Session, workspace: str, viewer: Viewer | None, *, after: int, limit: int, external_id: str | None = None
) -> list[Incident]:
    """In the order in which they were registered, those behind the one with the id *after*."""
    query = _READ.where(IncidentRow.workspace == workspace, IncidentRow.id > after)
    if viewer:
        query = query.where(incidents_visible_to(viewer))
    if external_id is not None:
        query = query.where(IncidentRow.external_id == external_id)
    return [incident_of(row) for row in fetch_all(session, query.order_by(IncidentRow.id).limit(limit))]


def record_incident(
    session: Session, workspace: str, channel: str, *, title: str, began_at: datetime, private: bool
) -> Incident:
    """Registers the incident of *channel*, or returns the one that is already there."""
    values = {"title": title, "began_at": began_at, "private": private, "postmortem_url": ""}
    # Two people may open the form of a new incident at once; both go on with the same one.
    insert_once(session, IncidentRow, {"workspace": workspace, "channel": channel}, values)
    found = find_incident_of_channel(session, workspace, channel)
    assert found is not None
    return found


def record_from_elsewhere(
    session: Session,
    workspace: str,
    external_id: str | None,
    channel: str | None,
    values: Mapping[str, Any],
    viewer: Viewer | None,
) -> tuple[int, bool]:
    """The id of the incident that another tool names so, or that is of *channel*; and whether it is new.

    With *values* where it is; one that is there is found, and bound to what it lacks: its name elsewhere, its channel.
    What *viewer* may not see is not found (None sees all); `NotFound` where it has the *channel*.
    """
    found = _named(session, workspace, external_id, viewer) or _row_of_channel(session, workspace, channel or "")
    if found and viewer and find_seen_incident(session, workspace, found.id, viewer) is None:
        raise NotFound("That incident does not exist any more. Choose another one.", field="channel")
    if found is None:
        row = {"workspace": workspace, "external_id": external_id, "channel": channel, "postmortem_url": "", **values}
        try:
            with session.begin_nested():
                made = IncidentRow(**row)
                session.add(made)
        except IntegrityError:  # somebody registers the same one at this moment
            return record_from_elsewhere(session, workspace, external_id, channel, values, viewer)
        return made.id, True
    if external_id and found.external_id is None:
        found.external_id = external_id
    if channel and found.channel is None and _row_of_channel(session, workspace, channel) is None:
        found.channel, found.private = channel, found.private or bool(values.get("private"))
    session.flush()
    return found.id, False


def record_channel(session: Session, incident: Incident, channel: str, *, private: bool) -> None:
    """Binds an incident without a channel to one of which there is no incident yet."""
    row = session.get_one(IncidentRow, incident.id)
    row.channel, row.private = channel, row.private or private
    session.flush()


def _named(session: Session, workspace: str, external_id: str | None, viewer: Viewer | None) -> IncidentRow | None:
    """The oldest where private ones have the name too: who sees them goes on with the same one."""
    if external_id is None:
        return None
    query = select(IncidentRow).where(IncidentRow.workspace == workspace, IncidentRow.external_id == external_id)
    query = query.where(incidents_visible_to(viewer)) if viewer else query
    return session.scalars(query.order_by(IncidentRow.id).limit(1)).one_or_none()


def record_facts(session: Session, incident: Incident) -> None:
    """Replaces the facts on record with those of *incident*, also those that somebody else wrote since it was read."""
    row = session.get_one(IncidentRow, incident.id)
    row.title, row.severity = incident.title, incident.severity or None
    row.postmortem_url, row.began_at = incident.postmortem_url, incident.began_at
    row.root_cause, row.services = incident.root_cause, ", ".join(incident.services)
    row.ended_at, row.end_said_at, row.lead = incident.ended_at, incident.end_said_at, incident.lead
    row.none_needed = incident.none_needed
    row.external_id = incident.external_id


def record_recurrence(session: Session, incident: Incident, earlier: Incident | None) -> None:
    """Says that *incident* is *earlier* once more, or with None that it is not.

    Raises `Refused` when they are of different workspaces, the same, or *earlier* goes back to *incident* itself.
    """
    if earlier:
        # A circle of “same as” would make each incident the recurrence of itself.
        check_same_as(incident, earlier, _line_of(session, earlier))
    session.get_one(IncidentRow, incident.id, with_for_update=True).recurrence_of = earlier.id if earlier else None
    session.flush()


def list_recurrences(session: Session, workspace: str, incident_id: int, viewer: Viewer | None) -> list[Incident]:
    """The incidents linked directly to that earlier one, the oldest first, as far as *viewer* may see them."""
    here = (IncidentRow.workspace == workspace, IncidentRow.recurrence_of == incident_id)
    seen = [incidents_visible_to(viewer)] if viewer else []
    query = _READ.where(*here, *seen).order_by(IncidentRow.began_at, IncidentRow.id)
    return [incident_of(row) for row in fetch_all(session, query)]


def _line_of(session: Session, incident: Incident) -> frozenset[int]:
    """The incident's id and those of all that it goes back to."""
    line: set[int] = set()
    following: int | None = incident.id
    # It ends also in a circle, which two who link at the same moment could still make.
    while following is not None and following not in line:
        line.add(following)
        following = session.scalar(select(IncidentRow.recurrence_of).where(IncidentRow.id == following))
    return frozenset(line)


def incidents_visible_to(viewer: Viewer, row: type[IncidentRow] = IncidentRow) -> ColumnElement[bool]:
    """The condition under which *viewer* may see an incident; `row` may be an alias."""
    return _visible(row, viewer.private_channels, viewer.only)


def _visible(row: type[IncidentRow], private_channels: Any, only: Any) -> ColumnElement[bool]:
    """Of channels, or of parameters in place of them; None: in no private channel."""
    public = row.private.is_(False)
    seen = public if private_channels is None else or_(public, row.channel.in_(private_channels))
    return seen if only is None else and_(seen, row.channel.in_(only))


@cache
def _narrowed(query: Select[*tuple[Any, ...]], *, outsider: bool, in_private: bool) -> Select[*tuple[Any, ...]]:
    private, only = (several(f"viewer_{name}") for name in ("private", "only"))
    return query.where(_visible(IncidentRow, private if in_private else None, only if outsider else None))


def _seen(query: Select[*tuple[Any, ...]], viewer: Viewer | None) -> Select[*tuple[Any, ...]]:
    """One of the statements above, narrowed to what *viewer* may see; to be run with `parameters_of` them."""
    if viewer is None:
        return query
    return _narrowed(query, outsider=viewer.only is not None, in_private=bool(viewer.private_channels))


def _row_of_channel(session: Session, workspace: str, channel: str) -> IncidentRow | None:
    query = select(IncidentRow).where(IncidentRow.workspace == workspace, IncidentRow.channel == channel)
    return session.scalars(query).one_or_none()


def services_of(stored: str) -> tuple[str, ...]:
    """The services of an incident's row."""
    return tuple(service for service in stored.split(", ") if service)


def incident_of(row: IncidentRow | Row[Any]) -> Incident:
    """The row as the rules know it."""
    return Incident(
        workspace=row.workspace,
        id=row.id,
        title=row.title,
        began_at=row.began_at,
        channel=row.channel,
        private=row.private,
        severity=row.severity or None,
        postmortem_url=row.postmortem_url,
        root_cause=row.root_cause,
        services=services_of(row.services),
        recurrence_of=row.recurrence_of,
        ended_at=row.ended_at,
        end_said_at=row.end_said_at,
        lead=row.lead,
        none_needed=row.none_needed,
        asked_on=row.asked_on,
        asked_team=row.asked_team,
        times_asked=row.times_asked,
        external_id=row.external_id,
    )
