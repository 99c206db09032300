"""The wording coach against the labelled items: precision, recall, speed, beside a keyword list in the same run.

The items are the two development sets (`tests/data/wording/`): what is printed of them is a figure on items that were
read while the rules were written, and that the weights of the second opinion were learned from. What is worth more is
the line “left out”: weights learned without the fifth of dev2 that they are tried on. Below stand batches of
our own, of imagined organisations, written and labelled
before the coach saw them; of those called held out no single error was looked at. How they came to be, and the
figures on organisations not yet read: `docs/adr/003-wording-coach.md` and `009-coach-second-opinion.md`.
"""

import json
import math
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bot.coach import Label, review, second_opinion
from tests.benchmarks import coach_training

ITEMS = Path(__file__).parents[1] / "data" / "wording" / "dev.jsonl"
SECOND = ITEMS.with_name("dev2.jsonl")
OWN = {
    "own, developed on": ITEMS.parent / "own" / "first_develop.jsonl",
    "own, held out 1": ITEMS.parent / "own" / "first_heldout.jsonl",
    "own, held out 2": ITEMS.parent / "own" / "second_heldout.jsonl",
}
# The reference: words that a first draft of such a coach would look for.
KEYWORDS = re.compile(
    r"\b(improve|better|more|consider|investigate|explore|look into|discuss|think|review|careful|remember|avoid|"
    r"always|train|training|communicate|should|maybe|could|fix the|add documentation|monitoring|robust|faster)\b",
    re.IGNORECASE,
)
Row = dict[str, Any]


@dataclass
class Tally:
    """Hits, false alarms and misses; `line` prints what follows from them."""

    hit: int = 0
    false: int = 0
    missed: int = 0

    def count(self, *, expected: bool, found: bool) -> None:
        self.hit += expected and found
        self.false += found and not expected
        self.missed += expected and not found

    @property
    def precision(self) -> float:
        return self.hit / (self.hit + self.false) if self.hit + self.false else 1.0

    @property
    def recall(self) -> float:
        return self.hit / (self.hit + self.missed) if self.hit + self.missed else 1.0

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0

    def line(self, name: str) -> str:
        figures = f"precision {self.precision:.2f}  recall {self.recall:.2f}  F1 {self.f1:.2f}"
        return f"{name:<18} {figures}  ({self.hit} hit, {self.false} false, {self.missed} missed)"


def labels_of(row: Row) -> set[str]:
    """The data's labels in the product's words, without `ok`; of two raters the first's."""
    return {label.removesuffix("_in_text") for label in row.get("labels") or row["first"]} - {"ok"}


def read_items(path: Path = ITEMS) -> list[Row]:
    """All of a file; of the items of two raters those on which they agree whether they are weak."""
    items = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [row for row in items if "first" not in row or (row["first"] == ["ok"]) == (row["second"] == ["ok"])]


def weak(rows: Iterable[Row], is_weak: Callable[[str], bool]) -> Tally:
    tally = Tally()
    for row in rows:
        tally.count(expected=bool(labels_of(row)), found=is_weak(row["text"]))
    return tally


def by_coach(text: str) -> bool:
    return bool(review(text))


def by_keywords(text: str) -> bool:
    return bool(KEYWORDS.search(text))


def by_label(rows: Iterable[Row]) -> dict[Label, Tally]:
    tallies = {label: Tally() for label in Label}
    for row in rows:
        expected, found = labels_of(row), {finding.label.value for finding in review(row["text"])}
        for label, tally in tallies.items():
            tally.count(expected=label.value in expected, found=label.value in found)
    return tallies


def milliseconds_an_item(rows: list[Row], rounds: int = 5) -> float:
    started = time.perf_counter()
    for _ in range(rounds):
        for row in rows:
            review(row["text"])
    return (time.perf_counter() - started) * 1000 / (rounds * len(rows))


def run(path: Path = ITEMS) -> None:
    """Prints the figures; `path` is a file of JSON lines with `text`, `labels`, `org`."""
    rows = read_items(path)
    organisations: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        organisations[row["org"]].append(row)
    ours, reference = weak(rows, by_coach), weak(rows, by_keywords)
    print(f"wording coach: {len(rows)} items of {len(organisations)} organisations")
    print(ours.line("weak"))
    print(reference.line("keyword list"))
    print(f"coach ÷ keyword list: F1 {ours.f1 / reference.f1:.2f}, recall {ours.recall / reference.recall:.2f}")
    for label, tally in by_label(rows).items():
        print(tally.line(f"  {label.value}"))
    for name, items in sorted(organisations.items(), key=lambda pair: -len(pair[1])):
        print(weak(items, by_coach).line(f"  {name} ({len(items)})"))
    second = read_items(SECOND)
    print_batch("dev2, two raters", second)
    for label, tally in by_label(second).items():
        print(tally.line(f"  {label.value}"))
    print_tally("dev2, left out", left_out())
    for name, batch in OWN.items():
        print_batch(name, read_items(batch))
    print(f"{milliseconds_an_item(rows):.2f} ms an item")


def left_out(folds: int = 5) -> Tally:
    """*Weak* in dev2, each fifth of the file judged with weights learned without it; neighbours come from one
    place."""
    training, tally = coach_training.rows(), Tally()
    items = read_items(SECOND)
    for fold in range(folds):
        tried = items[len(items) * fold // folds : len(items) * (fold + 1) // folds]
        texts = {row["text"] for row in tried}
        kept = [row for row in training if row["text"] not in texts]
        weights = {**second_opinion._weights(), "weak": coach_training.learn_weak(kept)}
        with patch.object(second_opinion, "_weights", lambda learned=weights: learned):
            found = weak(tried, by_coach)
        tally = Tally(tally.hit + found.hit, tally.false + found.false, tally.missed + found.missed)
    return tally


def print_batch(name: str, rows: list[Row]) -> None:
    """Precision and recall of *weak* with their 95 % intervals."""
    print_tally(name, weak(rows, by_coach))


def print_tally(name: str, tally: Tally) -> None:
    found, right = (tally.hit, tally.hit + tally.false), (tally.hit, tally.hit + tally.missed)
    spans = "  ".join("{:.2f}–{:.2f}".format(*interval(*counts)) for counts in (found, right))
    print(f"{tally.line(name)}  95 %: {spans}")


def interval(hits: int, total: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (Wilson 1927); (0, 1) of nothing."""
    if not total:
        return 0.0, 1.0
    z, share = 1.96, hits / total
    middle = share + z * z / (2 * total)
    reach = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return (middle - reach) / scale, (middle + reach) / scale


if __name__ == "__main__":
    run(Path(sys.argv[1]) if len(sys.argv) > 1 else ITEMS)
