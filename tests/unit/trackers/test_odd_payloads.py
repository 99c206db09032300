"""Nobody vouches for what a webhook brings: whatever stands in the place of a part, it is read or left alone."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from bot.trackers import github_events, gitlab_events, jira_events, jira_shapes, linear_events
from bot.trackers.shape import Event
from tests.unit.trackers.gitlab_payloads import ISSUE_HOOK, NOTE_HOOK, PROJECT

HERE = Path(__file__).parent
GITHUB: dict[str, Any] = json.loads((HERE / "github_events.json").read_text(encoding="utf-8"))
JIRA: dict[str, Any] = json.loads((HERE / "jira_events.json").read_text(encoding="utf-8"))
LINEAR: dict[str, Any] = {
    "issue": {
        "type": "Issue", "action": "update", "actor": {"id": "u1", "type": "user", "name": "Sam"},
        "data": {
            "id": "i1", "identifier": "ENG-1", "title": "Cap it", "url": "https://linear.app/acme/issue/ENG-1",
            "team": {"key": "ENG"}, "state": {"type": "started", "name": "Doing"}, "dueDate": "2026-12-01",
            "assignee": {"id": "u2", "name": "Kim"}, "updatedAt": "2026-11-29T10:00:00Z", "labels": [{"name": "a"}],
        },
    },
    "comment": {
        "type": "Comment", "action": "create", "actor": {"id": "u1", "type": "user", "name": "Sam"},
        "data": {"id": "c1", "issueId": "i1", "body": "Done", "createdAt": "2026-11-29T10:00:00Z",
                 "user": {"id": "u1"}},
    },
}  # fmt: skip
GITLAB = {"issue": ISSUE_HOOK, "comment": NOTE_HOOK}
NONSENSE = (None, 5, "x", [None], {"x": None})


def read_github(name: str, payload: Any) -> Event | None:
    kind = name.partition("__")[0].rstrip("_").removesuffix(".1")
    place = (GITHUB[name].get("repository") or {}).get("full_name", "")
    return github_events.event_of(kind, payload, place)


def read_jira(name: str, payload: Any) -> Event | None:
    key = (JIRA[name].get("issue") or {}).get("key", "OPS-1")
    return jira_events.event_of(payload, key.rpartition("-")[0], "https://acme.atlassian.net", {})


def read_linear(_name: str, payload: Any) -> Event | None:
    return linear_events.event_of(payload, "ENG")


def read_gitlab(_name: str, payload: Any) -> Event | None:
    return gitlab_events.event_of(payload, PROJECT)


def with_one_part_changed(payload: Any) -> Iterator[Any]:
    """The payload with each of its parts, however deep, in turn replaced by nonsense."""
    for path in paths(payload):
        for odd in NONSENSE:
            changed = deepcopy(payload)
            within = changed
            for step in path[:-1]:
                within = within[step]
            within[path[-1]] = odd
            yield changed


def paths(node: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        yield (*before, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*before, key))


@pytest.mark.parametrize(
    ("read", "samples"),
    [(read_github, GITHUB), (read_gitlab, GITLAB), (read_jira, JIRA), (read_linear, LINEAR)],
    ids=["GitHub", "GitLab", "Jira", "Linear"],
)
def test_no_part_of_a_payload_that_is_something_else_stops_its_reading(
    read: Callable[[str, Any], Event | None], samples: dict[str, Any]
) -> None:
    wrong = set()
    for name, payload in samples.items():
        for changed in with_one_part_changed(payload):
            try:
                read(name, changed)
            except Exception as error:  # noqa: BLE001 – each is said, by where it came from
                frame = error.__traceback__
                while frame and frame.tb_next:
                    frame = frame.tb_next
                wrong.add(f"{error!r} in {frame.tb_frame.f_code.co_qualname if frame else '?'}")
    assert sorted(wrong) == []


@pytest.mark.parametrize("odd", [5, True, [1], {"a": 1}, "x" * 1000, "2026-13-45", None])
def test_due_date_that_is_no_day_is_none(odd: Any) -> None:
    """It stopped the webhook, and the reading of a whole page."""
    of_gitlab, of_linear = deepcopy(ISSUE_HOOK), deepcopy(LINEAR["issue"])
    of_gitlab["object_attributes"]["due_date"] = of_linear["data"]["dueDate"] = odd
    jira = {"id": "10001", "key": "OPS-1", "fields": {"duedate": odd}}
    seen = (gitlab_events.event_of(of_gitlab, PROJECT), linear_events.event_of(of_linear, "ENG"))
    assert [each.ticket.due for each in seen if each and each.ticket] == ["", ""]
    assert jira_shapes.ticket_of(jira, "https://acme.atlassian.net", {}).due == ""
