"""People of another company in a shared channel: they see what is in that channel, own and approve nothing."""

from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest
from slack_sdk.signature import SignatureVerifier
from sqlalchemy import update

from bot.domain.home import Filters
from bot.sandbox.world import connected_world
from bot.services.home import draw_home
from bot.settings import read_settings
from storage.engine import Database
from storage.tables.workspace import PersonRow
from tests.acceptance.conftest import World, eventually, find
from tests.acceptance.mornings import in_days, nine
from tests.acceptance.test_life_of_an_item import FIELDS, create, submit
from tests.people import Message, Person
from tests.running import RunningBot, local_slack

OLGA, PARTNER = "U0OLGA", "C0PARTNER"


@pytest.fixture(scope="module")
def world(database: str, folder: Path) -> Iterator[World]:
    with local_slack(seed=connected_world) as sandbox:
        bot = RunningBot(sandbox, database, folder)
        set_up(bot, "Payments", "C0PAYMENTS")
        set_up(bot, "Partnered", PARTNER)
        bot.start()
        try:
            yield World(sandbox, bot)
        finally:
            bot.stop()


def set_up(bot: RunningBot, name: str, channel: str, *more: str) -> None:
    words = ("team", "set", name, "--channel", channel, "--lead", "U0MARCO", "--member", "U0PRIYA")
    done = bot.command(*words, "--timezone", "Europe/Berlin", *more)
    assert done.returncode == 0, done.stderr


def taken_for_a_member(world: World, home: str = "T0ACME") -> None:
    """What a bot of an older version remembers: that she is a full member."""
    database = Database(world.bot.environment["DATABASE_URL"])
    with database.begin() as session:
        session.execute(update(PersonRow).where(PersonRow.user == OLGA).values(is_guest=False, team=home))
    database.close()


def signed(world: World, content_type: str, body: str) -> httpx.Response:
    """What Slack would send, whoever is said to have done it: Slack's own client offers outsiders no commands."""
    made = SignatureVerifier(world.sandbox.signing_secret)
    at = str(int(world.bot.now().timestamp()))
    headers = {
        "content-type": content_type,
        "x-slack-request-timestamp": at,
        "x-slack-signature": made.generate_signature(timestamp=at, body=body) or "",
    }
    return httpx.post(f"{world.bot.url}/slack/events", content=body, headers=headers, trust_env=False, timeout=30)


def commanded(world: World, text: str) -> str:
    """What the outsider reads who writes `/actionitem TEXT` in the shared channel."""
    fields = {"command": "/actionitem", "text": text, "team_id": "T0ACME", "user_id": OLGA, "channel_id": PARTNER}
    more = {"channel_name": "ext-globex", "trigger_id": uuid4().hex, "response_url": "", "api_app_id": "A0"}
    answer = signed(world, "application/x-www-form-urlencoded", urlencode(fields | more))
    assert answer.status_code == HTTPStatus.OK
    return answer.text


def drawn_home(world: World) -> str:
    """The App Home as it would be drawn for the outsider, to whom Slack shows none."""
    with world.bot._told({}):
        product = world.bot._open(read_settings())
    view = draw_home(product.deps, "T0ACME", OLGA, Filters(), fresh=True)
    product.db.close()
    return str(view.to_dict())


def digest_in(world: World, channel: str, team: str, days: int) -> Message:
    at = nine(in_days(days))
    done = world.bot.command("ritual", "weekly-digest", "--team", team, "--at", at.isoformat())
    assert done.returncode == 0, done.stderr
    week = at - timedelta(days=at.weekday())
    return eventually(lambda: find(world.person("U0PRIYA").messages(channel), f"week of {week.day} {week:%b}"))


def pressed(person: Person, message: Message, name: str) -> str:
    seen = next(each for each in person.messages(PARTNER) if each.ts == message.ts)
    return seen.button(name).click().text


