"""Linear, by its GraphQL interface. We choose the ids of what we make, so that nothing is ever made twice."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, uuid5

from bot.domain.tickets import ASSIGNEE, DUE, STAGE, TEXT, TITLE, SeenTicket, Stage
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

ISSUE = (
    "id identifier url title dueDate updatedAt description state { id name type } assignee { id name email } "
    "team { key }"
)
TEAM = (
    "query Team($key: String!) { teams(filter: {key: {eq: $key}}) { nodes { id key name "
    "states { nodes { id name type position } } labels(first: 250) { nodes { id name } } } } viewer { id name email } }"
)
READ = f"query Issue($id: String!) {{ issue(id: $id) {{ {ISSUE} }} }}"
CREATE = (
    f"mutation Create($input: IssueCreateInput!) {{ issueCreate(input: $input) {{ success issue {{ {ISSUE} }} }} }}"
)
WRITE = (
    "mutation Update($id: String!, $input: IssueUpdateInput!) { "
    f"issueUpdate(id: $id, input: $input) {{ success issue {{ {ISSUE} }} }} }}"
)
SAY = "mutation Comment($input: CommentCreateInput!) { commentCreate(input: $input) { success comment { id } } }"
SAID = "query Comment($id: String!) { comment(id: $id) { id } }"
ATTACHED = "query Attached($id: String!) { issue(id: $id) { attachments { nodes { url } } } }"
MAKE_LABEL = (
    "mutation Label($input: IssueLabelCreateInput!) { issueLabelCreate(input: $input) { success issueLabel { id } } }"
)
USERS = "query Users($email: String!) { users(filter: {email: {eqIgnoreCase: $email}}) { nodes { id } } }"
CHANGED = (
    "query Changed($key: String!, $since: DateTimeOrDuration!, $after: String) { "
    "issues(first: 50, after: $after, includeArchived: true, orderBy: updatedAt, "
    f"filter: {{team: {{key: {{eq: $key}}}}, updatedAt: {{gte: $since}}}}) {{ nodes {{ {ISSUE} }} "
    "pageInfo { hasNextPage endCursor } } "
    "comments(first: 100, filter: {createdAt: {gte: $since}, issue: {team: {key: {eq: $key}}}}) { "
    "nodes { id body createdAt user { id name email } issue { id } } } }"
)
PAGES = 20
TYPES = {
    "triage": Stage.TO_DO, "backlog": Stage.TO_DO, "unstarted": Stage.TO_DO, "started": Stage.IN_PROGRESS,
    "completed": Stage.DONE, "canceled": Stage.NOT_PLANNED, "duplicate": Stage.NOT_PLANNED,
}  # fmt: skip
LEADS_TO = {
    Stage.TO_DO: ("unstarted", "backlog", "triage"),
    Stage.DONE: ("completed",),
    Stage.NOT_PLANNED: ("canceled",),
}
HEAD = "+++ Post-mortem action item"
SECTION = re.compile(re.escape(HEAD) + r"\n.*?\n\+\+\+", re.DOTALL)
MARK = re.compile(r"<!-- actionitem:([0-9a-z-]+) -->")
COMMENT = re.compile(r"<!--.*?-->\n?", re.DOTALL)
PAGE = re.compile(r"/[^/]+/issue/([A-Z][A-Z0-9]*)-([1-9][0-9]{0,9})(?:/.*)?")
MISSING = ("Entity not found", "not found")


class Linear(TrackerClient):
    """The issues of one team."""

    def __init__(
        self,
        url: str,
        place: str,
        secret: str,
        options: Mapping[str, str],
        transport: "httpx.BaseTransport | None" = None,
    ) -> None:
        """*secret*: a personal key, or a token of OAuth with `Bearer ` before it."""
        from bot.trackers.http import Http  # noqa: PLC0415 – httpx is slow; few bots have a tracker

        self._http = Http(url, lambda: {"Authorization": secret}, said, transport, judged)
        self._path, self._place, self._options = url, place, options

    def create(self, new: NewTicket) -> SeenTicket:
        """As `TrackerClient.create`. Its id follows from its mark: the same ticket cannot be made twice."""
        team = self._team()
        body: dict[str, Any] = {
            "id": id_of(new.text),
            "teamId": team["id"],
            "title": new.title,
            "description": with_section("", new.text),
            "dueDate": new.due or None,
            "labelIds": [self._label(team)],
        }
        if new.assignee:
            body["assigneeId"] = new.assignee
        return ticket_of(self._ask(CREATE, input=body)["issueCreate"]["issue"])

    def find(self, mark: str, since: datetime) -> SeenTicket | None:  # noqa: ARG002 – by its id
        """As `TrackerClient.find`."""
        try:
            return self.read(str(uuid5(NAMESPACE_URL, mark)))
        except TrackerTrouble as error:
            if error.meaning is not Reception.MISSING:
                raise
            return None

    def read(self, ref: str) -> SeenTicket:
        """As `TrackerClient.read`; one that was moved to another team is missing here."""
        return ticket_of(self._issue(ref))

    def write(self, ref: str, facts: Mapping[str, str], text: str) -> SeenTicket:
        """As `TrackerClient.write`, in one request; what it needs to know is read before."""
        body: dict[str, Any] = {}
        if TITLE in facts:
            body["title"] = facts[TITLE]
        if DUE in facts:
            body["dueDate"] = facts[DUE] or None
        if ASSIGNEE in facts:
            body["assigneeId"] = facts[ASSIGNEE] or None
        if TEXT in facts:
            there = self._issue(ref)
            before = str(there.get("description") or "")
            # The same where an earlier attempt was taken and its answer was lost.
            body |= {"description": after} if (after := with_section(before, text)) != before else {}
        if STAGE in facts:
            body["stateId"] = self._state(Stage(facts[STAGE]))
        if not body:
            return self.read(ref)
        return ticket_of(self._ask(WRITE, id=ref, input=body)["issueUpdate"]["issue"])

    def comment(self, ref: str, text: str) -> None:
        """As `TrackerClient.comment`. Its id follows from its mark."""
        self._ask(SAY, input={"id": id_of(text), "issueId": ref, "body": COMMENT.sub("", text).strip()})

    def has_comment(self, ref: str, mark: str, since: datetime) -> bool:  # noqa: ARG002 – by its id
        """As `TrackerClient.has_comment`."""
        try:
            return bool(self._ask(SAID, id=id_of(mark)).get("comment"))
        except TrackerTrouble as error:
            if error.meaning is not Reception.MISSING:
                raise
            return False

    def changed_since(self, cursor: str) -> Page:
        """As `TrackerClient.changed_since`: issues and comments in one request."""
        events, newest, after = list[Event](), cursor, None
        for _page in range(PAGES):
            found = self._ask(CHANGED, key=self._place, since=cursor, after=after)
            issues, comments = found["issues"], found["comments"]["nodes"] if after is None else []
            tickets = [ticket_of(each) for each in issues["nodes"]]
            events += [Event(each.ref, each) for each in tickets]
            events += [_said(each) for each in comments if each.get("issue")]
            newest = max([newest, *(str(each.get("updatedAt")) for each in issues["nodes"])], key=moment)
            if not issues["pageInfo"]["hasNextPage"]:
                break
            after = issues["pageInfo"]["endCursor"]
        # Linear gives the newest first: what a person did last is to be taken last.
        events.sort(
            key=lambda event: event.ticket.at if event.ticket else event.comment.at if event.comment else moment("")
        )
        return Page(events, newest)

    def closing_change(self, ref: str) -> str:
        """As `TrackerClient.closing_change`: the pull request that Linear has attached to the issue."""
        found = (self._ask(ATTACHED, id=ref).get("issue") or {}).get("attachments") or {}
        urls = [str(each.get("url")) for each in found.get("nodes") or []]
        return next((url for url in urls if re.search(r"/(pull|merge_requests|commit)/", url)), "")

    def account_of(self, email: str) -> str:
        """As `TrackerClient.account_of`."""
        nodes = self._ask(USERS, email=email)["users"]["nodes"]
        return str(nodes[0]["id"]) if len(nodes) == 1 else ""

    def check(self) -> Sequence[str]:
        """As `TrackerClient.check`."""
        try:
            found = self._ask(TEAM, key=self._place)
        except TrackerTrouble as error:
            return [f"reached: no, {error.said or error.meaning.value}"]
        who = f"as: {(found.get('viewer') or {}).get('name') or 'unknown'}"
        teams = found["teams"]["nodes"]
        if not teams:
            return ["reached: ok", who, f"may read: no, there is no team {self._place} that it sees"]
        words = ", ".join(
            f"{each['name']} ({TYPES.get(each['type'], Stage.TO_DO)})" for each in teams[0]["states"]["nodes"]
        )
        return [
            "reached: ok",
            who,
            "may read: ok",
            "may write: ok, unless the key is for reading alone",
            f"stages: {words}",
        ]

    def _issue(self, ref: str) -> Mapping[str, Any]:
        found = self._ask(READ, id=ref).get("issue")
        if not isinstance(found, dict):
            raise TrackerTrouble(Reception.MISSING)
        if part(found, "team").get("key", self._place) != self._place:
            raise TrackerTrouble(Reception.MISSING, "transferred")
        return found

    def _team(self) -> Mapping[str, Any]:
        nodes = self._ask(TEAM, key=self._place)["teams"]["nodes"]
        if not nodes:
            raise TrackerTrouble(Reception.MISSING, f"there is no team {self._place} that I see")
        return dict(nodes[0])

    def _label(self, team: Mapping[str, Any]) -> str:
        known = {str(each["name"]).lower(): str(each["id"]) for each in team["labels"]["nodes"]}
        if LABEL in known:
            return known[LABEL]
        made = self._ask(MAKE_LABEL, input={"name": LABEL, "teamId": team["id"]})
        return str(made["issueLabelCreate"]["issueLabel"]["id"])

    def _state(self, stage: Stage) -> str:
        states = self._team()["states"]["nodes"]
        own = self._options.get(stage.value, "").lower()
        named = [each for each in states if own and str(each["name"]).lower() == own]
        for kind in LEADS_TO[stage]:
            named += sorted(
                (each for each in states if each["type"] == kind), key=lambda each: each.get("position") or 0
            )
        if not named:
            raise TrackerTrouble(Reception.REFUSED, f"the team has no status that means {stage.value}")
        return str(named[0]["id"])

    def _ask(self, query: str, **variables: Any) -> dict[str, Any]:
        answer = self._http.ask(
            "POST", self._path, json={"query": query, "variables": variables}, reads=query.startswith("query")
        )
        found = answer.json if isinstance(answer.json, dict) else {}
        if trouble := judged(found):
            raise trouble
        if not isinstance(found.get("data"), dict):
            raise TrackerTrouble(Reception.UNSURE, "not Linear's answer")
        return dict(found["data"])


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
        due=str(issue.get("dueDate") or ""),
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


def _said(comment: Mapping[str, Any]) -> Event:
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
