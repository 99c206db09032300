"""What GitHub says, translated: issues, comments, addresses, errors. Asks nothing."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from bot.domain.errors import Refused
from bot.domain.pulls import Deployment, PullRequest, PullStage
from bot.domain.ticket_text import due_said
from bot.domain.tickets import SeenTicket, Stage
from bot.trackers.labels import IN_PROGRESS, plain
from bot.trackers.shape import (
    Comment,
    ConnectOptions,
    Event,
    OptionMissing,
    TrackerPlace,
    moment,
    needed,
    part,
    parts,
    split,
)
from bot.trackers.texts import section_in

HOW_TO_SIGN_IN = "give --token-file F, or --app-id N --installation-id N --private-key-file F"
API = "https://api.github.com/"
BOT = "Bot"
PRODUCTION = re.compile(r"(prod|production|live)\b", re.IGNORECASE)
"""Names of environments that are production, where GitHub does not say so itself."""
ISSUE = re.compile(r"/([^/]+)/([^/]+)/issues/([1-9][0-9]{0,9})/?")
PULL = re.compile(r"/([^/]+)/([^/]+)/pull/([1-9][0-9]{0,9})/?")
GUARD = re.compile(r"(?:blob|tree|raw|blame|edit)/[^/]+/.+|actions/workflows/[^/]+")


def place_of(given: ConnectOptions) -> TrackerPlace:
    """Where the options of `tracker connect` point to, with the App's numbers. Raises `Refused`."""
    place = needed(given, "repository")
    if len(place.split("/")) != 2 or not all(place.split("/")):  # noqa: PLR2004 – owner and name
        raise Refused("--repository is OWNER/REPO, for example acme/shop.")
    app = {each: str(given[each]) for each in ("app_id", "installation_id") if given.get(each)}
    if len(app) == 1:
        raise OptionMissing(HOW_TO_SIGN_IN)
    return TrackerPlace(str(given.get("api_url") or API), place, app)


def ticket_of(issue: Mapping[str, Any], labels: frozenset[str] = IN_PROGRESS) -> SeenTicket:
    """An issue as the REST interface and the webhooks show it."""
    url = str(issue.get("html_url") or "")
    assignee = part(issue, "assignee")
    return SeenTicket(
        ref=str(issue["number"]),
        name=name_of(url) or f"#{issue['number']}",
        url=url,
        title=str(issue.get("title") or ""),
        stage=_stage(issue, labels),
        at=moment(issue.get("updated_at")),
        assignee=str(assignee.get("login") or ""),
        due=due_said(section_in(str(issue.get("body") or ""))),
        by=str(part(issue, "closed_by").get("login") or ""),
    )


def comment_event(comment: Mapping[str, Any]) -> Event | None:
    """A comment of a page, unless it is ours or belongs to no issue that can be told."""
    ref = str(comment.get("issue_url") or "").rpartition("/")[2]
    if not ref.isdigit():
        return None
    found = comment_of(comment, ref)
    return Event(ref, comment=found, by=found.by, is_person=found.is_person)


def comment_of(comment: Mapping[str, Any], ref: str) -> Comment:
    """A comment, of whichever of the two."""
    user = part(comment, "user")
    ours = "<!-- actionitem:" in str(comment.get("body") or "")
    is_person = user.get("type") != BOT and not ours
    # A deleted account is nobody's (GitHub shows none, or “ghost”).
    by = str(user.get("login") or "ghost")
    return Comment(str(comment.get("id") or ""), ref, by, moment(comment.get("updated_at")), is_person)


def locate(url: str, api: str, place: str) -> str:
    """The ref of the issue at that address of a page, if it is one of the connection's; else ""."""
    found = ISSUE.fullmatch(split(url).path)
    return found[3] if found and path_in(url, api, place) else ""


def locate_guard(url: str, api: str, place: str) -> str:
    """What `find_guard` looks for of the file or workflow at that address of a page; "" for all that is none here."""
    path = path_in(url, api, place)
    # With the token's eyes “..” would look at what its writer may not see; and of no other file or check has a name.
    is_inside = path.isprintable() and not {".", ".."} & set(path.split("/"))
    return path if is_inside and GUARD.fullmatch(path) else ""


