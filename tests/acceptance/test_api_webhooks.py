"""Outgoing webhooks, as a receiver meets them: signed, in order, once more, and to nobody's own network."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from bot.domain.webhook import TYPES
from tests.acceptance.api_client import item
from tests.acceptance.conftest import World, eventually
from tests.acceptance.endings import NOT_NOW
from tests.acceptance.test_life_of_an_item import create, submit


@dataclass
class Receiver:
    """A receiver that answers what it is told to, and keeps what came."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    came: list[tuple[dict[str, str], str]] = field(default_factory=list)
    location: str = ""

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _headers, body in self.came]


@pytest.fixture
def receiver(world: World) -> Iterator[Receiver]:
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            status = kept.answers.pop(0) if kept.answers else 204
            kept.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(status)
            if kept.location:
                self.send_header("location", kept.location)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    kept.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    yield kept
    # What one test has left is not sent to the next one's receiver, nor waited for by it.
    world.bot.command("webhook", "remove", kept.url)
    server.shutdown()
    server.server_close()


def added(world: World, receiver: Receiver, *more: str) -> str:
    done = world.bot.command("webhook", "add", receiver.url, "--allow-private-network", *more)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("whsec_")
    return done.stdout.strip()


def removed(world: World, receiver: Receiver) -> None:
    assert world.bot.command("webhook", "remove", receiver.url).returncode == 0


def deliveries(world: World, *more: str) -> list[dict[str, Any]]:
    return world.bot.lines("webhook", "deliveries", *more)


@pytest.mark.walk
def test_what_happens_to_an_item_comes_signed_and_in_order(world: World, receiver: Receiver) -> None:
    secret = added(world, receiver, "--event", "item.*")
    channel = world.incident_channel()
    label = item(world, channel)
    priya = world.person("U0PRIYA")
    receiver.answers += [500, 503]
    priya.command(f"/actionitem start {label}", channel=channel)
    for n in range(3):
        priya.command(f"/actionitem update {label}", channel=channel)
        priya.modal.fill({"What happened?": f"Step {n}"}).submit()
    eventually(lambda: len([1 for e in receiver.events() if e["type"] == "item.updated"]) >= 3)
    for headers, body in receiver.came:
        told = Webhook(secret).verify(body, headers)
        assert told["data"]["item"]["label"] == label
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(receiver.came[0][1] + " ", receiver.came[0][0])
    taken: dict[str, dict[str, Any]] = {headers["webhook-id"]: json.loads(body) for headers, body in receiver.came}
    assert [event["type"] for event in taken.values()] == [
        "item.created", "item.state_changed", "item.updated", "item.updated", "item.updated",
    ]  # fmt: skip
    assert [event["data"]["change"]["why"] for event in taken.values()][2:] == ["Step 0", "Step 1", "Step 2"]
    assert len(receiver.came) >= 7
    eventually(lambda: len([1 for one in deliveries(world) if one["delivered_at"]]) == 5)
    assert deliveries(world, "--failed") == []
    removed(world, receiver)


def labels(receiver: Receiver, kind: str) -> set[str]:
    """The items of which such an event has come."""
    return {event["data"]["item"]["label"] for event in receiver.events() if event["type"] == kind}


EVENTS = {
    "item.created", "item.updated", "item.state_changed", "item.deferred", "item.blocked", "item.escalated",
    "item.deleted", "incident.created", "incident.updated",
}  # fmt: skip
"""As contract.md lists them."""


