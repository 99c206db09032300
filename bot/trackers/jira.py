"""Jira, Cloud (with an e-mail address) and Data Center (with a personal token), by the REST interface.

Statuses are told by their category, which is not translated; what may be done next, by an issue's transitions.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.domain.tickets import ASSIGNEE, DUE, STAGE, TEXT, TITLE, SeenTicket, Stage
from bot.trackers import jira_text
from bot.trackers.shape import (
    LABEL,
    Comment,
    Event,
    NewTicket,
    Page,
    Reception,
    TrackerClient,
    TrackerTrouble,
    moment,
    part,
    split,
)

if TYPE_CHECKING:
    import httpx

FIELDS = "summary,status,resolution,assignee,duedate,updated,labels"
A_PAGE = 100
PAGES = 20
MARK = "actionitem-{mark}"
PROPERTY = "actionitem"
NOT_DONE = re.compile(
    r"won.?t|cancel|reject|declin|not planned|obsolete|duplicate|invalid|abandon|nicht|abgelehnt", re.I
)
"""Statuses and resolutions of the category “done” that mean that it was not done."""
CATEGORIES = {"new": Stage.TO_DO, "undefined": Stage.TO_DO, "indeterminate": Stage.IN_PROGRESS, "done": Stage.DONE}
OPTIONAL = ("duedate", "assignee", "labels")
"""Fields that a screen of somebody's Jira may lack; a ticket is made without them."""
PERMISSIONS = "BROWSE_PROJECTS,CREATE_ISSUES,EDIT_ISSUES,TRANSITION_ISSUES,ADD_COMMENTS"
OURS = re.compile(r"AI-\d+ is deferred")
KEY = re.compile(r"/browse/([A-Z][A-Z0-9_]*)-([1-9][0-9]{0,9})/?")


