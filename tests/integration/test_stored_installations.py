"""Installations as the database keeps them: states used once, tokens at rest, the short cache, uninstall, keys."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from slack_sdk.oauth.installation_store import Installation as SlackInstallation
from sqlalchemy import Engine, event, text

from bot.slack.installations import NotInstalled
from bot.slack.oauth import States
from bot.slack.scopes import SCOPES
from bot.slack.stored_installations import KEPT_FOR_S, StoredInstallations
from bot.slack.token_keys import TokenKeys, UnreadableToken
from storage.engine import Database
from tests.installing import OTHER, MovedClock, new_key

ACME = "T0ACME"
KEY, OLDER = new_key(), new_key()


class Ages:
    """Monotonic seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def states_left(db: Database) -> int:
    with db.begin() as session:
        return int(session.execute(text("SELECT count(*) FROM oauth_states")).scalar_one())


def granted(workspace: str = ACME, token: str = "xoxb-1") -> SlackInstallation:
    return SlackInstallation(team_id=workspace, team_name="Acme", bot_token=token, bot_id="B1", bot_user_id="U1",
                             bot_scopes=list(SCOPES), user_id="U0LENA")  # fmt: skip


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


# states


def test_state_is_consumed_by_one_of_many_at_once(db: Database, other_db: Database, clock: MovedClock) -> None:
    state = States(db, clock).issue()
    with ThreadPoolExecutor(8) as pool:
        used = list(pool.map(lambda place: States((db, other_db)[place % 2], clock).consume(state), range(8)))
    assert used.count(True) == 1


def test_states_that_nobody_came_back_with_are_cleared_away(db: Database, clock: MovedClock) -> None:
    for _ in range(3):
        States(db, clock).issue()
    clock.by = timedelta(minutes=11)
    States(db, clock).issue()
    assert states_left(db) == 1


# tokens


@pytest.fixture
def ages() -> Ages:
    return Ages()


@pytest.fixture
def replica(db: Database, clock: MovedClock, ages: Ages) -> Callable[..., StoredInstallations]:
    """The installations as a process sees them; all processes share the database."""

    def made(*keys: str, of: Database = db) -> StoredInstallations:
        return StoredInstallations(of, TokenKeys([SecretStr(key) for key in keys or (KEY,)]), clock, ages)

    return made


def dump(db: Database) -> str:
    with db.begin() as session:
        return str(session.execute(text("SELECT * FROM installations")).all())


def test_token_is_encrypted_at_rest(db: Database, replica: Callable[..., StoredInstallations]) -> None:
    replica().record(granted(token="xoxb-s3cr3t"))
    assert "xoxb" not in dump(db)
    if db.is_sqlite:
        assert db.url.database
        file = Path(db.url.database)
        assert not any(b"xoxb" in each.read_bytes() for each in file.parent.glob(f"{file.name}*"))


def test_request_costs_no_query(
    replica: Callable[..., StoredInstallations], ages: Ages, request: pytest.FixtureRequest
) -> None:
    installations = replica()
    installations.record(granted())
    queries: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        queries.append(statement[:6])

    event.listen(Engine, "before_cursor_execute", count)  # reading has an engine of its own
    request.addfinalizer(lambda: event.remove(Engine, "before_cursor_execute", count))
    for _ in range(10):
        assert installations.authorized(ACME)
    assert queries.count("SELECT") == 1
    ages.now += KEPT_FOR_S
    assert installations.token(ACME) == "xoxb-1"
    assert queries.count("SELECT") == 2


def test_unknown_workspace_is_refused_and_logged_by_its_id(
    replica: Callable[..., StoredInstallations], capsys: pytest.CaptureFixture[str]
) -> None:
    assert replica().authorized("T0NOBODY") is None
    logged = "".join(capsys.readouterr())
    assert "unknown_workspace" in logged
    assert "T0NOBODY" in logged
    with pytest.raises(NotInstalled):
        replica().token("T0NOBODY")


def test_installed_a_moment_after_it_was_asked_for_is_seen(replica: Callable[..., StoredInstallations]) -> None:
    here, there = replica(), replica()
    assert here.authorized(ACME) is None
    there.record(granted())
    assert here.authorized(ACME)


def test_uninstall_ends_access_here_at_once_and_elsewhere_within_a_minute(
    db: Database, replica: Callable[..., StoredInstallations], clock: MovedClock, ages: Ages
) -> None:
    here, there = replica(), replica()
    here.record(granted())
    assert here.token(ACME) == there.token(ACME) == "xoxb-1"
    here.remove(ACME, clock())
    with pytest.raises(LookupError):
        here.token(ACME)
    assert there.token(ACME)
    ages.now += KEPT_FOR_S
    assert there.authorized(ACME) is None
    assert "gAAAA" not in dump(db)  # how everything that is sealed begins


def test_uninstall_told_late_leaves_the_new_installation(
    replica: Callable[..., StoredInstallations], clock: MovedClock
) -> None:
    installations = replica()
    installations.record(granted())
    uninstalled_at = clock().replace(microsecond=0)
    clock.by = timedelta(minutes=2)
    installations.record(granted(token="xoxb-2"))
    installations.remove(ACME, uninstalled_at)
    assert installations.token(ACME) == "xoxb-2"


def test_uninstall_in_the_second_of_the_installation_counts(
    replica: Callable[..., StoredInstallations], clock: MovedClock
) -> None:
    installations = replica()
    installations.record(granted())
    installations.remove(ACME, clock().replace(microsecond=0))
    assert installations.authorized(ACME) is None


def test_installed_again_after_an_uninstall(replica: Callable[..., StoredInstallations], clock: MovedClock) -> None:
    installations = replica()
    installations.record(granted())
    installations.remove(ACME, clock())
    installations.record(granted(token="xoxb-2"))
    assert installations.token(ACME) == "xoxb-2"


def test_keys_are_rotated_without_losing_a_token(db: Database, replica: Callable[..., StoredInstallations]) -> None:
    replica(OLDER).record(granted())
    both = replica(KEY, OLDER)
    assert both.token(ACME) == "xoxb-1"
    both.seal_anew()
    assert replica(KEY).token(ACME) == "xoxb-1"
    with pytest.raises(UnreadableToken):
        replica(OLDER).token(ACME)


def test_start_with_keys_that_read_nothing_is_refused(replica: Callable[..., StoredInstallations]) -> None:
    replica(OLDER).record(granted())
    with pytest.raises(UnreadableToken, match="no key in it reads the token of workspace T0ACME"):
        replica(KEY).seal_anew()


def test_start_with_keys_that_miss_some_names_them_in_the_log(
    replica: Callable[..., StoredInstallations], capsys: pytest.CaptureFixture[str]
) -> None:
    replica(OLDER).record(granted())
    replica(KEY).record(granted(OTHER))
    replica(KEY).seal_anew()
    (line,) = [line for line in "".join(capsys.readouterr()).splitlines() if "unreadable_token" in line]
    assert f"workspace={ACME}" in line
    assert "TOKEN_ENCRYPTION_KEYS" in line