@pytest.mark.walk
def test_outsider_sees_nothing_but_items_of_the_shared_channel(world: World) -> None:
    priya, olga = world.person("U0PRIYA"), Person(world.sandbox, OLGA)
    set_up(world.bot, "Attacked", PARTNER)
    here = create(world, priya, PARTNER, Action="Add a koala alert at 500 ms", Team="Attacked", Owner="U0PRIYA")
    elsewhere = create(
        world, priya, "C0PAYMENTS", Action="Add a potoroo alert at 500 ms", Owner="U0PRIYA", Team="Attacked"
    )
    digest = digest_in(world, PARTNER, "Attacked", 7)
    assert "2 open" in digest.text
    assert here in digest.text
    assert "potoroo" not in str(digest.raw)
    assert "1 open item counted and not named here" in digest.text
    assert elsewhere in pressed(priya, digest, "All 2 items")
    taken_for_a_member(world)
    listed = pressed(olga, digest, "All 2 items")
    assert here in listed
    assert "potoroo" not in listed
    for attack in ("list all", "search alert", f"show {elsewhere}", "list team Attacked", f"start {elsewhere}"):
        taken_for_a_member(world, home="")
        answer = commanded(world, attack)
        assert "potoroo" not in answer, attack
    assert f"{elsewhere} does not exist" in commanded(world, f"show {elsewhere}")
    assert "koala" in commanded(world, "list all")
    home = drawn_home(world)
    assert "potoroo" not in home


def test_outsider_is_refused_as_owner_in_words(world: World) -> None:
    priya = world.person("U0PRIYA")
    priya.command("/actionitem new", channel=PARTNER)
    errors = priya.modal.fill(FIELDS | {"Owner": OLGA}).submit("Create")
    priya.modal.cancel()
    assert "Choose a full member as owner" in errors["Owner"], errors


def test_outsider_approves_and_leads_nothing(world: World) -> None:
    priya, lena = world.person("U0PRIYA"), world.person("U0LENA")
    label = create(world, priya, PARTNER, Action="Add a bilby alert at 500 ms", Owner="U0PRIYA", Team="Partnered")
    fields = {"Why can it not be done now?": "x", "What risk do we accept meanwhile?": "y", "Trigger condition": "z"}
    fields |= {"I understand that the incident can happen again": True, "Approver": OLGA}
    errors = submit(priya, PARTNER, f"defer {label}", fields)
    priya.modal.cancel()
    assert "Only a full member" in errors["Approver"]
    lena.command("/actionitem settings Partnered", channel="C0PAYMENTS")
    errors = lena.modal.fill({"Lead": OLGA}).submit("Save")
    lena.modal.cancel()
    assert "Choose a full member as lead" in errors["Lead"]


def test_sibling_of_the_enterprise_sees_what_members_see(world: World) -> None:
    priya, nora = world.person("U0PRIYA"), Person(world.sandbox, "W0NORA")
    label = create(world, priya, "C0PAYMENTS", Action="Add a quoll alert at 500 ms", Owner="U0PRIYA")
    shown = priya.command("/actionitem list all public", channel="C0NORTH")
    assert label in shown.text
    message = find(priya.messages("C0NORTH"), label)
    assert message
    assert label in next(each for each in nora.messages("C0NORTH") if each.ts == message.ts).text
    assert "quoll" not in priya.command("/actionitem list all public", channel=PARTNER).text