class Jira(TrackerClient):
    """The issues of one project."""

    def __init__(
        self,
        url: str,
        place: str,
        secret: str,
        options: Mapping[str, str],
        transport: "httpx.BaseTransport | None" = None,
    ) -> None:
        """*options*: `issue_type`; with `email` it is Cloud; `done` and `not_planned` name statuses of one's own."""
        from bot.trackers.http import Http  # noqa: PLC0415 – httpx is slow; few bots have a tracker

        self._site, self._place, self._secret, self._options = url.rstrip("/"), place, secret, options
        self._is_cloud = bool(options.get("email"))
        self._http = Http(url, self._headers, said, transport)
        self._api = f"rest/api/{3 if self._is_cloud else 2}"

    def create(self, new: NewTicket) -> SeenTicket:
        """As `TrackerClient.create`; a field that the project's screen lacks is left out."""
        fields: dict[str, Any] = {
            "project": {"key": self._place},
            "issuetype": {"name": self._options.get("issue_type") or "Task"},
            "summary": new.title,
            "description": self._described(None, new.text),
            "labels": [LABEL, *marks_in(new.text)],
            "duedate": new.due,
        }
        if new.assignee:
            fields[ASSIGNEE] = self._person(new.assignee)
        made = self._created(fields)
        try:
            return self.read(str(made["id"]))
        except TrackerTrouble as error:
            # It is there: whoever tries again must look for it first.
            raise TrackerTrouble(Reception.UNSURE, error.said, error.retry_after) from error

    def find(self, mark: str, since: datetime) -> SeenTicket | None:
        """As `TrackerClient.find`: by its label among what was made since."""
        minutes = _minutes_since(since) + 15
        jql = f'project = "{self._place}" AND created >= "-{minutes}m" ORDER BY created DESC'
        wanted = MARK.format(mark=mark)
        found = next(
            (each for each in self._search(jql, FIELDS) if wanted in (_fields(each).get("labels") or [])), None
        )
        return self._ticket(found) if found else None

    def read(self, ref: str) -> SeenTicket:
        """As `TrackerClient.read`; one that was moved to another project is missing here."""
        found = self._http.get(f"{self._api}/issue/{ref}", {"fields": FIELDS}).json
        if not isinstance(found, dict) or "key" not in found:
            raise TrackerTrouble(Reception.AWAY, "not Jira's answer")
        if str(found["key"]).rpartition("-")[0] != self._place:
            raise TrackerTrouble(Reception.MISSING, "transferred")
        return self._ticket(found)

    def write(self, ref: str, facts: Mapping[str, str], text: str) -> SeenTicket:
        """As `TrackerClient.write`: the fields in one request, the stage in one of its own."""
        fields: dict[str, Any] = {}
        if TITLE in facts:
            fields["summary"] = facts[TITLE]
        if DUE in facts:
            fields["duedate"] = facts[DUE] or None
        if ASSIGNEE in facts:
            fields["assignee"] = self._person(facts[ASSIGNEE]) if facts[ASSIGNEE] else None
        if TEXT in facts:
            there = _fields(self._http.get(f"{self._api}/issue/{ref}", {"fields": "description"}).json)
            described = self._described(there.get("description"), text)
            # The same where an earlier attempt was taken and its answer was lost.
            fields |= {"description": described} if described != there.get("description") else {}
        if fields:
            self._edited(ref, fields)
        if STAGE in facts:
            self._moved(ref, Stage(facts[STAGE]))
        return self.read(ref)

    def comment(self, ref: str, text: str) -> None:
        """As `TrackerClient.comment`; its mark is a property, which people do not see."""
        body: Any = jira_text.document(jira_text.as_document(text)) if self._is_cloud else jira_text.as_wiki(text)
        marked = [{"key": PROPERTY, "value": {"mark": _hidden(text)}}]
        self._http.ask("POST", f"{self._api}/issue/{ref}/comment", json={"body": body, "properties": marked})

    def has_comment(self, ref: str, mark: str, since: datetime) -> bool:  # noqa: ARG002 – the newest are looked at
        """As `TrackerClient.has_comment`."""
        params = {"expand": "properties", "orderBy": "-created", "maxResults": A_PAGE}
        found = (self._http.get(f"{self._api}/issue/{ref}/comment", params).json or {}).get("comments") or []
        return any(_hidden(mark) in json.dumps(each.get("properties") or []) for each in found)

    def changed_since(self, cursor: str) -> Page:
        """As `TrackerClient.changed_since`, in one search: each issue comes with its newest comments."""
        minutes = _minutes_since(moment(cursor)) + 2
        jql = f'project = "{self._place}" AND updated >= "-{minutes}m" ORDER BY updated ASC'
        issues = list(self._search(jql, f"{FIELDS},comment"))
        events = [event for issue in issues for event in self._events(issue, cursor)]
        newest = max([str(_fields(issue).get("updated") or "") for issue in issues], key=moment, default=cursor)
        return Page(events, newest if moment(newest) > moment(cursor) else cursor)

    def closing_change(self, ref: str) -> str:  # noqa: ARG002 – Jira itself knows of no change
        """As `TrackerClient.closing_change`."""
        return ""

    def account_of(self, email: str) -> str:
        """As `TrackerClient.account_of`."""
        params = {"query" if self._is_cloud else "username": email, "maxResults": 2}
        found = self._http.get(f"{self._api}/user/search", params).json or []
        return account(found[0]) if isinstance(found, list) and len(found) == 1 else ""

    def check(self) -> Sequence[str]:
        """As `TrackerClient.check`."""
        try:
            me = self._http.get(f"{self._api}/myself")
        except TrackerTrouble as error:
            return [f"reached: no, {error.said or error.meaning.value}"]
        who = str((me.json or {}).get("displayName") or (me.json or {}).get("name") or "unknown")
        return [f"reached: ok ({self._site})", f"as: {who}", *self._rights(), *self._found()]

    def _rights(self) -> list[str]:
        try:
            params = {"projectKey": self._place, "permissions": PERMISSIONS}
            rights = (self._http.get(f"{self._api}/mypermissions", params).json or {}).get("permissions") or {}
        except TrackerTrouble as error:
            return [f"may read: no, {error.said or error.meaning.value}"]
        lacks = [name for name, each in rights.items() if not each.get("havePermission") and name != "BROWSE_PROJECTS"]
        may_read = part(rights, "BROWSE_PROJECTS").get("havePermission", True)
        write = f"no, it lacks {', '.join(sorted(lacks))} in project {self._place}" if lacks else "ok"
        return [f"may read: {'ok' if may_read else 'no, it may not browse the project'}", f"may write: {write}"]

    def _found(self) -> list[str]:
        try:
            kinds = self._http.get(f"{self._api}/project/{self._place}/statuses").json or []
        except TrackerTrouble as error:
            return [f"stages: no, {error.said or error.meaning.value}"]
        wanted = self._options.get("issue_type") or "Task"
        kind = next((each for each in kinds if each.get("name") == wanted), None)
        if kind is None:
            names = ", ".join(str(each.get("name")) for each in kinds)
            return [f"stages: no, the project has no issue type {wanted}. It has: {names}"]
        words = ", ".join(f"{each.get('name')} ({_category(each)})" for each in kind.get("statuses") or [])
        return [f"stages: {words}"]

    def _created(self, fields: dict[str, Any]) -> Mapping[str, Any]:
        left = dict(fields)
        for _turn in range(len(OPTIONAL) + 1):
            try:
                found = self._http.ask("POST", f"{self._api}/issue", json={"fields": left}).json
            except TrackerTrouble as error:
                if not (lacking := [name for name in OPTIONAL if name in left and f"{name}:" in error.said]):
                    raise
                left = {name: value for name, value in left.items() if name not in lacking}
                continue
            if isinstance(found, dict) and "id" in found:
                return found
            raise TrackerTrouble(Reception.UNSURE, "not Jira's answer")
        raise TrackerTrouble(Reception.REFUSED, "it takes none of the fields")

    def _edited(self, ref: str, fields: dict[str, Any]) -> None:
        left = dict(fields)
        while left:
            try:
                self._http.ask("PUT", f"{self._api}/issue/{ref}", json={"fields": left})
            except TrackerTrouble as error:
                if not (lacking := [name for name in OPTIONAL if name in left and f"{name}:" in error.said]):
                    raise
                left = {name: value for name, value in left.items() if name not in lacking}
            else:
                return

    def _moved(self, ref: str, stage: Stage) -> None:
        """Raises `TrackerTrouble` that says what the transition asks for."""
        params = {"expand": "transitions.fields"}
        found = (self._http.get(f"{self._api}/issue/{ref}/transitions", params).json or {}).get("transitions") or []
        chosen = chosen_transition(found, stage, self._options)
        if chosen is None:
            raise TrackerTrouble(Reception.REFUSED, f"no transition leads to a status that means {stage.value}")
        fields = _filled(chosen, stage)
        body = {"transition": {"id": str(chosen["id"])}} | ({"fields": fields} if fields else {})
        try:
            self._http.ask("POST", f"{self._api}/issue/{ref}/transitions", json=body)
        except TrackerTrouble as error:
            if error.meaning is not Reception.REFUSED:
                raise
            raise TrackerTrouble(Reception.REFUSED, f"the transition to {_to(chosen)}: {error.said}") from error

    def _search(self, jql: str, fields: str) -> Iterator[Mapping[str, Any]]:
        # Cloud has removed the search that Data Center has; both want to be bounded, which every question of ours is.
        path = f"{self._api}/search/jql" if self._is_cloud else f"{self._api}/search"
        params: dict[str, Any] = {"jql": jql, "fields": fields, "maxResults": A_PAGE}
        for page in range(PAGES):
            found = self._http.get(path, params).json or {}
            issues = found.get("issues") or []
            yield from issues
            if self._is_cloud and not found.get("nextPageToken"):
                return
            if not self._is_cloud and (page + 1) * A_PAGE >= int(found.get("total") or 0):
                return
            params |= {"nextPageToken": found["nextPageToken"]} if self._is_cloud else {"startAt": (page + 1) * A_PAGE}

    def _events(self, issue: Mapping[str, Any], cursor: str) -> Iterator[Event]:
        ticket = self._ticket(issue)
        yield Event(ticket.ref, ticket)
        for each in (_fields(issue).get("comment") or {}).get("comments") or []:
            found = comment_of(each, ticket.ref)
            if found.at >= moment(cursor):
                yield Event(ticket.ref, comment=found, by=found.by, is_person=found.is_person, who=found.who)

    def _ticket(self, issue: Mapping[str, Any]) -> SeenTicket:
        return ticket_of(issue, self._site, self._options)

    def _described(self, there: Any, text: str) -> Any:
        if self._is_cloud:
            return jira_text.with_panel(there, text)
        return jira_text.with_wiki_panel(str(there or ""), text)

    def _person(self, account_id: str) -> dict[str, str]:
        return {"accountId" if self._is_cloud else "name": account_id}

    def _headers(self) -> Mapping[str, str]:
        if not self._is_cloud:
            return {"Accept": "application/json", "Authorization": f"Bearer {self._secret}"}
        pair = b64encode(f"{self._options['email']}:{self._secret}".encode()).decode()
        return {"Accept": "application/json", "Authorization": f"Basic {pair}"}


