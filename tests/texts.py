"""The texts that are said in the reader's language, read off the source: for the tests of the catalogues.

`python -m tests.texts de` prints what the German catalogue lacks, as entries to fill in.
"""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

from polib import POEntry, pofile

from bot.blocks import (
    approve,
    digest,
    done,
    history_facts,
    leadership,
    leadership_table,
    lists,
    morning,
    morning_of_leads,
    parts,
    questions,
)
from bot.blocks import help as help_
from bot.blocks.block import SUBMIT
from bot.domain import intake, levers, priority, verdict
from bot.domain.block import Decision
from bot.domain.capacity import YEARS
from bot.domain.digest import Section
from bot.domain.form_fields import IN_HISTORY, ITEM
from bot.domain.incident import Severity
from bot.domain.item import Remedy
from bot.domain.item_values import BlockReason, RiskReason, VerificationMethod
from bot.domain.lifecycle import State
from bot.domain.measures import DEFINITIONS, Band
from bot.domain.patterns import PatternKind
from bot.domain.request import WORDS
from bot.domain.stale import StaleAnswer, Stalled
from bot.domain.team import LANGUAGES
from bot.domain.trend import DAYS, SHARES
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
    "field",
    "_scale",
    "_channel",
}
SAY_WORDS = {"button"}
WORDS_OF = {"_", "Text"}
REFUSE = {"Refused", "NotFound", "Unavailable"}
"""What is said no with: it carries a `Text`, or English without values that becomes one."""
AT_A_TERMINAL = ("bot/app.py", "bot/commands", "bot/slack/socket_mode.py")
"""What whoever runs the bot reads, which is in English."""
SAID = (ast.Constant, ast.Call, ast.IfExp, ast.Starred)
WORD = re.compile(r"[A-Za-z]{3,}")
Tables = dict[str, set[str]]
HINTS = {"hint", "does"}
"""A hint, or what a subcommand does, may stand in a variable of that name before it is given."""
NOT_WORDS = {"metadata", "initial", "name"}


@cache
def texts() -> set[str]:
    """Every text of the product that `_` is given, or one of the functions that say their words with it."""
    return {text for path in _sources() for text in _texts_of(_parsed(path))} | set(_of_tables())


@cache
def titles() -> set[str]:
    """The titles of modals, of which Slack takes 24 characters."""
    trees = [_parsed(path) for path in _sources()]
    return {text for tree in trees for call in _calls(tree, {"modal"}) for text in _literals(call.args[1:2])}


def dynamic() -> list[str]:
    """Where `_` or `Text` is given something else than a literal: only where words come from a table or a caller."""
    found = []
    for path in _sources():
        tree = _parsed(path)
        tables = _tables(tree)
        for call in _calls(tree, WORDS_OF):
            if not set(_literals(call.args[:1], tables)) and not _is_of_an_enum(call.args[0]):
                found.append(f"{path.relative_to(ROOT)}:{call.lineno}")
    return found


def shadowed() -> list[str]:
    """Where `_` is thrown away in a function that says words with it: there it would be a string."""
    found = []
    for path in _sources():
        for node in _walk(_parsed(path)):
            if isinstance(node, ast.FunctionDef) and any(True for _call in _calls(node, {"_"})):
                stored = [each for each in ast.walk(node) if isinstance(each, ast.Name) and each.id == "_"]
                found += [
                    f"{path.relative_to(ROOT)}:{each.lineno}" for each in stored if isinstance(each.ctx, ast.Store)
                ]
    return found


def unnamed_buttons() -> list[str]:
    """Where a button is given words that are no literal, so that a catalogue may lack them unseen."""
    found = []
    for path in _sources():
        tree = _parsed(path)
        for call in _calls(tree, SAY_WORDS):
            words = [
                each for given in call.args[1:2] for each in _reasons(tree, given) if not isinstance(each, ast.Name)
            ]
            if len(call.args) > 1 and not (words and all(isinstance(each, SAID) for each in words)):
                found.append(f"{path.relative_to(ROOT)}:{call.lineno}")
    return found


