"""What GitLab says, translated: issues, comments, addresses, errors. Asks nothing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from bot.domain.errors import Refused
from bot.domain.tickets import SeenTicket, Stage
from bot.trackers import shape
from bot.trackers.labels import IN_PROGRESS, labels_of, named, plain
from bot.trackers.shape import Comment, ConnectOptions, Event, TrackerPlace, day, needed, part, parts, split

SITE = "https://gitlab.com"
NOT_PLANNED = frozenset({"not planned", "won't do", "wont do", "won't fix", "wontfix", "duplicate"})
"""Labels of a closed issue that say that it was not done, unless the connection names others."""
WRITTEN_NOT_PLANNED = "not planned"
BOT = re.compile(r"(project|group)_\d+_bot\w*|service_account_\w+")
"""How GitLab calls the accounts of project and group tokens, and service accounts."""
PAGE = re.compile(
    r"/(?P<place>[^/]+(?:/[^/]+)+?)/(?:-/)?(?:issues(?:/incident)?|work_items)/(?P<iid>[1-9][0-9]{0,9})/?"
)
COMMAND = re.compile(r"^([ \t]*)/(?=[a-z])", re.MULTILINE | re.IGNORECASE)
OURS = "<!-- actionitem:"


@dataclass(frozen=True)
class StageLabels:
    """The labels that tell a stage, in small letters, and the one that is written for what is not planned."""

    in_progress: frozenset[str] = IN_PROGRESS
    not_planned: frozenset[str] = NOT_PLANNED
    written: str = WRITTEN_NOT_PLANNED

    @classmethod
    def of(cls, options: Mapping[str, str]) -> Self:
        """As the connection names them (`in_progress`, `not_planned`), else the usual ones."""
        written = next(iter(named(options, Stage.NOT_PLANNED)), WRITTEN_NOT_PLANNED)
        in_progress = labels_of(options, Stage.IN_PROGRESS, IN_PROGRESS)
        return cls(in_progress, labels_of(options, Stage.NOT_PLANNED, NOT_PLANNED), written)

    @property
    def words(self) -> str:
        """A line for `tracker check`."""
        started, ended = (", ".join(sorted(each)) for each in (self.in_progress, self.not_planned))
        return f"stages: opened, closed; in progress by a label ({started}), not planned by a label ({ended})"


USUAL = StageLabels()


def place_of(given: ConnectOptions) -> TrackerPlace:
    """Where the options of `tracker connect` point to. Raises `Refused`."""
    project = needed(given, "project").strip("/")
    if not all(project.split("/")) or "/" not in project:
        raise Refused("--project is GROUP/PROJECT, for example acme/shop.")
    return TrackerPlace(str(given.get("url") or SITE).rstrip("/").removesuffix("/api/v4"), project)


def ticket_of(issue: Mapping[str, Any], labels: StageLabels = USUAL) -> SeenTicket:
    """An issue as the REST interface and the webhooks show it."""
    url = str(issue.get("web_url") or issue.get("url") or "")
    assignee = next((each for each in parts(issue, "assignees") if isinstance(each, dict)), {})
    return SeenTicket(
        ref=str(issue["iid"]),
        name=name_of(url) or f"#{issue['iid']}",
        url=url,
        title=str(issue.get("title") or ""),
        stage=_stage(issue, labels),
        # In seconds: webhooks of some versions have no more, and what is of one second is compared by content.
        at=moment(issue.get("updated_at")).replace(microsecond=0),
        assignee=str(assignee.get("username") or ""),
        due=day(issue.get("due_date")),
        by=str(part(issue, "closed_by").get("username") or ""),
        assignee_name=str(assignee.get("name") or ""),
        confidential=issue.get("confidential") is True,
    )


def comment_event(event: Mapping[str, Any]) -> Event | None:
    """A comment as the project's events tell it; None for what is none of an issue, and for GitLab's own lines."""
    note = part(event, "note")
    ref = note.get("noteable_iid")
    if note.get("noteable_type") != "Issue" or note.get("system") or not isinstance(ref, int):
        return None
    found = comment_of(note, part(note, "author") or part(event, "author"), str(ref))
    return Event(found.ref, comment=found, by=found.by, is_person=found.is_person, who=found.who)


def comment_of(note: Mapping[str, Any], author: Mapping[str, Any], ref: str) -> Comment:
    """A comment, of whichever of the two."""
    by = str(author.get("username") or "ghost")
    text = str(note.get("body") or note.get("note") or "")
    is_person = is_human(by) and OURS not in text
    return Comment(str(note.get("id") or ""), ref, by, moment(note.get("created_at")), is_person)


def is_human(account: str) -> bool:
    """Whether it is no account of a token or a service, as far as its name tells."""
    return not BOT.fullmatch(account)


def locate(url: str, api: str, place: str) -> str:
    """The ref of the issue at that address of a page, if it is one of the connection's; else ""."""
    here, site = split(url), urlsplit(api)
    found = PAGE.fullmatch(unquote(here.path).removeprefix(site.path.rstrip("/")))
    same = (here.hostname, here.port) == (site.hostname, site.port)
    return found["iid"] if found and same and found["place"].lower() == place.lower() else ""


def name_of(url: str) -> str:
    """`acme/web/shop#12` of the address of an issue's page."""
    found = PAGE.fullmatch(unquote(split(url).path))
    return f"{found['place']}#{found['iid']}" if found else ""


def without_commands(text: str) -> str:
    """Markdown whose lines do nothing: GitLab carries out what begins with a slash, such as `/close`."""
    return COMMAND.sub(r"\1\\/", text)


def state_of(stage: Stage, labels: StageLabels) -> dict[str, str]:
    """What brings an issue there."""
    if stage is Stage.NOT_PLANNED:
        return {"state_event": "close", "add_labels": labels.written}
    return {"state_event": "close" if stage is Stage.DONE else "reopen", "remove_labels": labels.written}


def merged_change(found: Sequence[Mapping[str, Any]]) -> str:
    """The address of the merge request that was merged last."""
    merged = [each for each in found if each.get("state") == "merged"]
    last = max(merged, key=lambda each: moment(each.get("merged_at")), default={})
    return str(last.get("web_url") or "")


def moment(text: object) -> datetime:
    """A time as the interface writes it, or as webhooks do (`2015-05-17 17:06:40 UTC`)."""
    return shape.moment(str(text or "").replace(" UTC", "+00:00"))


def said(answer: Any) -> str:
    """What an error says: `message`, which may be a sentence, or sentences by field; or `error`."""
    if not isinstance(answer, dict):
        return ""
    return " ".join(word for name in ("message", "error", "error_description") for word in _words(answer.get(name)))


def list_of(found: Any) -> list[dict[str, Any]]:
    """The parts of a list; nothing of anything else."""
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _words(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        for name, each in found.items():
            words = " ".join(_words(each))
            yield words if name == "error" else f"{name} {words}"
    elif isinstance(found, list):
        yield from (word for each in found for word in _words(each))
    elif found:
        yield str(found)


def _stage(issue: Mapping[str, Any], labels: StageLabels) -> Stage:
    names = plain(str(each.get("title") if isinstance(each, dict) else each) for each in parts(issue, "labels"))
    if issue.get("state") == "closed":
        is_copy = issue.get("duplicated_to_id") or part(issue, "_links").get("closed_as_duplicate_of")
        return Stage.NOT_PLANNED if is_copy or names & labels.not_planned else Stage.DONE
    return Stage.IN_PROGRESS if names & labels.in_progress else Stage.TO_DO