def chosen_transition(
    found: Sequence[Mapping[str, Any]], stage: Stage, options: Mapping[str, str]
) -> Mapping[str, Any] | None:
    """The transition that leads to *stage*: by a name of one's own, else by the category of where it leads."""
    own = options.get(stage.value, "").lower()
    if own:
        return next((each for each in found if own in (_to(each).lower(), str(each.get("name")).lower())), None)
    if not stage.is_over:
        opens = [each for each in found if _category(part(each, "to")) in (Stage.TO_DO, Stage.IN_PROGRESS)]
        return min(opens, key=lambda each: _category(part(each, "to")) is not Stage.TO_DO, default=None)
    ends = [each for each in found if _category(part(each, "to")) is Stage.DONE]
    wanted = [each for each in ends if bool(NOT_DONE.search(_to(each))) is (stage is Stage.NOT_PLANNED)]
    return next(iter(wanted or ends), None)


def ticket_of(issue: Mapping[str, Any], site: str, options: Mapping[str, str] | None = None) -> SeenTicket:
    """An issue as the REST interface and the webhooks show it."""
    fields = _fields(issue)
    return SeenTicket(
        ref=str(issue["id"]),
        name=str(issue["key"]),
        url=f"{site}/browse/{issue['key']}",
        title=str(fields.get("summary") or ""),
        stage=stage_of(fields, options or {}),
        at=moment(fields.get("updated")),
        assignee=account(part(fields, "assignee")),
        due=str(fields.get("duedate") or ""),
        assignee_name=str(part(fields, "assignee").get("displayName") or ""),
    )


