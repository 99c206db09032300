"""Two workspaces in one database: both installed through the browser, neither sees the other, one leaves."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from slack_sdk.signature import SignatureVerifier

from bot.sandbox.server import Sandbox
from tests.acceptance.conftest import eventually, find
from tests.acceptance.test_life_of_an_item import FIELDS
from tests.installing import OTHER, free_port, install, new_key, oauth_environment, second_workspace
from tests.people import Person
from tests.running import RunningBot, local_slack

ACME, STRANGER = "T0ACME", "T0STRANGER"
INCIDENT = {ACME: "C0INC", OTHER: "C0LOGIN"}
SOMEBODY = {ACME: "U0PRIYA", OTHER: "U0BEA"}
LEAD = {ACME: "U0MARCO", OTHER: "U0BEA"}
pytestmark = pytest.mark.walk
TITLES = {ACME: "Add an alert for failed payments over 2 %", OTHER: "Add an alert for failed logins over 5 %"}
"""Of the first item of each."""
UNKNOWN = "Action Items is not installed in this workspace. Install it: "


@dataclass
class World:
    """The sandbox with its workspaces, and the bot, installed in two of them by OAuth."""

    sandbox: Sandbox
    bot: RunningBot
    browser: httpx.Client
    first: dict[str, str] = field(default_factory=dict)
    """The label of the first item of each workspace."""

    def somebody(self, workspace: str) -> Person:
        return Person(self.sandbox, SOMEBODY[workspace])

    def new_item(self, workspace: str, title: str) -> str:
        """Creates an item in the workspace's incident channel; its label."""
        person, channel = self.somebody(workspace), INCIDENT[workspace]
        person.command("/actionitem new", channel=channel)
        assert person.modal.fill(FIELDS | {"Action": title, "Owner": LEAD[workspace]}).submit("Create") == {}
        card = eventually(lambda: find(person.messages(channel), title))
        return card.text.split()[0].strip("*")

    def list_all(self, workspace: str) -> str:
        return self.somebody(workspace).command("/actionitem list all", channel=INCIDENT[workspace]).text

    def request(self, workspace: str) -> httpx.Response:
        """A command as Slack would sign it, for a workspace in which the sandbox no longer knows the app."""
        body = f"command=/actionitem&text=list+all&team_id={workspace}&user_id=U0BEA&channel_id=C0LOGIN&trigger_id=1"
        now = str(int(time.time()))
        signature = SignatureVerifier(self.sandbox.signing_secret).generate_signature(timestamp=now, body=body)
        headers = {"x-slack-request-timestamp": now, "x-slack-signature": str(signature)}
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return httpx.post(f"{self.bot.url}/slack/events", content=body, headers=headers | kind)


@pytest.fixture(scope="module")
def world(database: str, folder: Path) -> Iterator[World]:
    """The bot, for all tests of the module."""
    with local_slack() as sandbox:
        sandbox.do(second_workspace)
        sandbox.do(lambda state: state.add_team("Stranger", team=STRANGER))
        sandbox.do(lambda state: state.add_user(STRANGER, "Sten Berg", user="U0STEN"))
        sandbox.do(lambda state: state.add_channel(STRANGER, "inc-9-mail", members=["U0STEN"], channel="C0MAIL"))
        bot, port = RunningBot(sandbox, database, folder), free_port()
        del bot.environment["SLACK_BOT_TOKEN"]
        bot.environment |= oauth_environment(sandbox, f"http://127.0.0.1:{port}", new_key()) | {"PORT": str(port)}
        early = bot.command("team", "list")
        assert (early.returncode, early.stderr.strip().splitlines()[-1]) == (
            1, f"The bot is installed in no workspace yet. Open http://127.0.0.1:{port}/slack/install",
        )  # fmt: skip
        bot.start()
        try:
            with httpx.Client(base_url=bot.url, timeout=30) as browser:
                for workspace in (ACME, OTHER):
                    assert "is installed in" in install(browser, workspace).text
                _let_in(sandbox)
                world = World(sandbox, bot, browser)
                world.first |= {workspace: world.new_item(workspace, title) for workspace, title in TITLES.items()}
                yield world
        finally:
            bot.stop()


