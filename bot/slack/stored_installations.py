"""Many workspaces: their tokens from the database, kept for a short while so that a request costs no query."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.oauth.installation_store import Installation as SlackInstallation

from bot.clock import Clock
from bot.slack.installations import NotInstalled
from bot.slack.token_keys import TokenKeys, UnreadableToken
from storage.engine import Database
from storage.installations import (
    Installation,
    find_installation,
    list_installations,
    record_installation,
    record_removed,
    record_sealed_anew,
)
from storage.people_listings import want_listing
from storage.workspaces import end_access, find_organisation, record_access

WORKSPACES = "workspaces"
"""Where an `Installation` of slack_sdk's carries those that the organisation lets the bot into: id → name."""
KEPT_FOR_S = 60
"""So long another replica may go on after the bot was removed from a workspace; Slack refuses its calls by then."""
ONE_SECOND = timedelta(seconds=1)

log = structlog.get_logger()


@dataclass(frozen=True)
class _Kept:
    result: AuthorizeResult
    token: str
    until: float
    organisation: str = ""
    """Whose installation it is, where it is not the workspace's own."""


class StoredInstallations:
    """The workspaces in which people installed the bot by OAuth."""

    def __init__(self, db: Database, keys: TokenKeys, clock: Clock, monotonic: Callable[[], float] = monotonic) -> None:
        self._db, self._keys, self._clock, self._monotonic = db, keys, clock, monotonic
        self._kept: dict[str, _Kept] = {}
        self._forgotten = 0  # how often: what was read before a change must not be kept after it
        self._lock = Lock()

    def authorized(self, workspace: str, organisation: str = "") -> AuthorizeResult | None:
        """What Bolt needs to act in the workspace; None when the bot is not installed there.

        `organisation`: the request is of the installation for that whole organisation; it may name no workspace.
        Raises `UnreadableToken`.
        """
        found = self._find(organisation or workspace)
        if found is None:
            log.warning("unknown_workspace", workspace=workspace or organisation)
            return None
        # Slack sends an organisation's requests from where it lets the bot in, and its news of that may be late.
        if organisation and workspace and not self.knows(workspace, organisation):
            self.let_in(organisation, {workspace: ""})
        return found.result

    def knows(self, workspace: str, organisation: str) -> bool:
        """Whether that organisation is known to let the bot into that workspace."""
        with self._lock:
            kept = self._kept.get(workspace)
        if kept and kept.organisation == organisation and self._monotonic() < kept.until:
            return True
        with self._db.read() as session:
            return find_organisation(session, workspace) == organisation

    def let_in(self, organisation: str, workspaces: Mapping[str, str]) -> None:
        """The organisation lets the bot into these workspaces (id → name): their people are read."""
        now = self._clock()
        with self._db.begin() as session:
            record_access(session, organisation, workspaces)
            for workspace in workspaces:
                want_listing(session, workspace, now)
        self._forget(*workspaces)
        log.info("let_in", organisation=organisation, workspaces=sorted(workspaces))

    def shut_out(self, organisation: str, workspaces: Collection[str]) -> None:
        """It does so no more."""
        with self._db.begin() as session:
            end_access(session, organisation, workspaces)
        self._forget(*workspaces)
        log.info("shut_out", organisation=organisation, workspaces=sorted(workspaces))

    def token(self, workspace: str) -> str:
        """The bot token. Raises `NotInstalled`, `UnreadableToken`."""
        found = self._find(workspace)
        if found is None:
            raise NotInstalled(f"the bot is not installed in workspace {workspace}")
        return found.token

    def installed(self) -> list[Installation]:
        """Every workspace that has the bot by itself, and every organisation."""
        with self._db.read() as session:
            return list_installations(session)

    def record(self, made: SlackInstallation) -> None:
        """Keeps what Slack granted: a first installation, or one made again."""
        place, name = (made.team_id, made.team_name) if made.team_id else (made.enterprise_id, made.enterprise_name)
        assert place
        assert made.bot_token
        installation = Installation(
            workspace=place,
            name=name or place,
            bot_user=made.bot_user_id or "",
            bot_id=made.bot_id or "",
            sealed=self._keys.seal(made.bot_token),
            scopes=tuple(sorted(made.bot_scopes or ())),
            installed_by=made.user_id,
            installed_at=self._clock(),
        )
        with self._db.begin() as session:
            record_installation(session, installation)
            if not installation.is_organisation:
                want_listing(session, installation.workspace, installation.installed_at)
        self._forget(installation.workspace)
        if installation.is_organisation:
            self.let_in(installation.workspace, dict(made.custom_values.get(WORKSPACES) or {}))
        log.info("installed", workspace=installation.workspace, by=installation.installed_by)

    def remove(self, workspace: str, happened_at: datetime) -> None:
        """Forgets the token of a workspace, or an organisation, that removed the bot at *happened_at* (whole seconds,
        as Slack says it).

        Does nothing when it was installed again since: Slack may tell late, and more than once.
        """
        with self._db.begin() as session:
            removed = record_removed(session, workspace, at=self._clock(), made_before=happened_at + ONE_SECOND)
        self._forget(workspace)
        if removed:
            log.info("uninstalled", workspace=workspace)

    def seal_anew(self) -> None:
        """Seals every token with the newest key, so that older keys can be dropped.

        A token that no key opens is logged; raises `UnreadableToken` when none of them can be opened.
        """
        unreadable: list[UnreadableToken] = []
        installed = self.installed()
        for one in installed:
            try:
                self._seal_anew(one)
            except UnreadableToken as error:
                log.error("unreadable_token", workspace=one.workspace, what_to_do=str(error))  # noqa: TRY400 – says all
                unreadable.append(error)
        if unreadable and len(unreadable) == len(installed):
            raise unreadable[0]

    def is_readable(self, installation: Installation) -> bool:
        """Whether a key opens its token."""
        try:
            self._keys.open(installation.workspace, installation.sealed)
        except UnreadableToken:
            return False
        return True

    def _seal_anew(self, one: Installation) -> None:
        if not self._keys.is_sealed_with_newest(one.sealed):
            sealed = self._keys.seal(self._keys.open(one.workspace, one.sealed))
            with self._db.begin() as session:
                record_sealed_anew(session, one, sealed)

    def _find(self, workspace: str) -> _Kept | None:
        """Where the bot is not installed is asked again each time: it may be installed the next second."""
        now = self._monotonic()
        with self._lock:
            kept, forgotten = self._kept.get(workspace), self._forgotten
        if kept and now < kept.until:
            return kept
        with self._db.read() as session:
            found = find_installation(session, workspace)
        if found is None:
            return None
        organisation = found.workspace if found.is_organisation else ""
        opened = _Kept(*self._opened(found), now + KEPT_FOR_S, organisation)
        with self._lock:
            # Somebody removed or renewed it between our reading and now: what we have read is old, and good for this
            # once.
            if forgotten == self._forgotten:
                self._kept[workspace] = opened
        return opened

    def _opened(self, found: Installation) -> tuple[AuthorizeResult, str]:
        token = self._keys.open(found.workspace, found.sealed)
        result = AuthorizeResult(
            enterprise_id=found.workspace if found.is_organisation else None,
            team_id=None if found.is_organisation else found.workspace,
            team=found.name,
            bot_id=found.bot_id,
            bot_user_id=found.bot_user,
            bot_token=token,
        )
        return result, token

    def _forget(self, *places: str) -> None:
        """Of an organisation all of its workspaces too."""
        with self._lock:
            for kept in [where for where, kept in self._kept.items() if {where, kept.organisation} & set(places)]:
                del self._kept[kept]
            self._forgotten += 1
