"""What Jira says, translated: statuses, transitions, issues, comments, addresses, errors. Asks nothing."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.domain.tickets import SeenTicket, Stage
from bot.trackers import jira_text
from bot.trackers.shape import (
    Comment,
    ConnectOptions,
    Reception,
    TrackerPlace,
    TrackerTrouble,
    day,
    moment,
    needed,
    part,
    split,
)

MARK = "actionitem-{mark}"
PROPERTY = "actionitem"
NOT_DONE = re.compile(
    r"won.?t|cancel|reject|declin|not planned|obsolete|duplicate|invalid|abandon|nicht|abgelehnt", re.I
)
"""Statuses and resolutions of the category “done” that mean that it was not done."""
CATEGORIES = {"new": Stage.TO_DO, "undefined": Stage.TO_DO, "indeterminate": Stage.IN_PROGRESS, "done": Stage.DONE}
OURS = re.compile(r"AI-\d+ is deferred")
KEY = re.compile(r"/browse/([A-Z][A-Z0-9_]*)-([1-9][0-9]{0,9})/?")


def place_of(given: ConnectOptions) -> TrackerPlace:
    """Where the options of `tracker connect` point to. Raises `OptionMissing`."""
    options = {each: str(given[each]) for each in ("issue_type", "email") if given.get(each)}
    return TrackerPlace(needed(given, "url"), needed(given, "project"), options)


def chosen_transition(
    found: Sequence[Mapping[str, Any]], stage: Stage, options: Mapping[str, str]
) -> Mapping[str, Any] | None:
    """The transition that leads to *stage*: by a name of one's own, else by the category of where it leads."""
    own = options.get(stage.value, "").lower()
    if own:
        return next((each for each in found if own in (leads_to(each).lower(), str(each.get("name")).lower())), None)
    if not stage.is_over:
        opens = [each for each in found if category(part(each, "to")) in (Stage.TO_DO, Stage.IN_PROGRESS)]
        return min(opens, key=lambda each: category(part(each, "to")) is not Stage.TO_DO, default=None)
    ends = [each for each in found if category(part(each, "to")) is Stage.DONE]
    wanted = [each for each in ends if bool(NOT_DONE.search(leads_to(each))) is (stage is Stage.NOT_PLANNED)]
    return next(iter(wanted or ends), None)


def ticket_of(issue: Mapping[str, Any], site: str, options: Mapping[str, str] | None = None) -> SeenTicket:
    """An issue as the REST interface and the webhooks show it."""
    fields = fields_of(issue)
    return SeenTicket(
        ref=str(issue["id"]),
        name=str(issue["key"]),
        url=f"{site}/browse/{issue['key']}",
        title=str(fields.get("summary") or ""),
        stage=stage_of(fields, options or {}),
        at=moment(fields.get("updated")),
        assignee=account(part(fields, "assignee")),
        due=day(fields.get("duedate")),
        assignee_name=str(part(fields, "assignee").get("displayName") or ""),
        confidential=bool(part(fields, "security")),
    )


def stage_of(fields: Mapping[str, Any], options: Mapping[str, str]) -> Stage:
    """By a name of one's own, else by the status' category and whether it was done at all."""
    status = part(fields, "status")
    name = str(status.get("name") or "")
    for stage in Stage:
        if options.get(stage.value, "").lower() == name.lower() != "":
            return stage
    found = category(status)
    resolution = str(part(fields, "resolution").get("name") or "")
    if found is Stage.DONE and (NOT_DONE.search(name) or NOT_DONE.search(resolution)):
        return Stage.NOT_PLANNED
    return found


def comment_of(comment: Mapping[str, Any], ref: str) -> Comment:
    """A comment, of whichever of the two."""
    author = part(comment, "author")
    ours = PROPERTY in json.dumps(comment.get("properties") or []) or bool(OURS.match(_words(comment)))
    is_person = author.get("accountType", "atlassian") == "atlassian" and not ours
    at = moment(comment.get("updated") or comment.get("created"))
    who = str(author.get("displayName") or "")
    return Comment(str(comment.get("id") or ""), ref, account(author), at, is_person, who)


def account(user: Mapping[str, Any]) -> str:
    """How the interface calls a person; "" for one who is hidden."""
    return str(user.get("accountId") or user.get("name") or user.get("key") or "")


def locate(url: str, api: str, place: str) -> str:
    """The key of the issue at that address of a page, if it is one of the connection's; else ""."""
    parts, site = split(url), urlsplit(api)
    path = parts.path.removeprefix(site.path.rstrip("/"))
    found = KEY.fullmatch(path)
    same = (parts.hostname, parts.port) == (site.hostname, site.port)
    return f"{found[1]}-{found[2]}" if found and same and found[1] == place else ""


def name_of(url: str) -> str:
    """`OPS-7` of the address of an issue's page."""
    found = KEY.search(split(url).path)
    return f"{found[1]}-{found[2]}" if found else ""


def said(answer: Any) -> str:
    """What an error says, with the field it is about."""
    if not isinstance(answer, dict):
        return ""
    fields = [f"{name}: {words}" for name, words in part(answer, "errors").items()]
    return " ".join([*map(str, answer.get("errorMessages") or []), *fields])


def marks_in(text: str) -> list[str]:
    """The mark of a text of ours, as a label: Jira keeps no comments that people do not see."""
    found = re.search(r"<!-- actionitem:([0-9a-z-]+) -->", text)
    return [MARK.format(mark=found[1])] if found else []


def fields_asked(transition: Mapping[str, Any], stage: Stage) -> dict[str, Any]:
    """What the transition asks for, as far as it may be known. Raises `TrackerTrouble` that names the field."""
    filled: dict[str, Any] = {}
    for name, field in part(transition, "fields").items():
        if not field.get("required") or field.get("hasDefaultValue"):
            continue
        words = [str(each.get("name")) for each in field.get("allowedValues") or []]
        fitting = [each for each in words if bool(NOT_DONE.search(each)) is (stage is Stage.NOT_PLANNED)]
        if name != "resolution" or not fitting:
            asks = (
                f"the transition to {leads_to(transition)} asks for “{field.get('name') or name}”, which I may not set"
            )
            raise TrackerTrouble(Reception.REFUSED, asks)
        filled[name] = {"name": fitting[0]}
    return filled


def leads_to(transition: Mapping[str, Any]) -> str:
    """The name of the status to which it leads."""
    return str(part(transition, "to").get("name") or transition.get("name") or "")


def category(status: Mapping[str, Any]) -> Stage:
    """The stage that its category means."""
    return CATEGORIES.get(str(part(status, "statusCategory").get("key") or ""), Stage.TO_DO)


def fields_of(issue: Any) -> Mapping[str, Any]:
    """An issue's fields; none of what is no issue."""
    fields = issue.get("fields") if isinstance(issue, dict) else None
    return fields if isinstance(fields, dict) else {}


def _words(comment: Mapping[str, Any]) -> str:
    body = comment.get("body")
    return body if isinstance(body, str) else jira_text.plain(body)


def hidden(text: str) -> str:
    """The mark of a text of ours; a mark alone stays as it is."""
    found = re.search(r"<!-- actionitem:([0-9a-z-]+) -->", text)
    return found[1] if found else text
