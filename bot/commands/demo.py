"""`actionitem demo`: a local Slack workspace in the browser, and the bot in it, with sample data."""

import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import typer
import yaml
from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.app import Product, open_product
from bot.commands.demo_items import WORKSPACE, record_samples
from bot.commands.demo_sample import INCIDENTS, LEADERSHIP
from bot.commands.demo_steps import STEPS
from bot.commands.demo_told import told
from bot.commands.demo_trackers import running_trackers
from bot.commands.serve import serve
from bot.logs import configure
from bot.sandbox.beside import Beside
from bot.sandbox.server import Sandbox
from bot.sandbox.state import State
from bot.sandbox.world import small_world
from bot.services.tokens import create_token
from bot.settings import Settings
from scheduler.delivery.backlog import wait_until_delivered
from scheduler.runs import Run
from scheduler.ticker import Ticker
from storage.mornings import list_mornings_due
from storage.schedules import list_schedules

MANIFEST = Path(__file__).parents[1] / "app_manifest.yml"
WELCOME = """
  Your local Slack workspace:  {url}

  You are Priya, in #inc-2041-checkout. Type  /actionitem new  and press Enter.
  Switch to somebody else at “You are”; move the clock to see the weekly digest.
{beside}  Commands reach it from its folder, for example to rehearse an import:
    cd {folder}
    {command} import FILE --from jira --team Payments

  The HTTP API for other tools:  {url_of_api}/api/v1/docs
    curl "{url_of_api}/api/v1/items?state=open" -H "Authorization: Bearer {token}"

  Nothing leaves this machine. Ctrl+C ends it.
"""
TRACKERS = """\
  Beside it stand a local GitHub, GitLab, Jira and Linear:  {url}/trackers
  Press “Create ticket” on a card, close the ticket there, and see what the bot asks.

"""
COMMANDS_SETTINGS = """\
SLACK_BOT_TOKEN={token}
SLACK_SIGNING_SECRET={secret}
SLACK_API_URL={api_url}
TOKEN_ENCRYPTION_KEYS={keys}
DATABASE_URL={database}
"""
DEMO_SCOPES = ("items:read", "items:write", "incidents:write", "measures:read")
"""What the demo's token may: all but see what belongs to private channels."""
DELIVERY_TIMEOUT_S, FIRST_CARDS_S = 30, 2
LATEST = datetime.max.replace(tzinfo=UTC)


def run_demo(*, port: int, empty: bool) -> None:
    """Runs until Ctrl+C. Raises OSError when the port is taken."""
    configure("warning", "console")
    clock = DemoClock()
    # The sandbox needs the callback, and the product that it moves needs the sandbox: so it is put in later.
    moved: list[Callable[[datetime], Any]] = []
    with (
        running_trackers(clock) as trackers,
        tempfile.TemporaryDirectory(prefix="actionitem-demo-") as folder,
        Sandbox(
            port=port,
            manifest=yaml.safe_load(MANIFEST.read_text(encoding="utf-8")),
            seed=small_world if empty else demo_world,
            on_clock_moved=lambda at: moved[0](at) if moved else [],
            walks=True,
            beside=Beside() if empty else Beside(STEPS, routes=trackers.desk.routes()),
        ) as sandbox,
    ):
        settings = _settings(sandbox, Path(folder))
        product = open_product(settings, clock)
        _let_commands_in(settings, Path(folder))
        moved.append(lambda at: told(product, sandbox.state, run_until(product, clock, at, sandbox)))
        if not empty:
            record_samples(product)
            trackers.connect(product)
            trackers.desk.lead_here(sandbox.url)
        _name, token = create_token(product.deps, WORKSPACE, "demo", DEMO_SCOPES, None)

        def ready(url: str) -> None:
            # Known only now that the bot listens, so requests from the page go nowhere before.
            sandbox.app_url = f"{url}/slack/events"
            trackers.follow(url)
            if not empty:
                # The first cards of each channel: a ticket names the card of its item, and no page is empty.
                wait_until_delivered(product.db, FIRST_CARDS_S)
                trackers.make_tickets(product)
            pages = [] if empty else [("Trackers", "/trackers")]
            sandbox.beside.links = [*pages, ("HTTP API", f"{url}/api/v1/docs")]
            _welcome(sandbox, url, folder, token)

        serve(product, on_ready=ready)


class DemoClock:
    """The bot's clock in the demo: the machine's, and how far it was moved forward."""

    def __init__(self) -> None:
        self._moved = timedelta()

    def __call__(self) -> datetime:
        """The present moment of the demo, in UTC."""
        return datetime.now(UTC) + self._moved

    def move_to(self, moment: datetime) -> None:
        """Forward to *moment*; never back."""
        self._moved += max(moment - self(), timedelta())