@pytest.mark.walk
def test_every_event_of_the_contract_is_sent(world: World, receiver: Receiver) -> None:
    assert set(TYPES) == EVENTS
    added(world, receiver, *(word for kind in sorted(EVENTS) for word in ("--event", kind)))
    channel = world.incident_channel()
    priya, marco = world.person("U0PRIYA"), world.person("U0MARCO")
    label = item(world, channel)
    late = create(world, priya, channel, Owner="U0PRIYA", Action="Alert when the ledger lags more than 90 seconds")
    priya.command(f"/actionitem start {label}", channel=channel)
    priya.command(f"/actionitem update {label}", channel=channel)
    assert priya.modal.fill({"What happened?": "It is half done"}).submit() == {}
    told = {"Escalated to": "U0MARCO", "Dependency": "The canary metric", "Temporary mitigation": "none"}
    priya.command(f"/actionitem block {label}", channel=channel)
    priya.modal.fill({"What blocks it?": "Another team"})
    assert priya.modal.fill(told).submit() == {}
    assert submit(marco, channel, f"defer {late}", NOT_NOW, "Defer") == {}
    assert submit(marco, channel, "incident", {"Severity": "SEV2 – major"}, "Save") == {}
    monday = datetime.now(UTC).date() + timedelta(days=200)
    monday -= timedelta(days=monday.weekday())
    run = world.bot.command("ritual", "escalation", "--team", "Payments", "--at", f"{monday}T09:00:00+00:00")
    assert run.returncode == 0, run.stderr
    # What waits when the channel becomes private is not sent any more.
    eventually(lambda: label in labels(receiver, "item.escalated"))
    eventually(lambda: all(one["delivered_at"] for one in deliveries(world)))
    made_private(world, channel)
    eventually(lambda: {event["type"] for event in receiver.events()} == EVENTS)
    eventually(lambda: {label, late} <= labels(receiver, "item.deleted"))
    gone = [event["data"] for event in receiver.events() if event["type"] == "item.deleted"]
    # Nothing but how it was called, for what became of it is nothing that this receiver may know.
    for each in (label, late):
        assert {"item": {"number": int(each.removeprefix("AI-")), "label": each}, "change": None} in gone
    removed(world, receiver)


def test_private_item_that_is_escalated_is_told_to_who_may_know_of_it(world: World, receiver: Receiver) -> None:
    added(world, receiver, "--private", "--event", "*.escalated", "--event", "*.deleted")
    label = item(world, world.incident_channel(private=True))
    monday = datetime.now(UTC).date() + timedelta(days=300)
    monday -= timedelta(days=monday.weekday())
    run = world.bot.command("ritual", "escalation", "--team", "Payments", "--at", f"{monday}T09:00:00+00:00")
    assert run.returncode == 0, run.stderr
    told = eventually(lambda: [e["type"] for e in receiver.events() if e["data"]["item"]["label"] == label])
    assert told == ["private_item.escalated"]
    removed(world, receiver)


def test_private_item_goes_only_where_it_may(world: World, receiver: Receiver) -> None:
    added(world, receiver)
    private = item(world, world.incident_channel(private=True))
    public = item(world, world.incident_channel())
    eventually(lambda: [e for e in receiver.events() if e["data"].get("item", {}).get("label") == public])
    assert private not in json.dumps(receiver.events())
    assert not [event for event in receiver.events() if event["data"].get("incident", {}).get("private")]
    removed(world, receiver)
    added(world, receiver, "--private")
    private = item(world, world.incident_channel(private=True))
    eventually(lambda: [e for e in receiver.events() if e["data"].get("item", {}).get("label") == private])
    assert [e["type"] for e in receiver.events() if e["data"].get("item", {}).get("label") == private] == [
        "private_item.created"
    ]
    removed(world, receiver)


def made_private(world: World, channel: str) -> None:
    """Slack calls it private from now on, and the bot learns it from who asks there."""
    world.sandbox.do(lambda state: setattr(state.channels[channel], "kind", "private"))
    world.person("U0PRIYA").command("/actionitem list incident", channel=channel)


def test_what_became_private_is_not_sent_again_and_that_is_no_failure(world: World, receiver: Receiver) -> None:
    added(world, receiver)
    channel = world.incident_channel()
    label = item(world, channel)
    known = eventually(lambda: len(made := deliveries(world)) > 1 and all(x["delivered_at"] for x in made) and made)
    assert {one["subject"].partition(":")[0] for one in known} == {"incident", "item"}
    receiver.answers += [500] * 1000
    world.person("U0PRIYA").command(f"/actionitem start {label}", channel=channel)
    eventually(lambda: deliveries(world, "--failed"))
    made_private(world, channel)
    [tried] = eventually(lambda: [one for one in deliveries(world) if "became private" in one["error"]])
    assert tried["failed_at"]
    before = len(receiver.came)
    receiver.answers.clear()
    for one in known:
        assert world.bot.command("webhook", "redeliver", one["id"]).returncode == 0
    eventually(lambda: len([one for one in deliveries(world) if "became private" in one["error"]]) == len(known) + 1)
    assert {event["type"] for event in receiver.events()[before:]} <= {"item.deleted"}
    removed(world, receiver)


def test_webhook_that_may_know_it_hears_of_what_became_private(world: World, receiver: Receiver) -> None:
    added(world, receiver, "--private", "--event", "item.created")
    channel = world.incident_channel()
    item(world, channel)
    [made] = eventually(lambda: [one for one in deliveries(world) if one["delivered_at"]])
    made_private(world, channel)
    assert world.bot.command("webhook", "redeliver", made["id"]).returncode == 0
    eventually(lambda: len(receiver.came) == 2)
    removed(world, receiver)


