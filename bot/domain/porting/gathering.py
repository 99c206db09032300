"""What must be known of a whole file before its first row can be stored: people, teams, numbers, incidents.

Holds a few words a row, never the rows themselves.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.lifecycle import ENDED, State
from bot.domain.porting.columns import BadRow
from bot.domain.porting.row import Row, is_email
from bot.domain.porting.told import Gathering

_OVER = ENDED | {State.DECLINED}


class Problems:
    """The bad rows of a file and all their reasons, by line."""

    def __init__(self) -> None:
        self._reasons: dict[int, list[str]] = {}

    def __len__(self) -> int:
        return len(self._reasons)

    def add(self, lines: Iterable[int], *reasons: str) -> None:
        """The same reasons for each of *lines*."""
        for line in lines if reasons else ():
            self._reasons.setdefault(line, []).extend(reasons)

    def add_row(self, bad: BadRow) -> None:
        """A row that could not be read."""
        self.add([bad.line], *bad.reasons)

    def shown(self, limit: int) -> Iterator[str]:
        """`Line 7: …`, in the order of the file, at most *limit* of them."""
        for line in sorted(self._reasons)[:limit]:
            yield f"Line {line}: {'; '.join(dict.fromkeys(self._reasons[line]))}."


@dataclass
class Gathered:
    """`emails` and `teams` by the lines that name them; `owners` are the Slack ids that own items not over yet."""

    rows: int = 0
    problems: Problems = field(default_factory=Problems)
    numbers: dict[int, int] = field(default_factory=dict)
    emails: dict[str, list[int]] = field(default_factory=dict)
    owners: dict[str, list[int]] = field(default_factory=dict)
    teams: dict[str, list[int]] = field(default_factory=dict)
    incidents: Gathering = field(default_factory=Gathering)

    def add(self, row: Row) -> None:
        """Takes a readable row in."""
        self.rows += 1
        if row.team:
            self.teams.setdefault(row.team, []).append(row.line)
        for person in (row.owner, *row.collaborators):
            if is_email(person):
                self.emails.setdefault(person, []).append(row.line)
        if row.state not in _OVER and not is_email(row.owner):
            self.owners.setdefault(row.owner, []).append(row.line)
        self._number(row)
        self.problems.add([row.line], *self.incidents.add(row))

    def add_bad(self, bad: BadRow) -> None:
        """Counts a row that could not be read."""
        self.rows += 1
        self.problems.add_row(bad)

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

    def _number(self, row: Row) -> None:
        if row.number is None:
            return
        first = self.numbers.setdefault(row.number, row.line)
        if first != row.line:
            self.problems.add([row.line], f"number: AI-{row.number} is in line {first} already")
