"""Sentences of our own making beside the labelled items: none is taken from a post-mortem.

`own_ok.txt` and `own_weak.txt` (`label|text`; `weak` where any label will do) hold what the coach must keep
reading rightly, `own_misread.txt` what it is known to read wrongly.
"""

import json
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parents[2] / "data" / "wording"


def ok_sentences() -> list[str]:
    return _lines("own_ok.txt")


def weak_sentences() -> list[tuple[str, str]]:
    return [_labelled(line) for line in _lines("own_weak.txt")]


def misread_sentences() -> list[tuple[str, str]]:
    return [_labelled(line) for line in _lines("own_misread.txt")]


def labelled_items(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _lines(name)]


def real_items() -> list[str]:
    """The labelled texts of real post-mortems, weak and ok."""
    return [item["text"] for name in ("dev.jsonl", "dev2.jsonl") for item in labelled_items(name)]


def _lines(name: str) -> list[str]:
    return [line for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines() if line]


def _labelled(line: str) -> tuple[str, str]:
    label, _, text = line.partition("|")
    return label, text
