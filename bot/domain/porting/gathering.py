"""What must be known of a whole file before its first row can be stored: people, teams, numbers, incidents.

Holds a few words a row, never the rows themselves.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.lifecycle import ENDED, State
from bot.domain.porting.columns import BadRow
from bot.domain.porting.row import Row, is_email
from bot.domain.porting.told import Gathering, no_lines

_OVER = ENDED | {State.DECLINED}


SHOWN = 19
"""Bad rows that are named, with a line that counts them all: who has more of them has one mistake in common."""
GIVEN_UP_AFTER = 100_000
"""Bad rows after which nobody reads on: what counts them must not grow with the file."""


class Problems:
    """The bad rows of a file: which they are, and of the first of them all reasons, by line.

    *word*: what a row is called in the file, where it has no lines.
    """

    def __init__(self, word: str = "Line") -> None:
        self._word = word
        self._lines: set[int] = set()
        self._reasons: dict[int, list[str]] = {}

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, lines: Iterable[int], *reasons: str) -> None:
        """The same reasons for each of *lines*."""
        for line in lines if reasons else ():
            self._lines.add(line)
            # The first of the file, not the first found: some mistakes show only once all is read.
            if line in self._reasons or self._has_room_for(line):
                self._reasons.setdefault(line, []).extend(reasons)

    def _has_room_for(self, line: int) -> bool:
        """Whether it is among the first bad rows known so far; makes room for it."""
        if len(self._reasons) < SHOWN:
            return True
        last = max(self._reasons)
        if line < last:
            del self._reasons[last]
        return line < last

    def add_row(self, bad: BadRow) -> None:
        """A row that could not be read."""
        self.add([bad.line], *bad.reasons)

    def shown(self, limit: int) -> Iterator[str]:
        """`Line 7: …`, in the order of the file, at most *limit* of them."""
        for line in sorted(self._reasons)[:limit]:
            said = "; ".join(reason.removesuffix(".") for reason in dict.fromkeys(self._reasons[line]))
            yield f"{self._word} {line}: {said}" + ("" if said.endswith("?") else ".")


@dataclass
class Gathered:
    """`emails` and `teams` by the lines that name them; `owners` are the Slack ids that own items not over yet.

    `beside`: numbers of items that stand beside those of the file.
    """

    rows: int = 0
    problems: Problems = field(default_factory=Problems)
    numbers: dict[int, int] = field(default_factory=dict)
    emails: dict[str, "array[int]"] = field(default_factory=lambda: defaultdict(no_lines))
    owners: dict[str, "array[int]"] = field(default_factory=lambda: defaultdict(no_lines))
    teams: dict[str, "array[int]"] = field(default_factory=lambda: defaultdict(no_lines))
    beside: set[int] = field(default_factory=set)
    incidents: Gathering = field(default_factory=Gathering)

    def add(self, row: Row) -> None:
        """Takes a readable row in."""
        self.rows += 1
        self._team(row.line, row.team)
        self._people(row.line, row.owner, row.collaborators, is_over=row.state in _OVER)
        self._number(row.line, row.number)
        if row.systemic_item:
            self.beside.add(row.systemic_item)
        if reasons := self.incidents.add(row):
            self.problems.add([row.line], *reasons)

    def add_bad(self, bad: BadRow) -> None:
        """Counts a row that cannot become an item, and takes in whom and what it names, so that all is said at once."""
        self.rows += 1
        self.problems.add_row(bad)
        known = bad.known
        self._team(bad.line, known.get("team", ""))
        is_over = known.get("state") in _OVER
        self._people(bad.line, known.get("owner", ""), known.get("collaborators", ()), is_over=is_over)
        self._number(bad.line, known.get("number"))

    def refuse_numbers(self, used: Iterable[int]) -> None:
        """Numbers that items of the workspace have already."""
        for number in used:
            self.problems.add([self.numbers[number]], f"number: AI-{number} exists already; leave the cell empty")

    def refuse_teams(self, known: Sequence[str], teams: Mapping[str, int]) -> None:
        """Teams that are not among *teams* (by casefolded name); *known* are their names."""
        names = ", ".join(known) or "none yet"
        for name, lines in self.teams.items():
            if name.casefold() not in teams:
                how = "create it with `actionitem team set`"
                self.problems.add(lines, f"team: there is no team “{name}”; {how}. Teams: {names}")

    def _team(self, line: int, team: str) -> None:
        if team:
            self.teams[team].append(line)

    def _people(self, line: int, owner: str, collaborators: Sequence[str], *, is_over: bool) -> None:
        for person in (owner, *collaborators):
            if is_email(person):
                self.emails[person].append(line)
        # Ended items keep owners who have left, so nobody is asked about those (docs/import.md).
        if owner and not is_over and not is_email(owner):
            self.owners[owner].append(line)

    def _number(self, line: int, number: int | None) -> None:
        if number is None:
            return
        first = self.numbers.setdefault(number, line)
        if first != line:
            self.problems.add([line], f"number: AI-{number} is in line {first} already")
