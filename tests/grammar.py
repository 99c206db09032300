"""Every English text of the product, read by a grammar checker that is not ours (Harper): part of `make check`.

`python -m tests.grammar` prints what it finds and ends with 1 when there is anything that is not listed here.
What the checker may not know stands below with the reason; a text of the product is changed before a rule is left out.
"""

import re
import sys
from collections.abc import Iterable, Iterator

from harper import Linter

from tests.texts import texts

LEFT_OUT = {
    "SentenceCapitalization": "many texts are parts of a sentence, or a line of the help",
    "OxfordComma": "a choice of style: we write “A, B and C”",
    "MissingPreposition": "it takes “due Friday” and “has old items” for mistakes",
    "OrthographicConsistency": "it knows Apr and Dec as abbreviations of something else",
    "DisjointPrefixes": "it wants “underway”; we write “under way”",
    "Dashes": "`--item` is an option to type",
}
"""Rules that do not fit what these texts are."""
WORDS = (
    "Slack", "Jira", "GitHub", "AI", "P90", "Priya", "Marco", "Kim", "runbook", "canary", "workspace", "https",
    "approver", "approvers", "afterwards", "judgement", "mortem", "SEV1", "SEV2", "SEV3", "SEV4", "p90", "AU", "mon",
    "pagerduty", "Sam", "sam", "priya", "friday", "actionitem", "prioritise", "prioritised", "Reprioritise", "untick",
    "TOKENENCRYPTIONKEYS", "mortems",
)  # fmt: skip
"""Names, and words of this trade, that its dictionary lacks."""
ALLOWED = {
    "Create idea": "a button, which has no article",
    "Create ticket": "a button, too",
    "Say in Details for whom it is and where they will find it.": "Details is a field",
    "What /actionitem can do": "a command",
    "Its {what} waits for {approver}.": "its deferral, its risk acceptance",
}
"""Texts of which it finds something that is right all the same, and why."""
GLUED = re.compile(r"(?<=[\w}])\{\w+\}")
"""A value without a space before it brings its own, or is nothing."""
PLACE = re.compile(r"\{(\w+)[^}]*\}( days)?")
EXAMPLES = {
    "day": "Friday", "when": "Friday", "until": " until Friday", "month": "October", "count": "3", "number": "12",
    "item": "AI-12", "items": "3 items", "team": "Payments", "why": "the vendor is late", "incident": "the outage",
    "what": "deferral", "title": "Cap the queue", "label": "AI-12", "lasted": "2 hours", "state": "open",
    "days": "3 days", "times": "twice", "who": "Priya", "owner": "Priya", "first": "July", "year": "2026",
}  # fmt: skip
"""What may stand in the place of a value, by its name; of any other a name."""


def findings() -> Iterator[str]:
    """A line for each: rule, problem, message and text."""
    linter = Linter()
    config = linter.get_lint_config()
    linter.set_lint_config({**config, **dict.fromkeys(LEFT_OUT, False)})
    linter.import_words(list(WORDS))
    for text in sorted(texts()):
        yield from _of(linter, text)


def _of(linter: Linter, text: str) -> Iterable[str]:
    read = as_read(text)
    for rule, found in linter.organized_lints(read).items():
        for each in found:
            problem = each.problem_text
            if rule not in LEFT_OUT and text not in ALLOWED:
                yield f"{rule}: “{problem}” {each.message} – {text!r}"


def as_read(text: str) -> str:
    """*text* with examples for its values, and as plain words: without Slack's marks."""
    plain = GLUED.sub("", re.sub(r"[*_]", "", text))
    return PLACE.sub(lambda place: "3 days" if place.group(2) else EXAMPLES.get(place.group(1), "Kim"), plain)


def main() -> int:
    """Prints what is found; 1 when that is anything."""
    found = list(findings())
    print("\n".join(found) if found else "grammar: nothing found")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
