"""What Slack's client checks at the fields before it sends a `view_submission`."""

import re

from bot.sandbox.model import Json, Values
from bot.sandbox.values import is_list, key_of

REQUIRED = "Please complete this required field."
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
LINK = re.compile(r"https?://\S+")
DEFAULT_LENGTH = 3000


def field_errors(blocks: list[Json], values: Values) -> dict[str, str]:
    """block_id → what stands beside the field."""
    errors = {}
    for block in blocks:
        # Only input blocks: a select in a section has a value too, but Slack's client checks none of it.
        if block["type"] != "input":
            continue
        element = block["element"]
        value = values.get(block["block_id"], {}).get(element["action_id"], {})
        error = _error(block, element, value)
        if error:
            errors[block["block_id"]] = error
    return errors


def _error(block: Json, element: Json, value: Json) -> str | None:
    key = key_of(element["type"])
    content = value.get(key)
    # Blanks are no answer in Slack's client, so an app may never count on seeing them.
    empty = not content if is_list(key) else content is None or (isinstance(content, str) and not content.strip())
    if empty:
        return None if block.get("optional") else REQUIRED
    if is_list(key):
        highest = element.get("max_selected_items")
        return f"You can select up to {highest} items." if highest and len(content or []) > highest else None
    return _typed_error(element, str(content))


def _typed_error(element: Json, text: str) -> str | None:
    kind = element["type"]
    if kind == "plain_text_input":
        return _length_error(element, text)
    if kind == "email_text_input" and not EMAIL.fullmatch(text):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not LINK.fullmatch(text):
        return "Please enter a valid URL."
    return _number_error(element, text) if kind == "number_input" else None


def _length_error(element: Json, text: str) -> str | None:
    lowest = element.get("min_length") or 0
    # Slack's limit where the app sets none.
    highest = element.get("max_length") or DEFAULT_LENGTH
    if len(text) < lowest:
        return f"Please enter at least {lowest} characters."
    if len(text) > highest:
        return f"Please shorten this to {highest} characters or fewer."
    return None


def _number_error(element: Json, text: str) -> str | None:
    if not re.fullmatch(r"-?\d+(\.\d+)?" if element["is_decimal_allowed"] else r"-?\d+", text):
        return "Please enter a valid number."
    lowest, highest = element.get("min_value"), element.get("max_value")
    if lowest is not None and float(text) < float(lowest):
        return f"Please enter a number of at least {lowest}."
    if highest is not None and float(text) > float(highest):
        return f"Please enter a number of at most {highest}."
    return None
