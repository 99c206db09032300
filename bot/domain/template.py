"""Standard items of a severity or a service: offered when an incident is registered, never created by themselves (P19).

Pure.
"""

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.errors import Refused
from bot.domain.incident import SERVICE_LIMIT, Incident
from bot.domain.item import TITLE_LIMIT
from bot.domain.joined import LARGEST
from bot.domain.policy import checked_severity, severity_key
from bot.domain.words import Text

NAME_LIMIT = 80
"""Characters of a template's name."""
MOST_ITEMS = 20
"""Items of one template: an incident has three to five that are its own."""
OFFERED = 30
"""Items that are offered at once: three groups of checkboxes."""
_BULLET = re.compile(r"^\s*[-*•–]\s+")


@dataclass(frozen=True)
class Template:
    """Standard items, for incidents of that severity and that service; "" is any."""

    name: str
    items: tuple[str, ...]
    severity: str = ""
    service: str = ""

    def fits(self, incident: Incident) -> bool:
        """Whether its items are offered for the incident."""
        services = {service.casefold() for service in incident.services}
        of_severity = not self.severity or severity_key(self.severity) == severity_key(incident.severity or "")
        return of_severity and (not self.service or self.service.casefold() in services)


def offered(templates: Iterable[Template], incident: Incident, had: Iterable[str]) -> list[str]:
    """What is offered for the incident, each once; not what it has already, by the titles of its items."""
    known = {_key(title) for title in had}
    found = {_key(text): text for template in templates if template.fits(incident) for text in template.items}
    return [text for key, text in found.items() if key not in known][:OFFERED]


def checked(template: Template) -> Template:
    """The template with its texts on one line each. Raises `Refused` for what cannot be meant."""
    name, items = _line(template.name), tuple(dict.fromkeys(filter(None, map(_line, template.items))))
    if not name or len(name) > NAME_LIMIT:
        raise Refused(Text("Name the template in 1 to {limit} characters.", limit=NAME_LIMIT), field="name")
    if not items or len(items) > MOST_ITEMS:
        raise Refused(Text("A template has 1 to {limit} items.", limit=MOST_ITEMS), field="items")
    if any(len(text) > TITLE_LIMIT for text in items):
        raise Refused(Text("An item has up to {limit} characters. Shorten it.", limit=TITLE_LIMIT), field="items")
    service = _line(template.service)
    if len(service) > SERVICE_LIMIT:
        raise Refused(
            Text("A service has up to {limit} characters. Put commas between them.", limit=SERVICE_LIMIT),
            field="service",
        )
    severity = checked_severity(template.severity) if template.severity.strip() else ""
    return Template(name, items, severity, service)


def items_in(text: str) -> tuple[str, ...]:
    """The items that somebody wrote one a line, with or without bullets."""
    return tuple(filter(None, (_BULLET.sub("", line).strip() for line in text.splitlines())))


def template_key(name: str) -> str:
    """What makes two names of a template the same."""
    return _key(name)


def mark_of(text: str) -> int:
    """A number by which a form finds the text again, whatever else is offered by then."""
    # Not its place: while the form is open somebody may create one of the others.
    return zlib.crc32(_key(text).encode()) & LARGEST


def as_json(templates: Sequence[Template]) -> list[dict[str, Any]]:
    """As `template list` prints them."""
    return [
        {"name": each.name, "severity": each.severity, "service": each.service, "items": list(each.items)}
        for each in templates
    ]


def _line(text: str) -> str:
    return " ".join(text.split())


def _key(text: str) -> str:
    return _line(text).casefold()