def path_in(url: str, api: str, place: str) -> str:
    """What stands behind the repository in the address of one of its pages; "" where it is another's."""
    parts, host = split(url), urlsplit(api).hostname or ""
    web = "github.com" if host == "api.github.com" else host
    owner, name, path = [*unquote(parts.path).lstrip("/").split("/", 2), "", "", ""][:3]
    same_host = (parts.hostname or "").removeprefix("www.") == web
    same_port = web == "github.com" or parts.port == urlsplit(api).port
    return path.rstrip("/") if same_host and same_port and f"{owner}/{name}".lower() == place.lower() else ""


def end_of_token(text: str) -> datetime | None:
    """When a token ends, of `2026-12-10 08:00:00 UTC` or `… +0200`; None where it does not, or that is not said."""
    with suppress(ValueError):
        return datetime.strptime(text.strip().replace("UTC", "+0000"), "%Y-%m-%d %H:%M:%S %z")
    return None


def name_of(url: str) -> str:
    """`acme/shop#12` of the address of an issue's page."""
    path = split(url).path
    found = ISSUE.match(path) or PULL.match(path)
    return f"{found[1]}/{found[2]}#{found[3]}" if found else ""


def pull_of(pull: Mapping[str, Any]) -> PullRequest:
    """A pull request as the REST interface and the webhooks show it; or the issue that it is in lists."""
    url, head = str(pull.get("html_url") or ""), part(pull, "head")
    merged = pull.get("merged_at") or part(pull, "pull_request").get("merged_at")
    shas = [str(sha) for sha in (pull.get("merge_commit_sha") if merged else None, head.get("sha")) if sha]
    stage = PullStage.MERGED if merged else PullStage.DROPPED if pull.get("state") == "closed" else PullStage.OPEN
    return PullRequest(
        ref=str(pull["number"]),
        name=name_of(url) or f"#{pull['number']}",
        url=url,
        title=str(pull.get("title") or ""),
        stage=stage,
        at=moment(pull.get("updated_at")),
        text=str(pull.get("body") or ""),
        branch=str(head.get("ref") or ""),
        shas=tuple(dict.fromkeys(shas)),
        merged_at=moment(merged) if merged else None,
        by=str((part(pull, "merged_by") or part(pull, "user")).get("login") or "ghost"),
    )


def is_production(deployment: Mapping[str, Any]) -> bool:
    """Whether it went to production: as GitHub says, else as its environment is called."""
    said_so = deployment.get("production_environment")
    return bool(said_so) or bool(PRODUCTION.match(str(deployment.get("environment") or "")))


def deployment_of(deployment: Mapping[str, Any], at: object) -> Deployment | None:
    """One to production that succeeded *at* that moment."""
    ref, sha = deployment.get("id"), deployment.get("sha")
    return Deployment(str(ref), str(sha), moment(at)) if ref and sha and is_production(deployment) else None


def said(answer: Any) -> str:
    """What an error says, with the field it is about."""
    if not isinstance(answer, dict):
        return ""
    errors = answer.get("errors") or []
    more = [
        str(each.get("message") or f"{each.get('field')}: {each.get('code')}")
        for each in errors
        if isinstance(each, dict)
    ]
    return " ".join([str(answer.get("message") or ""), *more]).strip()


def _stage(issue: Mapping[str, Any], labels: frozenset[str]) -> Stage:
    if issue.get("state") == "closed":
        return Stage.NOT_PLANNED if issue.get("state_reason") in ("not_planned", "duplicate") else Stage.DONE
    names = plain(str(each.get("name") if isinstance(each, dict) else each) for each in parts(issue, "labels"))
    return Stage.IN_PROGRESS if names & labels else Stage.TO_DO


def state_of(stage: Stage) -> dict[str, str]:
    if not stage.is_over:
        return {"state": "open"}
    return {"state": "closed", "state_reason": "completed" if stage is Stage.DONE else "not_planned"}


def closing_of(events: Sequence[Mapping[str, Any]]) -> str:
    for event in reversed(events):
        source = part(part(event, "source"), "issue")
        merged = part(source, "pull_request").get("merged_at")
        if event.get("event") == "cross-referenced" and merged:
            return str(source.get("html_url") or "")
    empty: Mapping[str, Any] = {}
    closed = next((event for event in reversed(events) if event.get("event") == "closed"), empty)
    commit = str(closed.get("commit_url") or "")
    # The address of the interface is of no use to people.
    return (
        commit.replace("api.github.com/repos", "github.com")
        .replace("/api/v3/repos", "")
        .replace("/commits/", "/commit/")
    )


def list_of(found: Any) -> list[dict[str, Any]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