def _let_in(sandbox: Sandbox) -> None:
    user = sandbox.do(lambda state: state.bot_of(OTHER))
    Person(sandbox, "U0BEA").post("invite", {"channel": "C0LOGIN", "user": user})


def test_numbers_begin_at_one_in_each_and_neither_sees_the_other(world: World) -> None:
    assert world.first == {ACME: "AI-1", OTHER: "AI-1"}
    for here, there in ((ACME, OTHER), (OTHER, ACME)):
        assert TITLES[here] in world.list_all(here)
        assert TITLES[there] not in world.list_all(here)
        shown = world.somebody(here).command("/actionitem show 1", channel=INCIDENT[here])
        assert TITLES[here] in shown.text
        found = world.somebody(here).command("/actionitem search alert", channel=INCIDENT[here])
        assert TITLES[here] in found.text
        assert TITLES[there] not in found.text


def test_command_must_say_which_workspace(world: World) -> None:
    done = world.bot.command("team", "list")
    assert done.returncode == 1
    assert f"There are several workspaces. Say which: --workspace {ACME} (or {OTHER})." in done.stderr
    unknown = world.bot.command("team", "list", "--workspace", "T0NOWHERE")
    assert unknown.returncode == 1
    assert "There is no workspace T0NOWHERE" in unknown.stderr


def test_teams_of_one_name_and_their_digests_stay_apart(world: World) -> None:
    for workspace in (ACME, OTHER):
        done = world.bot.command(
            "team", "set", "Payments", "--channel", INCIDENT[workspace], "--lead", LEAD[workspace],
            "--timezone", "Europe/Berlin", "--workspace", workspace,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    before = len(world.somebody(ACME).messages(INCIDENT[ACME]))
    (run,) = world.bot.lines("ritual", "weekly-digest", "--workspace", OTHER)
    assert (run["workspace"], run["status"]) == (OTHER, "posted")
    assert eventually(lambda: find(world.somebody(OTHER).messages(INCIDENT[OTHER]), "Payments · week of"))
    assert len(world.somebody(ACME).messages(INCIDENT[ACME])) == before


def test_workspace_that_never_installed_it_is_refused_and_logged_by_its_id(world: World) -> None:
    answer = Person(world.sandbox, "U0STEN").command("/actionitem list all", channel="C0MAIL")
    assert answer.text == f"{UNKNOWN}{world.bot.url}/slack/install"
    assert answer.ephemeral
    lines = [json.loads(line) for line in world.bot.log if "unknown_workspace" in line]
    (line,) = [line for line in lines if line["workspace"] == STRANGER]  # one that left is unknown afterwards, too
    assert set(line) == {"event", "level", "timestamp", "workspace", "request"}


def test_check_says_how_many_have_it(world: World) -> None:
    lines = dict(line.split(": ", 1) for line in world.bot.command("check").stdout.splitlines())
    assert lines["installations"] == "ok (2 workspaces)"
    assert lines["settings"] == "ok"


def test_uninstall_ends_access_and_installing_again_gives_it_back(world: World) -> None:
    title = "Rotate the signing keys of the login service every month"
    world.new_item(OTHER, title)
    before = world.list_all(ACME)
    httpx.post(f"{world.sandbox.url}/sandbox/app/uninstall", json={"workspace": OTHER}).raise_for_status()
    assert eventually(lambda: [line for line in world.bot.log if '"uninstalled"' in line])
    refused = world.request(OTHER)
    assert (refused.status_code, refused.text) == (200, f"{UNKNOWN}{world.bot.url}/slack/install")
    assert world.list_all(ACME) == before
    assert install(world.browser, OTHER).status_code == 200
    assert title in world.list_all(OTHER)


def test_neither_log_nor_file_has_a_token(world: World) -> None:
    tokens = httpx.get(f"{world.sandbox.url}/sandbox/app").json()["bot_tokens"].values()
    secrets = [*tokens, world.sandbox.client_secret, world.bot.environment["TOKEN_ENCRYPTION_KEYS"]]
    log = "\n".join(world.bot.log)
    assert [secret for secret in secrets if secret in log] == []
    url = world.bot.environment["DATABASE_URL"]
    if url.startswith("sqlite:///"):
        file = Path(url.removeprefix("sqlite:///"))
        content = b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
        assert b"xoxb-" not in content
