"""What Linear says, translated: issues, comments, addresses, errors. Asks nothing."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from bot.domain.tickets import SeenTicket, Stage
from bot.trackers.shape import (
    Comment,
    ConnectOptions,
    Event,
    Reception,
    TrackerPlace,
    TrackerTrouble,
    day,
    moment,
    needed,
    part,
    split,
)

API = "https://api.linear.app/graphql"
TYPES = {
    "triage": Stage.TO_DO, "backlog": Stage.TO_DO, "unstarted": Stage.TO_DO, "started": Stage.IN_PROGRESS,
    "completed": Stage.DONE, "canceled": Stage.NOT_PLANNED, "duplicate": Stage.NOT_PLANNED,
}  # fmt: skip
HEAD = "+++ Post-mortem action item"
SECTION = re.compile(re.escape(HEAD) + r"\n.*?\n\+\+\+", re.DOTALL)
MARK = re.compile(r"<!-- actionitem:([0-9a-z-]+) -->")
COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
PAGE = re.compile(r"/[^/]+/issue/([A-Z][A-Z0-9]*)-([1-9][0-9]{0,9})(?:/.*)?")
MISSING = ("Entity not found", "not found")


def place_of(given: ConnectOptions) -> TrackerPlace:
    """Where the options of `tracker connect` point to. Raises `OptionMissing`."""
    return TrackerPlace(str(given.get("api_url") or API), needed(given, "team"))


def ticket_of(issue: Mapping[str, Any]) -> SeenTicket:
    """An issue as the interface and the webhooks show it."""
    return SeenTicket(
        ref=str(issue["id"]),
        name=str(issue.get("identifier") or ""),
        url=str(issue.get("url") or ""),
        title=str(issue.get("title") or ""),
        stage=TYPES.get(str(part(issue, "state").get("type") or ""), Stage.TO_DO),
        at=moment(issue.get("updatedAt")),
        assignee=str(part(issue, "assignee").get("id") or issue.get("assigneeId") or ""),
        due=day(issue.get("dueDate")),
        assignee_name=str(part(issue, "assignee").get("name") or ""),
    )


def with_section(body: str, ours: str) -> str:
    """The whole text with our section, which people can fold, as it is now; at its end where it has none yet."""
    section = f"{HEAD}\n{COMMENT.sub('', ours).strip()}\n+++"
    if SECTION.search(body):
        return SECTION.sub(lambda _found: section, body, count=1)
    return f"{body.rstrip()}\n\n{section}" if body.strip() else section


def id_of(text: str) -> str:
    """The id of what has that mark: the same for the same mark."""
    found = MARK.search(text)
    return str(uuid5(NAMESPACE_URL, found[1] if found else text))


def locate(url: str, api: str, place: str) -> str:
    """The name of the issue at that address of a page, if it is one of the connection's; else ""."""
    parts, host = split(url), urlsplit(api).hostname or ""
    web = "linear.app" if host == "api.linear.app" else host
    found = PAGE.fullmatch(parts.path)
    return f"{found[1]}-{found[2]}" if found and parts.hostname == web and found[1] == place else ""


def name_of(url: str) -> str:
    """`ENG-7` of the address of an issue's page."""
    found = PAGE.fullmatch(split(url).path)
    return f"{found[1]}-{found[2]}" if found else ""


def comment_of(comment: Mapping[str, Any], ref: str) -> Comment:
    """A comment; what a machine or an integration says has no user."""
    user = part(comment, "user")
    by = str(user.get("id") or comment.get("userId") or "")
    is_person = bool(by) and not _is_ours(comment)
    at, who = moment(comment.get("createdAt")), str(user.get("name") or "")
    return Comment(str(comment.get("id") or ""), ref, by, at, is_person, who)


def said(answer: Any) -> str:
    """What an error says, in words for people where there are some."""
    errors = answer.get("errors") if isinstance(answer, dict) else None
    if not isinstance(errors, list):
        return ""
    return " ".join(
        str(part(each, "extensions").get("userPresentableMessage") or each.get("message") or "") for each in errors
    )


def _is_ours(comment: Mapping[str, Any]) -> bool:
    return bool(re.match(r"AI-\d+ is deferred", str(comment.get("body") or "")))


def comment_event(comment: Mapping[str, Any]) -> Event:
    """A comment of a page."""
    found = comment_of(comment, str(comment["issue"]["id"]))
    return Event(found.ref, comment=found, by=found.by, is_person=found.is_person, who=found.who)


def judged(answer: Any) -> TrackerTrouble | None:
    """What an answer's errors mean, whatever its status; None where it has none."""
    errors = answer.get("errors") if isinstance(answer, dict) else None
    if not isinstance(errors, list) or not errors:
        return None
    words = said(answer)
    code = str(part(errors[0], "extensions").get("code") or "")
    if code == "RATELIMITED":
        return TrackerTrouble(Reception.LIMITED, words, 60.0)
    if code in ("AUTHENTICATION_ERROR", "UNAUTHENTICATED"):
        return TrackerTrouble(Reception.UNAUTHORISED, words)
    if code == "FORBIDDEN":
        return TrackerTrouble(Reception.FORBIDDEN, words)
    if any(each in str(errors[0].get("message")) for each in MISSING):
        return TrackerTrouble(Reception.MISSING, words)
    return TrackerTrouble(Reception.REFUSED, words)
