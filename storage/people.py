"""What Slack last said of people."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import TextClause, bindparam, exists, select, text
from sqlalchemy.orm import Session

from bot.domain.person import Person
from storage.batches import batches
from storage.columns import fetch_all
from storage.mornings import record_zone
from storage.once import write_latest, write_newer
from storage.tables.workspace import PersonRow

_STORED = [field.name for field in fields(Person)]
ASKED_AT_ONCE = 5000


def find_person(session: Session, workspace: str, user: str) -> Person | None:
    """What was last heard of that person, if anything."""
    found = list_people(session, workspace, [user])
    return found[0] if found else None


def known_people(session: Session, workspace: str, users: Iterable[str]) -> dict[str, Person]:
    """Those of *users* who are known; each is read once in a transaction, however often they are asked for."""
    # In the session, whose life is one transaction: nobody has to say when it is out of date.
    kept = _kept(session, workspace)
    wanted = {user for user in users if user}
    if unread := wanted - kept.keys():
        found = {person.user: person for person in list_people(session, workspace, unread)}
        # None for whom nothing is known, so that they are not asked for again either.
        kept.update({user: found.get(user) for user in unread})
    return {user: person for user in wanted if (person := kept[user])}


def note_known(session: Session, people: Iterable[Person]) -> None:
    """What is known of *people* was read a moment before this transaction: `known_people` need not ask for them."""
    for person in people:
        _kept(session, person.workspace)[person.user] = person


def read_people(session: Session, users: Collection[tuple[str, str]]) -> list[Person]:
    """Those (workspace, user) of any workspaces who are known, read at once; `known_people` need not ask for them."""
    if not users:
        return []
    # Each user in each of the workspaces, where mostly nobody has that id: pairs in an `IN` SQLite finds by no index.
    asked = {
        "workspaces": sorted({workspace for workspace, _user in users}),
        "people": sorted({user for _, user in users}),
    }
    rows = fetch_all(session, _ANYWHERE, asked)
    found = {(person.workspace, person.user): person for person in (Person(*row) for row in rows)}
    for workspace, user in users:
        _kept(session, workspace)[user] = found.get((workspace, user))
    return [found[each] for each in users if each in found]


def _kept(session: Session, workspace: str) -> dict[str, Person | None]:
    kept: dict[str, Person | None] = session.info.setdefault(f"people:{workspace}", {})
    return kept


def list_names(session: Session, workspace: str, users: Iterable[str]) -> dict[str, str]:
    """The names of those of *users* who are known; of nobody, nothing is asked."""
    if not (wanted := set(users)):
        return {}
    found = fetch_all(session, _NAMED, {"people_of": workspace, "people": sorted(wanted)})
    return {user: name for user, name in found}  # noqa: C416 – mypy knows a row's columns, and no row as a pair


_OF_THESE = (
    PersonRow.workspace == bindparam("people_of"),
    PersonRow.user.in_(bindparam("people", expanding=True)),
)
_NAMED = select(PersonRow.user, PersonRow.name).where(*_OF_THESE)


def find_by_handle(session: Session, workspace: str, handle: str) -> str | None:
    """The one person who could own an item and is called `handle`: by whole name, `first.last` or first name."""
    # The database narrows it down by the first word alone; what counts as a handle is decided below.
    first = handle.replace(".", " ").split(" ")[0]
    query = select(PersonRow).where(
        PersonRow.workspace == workspace,
        # Escaped: people write % and _ too.
        PersonRow.name.istartswith(first, autoescape=True),
        ~PersonRow.is_bot,
        ~PersonRow.deactivated,
    )
    wanted = handle.casefold()
    found = [row for row in session.scalars(query.limit(100)) if wanted in _handles(row.name)]
    # Of two who could be meant nobody is taken: an item must not land with the wrong person.
    return found[0].user if len(found) == 1 else None


def _handles(name: str) -> set[str]:
    words = name.casefold().split()
    return {" ".join(words), ".".join(words), *words[:1]}


def list_people(session: Session, workspace: str, users: Iterable[str]) -> list[Person]:
    """Those of *users* who are known."""
    return [
        Person(*row)
        for some in batches(sorted(set(users)), ASKED_AT_ONCE)
        for row in fetch_all(session, _LISTED, {"people_of": workspace, "people": some})
    ]


_READ = select(*(getattr(PersonRow, name) for name in _STORED))
"""Columns and no objects: nearly every transaction asks who somebody is."""
_LISTED = _READ.where(*_OF_THESE)
_ANYWHERE = _READ.where(
    PersonRow.workspace.in_(bindparam("workspaces", expanding=True)),
    PersonRow.user.in_(bindparam("people", expanding=True)),
)


def find_guests(session: Session, workspace: str, users: Collection[str]) -> dict[str, bool]:
    """Those of *users* who are known, each with whether they are a guest."""
    found: dict[str, bool] = {}
    for some in batches(sorted(users), ASKED_AT_ONCE):
        found |= dict(fetch_all(session, _GUESTS, {"people_of": workspace, "people": some}))
    return found


def find_guests_anywhere(session: Session, users: Collection[tuple[str, str]]) -> dict[tuple[str, str], bool | None]:
    """Each (workspace, user) with whether they are a guest; None: not known. One statement, whatever the workspaces."""
    found: dict[tuple[str, str], bool | None] = dict.fromkeys(users)
    if users:
        rows = session.connection().execute(*_guests_of(session, sorted(users)))
        found.update({(workspace, user): bool(is_guest) for workspace, user, is_guest in rows})
    return found


def _guests_of(session: Session, users: Sequence[tuple[str, str]]) -> tuple[TextClause, dict[str, Any]]:
    # Pairs are joined as rows, one after the other by the key: SQLite finds no index for pairs in an `IN`.
    if session.get_bind().dialect.name == "sqlite":
        return _PAIRS_SQLITE, {"users": json.dumps(users)}
    workspaces, people = zip(*users, strict=True)
    return _PAIRS_POSTGRESQL, {"workspaces": list(workspaces), "users": list(people)}


_PAIRS_SQLITE = text("""
    SELECT workspace, user_id, is_guest FROM json_each(:users) AS one CROSS JOIN people
    ON workspace = json_extract(one.value, '$[0]') AND user_id = json_extract(one.value, '$[1]')
