"""The text of a ticket: our section, between two comments that people do not see; what they write around it stays."""

import re

BEGIN, END = "<!-- actionitem:{mark} -->", "<!-- /actionitem -->"
SECTION = re.compile(r"<!-- actionitem:[0-9a-z-]+ -->.*?<!-- /actionitem -->", re.DOTALL)


def section(mark: str, text: str) -> str:
    """Our part of a ticket's text."""
    return f"{BEGIN.format(mark=mark)}\n{text}\n{END}"


def section_in(body: str) -> str:
    """Our section of a ticket's text, as it stands there; "" where there is none."""
    found = SECTION.search(body)
    return found[0] if found else ""


def with_section(body: str, ours: str) -> str:
    """The whole text with our section as it is now; at its end where it has none yet."""
    if SECTION.search(body):
        return SECTION.sub(lambda _found: ours, body, count=1)
    return f"{body.rstrip()}\n\n{ours}" if body.strip() else ours