def test_secret_is_rotated_with_both_valid_for_a_day(world: World, receiver: Receiver) -> None:
    before = added(world, receiver, "--event", "item.created")
    after = world.bot.command("webhook", "rotate", receiver.url).stdout.strip()
    assert after.startswith("whsec_")
    assert after != before
    item(world, world.incident_channel())
    headers, body = eventually(lambda: receiver.came[0] if receiver.came else None)
    for secret in (before, after):
        Webhook(secret).verify(body, headers)
    now = datetime.now(UTC)
    world.bot.now = lambda: now + timedelta(days=1, minutes=1)
    try:
        item(world, world.incident_channel())
        eventually(lambda: len(receiver.came) > 1)
        assert len(receiver.came[-1][0]["webhook-signature"].split()) == 1
    finally:
        world.bot.now = lambda: datetime.now(UTC)
    removed(world, receiver)


def test_receiver_that_is_gone_is_disabled_and_the_admins_are_told(world: World, receiver: Receiver) -> None:
    # An admin, whom the bot knows since they have used it.
    aisha = world.person("U0AISHA")
    aisha.home()

    def told() -> int:
        return len([message for message in aisha.direct_messages() if "It answered 410 Gone" in message.text])

    before = told()
    # Twice: on SQLite the second webhook has the id of the first, which was removed.
    for so_often in (1, 2):
        added(world, receiver, "--event", "item.created")
        receiver.answers.append(410)
        item(world, world.incident_channel())
        eventually(lambda: [h for h in world.bot.lines("webhook", "list") if h["disabled_because"]])
        came = len(receiver.came)
        item(world, world.incident_channel())
        assert [one["status"] for one in deliveries(world, "--failed")] == [410]
        eventually(lambda so_often=so_often: told() == before + so_often)
        assert len(receiver.came) == came
        removed(world, receiver)


def test_receiver_that_takes_nothing_for_five_days_is_disabled(world: World, receiver: Receiver) -> None:
    added(world, receiver, "--event", "item.created")
    receiver.answers += [500] * 1000
    item(world, world.incident_channel())
    eventually(lambda: receiver.came)
    now = datetime.now(UTC)
    world.bot.now = lambda: now + timedelta(days=5, minutes=1)
    try:
        eventually(lambda: [h for h in world.bot.lines("webhook", "list") if h["disabled_because"]])
    finally:
        world.bot.now = lambda: datetime.now(UTC)
    [failed] = deliveries(world, "--failed")
    assert failed["failed_at"]
    removed(world, receiver)


def test_delivery_is_sent_once_more_under_its_id(world: World, receiver: Receiver) -> None:
    added(world, receiver, "--event", "item.created")
    item(world, world.incident_channel())
    [made] = eventually(lambda: [one for one in deliveries(world) if one["delivered_at"]])
    assert world.bot.command("webhook", "redeliver", made["id"]).returncode == 0
    eventually(lambda: len(receiver.came) == 2)
    assert len({headers["webhook-id"] for headers, _body in receiver.came}) == 1
    assert world.bot.command("webhook", "redeliver", "msg_wat").returncode == 1
    removed(world, receiver)


def test_redirect_is_not_followed(world: World, receiver: Receiver) -> None:
    receiver.location = receiver.url + "/elsewhere"
    receiver.answers += [302]
    added(world, receiver, "--event", "item.created")
    item(world, world.incident_channel())
    eventually(lambda: len(receiver.came) >= 2)  # tried again, at the same address
    assert {json.loads(body)["type"] for _headers, body in receiver.came} == {"item.created"}
    eventually(lambda: [one for one in deliveries(world) if one["delivered_at"]])
    removed(world, receiver)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:9/x", "http://localhost:9/x", "http://[::1]:9/x", "http://2130706433:9/x", "http://0x7f.1:9/x",
     "http://[::ffff:127.0.0.1]:9/x", "http://169.254.169.254/latest/meta-data", "http://10.0.0.1/x", "http://0:9/"],
)  # fmt: skip
def test_nothing_goes_to_a_private_network_by_itself(world: World, url: str) -> None:
    done = world.bot.command("webhook", "add", url)
    assert (done.returncode, done.stdout) == (1, "")
    assert "private network" in done.stderr