""")
_PAIRS_POSTGRESQL = text("""
    SELECT workspace, user_id, is_guest
    FROM unnest(CAST(:workspaces AS text[]), CAST(:users AS text[])) AS one(place, who)
    JOIN people ON workspace = place AND user_id = who
""")
_GUESTS = select(PersonRow.user, PersonRow.is_guest).where(*_OF_THESE)


def list_admins(session: Session, workspace: str) -> list[str]:
    """The ids of those who are known to be admins, and here."""
    query = select(PersonRow.user).where(
        PersonRow.workspace == workspace, PersonRow.is_admin, ~PersonRow.deactivated, ~PersonRow.is_bot
    )
    return list(session.scalars(query.order_by(PersonRow.user)))


def has_guests(session: Session, workspace: str) -> bool:
    """Whether anybody known is a guest."""
    return bool(session.scalar(select(exists().where(PersonRow.workspace == workspace, PersonRow.is_guest))))


def record_person(session: Session, person: Person) -> None:
    """Keeps what Slack said, in place of what it said before. Their zone has its mornings from now on."""
    # A zone in which only bots live would have mornings for nobody.
    if not (person.is_bot or person.deactivated):
        record_zone(session, person.workspace, person.timezone, person.asked_at)
    facts = {name: getattr(person, name) for name in _STORED}
    key = {name: facts.pop(name) for name in ("workspace", "user")}
    # The last one wins; with an insert, of two requests that met the same new person one failed.
    write_latest(session, PersonRow, key, facts)


def record_people(session: Session, people: Sequence[Person]) -> None:
    """As `record_person`, for a page of them; of whom something newer was heard meanwhile, that holds."""
    for zone, (workspace, asked_at) in {
        person.timezone: (person.workspace, person.asked_at)
        for person in people
        if not (person.is_bot or person.deactivated)
    }.items():
        record_zone(session, workspace, zone, asked_at)
    rows = [{name: getattr(person, name) for name in _STORED} for person in people]
    write_newer(session, PersonRow, ("workspace", "user"), rows, by="asked_at")


def list_possible_owners(
    session: Session, workspace: str, users: Iterable[str], limit: int
) -> tuple[tuple[str, str], ...]:
    """Ids and names of those of *users* who are known and could own an item, by name."""
    wanted = set(users)
    if not wanted:
        return ()
    query = select(PersonRow).where(
        PersonRow.workspace == workspace,
        PersonRow.user.in_(wanted),
        ~PersonRow.is_bot,
        ~PersonRow.is_guest,
        ~PersonRow.deactivated,
    )
    return tuple((row.user, row.name) for row in session.scalars(query.order_by(PersonRow.name).limit(limit)))


def expire_person(session: Session, workspace: str, user: str) -> None:
    """Makes what is known of them too old, so that Slack is asked again; their name is kept."""
    row = session.get(PersonRow, (workspace, user))
    if row:
        row.asked_at = datetime.fromtimestamp(0, UTC)
