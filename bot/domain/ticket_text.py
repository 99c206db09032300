"""What a ticket says of its item, in Markdown and in English: its readers are whoever reads the tracker."""

import re
from datetime import date

from bot.domain.item import Item

AT = re.compile(r"(?<![\w.])@(?=\w)")
DUE = re.compile(r"^- \*\*Due:\*\*[ \t]*(\d{4}-\d{2}-\d{2})\s*$", re.MULTILINE)
LINK = re.compile(r"<(https?://[^|>\s]+)(?:\|([^>]*))?>")


def ticket_text(item: Item, owner: str, permalink: str, *, with_incident: bool) -> str:
    """Details, owner, due date, incident, how it is verified, and the card's address. *owner* is a name."""
    facts = [f"**Owner:** {_plain(owner)}", f"**Due:** {item.due.isoformat()}"]
    if item.incident_title and with_incident:
        facts.append(f"**Incident:** {_plain(item.incident_title)}")
    if item.verification:
        # Until somebody has seen it work, it is a plan: as a fact it would be believed.
        verify = "Verified by" if item.verified else "Verify by"
        facts.append(f"**{verify}:** {_plain(item.verification)}")
    card = f"[{item.label}]({permalink})" if permalink else item.label
    facts.append(f"**Post-mortem action item:** {card}")
    listed = "\n".join(f"- {fact}" for fact in facts)
    return f"{_plain(item.details)}\n\n{listed}" if item.details else listed


def due_said(text: str) -> str | None:
    """The due date (ISO) that a ticket's text says, whoever wrote it; None where it says none that is a day."""
    # The last: details, which stand before it, may hold anything.
    found = DUE.findall(text)
    try:
        return date.fromisoformat(found[-1]).isoformat() if found else None
    except ValueError:
        return None


def deferral_text(item: Item, why: str) -> str:
    """The comment that says that the item is put off."""
    deferral = item.deferral
    until = ""
    if deferral and deferral.revisit_on:
        until = f" until {deferral.revisit_on.isoformat()}"
    elif deferral and deferral.trigger:
        until = f" until “{_plain(deferral.trigger)}”"
    because = _plain(why or (deferral.because if deferral else ""))
    return f"{item.label} is deferred{until}" + (f": {because}" if because else ".")


def _plain(text: str) -> str:
    """As Markdown, without pinging anybody there: `@name` would."""
    linked = LINK.sub(lambda found: f"[{found[2]}]({found[1]})" if found[2] else found[1], text)
    return AT.sub("@\u200b", linked).replace("-->", "--\u200b>").replace("<!--", "<\u200b!--")
