"""Many people in the same moment: each gets an item of their own; of those who want the same, one gets it."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from slack_sdk.signature import SignatureVerifier

from bot.sandbox.model import Json
from bot.sandbox.state import State
from tests.acceptance.conftest import World, running_world
from tests.acceptance.test_life_of_an_item import FIELDS, create
from tests.running import BotProcess

PEOPLE = [f"U0NEW{number:02}" for number in range(50)]
PATIENCE_S = 60


def new_people(state: State) -> None:
    for user in PEOPLE:
        state.add_user("T0ACME", f"Person {user}", user=user, name=user.lower())
        state.direct(user, "U0BOT")


def a_submission(world: World) -> Json:
    """What Slack sent when Priya pressed “Create”."""
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    priya.command("/actionitem new", channel=channel)
    assert priya.modal.fill(FIELDS).submit("Create") == {}
    entries = httpx.get(f"{world.sandbox.url}/sandbox/inspector", params={"method": "view_submission"}).json()
    return dict(entries["entries"][-1]["request"])


def submits(world: World, sent: Json, user: str) -> httpx.Response:
    """The same form from somebody else, who owns what they create."""
    own = json.loads(json.dumps(sent).replace("U0MARCO", user).replace("U0PRIYA", user))
    own["view"]["id"] = f"V{user}"
    return posted(world, urlencode({"payload": json.dumps(own)}))


def posted(world: World, body: str) -> httpx.Response:
    """What Slack would send, without its patience of three seconds: a busy machine is no fault."""
    at = str(int(time.time()))
    signature = SignatureVerifier(world.sandbox.signing_secret).generate_signature(timestamp=at, body=body)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": str(signature),
    }
    return httpx.post(f"{world.bot.url}/slack/events", content=body, headers=headers, timeout=PATIENCE_S)


@pytest.fixture(scope="module")
def world(database: str, folder: Path) -> Iterator[World]:
    """A bot in a process of its own: fifty people at once and their Slack keep this one busy."""
    yield from running_world(database, folder, BotProcess)


@pytest.mark.walk
def test_each_of_fifty_people_at_once_gets_an_item_with_a_number_of_its_own(world: World) -> None:
    sent = a_submission(world)
    world.sandbox.do(new_people)
    with ThreadPoolExecutor(len(PEOPLE)) as threads:
        answers = list(threads.map(lambda user: submits(world, sent, user), PEOPLE))
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, "")}
    made = [item for item in world.bot.lines("export", "--format", "jsonl") if item["owner"] in PEOPLE]
    assert sorted(item["owner"] for item in made) == PEOPLE
    assert len({item["number"] for item in made}) == len(PEOPLE)


@pytest.mark.walk
def test_of_those_who_start_an_item_at_once_one_does_and_the_others_are_told_who(world: World) -> None:
    priya, channel = world.person("U0PRIYA"), world.incident_channel()
    label = create(world, priya, channel)
    people = ["U0PRIYA", "U0MARCO"] * 5

    def starts(user: str, press: int) -> str:
        command = {
            "command": "/actionitem", "text": f"start {label}", "team_id": "T0ACME", "user_id": user,
            "channel_id": channel, "channel_name": "inc", "trigger_id": f"{label}.{press}",
        }  # fmt: skip
        return str(posted(world, urlencode(command)).json()["text"])

    with ThreadPoolExecutor(len(people)) as threads:
        said = list(threads.map(starts, people, range(len(people))))
    assert said.count(f"*{label}* is in progress.") == 1
    assert sum("is already in progress: " in words and "did that" in words for words in said) == len(people) - 1
    shown = priya.command(f"/actionitem show {label}", channel=channel).text
    assert shown.count(" started it") == 1
