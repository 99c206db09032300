"""Several items in one text: lines with bullets, numbers or checkboxes, and the rows of a Markdown table. Pure."""

import re

_MARKED = re.compile(r"\s*(?:[-*+•◦▪–—]\s+(?:\[[ xX]\]\s+)?|\(?\d{1,3}[.)]\s+|\[[ xX]\]\s+|[☐☑✅]\s*)(?=\S)")
_ROW = re.compile(r"\s*\|(.*)\|\s*")
_RULE = re.compile(r"[\s|:\-]+")


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


def _marked(lines: list[str]) -> list[str]:
    found = [_MARKED.sub("", line, count=1).strip() for line in lines if _MARKED.match(line)]
    # Prose with a list in it is one action and its details; splitting that would tear it apart.
    return found if len(found) == len(lines) else []


def _rows(lines: list[str]) -> list[str]:
    # Only above a rule stands a head; rows that were copied without one are all items.
    ruled = len(lines) > 1 and bool(_RULE.fullmatch(lines[1]))
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines[2 if ruled else 0 :]]
    # Columns come in any order; an action has several words where a number, an owner or a state has one.
    told = [next((cell for cell in row if len(cell.split()) > 1), "") for row in cells]
    return [one for one in told if one]
