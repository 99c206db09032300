"""A review meeting: many candidates are ranked, chosen within the quota, and owned, at once (B17). Pure."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from bot.domain.candidates import CandidateLine
from bot.domain.errors import Refused
from bot.domain.hygiene import weigh
from bot.domain.intake import Gate
from bot.domain.item import TITLE_LIMIT, By, Item, Moved, moved
from bot.domain.lifecycle import Action, State, after
from bot.domain.person import Person
from bot.domain.priority import Quadrant
from bot.domain.roles import may_act
from bot.domain.team import Team
from bot.domain.words import Text

MOST = 40
"""Candidates of one meeting: more than anybody ranks in one sitting, and few enough for a form of a hundred blocks."""
MOST_CHOSEN = 16
"""What one form of a hundred blocks can ask about: its wording, what the coach says of it, who, when and how."""
KEPT_FOR = timedelta(days=1)
"""How long what was typed is kept for who closes the form."""
SCALES: Mapping[Quadrant, tuple[int, int]] = {
    Quadrant.QUICK_WIN: (4, 2),
    Quadrant.MAJOR_PROJECT: (4, 4),
    Quadrant.FILL_IN: (2, 2),
    Quadrant.RECONSIDER: (2, 4),
}
"""Impact and effort of each choice: the middle of its corner of the matrix."""
_ORDER = (Quadrant.QUICK_WIN, Quadrant.MAJOR_PROJECT, None, Quadrant.FILL_IN, Quadrant.RECONSIDER)
"""What nobody ranked stands behind what is worth it and before what hardly is."""
_IDEA = re.compile(r"\*?AI-(\d{1,9})\*?[:.\s–—-]+(?=\S)", re.IGNORECASE)
_MARKS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Candidate:
    """Something that could be done. `idea` is the number of the idea that it is, 0 for a new one.

    `owner`, `due` and `verify` as far as they were said; `chosen`: it is to be committed to; `thrown`: it is not to
    be kept at all.
    """

    text: str
    idea: int = 0
    owner: str = ""
    due: date | None = None
    verify: str = ""
    quadrant: Quadrant | None = None
    chosen: bool = False
    thrown: bool = False

    @property
    def key(self) -> str:
        """The same for two that say the same."""
        return key_of(self.text)


@dataclass(frozen=True)
class Meeting:
    """What was typed so far. `aside` are items that become ideas to make room; `override` is why a lead opens the
    gate."""

    key: str
    user: str
    incident_id: int
    candidates: tuple[Candidate, ...]
    aside: tuple[int, ...] = ()
    override: str = ""

    @property
    def chosen(self) -> list[tuple[int, Candidate]]:
        """What is to be committed to, best first, each with its place among the candidates."""
        return [(at, self.candidates[at]) for at in ranked(self.candidates) if self.candidates[at].chosen]

    @property
    def left(self) -> list[Candidate]:
        """What becomes or stays an idea."""
        found = (self.candidates[at] for at in ranked(self.candidates))
        return [each for each in found if not (each.chosen or each.thrown)]

    @property
    def thrown(self) -> list[Candidate]:
        """What is not kept; an idea among it is declined."""
        return [each for each in self.candidates if each.thrown]

    def with_each(self, changed: Iterable[Candidate]) -> "Meeting":
        """With other candidates in the place of all."""
        return replace(self, candidates=tuple(changed))


@dataclass(frozen=True)
class Past:
    """So many of what was committed to went past a closed gate, and why. `quota` None: past a freeze."""

    items: int
    quota: int | None
    why: str


@dataclass
class Heard:
    """What the lines of a meeting say: its candidates; and what is none of them, or nobody, or no day, as it stands
    there. `elsewhere` are items that exist, `not_owners` people besides the one who owns it."""

    found: list[Candidate] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    elsewhere: list[Item] = field(default_factory=list)
    no_item: list[str] = field(default_factory=list)
    nobody: list[str] = field(default_factory=list)
    not_owners: list[str] = field(default_factory=list)
    no_day: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Room:
    """What may be committed to: the gate, the items that could be made ideas again, and whether the asker overrides."""

    gate: Gate
    movable: tuple[Item, ...] = ()
    may_override: bool = False

    @property
    def free(self) -> int | None:
        """How many more items; None: any number."""
        if self.gate.freeze:
            return 0
        return None if self.gate.quota is None else max(self.gate.quota - self.gate.used, 0)

    @property
    def kept(self) -> int:
        """Items that count and cannot be made ideas again."""
        return max(self.gate.used - len(self.movable), 0)


def key_of(text: str) -> str:
    """The same for two texts that differ in case, blanks and punctuation alone."""
    return _MARKS.sub(" ", text.casefold()).strip() or text.strip()


def idea_named(line: CandidateLine) -> tuple[int, CandidateLine]:
    """The number that the line begins with, `AI-7 Cap the queue`, and the rest; 0 without one."""
    found = _IDEA.match(line.text)
    return (int(found.group(1)), replace(line, text=line.text[found.end() :])) if found else (0, line)


def once_each(found: Sequence[Candidate]) -> list[Candidate]:
    """Each once, in order: of two that say the same the first, with what only the second says of it."""
    first: dict[str, Candidate] = {}
    for each in found:
        same = first.get(each.key)
        first[each.key] = each if same is None else _both(same, each)
    return list(first.values())


def _both(one: Candidate, other: Candidate) -> Candidate:
    return replace(
        one, idea=one.idea or other.idea, owner=one.owner or other.owner, due=one.due or other.due,
        verify=one.verify or other.verify, quadrant=one.quadrant or other.quadrant,
    )  # fmt: skip


def recognised(found: Iterable[Candidate], ideas: Iterable[Item]) -> list[Candidate]:
    """*found*, each with the number of the idea that it names or says; a number that is none of *ideas* is dropped."""
    by_key = {key_of(idea.title): idea.number for idea in ideas}
    known = set(by_key.values())
    told = [replace(each, idea=each.idea if each.idea in known else by_key.get(each.key, 0)) for each in found]
    taken: set[int] = set()
    result = []
    for each in told:  # an idea is one candidate, whatever is written behind its number twice
        result.append(replace(each, idea=0) if each.idea in taken else each)
        taken |= {each.idea} - {0}
    return result


def remembered(found: Iterable[Candidate], before: Iterable[Candidate]) -> list[Candidate]:
    """*found*, with what was said of the same ones before the list was changed."""
    known = {each.key: each for each in before}
    return [
        replace(_both(each, was), chosen=was.chosen, thrown=was.thrown) if (was := known.get(each.key)) else each
        for each in found
    ]


def check_candidates(found: Sequence[Candidate]) -> None:
    """Raises `Refused` at “candidates” when there are none, too many, or one that is too long."""
    if not found:
        raise Refused("Write at least one candidate, a line each.", "candidates")
    if len(found) > MOST:
        said = Text(
            "That is {count} candidates; a meeting takes {most}. Keep the others for the next one.",
            count=len(found),
            most=MOST,
        )
        raise Refused(said, "candidates")
    too_long = next((each.text for each in found if len(each.text) > TITLE_LIMIT), "")
    if too_long:
        said = Text(
            "“{beginning}…” has {length} characters; {limit} fit. Keep the action short.",
            beginning=too_long[:40], length=len(too_long), limit=TITLE_LIMIT,
        )  # fmt: skip
        raise Refused(said, "candidates")


def ranked(found: Sequence[Candidate]) -> list[int]:
    """The places of the candidates, best first; equals in the order in which they were written."""
    return sorted(range(len(found)), key=lambda at: (_ORDER.index(found[at].quadrant), at))


def ticked(meeting: Meeting, room: Room) -> Meeting:
    """With as many ticked, from the best, as there is room for."""
    kept = [at for at in ranked(meeting.candidates) if not meeting.candidates[at].thrown]
    free = len(kept) if room.free is None else room.free
    first = set(kept[: min(free, MOST_CHOSEN)])
    return meeting.with_each(replace(each, chosen=at in first) for at, each in enumerate(meeting.candidates))


def check_choice(meeting: Meeting, room: Room) -> None:
    """Raises `Refused` at “commit” when more is chosen than there is room for (R25, R92)."""
    if len(meeting.chosen) > MOST_CHOSEN:
        said = Text(
            "At most {most} are committed to at once. Untick {much}.",
            most=MOST_CHOSEN,
            much=len(meeting.chosen) - MOST_CHOSEN,
        )
        raise Refused(said, "commit")
    if room.free is None or (meeting.override and room.may_override):
        return
    # A freeze takes no new item in the place of an old one either.
    made = 0 if room.gate.freeze else len(movable_aside(meeting.aside, room))
    free, chosen = room.free + made, len(meeting.chosen)
    if chosen <= free:
        return
    if room.gate.freeze:
        raise Refused("The intake is frozen: untick all, so that they are kept as ideas.", "commit")
    raise Refused(
        Text(
            "There is room for {free}, and {chosen} are ticked. Untick {much}.",
            free=free,
            chosen=chosen,
            much=chosen - free,
        ),
        "commit",
    )


def movable_aside(aside: Collection[int], room: Room) -> list[int]:
    """Those of *aside* that can be made ideas."""
    return [item.number for item in room.movable if item.number in aside]


def is_movable(item: Item, by: By, person: Person | None, team: Team | None) -> bool:
    """Whether who acts can make it an idea again: not begun, nothing waits for a decision, and not overdue, which only
    who decides can set aside."""
    waits = item.request is not None and item.request.is_pending
    # The rest of a split takes no place, so it gives none back.
    if item.state is not State.NOT_STARTED or item.split_from or waits or not may_act(item, by.user, person, team):
        return False
    return by.decides or not item.is_overdue(item.day(by.at))


def set_aside(item: Item, by: By, why: str) -> Moved:
    """An item that nobody has begun becomes an idea, so that its incident has room for another one."""
    state = after(item.state, Action.SET_ASIDE, item.label, by.last)
    # Nobody is asked to own an idea, and its dates mean nothing (R26).
    return moved(item, replace(item, state=state, awaits_acceptance=False, blocked=None), Action.SET_ASIDE, by, why)


def ranked_anew(idea: Item, by: By, quadrant: Quadrant | None) -> Moved | None:
    """The idea as the meeting ranked it; None where it stands there already, or nobody ranked it."""
    if quadrant is None or idea.quadrant is quadrant:
        return None
    impact, effort = SCALES[quadrant]
    return weigh(idea, by, impact, idea.urgency, effort, idea.day(by.at))
