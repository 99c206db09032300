"""Linear, by its GraphQL interface. We choose the ids of what we make, so that nothing is ever made twice."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx

from bot.domain.tickets import ASSIGNEE, DUE, STAGE, TEXT, TITLE, SeenTicket, Stage
from bot.trackers.http import Http
from bot.trackers.linear_shapes import COMMENT, TYPES, comment_event, id_of, judged, said, ticket_of, with_section
from bot.trackers.shape import (
    LABEL,
    Event,
    NewTicket,
    Page,
    Reception,
    TrackerClient,
    TrackerTrouble,
    moment,
    part,
)

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
LEADS_TO = {
    Stage.TO_DO: ("unstarted", "backlog", "triage"),
    Stage.DONE: ("completed",),
    Stage.NOT_PLANNED: ("canceled",),
}


class Linear(TrackerClient):
    """The issues of one team."""

    def __init__(
        self,
        url: str,
        place: str,
        secret: str,
        options: Mapping[str, str],
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """*secret*: a personal key, or a token of OAuth with `Bearer ` before it."""
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
            events += [comment_event(each) for each in comments if each.get("issue")]
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
