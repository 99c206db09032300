"""Clients of connected trackers, made once for each connection and shared by whoever asks. Asks nothing itself."""

from threading import Lock
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from bot.domain.errors import Refused
from bot.domain.tracker import Connection
from bot.domain.words import Text
from bot.settings import NEW_KEY, Settings
from bot.slack.token_keys import TokenKeys
from bot.trackers.known import KNOWN
from bot.trackers.shape import TrackerClient
from storage.trackers import get_secret

NO_KEYS = "TOKEN_ENCRYPTION_KEYS is not set, without which no secret of a tracker is kept. Make one with: {how}"


class TrackerClients:
    """By connection. Safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._made: dict[tuple[int, str], TrackerClient] = {}

    def client(self, session: Session, connection: Connection) -> TrackerClient:
        """Its client, as it is set now. Raises `SettingsError` where no key opens its secret."""
        sealed = get_secret(session, connection.id)
        # By the sealed secret: connected anew, it gets another client.
        key = (connection.id, f"{connection.url} {connection.place} {sealed}")
        with self._lock:
            if key not in self._made:
                secret = self.keys.open(connection.workspace, sealed)
                made = KNOWN[connection.kind].client(connection.url, connection.place, secret, connection.options)
                self._made = {each: one for each, one in self._made.items() if each[0] != connection.id} | {key: made}
            return self._made[key]

    @property
    def keys(self) -> TokenKeys:
        """What seals secrets and opens them. Raises `Refused` where there are none."""
        return keys_of(self._settings)


def keys_of(settings: Settings) -> TokenKeys:
    """What seals secrets and opens them. Raises `Refused` where there are none."""
    if not settings.token_encryption_keys:
        raise Refused(Text(NO_KEYS, how=NEW_KEY))
    return TokenKeys(settings.token_encryption_keys)


def ref_at(connection: Connection, url: str) -> str:
    """The ref of the ticket at that address, if it is the connection's; else ""."""
    return KNOWN[connection.kind].locate(url, connection.url, connection.place)


def guard_at(connection: Connection, url: str) -> str:
    """What the connection's client looks for of the file or check at that address; "" where it is not there."""
    return KNOWN[connection.kind].locate_guard(url, connection.url, connection.place)


def name_at(url: str) -> str:
    """How people call the ticket at that address; its host where that cannot be told."""
    return next((name for each in KNOWN.values() if (name := each.name_of(url))), urlsplit(url).hostname or url)
