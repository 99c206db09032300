"""Where the bot is installed, and OAuth's states. Tokens come sealed and go sealed: nothing here can read one."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage.once import insert_once
from storage.tables.installation import InstallationRow, OAuthStateRow, OrganisationRow
from storage.workspaces import find_organisation, record_workspace

InstalledRow = InstallationRow | OrganisationRow
ORGANISATION = "E"
"""What the ids of organisations begin with; those of workspaces begin with T."""


@dataclass(frozen=True)
class Installation:
    """The bot in a workspace, as Slack said it at the installation. `sealed` is the encrypted token.

    `workspace` is an organisation's id where it was installed for a whole organisation.
    """

    workspace: str
    name: str
    bot_user: str
    bot_id: str
    sealed: str
    scopes: tuple[str, ...]
    installed_by: str
    installed_at: datetime

    @property
    def is_organisation(self) -> bool:
        """Whether it lets the bot into every workspace that the organisation gives it."""
        return self.workspace.startswith(ORGANISATION)


def record_installation(session: Session, made: Installation) -> None:
    """Records a first installation or, in place of what was known, one that was made again."""
    values = {
        "name": made.name,
        "bot_user": made.bot_user,
        "bot_id": made.bot_id,
        "token": made.sealed,
        "scopes": ",".join(made.scopes),
        "installed_by": made.installed_by,
        "installed_at": made.installed_at,
        "removed_at": None,
    }
    if not made.is_organisation:
        record_workspace(session, made.workspace, made.name)
    # Two admins may install at the same moment; the one who waits replaces what the other recorded.
    table = _table(made.workspace)
    if not insert_once(session, table, {"workspace": made.workspace}, values):
        session.execute(update(table).where(table.workspace == made.workspace).values(values))


def find_installation(session: Session, workspace: str) -> Installation | None:
    """That of the workspace, or of the organisation that lets the bot in there; of an organisation, by its id.

    None where the bot never was, or is no more.
    """
    table = _table(workspace)
    row = cast("InstalledRow | None", session.scalar(select(table).where(table.workspace == workspace)))
    if (row is None or row.token is None) and (found := find_organisation(session, workspace)):
        row = session.get(OrganisationRow, found)
    return _installation(row, row.token) if row and row.token else None


def list_installations(session: Session) -> list[Installation]:
    """Every workspace that has the bot by an installation of its own, and every organisation, in order."""
    found: list[InstalledRow] = []
    for table in (InstallationRow, OrganisationRow):
        found += session.scalars(select(table).where(table.token.is_not(None)).order_by(table.workspace))
    return [_installation(row, row.token) for row in found if row.token]


def record_removed(session: Session, workspace: str, *, at: datetime, made_before: datetime) -> bool:
    """Forgets the token, unless the bot was installed anew at *made_before* or later; whether there was one."""
    table = _table(workspace)
    done = session.execute(
        update(table)
        .where(
            table.workspace == workspace,
            table.token.is_not(None),
            # Slack's news of an uninstall may come late or again, when the bot was already installed anew.
            table.installed_at < made_before,
        )
        .values(token=None, removed_at=at)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def record_sealed_anew(session: Session, seen: Installation, sealed: str) -> None:
    """Replaces the sealed token, unless another one was recorded since it was seen."""
    table = _table(seen.workspace)
    session.execute(
        update(table)
        # Compared with what was seen: an installation made meanwhile has a newer token, which must not be overwritten.
        .where(table.workspace == seen.workspace, table.token == seen.sealed)
        .values(token=sealed)
    )


def record_state(session: Session, state: str, expires_at: datetime) -> None:
    """Keeps the *state* of an installation that somebody began; Slack sends it back with them."""
    session.add(OAuthStateRow(state=state, expires_at=expires_at))


def claim_state(session: Session, state: str, now: datetime) -> bool:
    """Whether *state* was issued, has not expired, and was not used. From now on it is used, also for others who
    ask at this very moment."""
    # One statement: looked up and then deleted, a state could be used twice by two who come at once.
    used = delete(OAuthStateRow).where(OAuthStateRow.state == state).returning(OAuthStateRow.expires_at)
    expires_at = session.execute(used).scalar_one_or_none()
    return expires_at is not None and now < expires_at


def forget_expired_states(session: Session, now: datetime) -> None:
    """Deletes the states with which nobody came back in time."""
    session.execute(delete(OAuthStateRow).where(OAuthStateRow.expires_at <= now))


def _table(workspace: str) -> type[InstalledRow]:
    return OrganisationRow if workspace.startswith(ORGANISATION) else InstallationRow


def _installation(row: InstalledRow, sealed: str) -> Installation:
    return Installation(
        workspace=row.workspace,
        name=row.name,
        bot_user=row.bot_user,
        bot_id=row.bot_id,
        sealed=sealed,
        scopes=tuple(filter(None, row.scopes.split(","))),
        installed_by=row.installed_by,
        installed_at=row.installed_at,
    )
