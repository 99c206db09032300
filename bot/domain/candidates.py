"""Several items in one text: lines with bullets, numbers or checkboxes, and the rows of a Markdown table. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.sentence import seen

_BULLET = r"(?:[-*+–—→➤]\s+|[•◦▪‣⁃∙·●○■]\ufe0f?\s*)"
_NUMBER = r"\(?\d{1,3}[.)]\s+"
_BOX = r"(?:\[[ xX]?\]\s+|[☐☑✅□▢◻⬜]\ufe0f?\s*)"
_MARKED = re.compile(rf"\A\s*(?:(?:{_BULLET}|{_NUMBER}){_BOX}?|{_BOX})(?=\S)")
_ROW = re.compile(r"\s*\|(.*)\|\s*")
_RULE = re.compile(r"[\s|:\-]+")
_LINE = re.compile(r"[\s|:\-–—=_*#]+")
"""What is drawn and says nothing."""
_HEADING = re.compile(r"\s*#{1,6}\s+\S")
_HEADS = {
    "what": re.compile(r"\b(?:action|item|task|title|what|candidate|improvement|maßnahme|aufgabe|was)", re.IGNORECASE),
    "who": re.compile(r"\b(?:owner|assignee|who|dri|responsible|verantwortlich|wer)", re.IGNORECASE),
    "when": re.compile(r"\b(?:due|by|when|date|deadline|bis|fällig|termin|wann)", re.IGNORECASE),
    "how": re.compile(r"\b(?:verif|how|proof|nachweis|wie)", re.IGNORECASE),
    "done": re.compile(r"\b(?:status|state|done|progress|stand|erledigt|fertig)", re.IGNORECASE),
}
"""How tables of post-mortems call the columns that are understood, in English and German."""
_PERSON = re.compile(r"@\S|<@[UW]\w+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4}")
_TICKED = re.compile(rf"\A\s*{_BULLET}?(?:{_NUMBER})?(?:\[[xX✓✔]\]|[☑✅✔✓]\ufe0f?)\s*")
_STRUCK = re.compile(rf"\A\s*{_BULLET}?(~{{1,2}})(\S.*?)\1\s*\Z")
_IS_DONE = re.compile(
    r"\W*(?:x|yes|ja|done|closed?|completed?|finished|resolved|fixed|shipped|erledigt|fertig|abgeschlossen|geschlossen"
    r"|100\s?%)\W*|\W*[☑✅✔✓]\W*",
    re.IGNORECASE,
)
"""What stands in a column of states of what is done; in others, `yes` and `x` mean something else."""
_NUMBERS = re.compile(r"\W*AI-\d{1,9}\*?(?:(?:[\s,;&/+*]|and|und)+AI-\d{1,9}\*?)*\W*", re.IGNORECASE)
_NOBODY = re.compile(r"(?:[^\w?]|n/?a|none|nobody|unassigned|niemand|offen|open)*", re.IGNORECASE)
_BEHIND = re.compile(
    r"(?<!\s)\s+\((?P<who>[^\W\d_][\w.\-]*(?: [^\W\d_][\w\-]*)?)(?:\)[ ,;–-]*(?:due|by|bis|fällig)[: ]\s*(?!to\b)"
    r"(?P<when>\S.{0,29})|[,;] ?(?:(?:due|by|bis|fällig) )?(?P<inside>[^()]{0,29}\d[^()]{0,29})\))\s*\Z"
    r"|(?<!\s)\s+[(,;]?\s*(?:due|fällig)[: ]\s*(?P<day>\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})\)?\s*\Z",
    re.IGNORECASE,
)
"""How lines of meeting notes end: `(Marco) due 2026-12-18`, `(Marco, 18 Dec)`, `due 2026-12-18`."""
_AND = re.compile(r"[,;/&+]|\band\b|\bund\b")


@dataclass(frozen=True)
class CandidateLine:
    """A candidate as it was pasted: one sentence with its `@person` and `by DATE`; `how` it will be verified.

    `who` and `when` are what a table, or the end of the line, says of its owner and its day, as it stands there.
    `done`: it is ticked off.
    """

    text: str
    how: str = ""
    who: str = ""
    when: str = ""
    done: bool = False

    @property
    def people(self) -> list[str]:
        """The names in `who`, each by itself; none for a cell that says that there is nobody."""
        # No blanks in the pattern: of a cell full of them it would try every part.
        names = [name.strip(" *_`@\t\xa0") for name in _AND.split(self.who)] if not _NOBODY.fullmatch(self.who) else []
        return [name for name in names if name]

    @property
    def numbers(self) -> list[int]:
        """The items that it names, if it says nothing else: `AI-8`, `AI-8 and AI-9`."""
        return [int(each) for each in re.findall(r"\d+", self.text)] if _NUMBERS.fullmatch(self.text) else []


def candidates(text: str) -> list[str]:
    """The items that *text* lists, a line each, without their marks; none unless there are two and nothing else.

    A line on top that ends with a colon introduces them. Of a table's row, it is the first cell with more than a word.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    # “Action items:” is the usual first line of what is pasted, and none of the items.
    if lines and lines[0].rstrip().endswith(":") and not _MARKED.match(lines[0]):
        lines = lines[1:]
    found = _rows(lines) if lines and all(_ROW.fullmatch(line) for line in lines) else _marked(lines)
    return found if len(found) > 1 else []


