"""Markdown as ours is written, for Jira: as a document of Cloud (ADF) or as wiki text of Data Center.

Ours is paragraphs, one list, bold, links: no more need be known. What people wrote around our panel stays as it is.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

Node = dict[str, Any]
TITLE = "Post-mortem action item"
"""What our panel begins with: by it the panel is found again."""
INLINE = re.compile(
    r"\*\*(?P<bold>[^*]+)\*\*|\[(?P<words>[^\]]+)\]\((?P<url>https?://[^)\s]+)\)|(?P<bare>https?://[^\s)]+)"
)
COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
PANEL = re.compile(r"\{panel:title=" + TITLE + r"\}.*?\{panel\}", re.DOTALL)
BRACES = re.compile(r"([{}])")


def as_document(markdown: str) -> list[Node]:
    """The blocks of a document."""
    found: list[Node] = []
    for block in re.split(r"\n\s*\n", _visible(markdown)):
        lines = [line for line in block.split("\n") if line.strip()]
        if lines and all(line.startswith("- ") for line in lines):
            rows = [{"type": "listItem", "content": [_paragraph(line[2:])]} for line in lines]
            found.append({"type": "bulletList", "content": rows})
        elif lines:
            found.append(_paragraph("\n".join(lines)))
    return found


def document(blocks: Sequence[Node]) -> Node:
    """A whole document."""
    return {"type": "doc", "version": 1, "content": list(blocks)}


def with_panel(body: Any, markdown: str) -> Node:
    """The document with our panel as it is now; at its end where it has none yet."""
    title: Node = {"type": "paragraph", "content": [{"type": "text", "text": TITLE, "marks": [{"type": "strong"}]}]}
    ours: Node = {"type": "panel", "attrs": {"panelType": "note"}, "content": [title, *as_document(markdown)]}
    blocks = list(body.get("content") or []) if isinstance(body, dict) else []
    at = next(
        (n for n, each in enumerate(blocks) if each.get("type") == "panel" and plain(each).startswith(TITLE)), None
    )
    return document([*blocks, ours] if at is None else [*blocks[:at], ours, *blocks[at + 1 :]])


def as_wiki(markdown: str) -> str:
    """Wiki text. Braces would begin a macro."""
    text = BRACES.sub(r"\\\1", _visible(markdown))
    text = re.sub(r"(?m)^- ", "* ", text)
    return INLINE.sub(_wiki, text)


def with_wiki_panel(body: str, markdown: str) -> str:
    """As `with_panel`, in wiki text."""
    ours = "{panel:title=" + TITLE + "}\n" + as_wiki(markdown) + "\n{panel}"
    if PANEL.search(body):
        return PANEL.sub(lambda _found: ours, body, count=1)
    return f"{body.rstrip()}\n\n{ours}" if body.strip() else ours


def plain(node: Any) -> str:
    """The words of a document or a part of it."""
    if isinstance(node, Mapping):
        return str(node.get("text") or "") + "".join(plain(each) for each in node.get("content") or [])
    return ""


def _visible(markdown: str) -> str:
    return COMMENT.sub("", markdown).strip()


def _paragraph(text: str) -> Node:
    content: list[Node] = []
    for number, line in enumerate(text.split("\n")):
        if number:
            content.append({"type": "hardBreak"})
        content += _inline(line)
    return {"type": "paragraph", "content": content}


def _inline(line: str) -> list[Node]:
    found, at = list[Node](), 0
    for match in INLINE.finditer(line):
        found += _text(line[at : match.start()])
        if match["bold"]:
            found += _text(match["bold"], {"type": "strong"})
        else:
            url = match["url"] or match["bare"]
            found += _text(match["words"] or url, {"type": "link", "attrs": {"href": url}})
        at = match.end()
    return [*found, *_text(line[at:])]


def _text(words: str, *marks: Node) -> list[Node]:
    # Jira refuses a text without characters.
    return [{"type": "text", "text": words} | ({"marks": list(marks)} if marks else {})] if words else []


def _wiki(match: re.Match[str]) -> str:
    if match["bold"]:
        return f"*{match['bold']}*"
    return f"[{match['words']}|{match['url']}]" if match["words"] else match["bare"]