def stage_of(fields: Mapping[str, Any], options: Mapping[str, str]) -> Stage:
    """By a name of one's own, else by the status' category and whether it was done at all."""
    status = part(fields, "status")
    name = str(status.get("name") or "")
    for stage in Stage:
        if options.get(stage.value, "").lower() == name.lower() != "":
            return stage
    found = _category(status)
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


def _filled(transition: Mapping[str, Any], stage: Stage) -> dict[str, Any]:
    """What the transition asks for, as far as it may be known. Raises `TrackerTrouble` that names the field."""
    filled: dict[str, Any] = {}
    for name, field in part(transition, "fields").items():
        if not field.get("required") or field.get("hasDefaultValue"):
            continue
        words = [str(each.get("name")) for each in field.get("allowedValues") or []]
        fitting = [each for each in words if bool(NOT_DONE.search(each)) is (stage is Stage.NOT_PLANNED)]
        if name != "resolution" or not fitting:
            asks = f"the transition to {_to(transition)} asks for “{field.get('name') or name}”, which I may not set"
            raise TrackerTrouble(Reception.REFUSED, asks)
        filled[name] = {"name": fitting[0]}
    return filled


def _to(transition: Mapping[str, Any]) -> str:
    return str(part(transition, "to").get("name") or transition.get("name") or "")


def _category(status: Mapping[str, Any]) -> Stage:
    return CATEGORIES.get(str(part(status, "statusCategory").get("key") or ""), Stage.TO_DO)


def _fields(issue: Any) -> Mapping[str, Any]:
    fields = issue.get("fields") if isinstance(issue, dict) else None
    return fields if isinstance(fields, dict) else {}


def _words(comment: Mapping[str, Any]) -> str:
    body = comment.get("body")
    return body if isinstance(body, str) else jira_text.plain(body)


def _hidden(text: str) -> str:
    found = re.search(r"<!-- actionitem:([0-9a-z-]+) -->", text)
    return found[1] if found else text


def _minutes_since(at: datetime) -> int:
    return max(int((datetime.now(UTC) - at) / timedelta(minutes=1)), 0) + 1
