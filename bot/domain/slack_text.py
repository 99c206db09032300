"""Text as Slack hands it over, read as people see it: every `<…>` form, and messages that say it in blocks alone.

Pure: the names behind ids are given. Forms as in Slack's “Formatting text for app surfaces” and in data/slack/.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.domain.slack_ids import GROUP_ID, USER_ID, is_channel

# A label ends before the next `<`: read on to the end of the text from each of a thousand, it took a second.
PERSON = re.compile(rf"<@({USER_ID.pattern})(?:\|[^<>]*)?>")
GROUP = re.compile(rf"<!subteam\^({GROUP_ID.pattern})(?:\|[^<>]*)?>")
REFERENCE = re.compile(r"<([^<>|\n]+)(?:\|([^<>\n]*))?>")
UNKNOWN_CHANNEL = "a private channel"
"""What Slack shows of a channel that its reader may not know."""
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


@dataclass(frozen=True)
class Known:
    """The names behind ids, without `@` and `#`."""

    people: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Mentioned:
    """The ids that a text mentions without saying what they are called."""

    people: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()


def mentioned(text: str) -> Mentioned:
    """Whose names must be looked up before `in_words`; a person is called what they are called now."""
    found = [(target, label) for target, label in REFERENCE.findall(text)]
    return Mentioned(
        frozenset(target[1:] for target, _label in found if target[:1] == "@" and USER_ID.fullmatch(target[1:])),
        frozenset(target[1:] for target, label in found if target[:1] == "#" and not label and is_channel(target[1:])),
    )


def in_words(text: str, known: Known, *, but_owner: bool = False) -> str:
    """*text* with each `<…>` form as people read it; entities stay, so that `plain_lines` can follow.

    `but_owner`: the first person and groups stay as they are, for whoever reads an owner in them.
    """
    first = PERSON.search(text)

    def read(found: re.Match[str]) -> str:
        if but_owner and (GROUP.fullmatch(found.group()) or (first and found.span() == first.span())):
            return found.group()
        return _form(found[1], found[2] or "", known)

    return REFERENCE.sub(read, text)


def message_text(message: Mapping[str, Any]) -> str:
    """What a message says, as Slack's markup: its text, else its blocks, attachments and files.

    Messages of apps are often empty but for these; that is how alerts arrive.
    """
    text = str(message.get("text") or "").strip()
    # Where both are there, `text` repeats the blocks for notifications.
    parts = [text] if text else list(_of_blocks(message.get("blocks")))
    if not text:
        parts += [said for each in message.get("attachments") or () for said in _of_attachment(each)]
        parts += [_escaped(str(each.get("title") or each.get("name") or "")) for each in message.get("files") or ()]
    return "\n".join(part for part in (part.strip() for part in parts) if part)


def _form(target: str, label: str, known: Known) -> str:
    kind, name = target[0], target[1:]
    match kind:
        case "@":
            # The name of today before the label: what stands in a message is what somebody was called then.
            return "@" + (known.people.get(name) or label or name)
        case "#":
            named = label or known.channels.get(name)
            return f"#{named}" if named else UNKNOWN_CHANNEL
        case "!":
            return _special(name, label, known)
    return _address(target, label)


def _special(name: str, label: str, known: Known) -> str:
    """`<!here>`, `<!subteam^S…>`, `<!date^…>`."""
    first, *rest = name.split("^")
    if first == "subteam":
        # Slack writes a group's label with its `@`, a person's without.
        group = label.removeprefix("@") or (known.groups.get(rest[0], "") if rest else "") or "group"
        return f"@{group}"
    if first == "date":
        return label or (_day(rest[0]) if rest else "")
    return f"@{first}" if first in ("here", "channel", "everyone") else label


def _day(seconds: str) -> str:
    # Twelve digits would be a year beyond 9999, which `datetime` refuses.
    return f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%d}" if re.fullmatch(r"\d{1,11}", seconds) else ""


def _address(target: str, label: str) -> str:
    """`failover runbook (https://x.example)`; the address alone where the label says no more."""
    shown = target
    for scheme in ("mailto:", "tel:"):
        shown = shown.removeprefix(scheme)
    if not label or _bare(label) == _bare(shown) or _bare(shown).startswith(_bare(label.rstrip("….")) + "/"):
        return shown
    # The address stays: a runbook's link is often what the action is about.
    return f"{label} ({shown})" if not target.startswith("tel:") else label


def _bare(address: str) -> str:
    return re.sub(r"^https?://", "", address).rstrip("/").lower()


def _escaped(text: str) -> str:
    return "".join(_ENTITIES.get(mark, mark) for mark in text)


def _object(text: Any) -> str:
    """A text object: plain text is given as it is read, so what looks like markup in it is escaped."""
    if not isinstance(text, Mapping):
        return ""
    said = str(text.get("text") or "")
    return said if text.get("type") == "mrkdwn" else _escaped(said)


def _of_blocks(blocks: Any) -> Iterator[str]:
    for block in blocks if isinstance(blocks, list) else ():
        match block.get("type"):
            case "rich_text":
                yield from (_rich(element) for element in block.get("elements") or ())
            case "markdown":
                yield str(block.get("text") or "")
            case "context":
                yield " ".join(_object(element) for element in block.get("elements") or ())
            case _:
                yield from (_object(block.get(name)) for name in ("text", "title"))
                yield from (_object(one) for one in block.get("fields") or ())


def _of_attachment(attachment: Mapping[str, Any]) -> Iterator[str]:
    title = str(attachment.get("title") or "")
    link = str(attachment.get("title_link") or "")
    said = [
        str(attachment.get("pretext") or ""),
        f"<{link}|{title}>" if link and title else title,
        str(attachment.get("text") or ""),
        *(f"{one.get('title', '')}: {one.get('value', '')}" for one in attachment.get("fields") or ()),
        *_of_blocks(attachment.get("blocks")),
    ]
    found = [one for one in said if one.strip(" :")]
    # Slack's fallback is all of the rest once more, for clients that draw no attachments.
    yield from found or [str(attachment.get("fallback") or "")]


def _rich(element: Mapping[str, Any]) -> str:
    """An element of rich text and what is in it: lists and quotes a line each, sections in one."""
    kind = str(element.get("type") or "")
    if kind in _RICH:
        return _RICH[kind](element)
    inner = [_rich(one) for one in element.get("elements") or ()]
    return ("\n" if kind == "rich_text_list" else "").join(inner)


_RICH: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "text": lambda one: _escaped(str(one.get("text") or "")),
    "link": lambda one: f"<{one.get('url')}|{one.get('text') or ''}>",
    "user": lambda one: f"<@{one.get('user_id')}>",
    "channel": lambda one: f"<#{one.get('channel_id')}>",
    "usergroup": lambda one: f"<!subteam^{one.get('usergroup_id')}>",
    "broadcast": lambda one: f"<!{one.get('range')}>",
    "emoji": lambda one: f":{one.get('name')}:",
    "date": lambda one: f"<!date^{one.get('timestamp')}^|{one.get('fallback') or ''}>",
}
"""What a leaf of rich text is in Slack's markup."""
