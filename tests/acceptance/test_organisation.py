"""The bot installed for a whole organisation: one token, several workspaces, each with its own items."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from bot.sandbox.server import Sandbox
from bot.sandbox.state import State
from tests.acceptance.conftest import eventually, find
from tests.acceptance.mornings import monday, nine
from tests.acceptance.test_life_of_an_item import FIELDS
from tests.installing import free_port, install, new_key, oauth_environment
from tests.people import Json, Person
from tests.running import RunningBot, local_slack
from tests.signing import signed

ACME, SOUTH, NORTH = "E0ACME", "T0SOUTH", "T0NORTH"
SOMEBODY = {SOUTH: "W0SASHA", NORTH: "W0NORA"}
CHANNEL = {SOUTH: "C0SOUTH", NORTH: "C0NORTH"}
BOTH = "C0BOTH"
BOT = "W0BOT"
pytestmark = pytest.mark.walk


def organisation(state: State) -> None:
    """Two workspaces of an organisation, with a channel each and one that they share, and another company's."""
    state.add_team("Elsewhere", team="T0ELSE")
    for team, name, person in ((SOUTH, "South", "Sasha Reyes"), (NORTH, "North", "Nora Lund")):
        state.add_team(name, team=team, install=False, enterprise=ACME)
        state.add_user(team, person, user=SOMEBODY[team], is_admin=True)
        state.add_channel(team, f"inc-{name.lower()}", members=[SOMEBODY[team]], channel=CHANNEL[team])
    state.add_user(SOUTH, "Lee Admin", user="W0LEE")
    both = state.add_channel(SOUTH, "both", members=[SOMEBODY[SOUTH]], channel=BOTH)
    both.shared_with = [NORTH]
    both.members.append(SOMEBODY[NORTH])
    state.add_team("Globex", team="T0GLOBEX", install=False)
    state.add_user("T0GLOBEX", "Olga Petrov", user="U0OLGA")


@dataclass
class World:
    """The sandbox, the bot, and a browser."""

    sandbox: Sandbox
    bot: RunningBot
    browser: httpx.Client

    def person(self, user: str) -> Person:
        return Person(self.sandbox, user)

    def admin(self, path: str, body: Json) -> None:
        httpx.post(f"{self.sandbox.url}/sandbox{path}", json=body).raise_for_status()

    def let_in(self, workspace: str, *, granted: bool = True) -> None:
        """The organisation's admin lets the app into the workspace, or out of it."""
        self.admin("/app/access", {"workspace": workspace, "granted": granted})
        self.person(SOMEBODY[workspace]).settle()

    def invite(self, workspace: str, channel: str) -> None:
        self.person(SOMEBODY[workspace]).post("invite", {"channel": channel, "user": BOT})

    def create(self, workspace: str, title: str, channel: str = "") -> str:
        person, channel = self.person(SOMEBODY[workspace]), channel or CHANNEL[workspace]
        person.command("/actionitem new", channel=channel)
        fields = FIELDS | {"Action": title, "Owner": SOMEBODY[workspace]}
        assert person.modal.fill(fields).submit("Create") == {}
        return eventually(lambda: find(person.messages(channel), title)).text.split()[0].strip("*")

    def say(self, workspace: str, words: str, channel: str = "") -> str:
        person = self.person(SOMEBODY[workspace])
        return person.command(f"/actionitem {words}", channel=channel or CHANNEL[workspace]).text

    def late_command(self, workspace: str) -> str:
        """What the bot says to a command that Slack has signed before it heard that the workspace was shut out.

        Of the workspace alone, as an installation of its own would send it.
        """
        fields = {"command": "/actionitem", "text": "list all", "team_id": workspace, "user_id": SOMEBODY[workspace]}
        body = urlencode(fields | {"channel_id": CHANNEL[workspace], "trigger_id": "1"})
        headers = signed(self.sandbox.signing_secret, body) | {"content-type": "application/x-www-form-urlencoded"}
        return httpx.post(f"{self.bot.url}/slack/events", content=body, headers=headers).text

    def calls(self, method: str) -> list[Json]:
        query = {"method": method, "limit": 1000}
        found = httpx.get(f"{self.sandbox.url}/sandbox/inspector", params=query).json()
        return [entry["request"] for entry in found["entries"] if entry["kind"] == "call"]


@pytest.fixture(scope="module")
def world(database: str, folder: Path) -> Iterator[World]:
    with local_slack(seed=organisation) as sandbox:
        bot, port = RunningBot(sandbox, database, folder), free_port()
        del bot.environment["SLACK_BOT_TOKEN"]
        bot.environment |= oauth_environment(sandbox, f"http://127.0.0.1:{port}", new_key()) | {"PORT": str(port)}
        bot.start()
        try:
            with httpx.Client(base_url=bot.url, timeout=30) as browser:
                made = World(sandbox, bot, browser)
                page = install(browser, ACME)
                assert page.status_code == 200, page.text
                assert "Action Items is installed for E0Acme." in page.text
                assert f"https://app.slack.com/manage/{ACME}/integrations/profile/A0ACTION/workspaces/add" in page.text
                for workspace in (SOUTH, NORTH):
                    made.let_in(workspace)
                    made.invite(workspace, CHANNEL[workspace])
                made.invite(SOUTH, BOTH)
                yield made
        finally:
            bot.stop()


def test_each_workspace_has_its_own_items(world: World) -> None:
    titles = {SOUTH: "Alert when failed payments exceed 2 %", NORTH: "Alert when failed logins exceed 5 %"}
    for workspace, title in titles.items():
        world.create(workspace, title)
    for here, there in ((SOUTH, NORTH), (NORTH, SOUTH)):
        assert titles[here] in world.say(here, "list all")
        assert titles[there] not in world.say(here, "list all")
        home = world.person(SOMEBODY[here]).home()
        assert titles[here] in home.text
        assert titles[there] not in home.text


