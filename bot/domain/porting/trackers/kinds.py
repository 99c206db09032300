"""The exports of trackers that an import understands: which columns they have, and what each is here.

Columns are named as `column_named` has them: `Issue key` is `issue_key`, `createdAt` is `createdat`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

STATUS, CATEGORY, RESOLUTION = "status", "category", "resolution"
"""What decides on the state, beside the times: its name there, the kind of status, and how it ended."""
DROPPED_AT, CHANGED_AT = "dropped_at", "changed_at"
"""When it was given up, and when the kind of its status changed last."""
STATES = (STATUS, CATEGORY, RESOLUTION)
KEY = "key"
"""What people there call it: `OPS-12`, `#7`."""
PULL_REQUEST = "pull_request"


class Kind(StrEnum):
    """The values of `--from`."""

    JIRA = "jira"
    GITHUB = "github"
    LINEAR = "linear"
    ASANA = "asana"


@dataclass(frozen=True)
class Tracker:
    """One tracker's export.

    `fields`: what each of our columns is there, the first that holds something counts; beside our columns it names
    the constants above. `marks`: columns that every export has, each given by its possible names. `address`: a
    ticket's link behind what `--url` says; `fixed` where none is needed. `keys_repeat`: two projects there can have the
    same key, so that without a link a ticket is known by when it was created too. `closing_decides`: a ticket is over
    when it has the time of its end, whatever column of a board it stands in.
    """

    kind: Kind
    name: str
    fields: Mapping[str, Sequence[str]]
    marks: Sequence[frozenset[str]]
    made_by: str
    address: str = ""
    fixed: str = ""
    is_json: bool = False
    closing_decides: bool = False
    keys_repeat: bool = False


def _fields(**columns: str) -> dict[str, Sequence[str]]:
    return {ours: theirs.split() for ours, theirs in columns.items()}


def _marks(*names: str) -> Sequence[frozenset[str]]:
    return [frozenset(each.split()) for each in names]


TRACKERS: Mapping[Kind, Tracker] = {
    Kind.JIRA: Tracker(
        Kind.JIRA, "Jira",
        # Cloud writes “Due date”, Server “Due Date”; only Cloud has the category and when it changed.
        _fields(
            title="summary", details="description", owner="assignee", status="status", category="status_category",
            resolution="resolution", created_at="created", due="due_date", ended_at="resolved",
            starts_on="custom_field_(start_date) start_date", last_progress_at="updated", themes="labels",
            urgency="priority", changed_at="status_category_changed", key="issue_key key",
            ticket_url="issue_url url link",
        ),
        _marks("summary", "issue_key key", "status", "created"),
        "in Jira's list of issues: Export, “CSV (all fields)”",
        "/browse/{key}",
    ),
    Kind.GITHUB: Tracker(
        Kind.GITHUB, "GitHub",
        # By `gh`, and by the REST interface (`created_at`, `html_url`).
        _fields(
            title="title", details="body", owner="assignees assignee", status="projectitems.status state",
            resolution="statereason state_reason", created_at="createdat created_at",
            due="milestone.dueon milestone.due_on", ended_at="closedat closed_at",
            last_progress_at="updatedat updated_at", themes="labels", key="number", ticket_url="html_url url",
            pull_request="pull_request.html_url",
        ),
        _marks("title", "state", "createdat created_at", "closedat closed_at"),
        "gh issue list --state all --limit 1000 --json number,title,body,state,stateReason,assignees,labels,"
        "milestone,createdAt,updatedAt,closedAt,url > issues.json",
        "/issues/{key}",
        is_json=True,
        closing_decides=True,
        keys_repeat=True,
    ),
    Kind.LINEAR: Tracker(
        Kind.LINEAR, "Linear",
        _fields(
            title="title", details="description", owner="assignee", status="status", created_at="created",
            due="due_date", started_at="started", ended_at="completed", dropped_at="canceled",
            last_progress_at="updated", themes="labels", urgency="priority", key="id", ticket_url="url link",
        ),
        _marks("id", "title", "status", "created", "completed", "canceled"),
        "in Linear: “Export issues as CSV”",
        "/issue/{key}",
    ),
    Kind.ASANA: Tracker(
        Kind.ASANA, "Asana",
        _fields(
            title="name", details="notes", owner="assignee_email assignee", status="section/column",
            created_at="created_at", due="due_date", starts_on="start_date", ended_at="completed_at",
            last_progress_at="last_modified", themes="tags", key="task_id",
        ),
        _marks("task_id", "name", "created_at", "completed_at"),
        "in the project's menu in Asana: Export, CSV",
        fixed="https://app.asana.com/0/0/{key}",
        closing_decides=True,
    ),
}  # fmt: skip


def could_be(columns: Sequence[str]) -> list[Tracker]:
    """The trackers whose export has these columns."""
    return [tracker for tracker in TRACKERS.values() if not lacking(tracker, columns)]


def lacking(tracker: Tracker, columns: Sequence[str]) -> list[str]:
    """Which columns that every export of the tracker has are not there."""
    have = set(columns)
    return [min(names, key=len) for names in tracker.marks if not names & have]
