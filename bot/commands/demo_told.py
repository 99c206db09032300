"""What a move of the demo's clock brought about, in people's words: who was told of what, and where it stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.app import Product
from bot.domain.delivery import Posted
from bot.sandbox.state import State
from scheduler.runs import Run
from storage.messages import find_posted

OF_A_TEAM = {
    "weekly-digest": "Weekly digest of {team}",
    "monthly-report": "Monthly report of {team}",
    "hygiene-review": "Monthly review of {team}, one click an item",
    "leadership-summary": "Leadership summary",
    "postmortem-check": "Is there a post-mortem?",
}
TO_A_PERSON = {
    "due-reminder": "what is due",
    "stale-nudge": "what has not moved",
    "deferral-review": "deferrals that end",
    "escalation": "what is long overdue in their team",
    "ranking": "what nobody has prioritised",
    "hold-check": "whether a fix held",
    "orphan-sweep": "items without an owner",
    "approval-reminder": "what waits for their decision",
}
"""What a person's one message of the day speaks of, by ritual."""
LONGEST_SAID = 160


@dataclass(frozen=True)
class LineOfNews:
    """One line: in *place* stood *what*, so many *times*. *channel* and *ts*: the last of them; *reader* may read it.

    *said* is that message as a notification shows it.
    """

    place: str
    what: str
    times: int
    channel: str
    ts: str
    reader: str
    said: str


def told(product: Product, state: State, runs: Sequence[Run]) -> list[dict[str, Any]]:
    """The messages of *runs*, one line for each place and kind; what channels read stands before what people do."""
    lines: dict[tuple[str, str], list[tuple[Posted, list[Run]]]] = {}
    with product.db.read() as session:
        for (workspace, key), of_it in _by_message(runs).items():
            posted = find_posted(session, workspace, key)
            if posted and posted.channel and posted.ts:  # else Slack never took it
                # A person has one message a day, of whatever there is: those of a month are one line.
                lines.setdefault((posted.channel, key.partition(":")[0]), []).append((posted, of_it))
    found = [_line(state, said) for said in lines.values()]
    return [asdict(line) for line in sorted(found, key=lambda line: not line.place.startswith("#"))]


def _by_message(runs: Iterable[Run]) -> Mapping[tuple[str, str], list[Run]]:
    """A message of the morning is one of each ritual that it speaks of."""
    found: dict[tuple[str, str], list[Run]] = {}
    for run in runs:
        for key in run.keys:
            found.setdefault((run.workspace, key), []).append(run)
    return found


def _line(state: State, messages: Sequence[tuple[Posted, Sequence[Run]]]) -> LineOfNews:
    last = messages[-1][0]
    assert last.channel and last.ts  # noqa: PT018 – one fact: it stands in Slack
    channel = state.channel(last.channel)
    people = [state.users[user] for user in channel.members if not state.users[user].is_bot]
    place = people[0].real_name if channel.is_direct else f"#{channel.name}"
    said = channel.messages[last.ts].text[:LONGEST_SAID] if last.ts in channel.messages else ""
    what = _what([run for _posted, runs in messages for run in runs])
    return LineOfNews(place, what, len(messages), channel.id, last.ts, people[0].id, said)


def _what(runs: Sequence[Run]) -> str:
    """Of a team's ritual its name; of mornings everything that they spoke of."""
    if runs[0].ritual in OF_A_TEAM:
        return OF_A_TEAM[runs[0].ritual].format(team=runs[0].team)
    *first, last = dict.fromkeys(TO_A_PERSON.get(run.ritual, run.ritual) for run in runs)
    return f"Told of {', '.join(first)} and {last}" if first else f"Told of {last}"
