"""Fifty people of whom nobody has heard press “Create” in the same moment."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import httpx
from slack_sdk.signature import SignatureVerifier

from bot.sandbox.model import Json
from bot.sandbox.state import State
from tests.acceptance.conftest import World
from tests.acceptance.test_life_of_an_item import FIELDS

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
    body, at = urlencode({"payload": json.dumps(own)}), str(int(time.time()))
    signature = SignatureVerifier(world.sandbox.signing_secret).generate_signature(timestamp=at, body=body)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": at,
        "X-Slack-Signature": str(signature),
    }
    return httpx.post(f"{world.bot.url}/slack/events", content=body, headers=headers, timeout=PATIENCE_S)


def test_each_of_fifty_people_at_once_gets_an_item_with_a_number_of_its_own(world: World) -> None:
    sent = a_submission(world)
    world.sandbox.do(new_people)
    with ThreadPoolExecutor(len(PEOPLE)) as threads:
        answers = list(threads.map(lambda user: submits(world, sent, user), PEOPLE))
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, "")}
    made = [item for item in world.bot.lines("export", "--format", "jsonl") if item["owner"] in PEOPLE]
    assert sorted(item["owner"] for item in made) == PEOPLE
    assert len({item["number"] for item in made}) == len(PEOPLE)
