"""What a fuzzer sends: commands, buttons, forms, events, steps of workflows, and files, each in a shape of its own with
anything in it. `python -m tests.acceptance.fuzzing SECONDS` sends for that long, with other chances every time.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.blocks.ids import Button
from bot.domain.porting.columns import COLUMNS, BadFile, BadRow
from bot.domain.porting.lines import csv_rows, jsonl_rows
from bot.domain.porting.reading import read_row
from tests import hostile_texts
from tests.acceptance.conftest import World, running_world
from tests.acceptance.drawn import (
    HERE,
    MARKER,
    Drawn,
    Json,
    Sender,
    Standing,
    errors_of_ours,
    open_every_form,
    overheard,
    stand,
    well_formed,
)  # fmt: skip
from tests.acceptance.endings import stranger
from tests.acceptance.test_nothing_leaks import subcommands
from tests.conftest import migrate_new

TAKEN = (200, 400, 401, 404)
PINGS = ("<!channel", "<!here", "<!everyone", "<!subteam", "<!group")
EVENTS = (
    "app_mention", "app_home_opened", "reaction_added", "user_change", "team_join", "member_joined_channel",
    "member_left_channel", "channel_shared", "channel_unshared", "channel_id_changed", "message", "app_uninstalled_x",
)  # fmt: skip
IDS = ("U0PRIYA", "U0NOBODY", "U0BOT", "USLACKBOT", "S0GROUP", "C0PAYMENTS", "C0NOWHERE", "D0", "T0ACME", "W0", "")
FIELDS = ("user", "channel", "text", "ts", "thread_ts", "tab", "reaction", "item", "item_user", "inviter", "subtype",
          "old_channel_id", "new_channel_id", "bot_id", "event_ts", "user_team", "team")  # fmt: skip
INPUTS = ("title", "owner", "due", "verification", "channel", "requested_by", "details", "team")

anything = st.text(st.characters(codec=None), max_size=20)  # halves of letters too
# By their numbers: Hypothesis writes out what it chooses from, which was megabytes for the texts themselves.
hostile = st.integers(0, 399).map(hostile_texts.text)
said = st.one_of(anything, hostile.map(lambda text: text[:500]), hostile, st.sampled_from(IDS))
numbers = st.one_of(st.integers(-2, 12), st.integers(), st.sampled_from([2**31, 2**63, 10**400]))
json_values = st.recursive(
    st.none() | st.booleans() | numbers | st.floats(allow_nan=False, allow_infinity=False) | said,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(anything | st.sampled_from(FIELDS), inner, max_size=3),
    max_leaves=8,
)


@dataclass
class Target:
    """A world in which everything stands, and who sends. `errors` and `entries` were looked at already."""

    world: World
    standing: Standing
    forms: list[Json]
    sender: Sender
    names: list[str]
    errors: int = 0
    entries: int = 0
    sent: int = 0

    def take(self, kind: str, **request: Any) -> None:
        """Sends it; fails when the answer is an error of ours, pings somebody, or tells of what is private."""
        self.sent += 1
        answer = getattr(self.sender, kind)(**request)
        assert answer.status_code in TAKEN, (answer.status_code, answer.text[:500])
        self.unharmed(answer.text)

    def unharmed(self, answer: str) -> None:
        errors, entries = errors_of_ours(self.world), len(self.world.sandbox.inspector.entries)
        new, calls = errors[self.errors :], overheard(self.world, self.standing, self.entries)
        self.errors, self.entries = len(errors), entries
        assert not new, new
        for call in calls:
            assert MARKER not in json.dumps(call), call
            assert not any(ping in text for text in mrkdwn_in(call) for ping in PINGS), call
        assert MARKER not in answer


def mrkdwn_in(node: Any) -> Iterator[str]:
    """Every text that Slack would read marks in."""
    if isinstance(node, dict):
        if node.get("type") == "mrkdwn" or "type" not in node:
            yield str(node.get("text") or "")
        for each in node.values():
            yield from mrkdwn_in(each)
    elif isinstance(node, list):
        for each in node:
            yield from mrkdwn_in(each)


@contextmanager
def target_in(world: World) -> Iterator[Target]:
    standing = stand(world)
    person = stranger(world, "Fuzz Fuzzer")
    forms, names = open_every_form(world, standing), subcommands(world.person("U0PRIYA"), HERE)
    looked_at = len(errors_of_ours(world)), len(world.sandbox.inspector.entries)
    yield Target(world, standing, forms, Sender(world, person.id), names, *looked_at)


def commands(target: Target) -> st.SearchStrategy[Json]:
    name = st.sampled_from(target.names) | anything
    about = st.sampled_from([str(number) for number in target.standing.items.values()] + [str(target.standing.private)])
    return st.builds(
        lambda *words: {"text": " ".join(words)}, name, about | said | numbers.map(str), said | st.just("public")
    )


def buttons(target: Target) -> st.SearchStrategy[Json]:
    known = st.sampled_from(list(well_formed(target.standing).values()))
    part = numbers.map(str) | st.dates().map(str) | anything | st.sampled_from(["mine", "team", "monday", "defer"])
    joined = st.lists(part, max_size=5).map(":".join)
    value = known | joined | said | json_values | json_values.map(json.dumps)
    button = st.sampled_from(list(Button)).map(lambda one: Drawn({}, {"action_id": str(one), "type": "button"}, None))
    return st.fixed_dictionaries({"drawn": button, "value": value})


@st.composite
def _changed(draw: st.DrawFn, target: Target) -> Json:
    """A form with up to four things changed in it."""
    filled_in = [form for form in target.forms if any(block["type"] == "input" for block in form["blocks"])]
    view = target.sender.shown(draw(st.sampled_from(filled_in)))
    for _ in range(draw(st.integers(1, 4))):
        block = draw(st.sampled_from([block for block in view["blocks"] if block["type"] == "input"]))
        match draw(st.integers(0, 3)):
            case 0:
                carried = json.loads(view["private_metadata"]) if view["private_metadata"].startswith("{") else {}
                name = draw(st.sampled_from([*carried, "number", "channel", "source", "review"]))
                view |= {"private_metadata": json.dumps(carried | {name: draw(json_values)})}
            case 1:
                view |= {"private_metadata": draw(said | json_values.map(json.dumps))}
            case 2:
                view |= {"state": _with(view, block, draw(json_values))}
            case 3:
                kinds = ("value", "selected_user", "selected_users", "selected_date", "selected_date_time")
                given_ = {draw(st.sampled_from(kinds)): draw(json_values), "selected_option": {"value": draw(said)}}
                view |= {"state": _with(view, block, given_)}
    return {"view": view}


def _with(view: Json, block: Json, value: Any) -> Json:
    return {"values": view["state"]["values"] | {block["block_id"]: {block["element"]["action_id"]: value}}}


def forms(target: Target) -> st.SearchStrategy[Json]:
    return _changed(target)


def events(target: Target) -> st.SearchStrategy[Json]:
    values = json_values | st.sampled_from([*IDS, "home", target.standing.said, "pushpin"])
    item = st.fixed_dictionaries({"type": st.just("message"), "channel": values, "ts": values})
    user = st.fixed_dictionaries({"id": values, "team_id": values, "profile": json_values, "deleted": json_values})
    fields = st.dictionaries(st.sampled_from(FIELDS), values | item | user, max_size=6)
    whole = st.builds(lambda kind, rest: rest | {"type": kind}, st.sampled_from(EVENTS), fields)
    return st.fixed_dictionaries({"event": whole | json_values, "number": st.integers(1, 10**9)})


def steps(_target: Target) -> st.SearchStrategy[Json]:
    inputs = st.dictionaries(st.sampled_from(INPUTS), json_values | st.sampled_from(IDS) | st.dates().map(str))
    event = st.fixed_dictionaries(
        {
            "type": st.just("function_executed"),
            "function": st.sampled_from(["create_action_item", "list_due_items"]).map(lambda one: {"callback_id": one}),
            "function_execution_id": anything,
            "inputs": inputs | json_values,
        }
    )
    return st.fixed_dictionaries({"event": event, "number": st.integers(1, 10**9)})


KINDS: dict[str, tuple[str, Callable[[Target], st.SearchStrategy[Json]]]] = {
    "commands": ("command", commands),
    "buttons": ("press", buttons),
    "forms": ("submit", forms),
    "events": ("event", events),
    "steps": ("event", steps),
}
"""What is sent, by which method of `Sender`, with what."""


def read_file(raw: bytes) -> None:
    """Reads it as an import does: rows, then each row; bad ones are said to be so and nothing else is raised."""
    for rows in (csv_rows, jsonl_rows):
        try:
            for found in rows([raw]):
                if not isinstance(found, BadRow):
                    line, cells = found
                    try:
                        read_row(line, cells, hostile_texts.NOW)
                    except BadRow:
                        continue
        except BadFile:
            continue


_columns = st.lists(st.sampled_from(list(COLUMNS)) | anything, max_size=8)
_cells = st.lists(st.lists(said | numbers.map(str) | st.dates().map(str), max_size=8), max_size=4)
csv_files = st.builds(
    lambda names, rows, mark, end: end.join(mark.join(row) for row in [names, *rows]).encode("utf-8", "surrogatepass"),
    _columns, _cells, st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n", "\r"]),
)  # fmt: skip
jsonl_files = st.lists(
    st.dictionaries(st.sampled_from(list(COLUMNS)) | anything, json_values, max_size=8).map(json.dumps), max_size=3
).map(lambda lines: "\n".join(lines).encode("utf-8", "surrogatepass"))
files = st.binary(max_size=200) | csv_files | jsonl_files


def send(target: Target, kind: str, examples: int, *, anew: bool) -> None:
    """So many requests of that kind. *anew*: others than the last time."""
    method, strategy = KINDS[kind]

    @settings(_settings(examples, anew=anew))
    @given(strategy(target))
    def sends(request: Json) -> None:
        target.take(method, **request)

    sends()


def read_files(examples: int, *, anew: bool) -> None:
    """So many files."""
    settings(_settings(examples, anew=anew))(given(files)(read_file))()


def _settings(examples: int, *, anew: bool) -> settings:
    return settings(
        max_examples=examples,
        derandomize=not anew,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
        print_blob=True,
    )


def main(seconds: float) -> None:
    """Sends for that long, a hundred of each in turns; ends with the first that is an error of ours."""
    ends = monotonic() + seconds
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        url = f"sqlite:///{folder}/fuzz.db"
        migrate_new(url)
        for world in running_world(url, Path(folder)):
            with target_in(world) as target:
                while monotonic() < ends:
                    for kind in KINDS:
                        send(target, kind, 100, anew=True)
                    read_files(300, anew=True)
                    print(f"{target.sent} requests, {ends - monotonic():.0f} s left", flush=True)


if __name__ == "__main__":
    main(float(sys.argv[1]))
