"""Where the bot is installed, and OAuth's states. Tokens come sealed and go sealed: nothing here can read one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storage.once import insert_once
from storage.tables.installation import InstallationRow, OAuthStateRow
from storage.workspaces import record_workspace


@dataclass(frozen=True)
class Installation:
    """The bot in a workspace, as Slack said it at the installation. `sealed` is the encrypted token."""

    workspace: str
    name: str
    bot_user: str
    bot_id: str
    sealed: str
    scopes: tuple[str, ...]
    installed_by: str
    installed_at: datetime


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
    record_workspace(session, made.workspace, made.name)
    # Two admins may install at the same moment; the one who waits replaces what the other recorded.
    if not insert_once(session, InstallationRow, {"workspace": made.workspace}, values):
        session.execute(update(InstallationRow).where(InstallationRow.workspace == made.workspace).values(values))


def find_installation(session: Session, workspace: str) -> Installation | None:
    """None where the bot never was, or is no more."""
    row = session.get(InstallationRow, workspace)
    return _installation(row, row.token) if row and row.token else None


def list_installations(session: Session) -> list[Installation]:
    """Every workspace that has the bot, in order."""
    query = select(InstallationRow).where(InstallationRow.token.is_not(None)).order_by(InstallationRow.workspace)
    return [_installation(row, row.token) for row in session.scalars(query) if row.token]


def record_removed(session: Session, workspace: str, *, at: datetime, made_before: datetime) -> bool:
    """Forgets the token, unless the bot was installed anew at *made_before* or later; whether there was one."""
    done = session.execute(
        update(InstallationRow)
        .where(
            InstallationRow.workspace == workspace,
            InstallationRow.token.is_not(None),
            # Slack's news of an uninstall may come late or again, when the bot was already installed anew.
            InstallationRow.installed_at < made_before,
        )
        .values(token=None, removed_at=at)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def record_sealed_anew(session: Session, seen: Installation, sealed: str) -> None:
    """Replaces the sealed token, unless another one was recorded since it was seen."""
    session.execute(
        update(InstallationRow)
        # Compared with what was seen: an installation made meanwhile has a newer token, which must not be overwritten.
        .where(InstallationRow.workspace == seen.workspace, InstallationRow.token == seen.sealed)
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


def _installation(row: InstallationRow, sealed: str) -> Installation:
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