@pytest.mark.walk
def test_channel_names_only_its_own_while_it_is_shared(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel(name="wombat")
    elsewhere = create(world, priya, "C0PAYMENTS", Action="Add a wombat alert at 500 ms", Owner="U0PRIYA")
    assert elsewhere in priya.command("/actionitem list all public", channel=channel).text
    with httpx.Client(base_url=f"{world.sandbox.url}/sandbox") as http:
        http.post(f"/channels/{channel}/share", json={"workspace": "T0GLOBEX"}).raise_for_status()
        priya.settle()
        assert elsewhere not in priya.command("/actionitem list all public", channel=channel).text
        http.post(f"/channels/{channel}/unshare", json={"workspace": "T0GLOBEX"}).raise_for_status()
        priya.settle()
        assert elsewhere in priya.command("/actionitem list all public", channel=channel).text


@pytest.mark.walk
def test_lead_lets_outsiders_read_in_the_teams_own_channel(world: World) -> None:
    priya, lena = world.person("U0PRIYA"), world.person("U0LENA")
    with_team = create(
        world, priya, "C0PAYMENTS", Action="Add a dingo alert at 500 ms", Owner="U0PRIYA", Team="Partnered"
    )
    others = create(world, priya, "C0PAYMENTS", Action="Add a dugong alert at 500 ms", Owner="U0PRIYA", Team="Payments")
    lena.command("/actionitem settings Partnered", channel="C0PAYMENTS")
    choice = {"What outsiders read": "Everything of this team that is public"}
    assert lena.modal.fill(choice).submit("Save") == {}
    listed = priya.command("/actionitem list all public", channel=PARTNER).text
    assert with_team in listed
    assert f"*{others}*" not in listed
    set_up(world.bot, "Partnered", PARTNER, "--outsiders-read", "no")
    assert with_team not in priya.command("/actionitem list all public", channel=PARTNER).text


def test_channel_that_is_about_to_be_shared_names_only_its_own(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel(name="kowari")
    elsewhere = create(world, priya, "C0PAYMENTS", Action="Add a kowari alert at 500 ms", Owner="U0PRIYA")
    assert elsewhere in priya.command("/actionitem list all public", channel=channel).text
    share = f"{world.sandbox.url}/sandbox/channels/{channel}/share"
    httpx.post(share, json={"workspace": "T0GLOBEX", "pending": True}).raise_for_status()
    before = world.bot.now
    world.bot.now = lambda: before() + timedelta(minutes=5)  # Slack tells nobody: the bot looks every four minutes
    try:
        assert elsewhere not in priya.command("/actionitem list all public", channel=channel).text
        httpx.post(share.replace("/share", "/unshare"), json={"workspace": "T0GLOBEX"}).raise_for_status()
        world.bot.now = lambda: before() + timedelta(minutes=10)
        assert elsewhere in priya.command("/actionitem list all public", channel=channel).text
    finally:
        world.bot.now = before


@pytest.mark.walk
def test_form_that_is_open_while_its_channel_gets_another_id_is_submitted_there(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel(name="dibbler")
    label = create(world, priya, channel, Action="Add a dibbler alert at 500 ms", Owner="U0PRIYA")
    marco = world.person("U0MARCO")
    priya.command("/actionitem new", channel=channel)
    marco.command(f"/actionitem update {label}", channel=channel)
    new = f"{channel}NEW"
    httpx.post(f"{world.sandbox.url}/sandbox/channels/{channel}/id", json={"id": new}).raise_for_status()
    priya.settle()
    title = "Alert when the mulgara queue is over 500"
    assert priya.modal.fill(FIELDS | {"Action": title, "Owner": "U0PRIYA"}).submit("Create") == {}
    eventually(lambda: find(priya.messages(new), title))
    assert marco.modal.fill({"What happened?": "The threshold is set"}).submit() == {}
    assert title in priya.command("/actionitem list incident", channel=new).text
    assert "The threshold is set" in priya.command(f"/actionitem show {label}", channel=new).text


@pytest.mark.walk
def test_channel_that_gets_another_id_goes_on(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel(name="emu")
    set_up(world.bot, "Moving", channel)
    label = create(world, priya, channel, Action="Add an emu alert at 500 ms", Owner="U0PRIYA", Team="Moving")
    world.card(channel, label)
    new = f"{channel}NEW"
    httpx.post(f"{world.sandbox.url}/sandbox/channels/{channel}/id", json={"id": new}).raise_for_status()
    priya.settle()
    assert label in priya.command("/actionitem list incident", channel=new).text
    priya.command(f"/actionitem start {label}", channel=new)
    eventually(lambda: "in progress" in world.card(new, label).text.lower())
    assert label in digest_in(world, new, "Moving", 7).text
