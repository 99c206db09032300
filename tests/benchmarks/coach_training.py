"""Learns the weights of the coach's second opinion, and says what they are worth on organisations left out.

`python -m tests.benchmarks.coach_training` writes `bot/coach/weights.json` anew from the labelled items of the tree;
run it after a change of the reading, the lexicon or the facts. The same input gives the same file.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.coach import second_opinion
from bot.coach.facts import facts
from bot.coach.normalise import normalise
from bot.coach.reading import read
from bot.coach.second_opinion import BIAS, KINDS_TOLD_APART

DATA = Path(__file__).parents[1] / "data" / "wording"
WEIGHTS = Path(second_opinion.__file__).with_name("weights.json")
# How much an item counts; chosen on folds of dev2 together with the thresholds (docs/adr/009-coach-second-opinion.md).
REAL, BATCH, SENTENCE = 1.0, 0.2, 0.4
STRENGTH = 0.3  # the inverse of the penalty, chosen with the thresholds of `diagnosis.py` on folds of dev2
RARE = 5  # a fact that held less often in real items has no weight
Row = dict[str, Any]


def rows() -> list[Row]:
    """Every labelled text with its facts; where two raters differ about a label the first decides."""
    found = [_row(item, item["first"], REAL, "dev2") for item in _items("dev2.jsonl") if _agreed(item)]
    found += [_row(item, item["labels"], REAL, "dev") for item in _items("dev.jsonl")]
    for path in sorted((DATA / "own").glob("*.jsonl")):
        found += [_row(item, item["labels"], BATCH, "own") for item in _items(f"own/{path.name}")]
    for name in ("own_ok.txt", "own_weak.txt", "own_misread.txt"):
        found += [_row({"text": text}, [label], SENTENCE, "own") for label, text in _sentences(name)]
    return [row for row in found if row["facts"]]


def _items(name: str) -> list[Row]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines() if line]


def _sentences(name: str) -> Iterable[tuple[str, str]]:
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        label, bar, text = line.partition("|") if name != "own_ok.txt" else ("ok", "|", line)
        if line and bar:
            yield label, text


def _agreed(item: Row) -> bool:
    return (item["first"] == ["ok"]) == (item["second"] == ["ok"])


def _row(item: Row, labels: Sequence[str], weight: float, source: str) -> Row:
    reading = read(normalise(item["text"]))
    plain = {label.removesuffix("_in_text") for label in labels} - {"ok"}
    holding = facts(reading) if reading is not None else frozenset()
    return {"text": item["text"], "labels": plain, "facts": holding, "weight": weight, "source": source}


def known_facts(training: Sequence[Row]) -> list[str]:
    counts: dict[str, int] = {}
    for row in training:
        if row["weight"] == REAL:
            for fact in row["facts"]:
                counts[fact] = counts.get(fact, 0) + 1
    return sorted(fact for fact, count in counts.items() if count >= RARE)


def learn(training: Sequence[Row], wanted: Sequence[bool]) -> dict[str, float]:
    """The weights of one logistic regression, by Newton's method."""
    known = known_facts(training)
    x = np.array([[1.0, *(fact in row["facts"] for fact in known)] for row in training])
    y = np.array(wanted, dtype=float)
    weight = np.array([row["weight"] for row in training])
    penalty = np.full(x.shape[1], 1 / STRENGTH)
    penalty[0] = 1e-6  # the bias is free
    found = np.zeros(x.shape[1])
    for _ in range(12):
        p = 1 / (1 + np.exp(-x @ found))
        slope = x.T @ (weight * (p - y)) + penalty * found
        bend = (x.T * (weight * p * (1 - p))) @ x + np.diag(penalty)
        found -= np.linalg.solve(bend, slope)
    named = zip([BIAS, *known], found, strict=True)
    return {name: round(float(value), 3) for name, value in named if name == BIAS or abs(value) >= 0.0005}


def learn_weak(training: Sequence[Row]) -> dict[str, float]:
    return learn(training, [bool(row["labels"]) for row in training])


def weights(training: Sequence[Row]) -> dict[str, dict[str, float]]:
    """One regression for weak or ok over all, one for each label over the weak."""
    learned = {"weak": learn_weak(training)}
    weak = [row for row in training if row["labels"] - {"weak"}]
    for label in KINDS_TOLD_APART:
        learned[label.value] = learn(weak, [label.value in row["labels"] for row in weak])
    return learned


if __name__ == "__main__":
    WEIGHTS.write_text(json.dumps(weights(rows()), indent=1, sort_keys=True) + "\n", encoding="utf-8")
