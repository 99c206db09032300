"""Charts and tables of data: their exact rules.

Sources: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block and …/data-table-block
"""

import math
from typing import Any

from bot.sandbox.checks.objects import ID, TYPE
from bot.sandbox.checks.rich_text import RICH_TEXT
from bot.sandbox.checks.schema import Check, Place, array, by_type, integer, shape, string
from bot.sandbox.model import Json

CHARTS_IN_A_MESSAGE = 2
TABLE_CHARACTERS = 10_000
# Twenty characters: a team's name must be cut before it is a series.
LABEL = string(20)


def number(place: Place, value: Any) -> None:
    """A finite number; Slack takes no gap."""
    # `null` for a month without data is what one would write first; Slack refuses the whole message for it.
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        place.fail("must provide a number")


def _above_zero(place: Place, value: Any) -> None:
    number(place, value)
    if isinstance(value, int | float) and value <= 0:
        place.fail("must be greater than 0")


POINT = shape({"label": LABEL, "value": number}, {})
SERIES = shape({"name": LABEL, "data": array(POINT, 1, 20)}, {})
AXES = shape({"categories": array(LABEL, 1, 20)}, {"x_label": string(50), "y_label": string(50)})
SEGMENT = shape({"label": LABEL, "value": _above_zero}, {})


def _names_are_unique(place: Place, value: Json) -> None:
    names = [each["name"] for each in value["series"]]
    if len(set(names)) < len(names):
        place.at("series").fail("series names must be unique")


def _points_meet_categories(place: Place, value: Json) -> None:
    categories = value["axis_config"]["categories"]
    if len(set(categories)) < len(categories):
        place.at("axis_config", "categories").fail("categories must be unique")
    for index, each in enumerate(value["series"]):
        if sorted(point["label"] for point in each["data"]) != sorted(categories):
            place.at("series", index, "data").fail("must have one data point for each category")


XY = shape({**TYPE, "series": array(SERIES, 1, 6), "axis_config": AXES}, {}, _names_are_unique, _points_meet_categories)
CHART = by_type({"line": XY, "bar": XY, "area": XY, "pie": shape({**TYPE, "segments": array(SEGMENT, 1, 6)}, {})})
DATA_VISUALIZATION: Check = shape({**TYPE, "title": string(50), "chart": CHART}, {"block_id": ID})


CELL = by_type(
    {
        "raw_text": shape({**TYPE, "text": string(12000)}, {}),
        "raw_number": shape({**TYPE, "value": number}, {"text": string(12000)}),
        "rich_text": RICH_TEXT,
    }
)


def rows_are_even(place: Place, value: Json) -> None:
    """Rule: all rows have as many cells."""
    if len({len(row) for row in value["rows"]}) > 1:
        place.at("rows").fail("all rows must have the same number of columns")


def _header_is_plain(place: Place, value: Json) -> None:
    for index, cell in enumerate(value["rows"][0]):
        if cell["type"] == "rich_text":
            place.at("rows", 0, index).fail("unsupported type: rich_text")


def _row_header_is_a_column(place: Place, value: Json) -> None:
    if value.get("row_header_column_index", 0) >= len(value["rows"][0]):
        place.at("row_header_column_index").fail("must be the index of a column")


DATA_TABLE: Check = shape(
    {**TYPE, "caption": string(2000), "rows": array(array(CELL, 1, 20), 2, 101)},
    {"block_id": ID, "page_size": integer(1, 100), "row_header_column_index": integer(0, 19)},
    rows_are_even,
    _header_is_plain,
    _row_header_is_a_column,
)


def check_data_blocks(place: Place, blocks: list[Json]) -> None:
    """What is limited over the whole message: the number of charts, and the characters of its tables."""
    if sum(block["type"] == "data_visualization" for block in blocks) > CHARTS_IN_A_MESSAGE:
        place.fail(f"no more than {CHARTS_IN_A_MESSAGE} data_visualization blocks allowed")
    if sum(_read(cell) for block in blocks for cell in _cells(block)) > TABLE_CHARACTERS:
        place.fail(f"the cells of tables must be less than {TABLE_CHARACTERS + 1} characters together")


def _cells(block: Json) -> list[Json]:
    return [cell for row in block["rows"] for cell in row] if block["type"] in ("table", "data_table") else []


def _read(cell: Any) -> int:
    """Characters of a cell."""
    if isinstance(cell, list):
        return sum(_read(each) for each in cell)
    if not isinstance(cell, dict):
        return 0
    own = len(str(cell["text"])) if "text" in cell else len(str(cell.get("value", "")))
    return own + _read(cell.get("elements"))
