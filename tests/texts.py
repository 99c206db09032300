"""The texts that are said in the reader's language, read off the source: for the tests of the catalogues.

`python -m tests.texts de` prints what the German catalogue lacks, as entries to fill in.
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from polib import POEntry, pofile

from bot.blocks import blocked_form, parts
from bot.domain import items, priority, reasons
from bot.languages import FOLDER

ROOT = Path(__file__).parents[1]
SAY = {
    "text_field",
    "user_field",
    "users_field",
    "date_field",
    "moment_field",
    "choice_field",
    "tick_field",
    "modal",
    "_scale",
}
SAY_WORDS = {"button"}
HINTS = {"hint"}
"""A hint may stand in a variable of that name before it is given."""
NOT_WORDS = {"metadata", "initial", "name"}


def texts() -> set[str]:
    """Every text of the product that `_` is given, or one of the functions that say their words with it."""
    return {text for path in _sources() for text in _texts_of(ast.parse(path.read_text()))} | set(_of_tables())


def titles() -> set[str]:
    """The titles of modals, of which Slack takes 24 characters."""
    trees = [ast.parse(path.read_text()) for path in _sources()]
    return {text for tree in trees for call in _calls(tree, {"modal"}) for text in _literals(call.args[1:2])}


def dynamic() -> list[str]:
    """Where `_` is given something else than a literal: only where words come in from a table or a caller."""
    found = []
    for path in _sources():
        for call in _calls(ast.parse(path.read_text()), {"_"}):
            if not isinstance(call.args[0], ast.Constant):
                found.append(f"{path.relative_to(ROOT)}:{call.lineno}")
    return found


def _sources() -> Iterator[Path]:
    for folder in ("bot", "handlers", "scheduler"):
        yield from (path for path in (ROOT / folder).rglob("*.py") if "sandbox" not in path.parts)


def _texts_of(tree: ast.AST) -> Iterator[str]:
    for call in _calls(tree, {"_"}):
        yield from _literals(call.args[:1])
    for call in _calls(tree, {"said"}):
        yield from _literals(call.args[0].values if isinstance(call.args[0], ast.Dict) else [])
    for call in _calls(tree, SAY | SAY_WORDS):
        is_button = isinstance(call.func, ast.Name) and call.func.id in SAY_WORDS
        yield from _literals(call.args[1:2] if is_button else call.args[1:3])
        yield from _literals([word.value for word in call.keywords if word.arg not in NOT_WORDS])
    yield from _hints(tree)


def _hints(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id in HINTS for to in node.targets):
            yield from _literals([node.value])


def _calls(tree: ast.AST, names: set[str]) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names and node.args:
            yield node


def _literals(values: list[ast.expr]) -> Iterator[str]:
    for value in values:
        if isinstance(value, ast.IfExp):
            yield from _literals([value.body, value.orelse])
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
            yield value.value


def _of_tables() -> Iterator[str]:
    """Words that stand in a table."""
    enums: tuple[type[StrEnum], ...] = (
        items.Remedy, items.VerificationMethod, reasons.BlockReason, reasons.RiskReason, reasons.Decision,
    )  # fmt: skip
    for enum in enums:
        yield from (member.value for member in enum)
    tables: tuple[Mapping[int, str], ...] = (priority.IMPACT_WORDS, priority.URGENCY_WORDS, priority.EFFORT_WORDS)
    for table in tables:
        yield from table.values()
    yield from (words for _id, words in parts.STEP_BUTTONS.values())
    yield from parts.MORE.values()
    yield from parts.OTHERWISE.values()
    yield from blocked_form.SUBMIT.values()


def main() -> None:
    """Prints the entries that the catalogue named on the command line lacks."""
    have = {entry.msgid for entry in pofile(str(FOLDER / f"{sys.argv[1]}.po"))}
    for text in sorted(texts() - have):
        print(POEntry(msgid=text, msgstr=""))


if __name__ == "__main__":
    main()