def demo_world(state: State) -> None:
    """The sandbox's people and channels, and the sample incidents' channels."""
    small_world(state)
    team = "T0ACME"
    bot = state.installation(team).bot_user
    sam = state.add_user(team, "Sam Lindqvist", user="U0SAM", name="sam").id
    noor = state.add_user(team, "Noor Haddad", user="U0NOOR", name="noor").id
    everybody = ["U0PRIYA", "U0MARCO", "U0AISHA", "U0LENA", sam, noor]
    for known in ("C0GENERAL", "C0PAYMENTS", "C0INC"):
        state.channel(known).members += [person for person in everybody if person not in state.channel(known).members]
    state.add_channel(team, "platform", members=[*everybody, bot], channel="C0PLATFORM")
    # Priya too: who opens the demo is she, and reads there what a vice president would.
    vera = state.add_user(team, "Vera Stone", user="U0VERA", name="vera").id
    leaders = ["U0PRIYA", "U0MARCO", "U0LENA", vera, bot]
    leadership = state.add_channel(team, "leadership", members=leaders, channel=LEADERSHIP)
    leadership.topic = "How all teams stand, on the first working day of a month"
    for incident in INCIDENTS:
        if incident.channel not in state.channels:
            state.add_channel(team, incident.name, members=[*everybody, bot], channel=incident.channel)
    for person in (sam, noor, vera):
        state.direct(person, bot)


def run_until(product: Product, clock: DemoClock, at: datetime, sandbox: Sandbox) -> list[Run]:
    """Runs every ritual that became due until *at*, each at its own time, and waits until all is delivered.

    Returns the runs that said something.
    """
    ticker = Ticker(product.deps)
    runs: list[Run] = []
    # From one due time to the next: run at the end alone, all but the last week would be recorded as missed.
    while (due := _next_due(product)) and due <= at:
        _move_workspace(sandbox, due)
        # Before the bot's own clock moves: else the ticker that serves might take what is due, and its runs be unknown.
        said = [run for run in ticker.tick(due) if run.messages]
        clock.move_to(due)
        if said:  # before the time goes on: what is said bears the time at which Slack takes it
            wait_until_delivered(product.db, DELIVERY_TIMEOUT_S)
        runs += said
    _move_workspace(sandbox, at)
    clock.move_to(at)
    # So that who has moved the clock sees what was said, and not an empty channel.
    wait_until_delivered(product.db, DELIVERY_TIMEOUT_S)
    return runs


def _move_workspace(sandbox: Sandbox, moment: datetime) -> None:
    """Never back. Its pages see the time come: else what is said on the way would stand under “Tomorrow”."""

    def move(state: State) -> None:
        state.clock.move_by(max(moment - state.clock.now(), timedelta()))
        state.feed.tell(state.users, "clock")

    sandbox.do(move)


def _next_due(product: Product) -> datetime | None:
    with product.db.read() as session:
        times = [schedule.next_due_at for schedule in list_schedules(session)]
        times += [morning.due_at for morning in list_mornings_due(session, LATEST, None, 1)]
        return min(times, default=None)


def _settings(sandbox: Sandbox, folder: Path) -> Settings:
    return Settings(
        # The user's .env may hold real tokens and a real database; nothing of it may reach the demo, so every setting
        # that could come from the environment is named here.
        _env_file=None,
        slack_bot_token=SecretStr(sandbox.bot_token),
        slack_signing_secret=SecretStr(sandbox.signing_secret),
        slack_app_token=None,
        slack_client_id=None,
        token_encryption_keys=(SecretStr(Fernet.generate_key().decode()),),
        public_url=None,
        incident_channel_pattern="^(inc|incident)[-_]",
        log_level="warning",
        log_format="console",
        keep_deliveries_days=7,
        keep_questions_days=100,
        slack_api_url=sandbox.api_url,
        database_url=SecretStr(f"sqlite:///{folder / 'demo.db'}"),
        host="127.0.0.1",
        # Any free one: the port that people know is the sandbox's.
        port=0,
        scheduler="on",
    )


def _let_commands_in(settings: Settings, folder: Path) -> None:
    """A command that is run in the demo's folder reads its settings there, whatever stands in the user's own `.env`."""
    token, secret = settings.slack_bot_token, settings.slack_signing_secret
    assert token
    assert secret
    text = COMMANDS_SETTINGS.format(
        token=token.get_secret_value(),
        secret=secret.get_secret_value(),
        api_url=settings.slack_api_url,
        keys=",".join(key.get_secret_value() for key in settings.token_encryption_keys),
        database=settings.database,
    )
    (folder / ".env").write_text(text, encoding="utf-8")


def _welcome(sandbox: Sandbox, url: str, folder: str, token: str) -> None:
    command = Path(sys.executable).parent / "actionitem"
    page = f"{sandbox.url}/#/U0PRIYA/C0INC"
    beside = TRACKERS.format(url=sandbox.url) if sandbox.beside.routes else ""
    typer.echo(WELCOME.format(url=page, beside=beside, url_of_api=url, folder=folder, command=command, token=token))