def test_home_modal_and_buttons_work_where_slack_names_no_workspace(world: World) -> None:
    label = world.create(NORTH, "Alert when the ferret queue is over 700")
    nora = world.person(SOMEBODY[NORTH])
    assert label in nora.home().text
    nora.command(f"/actionitem update {label}", channel=CHANNEL[NORTH])
    assert nora.modal.fill({"What happened?": "The threshold is set"}).submit() == {}
    assert "The threshold is set" in world.say(NORTH, f"show {label}")
    card = eventually(lambda: find(nora.messages(CHANNEL[NORTH]), label))
    card.button("Update").click()
    assert nora.has_modal
    nora.modal.cancel()


def test_people_of_each_workspace_are_read_by_its_id(world: World) -> None:
    done = world.bot.command("tick", "--workspace", SOUTH, "--at", world.bot.now().isoformat())
    assert done.returncode == 0, done.stderr
    assert {SOUTH} <= {asked["team_id"] for asked in world.calls("users.list")}
    world.say(SOUTH, "list all")
    assert {asked.get("team_id") for asked in world.calls("users.conversations")} <= {SOUTH, NORTH}


def test_sibling_in_a_shared_channel_is_no_outsider(world: World) -> None:
    title = "Alert when the stoat queue is over 900"
    label = world.create(SOUTH, title)
    assert label in world.say(SOUTH, "list all public", channel=BOTH)
    message = find(world.person(SOMEBODY[SOUTH]).messages(BOTH), title)
    assert message
    assert title in next(m.text for m in world.person(SOMEBODY[NORTH]).messages(BOTH) if m.ts == message.ts)


def test_command_says_which_workspace(world: World) -> None:
    done = world.bot.command("team", "list")
    assert f"Say which: --workspace {NORTH} (or {SOUTH})" in done.stderr
    words = ("--channel", CHANNEL[NORTH], "--lead", SOMEBODY[NORTH], "--timezone", "Europe/Berlin")
    done = world.bot.command("team", "set", "Norths", *words, "--workspace", NORTH)
    assert done.returncode == 0, done.stderr
    at = nine(monday(0)).isoformat()
    (run,) = world.bot.lines("ritual", "weekly-digest", "--workspace", NORTH, "--at", at)
    assert (run["workspace"], run["status"]) == (NORTH, "posted")
    nora = world.person(SOMEBODY[NORTH])
    assert eventually(lambda: find(nora.messages(CHANNEL[NORTH]), "Norths · week of"))
    lines = dict(line.split(": ", 1) for line in world.bot.command("check").stdout.splitlines())
    assert lines["installations"] == "ok (0 workspaces, 1 organisation)"


def owner_refused(world: World, workspace: str) -> str:
    person = world.person(SOMEBODY[workspace])
    person.command("/actionitem new", channel=CHANNEL[workspace])
    errors = person.modal.fill(FIELDS | {"Action": "Alert at 500 ms", "Owner": "W0LEE"}).submit("Create")
    person.modal.cancel()
    return errors.get("Owner", "")


def test_somebody_of_a_sibling_workspace_owns_items_and_what_is_told_of_them_once_counts_in_each(world: World) -> None:
    title = "Alert when the weasel queue is over 400"
    nora = world.person(SOMEBODY[NORTH])
    nora.command("/actionitem new", channel=CHANNEL[NORTH])
    assert nora.modal.fill(FIELDS | {"Action": title, "Owner": "W0LEE"}).submit("Create") == {}
    assert "Lee Admin" in eventually(lambda: find(nora.messages(CHANNEL[NORTH]), title)).text
    httpx.patch(f"{world.sandbox.url}/sandbox/people/W0LEE", json={"is_restricted": True}).raise_for_status()
    nora.settle()
    for workspace in (SOUTH, NORTH):
        assert "Choose a full member as owner" in owner_refused(world, workspace)


def test_workspace_that_is_shut_out_is_refused_until_it_is_let_in_again(world: World) -> None:
    title = "Alert when the polecat queue is over 300"
    world.create(NORTH, title)
    world.let_in(NORTH, granted=False)
    try:
        assert eventually(lambda: [line for line in world.bot.log if '"shut_out"' in line])
        assert "Action Items is not installed in this workspace" in world.late_command(NORTH)
    finally:
        world.let_in(NORTH)
    assert title in world.say(NORTH, "list all")


def test_uninstalling_for_the_organisation_ends_it_everywhere_and_installing_again_gives_it_back(world: World) -> None:
    title = "Alert when the marten queue is over 200"
    world.create(SOUTH, title)
    world.admin("/app/uninstall", {"organisation": ACME})
    assert eventually(lambda: [line for line in world.bot.log if '"uninstalled"' in line])
    assert world.bot.command("check").stdout.count("none known yet")
    assert install(world.browser, ACME).status_code == 200
    for workspace in (SOUTH, NORTH):
        world.let_in(workspace)
    assert title in world.say(SOUTH, "list all")


def test_neither_log_nor_file_has_the_token(world: World) -> None:
    token = world.sandbox.do(lambda state: state.organisations[ACME].token)
    assert token not in "\n".join(world.bot.log)
    url = world.bot.environment["DATABASE_URL"]
    if url.startswith("sqlite:///"):
        file = Path(url.removeprefix("sqlite:///"))
        assert b"xoxb-" not in b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