def lines_of(text: str) -> list[CandidateLine]:
    """Every line of *text* as a candidate of its own, without its mark; rows of tables by what their heads say.

    Empty lines, rules, headings, and lines that end with a colon and introduce what follows are none.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    found: list[CandidateLine] = []
    heads: Mapping[str, int] = {}
    in_table = False
    for at, line in enumerate(lines):
        ruled = "|" in line and at + 1 < len(lines) and _is_rule(lines[at + 1])
        # Below a head a row needs no bars around it; elsewhere a bar within a line is the line's own.
        in_table = ruled or (in_table and "|" in line)
        if ruled:
            heads = _heads(_cells(line))
        if ruled or _LINE.fullmatch(line) or _HEADING.match(line) or _introduces(line, at, len(lines)):
            continue
        found.append(_row(_cells(line), heads) if in_table or _ROW.fullmatch(line) else _line(line))
    return [line for line in found if seen(line.text)]


def _line(line: str) -> CandidateLine:
    struck = _STRUCK.match(line)
    if struck:
        return CandidateLine(struck[2].strip(), done=True)
    ticked = _TICKED.match(line)
    if ticked:
        return CandidateLine(line[ticked.end() :].strip(), done=True)
    text = _MARKED.sub("", line, count=1).strip()
    behind = _BEHIND.search(text)
    if not behind or not (what := text[: behind.start()].rstrip(" ,;–-")):
        return CandidateLine(text)
    when = next(day for day in (behind["when"], behind["inside"], behind["day"]) if day)
    return CandidateLine(what, who=behind["who"] or "", when=when.rstrip(". "))


def _introduces(line: str, at: int, of: int) -> bool:
    return line.rstrip().endswith(":") and not _MARKED.match(line) and at + 1 < of


def _is_rule(line: str) -> bool:
    return "-" in line and "|" in line and bool(_RULE.fullmatch(line))


def _heads(cells: Sequence[str]) -> Mapping[str, int]:
    """The columns that are understood, each the first one that is called so."""
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        name = next((name for name, called in _HEADS.items() if name not in found and called.search(cell)), None)
        if name:
            found[name] = at
    return found


def _row(cells: Sequence[str], heads: Mapping[str, int]) -> CandidateLine:
    said = {name: cells[at] for name, at in heads.items() if at < len(cells)}
    if "what" not in said:
        # Columns come in any order; an action has several words where a number, an owner or a state has one.
        said["what"] = next((cell for cell in cells if len(cell.split()) > 1 and not _PERSON.match(cell)), "")
        said.setdefault("who", next((cell for cell in cells if _PERSON.match(cell)), ""))
        said.setdefault("when", next((cell for cell in cells if _DATE.fullmatch(cell)), ""))
    what = _line(said["what"])
    # Without a head, a tick alone in its cell says it.
    state = [said["done"]] if "done" in said else [cell for cell in cells if _TICKED.fullmatch(cell)]
    done = what.done or any(map(_is_done, state))
    who, when = said.get("who", "") or what.who, _when(said.get("when", "")) or what.when
    return CandidateLine(what.text, said.get("how", ""), who, when, done)


def _is_done(cell: str) -> bool:
    return bool(_IS_DONE.fullmatch(cell) or _TICKED.fullmatch(cell))


def _when(cell: str) -> str:
    return cell if re.search(r"[\w?]", cell) else ""


def _cells(line: str) -> list[str]:
    # A bar with a stroke before it belongs to what a cell says.
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", inner)]


def _marked(lines: list[str]) -> list[str]:
    found = [_MARKED.sub("", line, count=1).strip() for line in lines if _MARKED.match(line)]
    # Prose with a list in it is one action and its details; splitting that would tear it apart.
    return found if len(found) == len(lines) else []


def _rows(lines: list[str]) -> list[str]:
    # Only above a rule stands a head; rows that were copied without one are all items.
    ruled = len(lines) > 1 and bool(_RULE.fullmatch(lines[1]))
    # Columns come in any order; an action has several words where a number, an owner or a state has one.
    told = [next((cell for cell in _cells(line) if len(cell.split()) > 1), "") for line in lines[2 if ruled else 0 :]]
    return [one for one in told if one]
