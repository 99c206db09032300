"""Many workspaces: their tokens from the database, kept for a short while so that a request costs no query."""

from collections.abc import Callable
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

KEPT_FOR_S = 60
"""So long another replica may go on after the bot was removed from a workspace; Slack refuses its calls by then."""
ONE_SECOND = timedelta(seconds=1)

log = structlog.get_logger()


@dataclass(frozen=True)
class _Kept:
    result: AuthorizeResult
    token: str
    until: float


class StoredInstallations:
    """The workspaces in which people installed the bot by OAuth."""

    def __init__(self, db: Database, keys: TokenKeys, clock: Clock, monotonic: Callable[[], float] = monotonic) -> None:
        self._db, self._keys, self._clock, self._monotonic = db, keys, clock, monotonic
        self._kept: dict[str, _Kept] = {}
        self._forgotten = 0  # how often: what was read before a change must not be kept after it
        self._lock = Lock()

    def authorized(self, workspace: str) -> AuthorizeResult | None:
        """What Bolt needs to act in the workspace; None when the bot is not installed there.

        Raises `UnreadableToken`.
        """
        found = self._find(workspace)
        if found is None:
            log.warning("unknown_workspace", workspace=workspace)
        return found.result if found else None

    def token(self, workspace: str) -> str:
        """The bot token. Raises `NotInstalled`, `UnreadableToken`."""
        found = self._find(workspace)
        if found is None:
            raise NotInstalled(f"the bot is not installed in workspace {workspace}")
        return found.token

    def installed(self) -> list[Installation]:
        """Every workspace that has the bot."""
        with self._db.read() as session:
            return list_installations(session)

    def record(self, made: SlackInstallation) -> None:
        """Keeps what Slack granted: a first installation, or one made again."""
        assert made.team_id
        assert made.bot_token
        installation = Installation(
            workspace=made.team_id,
            name=made.team_name or made.team_id,
            bot_user=made.bot_user_id or "",
            bot_id=made.bot_id or "",
            sealed=self._keys.seal(made.bot_token),
            scopes=tuple(sorted(made.bot_scopes or ())),
            installed_by=made.user_id,
            installed_at=self._clock(),
        )
        with self._db.begin() as session:
            record_installation(session, installation)
            want_listing(session, installation.workspace, installation.installed_at)
        self._forget(installation.workspace)
        log.info("installed", workspace=installation.workspace, by=installation.installed_by)

    def remove(self, workspace: str, happened_at: datetime) -> None:
        """Forgets the token of a workspace that removed the bot at *happened_at* (whole seconds, as Slack says it).

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
        opened = _Kept(*self._opened(found), now + KEPT_FOR_S)
        with self._lock:
            if forgotten == self._forgotten:
                self._kept[workspace] = opened
        return opened

    def _opened(self, found: Installation) -> tuple[AuthorizeResult, str]:
        token = self._keys.open(found.workspace, found.sealed)
        result = AuthorizeResult(
            enterprise_id=None,
            team_id=found.workspace,
            team=found.name,
            bot_id=found.bot_id,
            bot_user_id=found.bot_user,
            bot_token=token,
        )
        return result, token

    def _forget(self, workspace: str) -> None:
        with self._lock:
            self._kept.pop(workspace, None)
            self._forgotten += 1