def untranslated() -> list[str]:
    """Where something is refused with what was said already, or put together of strings: half of it would stay in the
    language of whoever wrote it down."""
    found = []
    for path in _sources():
        tree = _parsed(path)
        for call in _calls(tree, REFUSE | {"Text"}):
            given = [*call.args[:1], *(word.value for word in call.keywords if word.arg in (None, "text"))]
            if any(_is_a_string(each) for reason in given for each in _reasons(tree, reason)) or _says(call):
                found.append(f"{path.relative_to(ROOT)}:{call.lineno}")
    return found


def ambient_in_rules() -> list[str]:
    """Where a rule says a text itself: it does not know who reads it."""
    return [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in (ROOT / "bot/domain").rglob("*.py")
        for call in _calls(_parsed(path), {"_"})
        if path.name != "words.py"
    ]


def _reasons(tree: ast.AST, reason: ast.expr) -> Iterator[ast.expr]:
    """What the refusal says: what it is given, what is kept in that name, or what that function of the module gives."""
    yield reason
    for node in _walk(tree):
        if isinstance(reason, ast.Name) and isinstance(node, ast.Assign):
            yield from (node.value for to in node.targets if isinstance(to, ast.Name) and to.id == reason.id)
        called = reason.func if isinstance(reason, ast.Call) else None
        if isinstance(called, ast.Name) and isinstance(node, ast.FunctionDef) and node.name == called.id:
            yield from (each.value for each in ast.walk(node) if isinstance(each, ast.Return) and each.value)


def _is_a_string(reason: ast.expr) -> bool:
    """Whether it is made on the spot: `f"{fit} {advice}"`, `"…".format(…)`, `" ".join(…)`, `refused.reason`."""
    if isinstance(reason, ast.BinOp):  # one Text + another
        return _is_a_string(reason.left) or _is_a_string(reason.right)
    if isinstance(reason, ast.Call) and isinstance(reason.func, ast.Attribute):
        return reason.func.attr in ("format", "join")
    return isinstance(reason, ast.JoinedStr) or (isinstance(reason, ast.Attribute) and reason.attr == "reason")


def _says(call: ast.Call) -> bool:
    """Whether a part of it is said before the whole is."""
    return any(True for _call in _calls(call, {"_", "translated", "count"}))


def _is_of_an_enum(value: ast.expr) -> bool:
    """`_(state.words)`: the words of an enum, which are in `_of_tables`; or a refusal's reason."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "lower":
        return _is_of_an_enum(value.func.value)
    return isinstance(value, ast.Attribute) and value.attr in ("words", "after_is", "means", "value", "reason", "does")


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


@cache
def _walk(tree: ast.AST) -> tuple[ast.AST, ...]:
    """Every node of it, written down: each question goes through all of them."""
    return tuple(ast.walk(tree))


@cache
def _sources() -> tuple[Path, ...]:
    return tuple(_found_sources())


def _found_sources() -> Iterator[Path]:
    for folder in ("bot", "handlers", "scheduler", "storage"):
        for path in (ROOT / folder).rglob("*.py"):
            if "sandbox" not in path.parts and not any(path.is_relative_to(ROOT / each) for each in AT_A_TERMINAL):
                yield path


def _texts_of(tree: ast.AST) -> Iterator[str]:
    tables = _tables(tree)
    for call in _calls(tree, WORDS_OF | REFUSE):
        yield from _literals(call.args[:1], tables)
    for call in _calls(tree, {"translated"}):
        yield from _literals(call.args[0].values if isinstance(call.args[0], ast.Dict) else call.args[:1], tables)
    for call in _calls(tree, {"count"}):
        yield from _counted(call)
    for call in _methods(tree, "required"):  # form.required_day("due", "Choose a due date.")
        yield from _literals(call.args[1:2], tables)
    for call in _methods(tree, "subcommand"):  # its line in help
        yield from _literals(call.args[3:4], tables)
    for call in _calls(tree, SAY | SAY_WORDS):
        is_button = isinstance(call.func, ast.Name) and call.func.id in SAY_WORDS
        yield from _literals(call.args[1:2] if is_button else [*call.args[1:3], *call.args[4:5]])
        yield from _literals([word.value for word in call.keywords if word.arg not in NOT_WORDS], tables)
    for call in _calls(tree, {"searched_field"}):  # behind its kind and its name
        yield from _literals(call.args[2:3])
        yield from _literals([word.value for word in call.keywords if word.arg == "hint"])
    yield from _hints(tree)


def _hints(tree: ast.AST) -> Iterator[str]:
    for node in _walk(tree):
        if isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id in HINTS for to in node.targets):
            yield from _literals([node.value])


def _counted(call: ast.Call) -> Iterator[str]:
    """Singular and plural of `count(number, singular, plural)`."""
    words = list(_literals(call.args[1:3]))
    yield from words if len(words) != 1 else (words[0], f"{words[0]}s")


def _methods(tree: ast.AST, begin: str) -> Iterator[ast.Call]:
    for node in _walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr.startswith(begin):
            yield node


def _tables(tree: ast.AST) -> Tables:
    """The texts that stand in constants of a module: in a text, a tuple or the values of a mapping."""
    found: Tables = {}
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name):
                found[target.id] = set(_within(node.value))
    return found


def _within(value: ast.expr) -> Iterator[str]:
    inner = [value]
    if isinstance(value, ast.Dict | ast.Tuple):
        inner = value.values if isinstance(value, ast.Dict) else value.elts
    yield from _literals([each for each in inner if each is not None])


def _calls(tree: ast.AST, names: set[str]) -> Iterator[ast.Call]:
    for node in _walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names and node.args:
            yield node


def _literals(values: list[ast.expr], tables: Tables | None = None) -> Iterator[str]:
    for value in values:
        if isinstance(value, ast.IfExp):
            yield from _literals([value.body, value.orelse], tables)
        where = value.value if isinstance(value, ast.Subscript) else value
        if isinstance(where, ast.Name):
            yield from (tables or {}).get(where.id, ())
        if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
            yield value.value


def _of_tables() -> Iterator[str]:
    """Words that stand in a table."""
    enums: tuple[type[StrEnum], ...] = (
        Remedy, Severity, VerificationMethod, BlockReason, RiskReason, Decision,
        StaleAnswer, Stalled, priority.Quadrant, Section, PatternKind,
    )  # fmt: skip
    for enum in enums:
        yield from (member.value for member in enum)
    within: tuple[type[StrEnum], ...] = (VerificationMethod, BlockReason, RiskReason)
    for enum in within:  # the same within a sentence
        yield from (member.value.lower() for member in enum)
    yield from (words for state in State for words in (state.words, state.after_is))
    yield from (band.words for band in Band)
    yield from (heading for heading, _names in help_.GROUPS)
    yield from (text for says, words, _line in help_.TASKS for text in (says, words))
    yield from history_facts.DID.values()
    yield from morning.SNOOZES.values()
    yield from morning.FRESH.values()
    yield from (words for _why, *both in morning_of_leads.TO_LEADS for words in both)
    yield from intake.SIGNS.values()
    yield from (*digest.FIGURES.values(), *LANGUAGES.values())
    yield from questions.DECIDED.values()
    yield from (*leadership_table.HEADS.values(), *leadership.ALSO.values(), *leadership.TIMES.values())
    yield from (*verdict.SENTENCES.values(), *verdict.SPECIAL.values(), *verdict.WATCHED.values(), *YEARS.values())
    yield from intake.AIMS.values()
    for sentences in (approve.WANTS, approve.ASKS, approve.ASKED, approve.APPROVED, done.NOW):
        yield from sentences.values()
    tables: tuple[Mapping[int, str], ...] = (priority.IMPACT_WORDS, priority.URGENCY_WORDS, priority.EFFORT_WORDS)
    for table in tables:
        yield from table.values()
    yield from (words for _id, words in parts.STEP_BUTTONS.values())
    yield from (words for _id, words in parts.CHANGE_BUTTONS.values())
    yield from parts.MENU.values()
    yield from lists.SORTED.values()
    yield from SUBMIT.values()
    yield from (*levers.MISSING.values(), *levers.HELPS.values())
    for definition in DEFINITIONS.values():
        yield from (definition.words, definition.means)
    for key in (*SHARES, *DAYS):  # within a sentence
        yield DEFINITIONS[key].words.lower()
    yield from WORDS.values()
    yield from IN_HISTORY.values()
    yield from (field.shown for field in ITEM if field.shown)


def main() -> None:
    """Prints the entries that the catalogue named on the command line lacks."""
    have = {entry.msgid for entry in pofile(str(FOLDER / f"{sys.argv[1]}.po"))}
    for text in sorted(texts() - have):
        print(POEntry(msgid=text, msgstr=""))


if __name__ == "__main__":
    main()
