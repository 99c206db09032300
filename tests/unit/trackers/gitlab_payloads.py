"""Webhooks as GitLab documents them (“Webhook events”: work item events, comment on an issue), without what repeats."""

from typing import Any

PROJECT = "gitlabhq/gitlab-test"
WHERE: dict[str, Any] = {
    "id": 1, "name": "Gitlab Test", "web_url": "http://example.com/gitlabhq/gitlab-test", "namespace": "GitlabHQ",
    "visibility_level": 20, "path_with_namespace": PROJECT, "default_branch": "master",
}  # fmt: skip
ROOT: dict[str, Any] = {"id": 1, "name": "Administrator", "username": "root", "email": "admin@example.com"}
LABEL: dict[str, Any] = {
    "id": 206, "title": "API", "color": "#ffffff", "project_id": 14, "template": False, "type": "ProjectLabel",
}  # fmt: skip
ISSUE_HOOK: dict[str, Any] = {
    "object_kind": "issue", "event_type": "issue", "user": ROOT, "project": WHERE,
    "object_attributes": {
        "id": 301, "title": "New API: create/update/delete file", "assignee_ids": [51], "assignee_id": 51,
        "author_id": 51, "project_id": 14, "created_at": "2013-12-03T17:15:43Z", "updated_at": "2013-12-03T17:15:43Z",
        "updated_by_id": 1, "last_edited_at": None, "description": "Create new API for manipulations with repository",
        "milestone_id": None, "state_id": 1, "confidential": False, "discussion_locked": True, "due_date": None,
        "moved_to_id": None, "duplicated_to_id": None, "time_estimate": 0, "weight": None, "health_status": "at_risk",
        "type": "Issue", "iid": 23, "url": "http://example.com/diaspora/issues/23", "state": "opened", "action": "open",
        "severity": "high", "labels": [LABEL],
    },
    "assignees": [{"name": "User1", "username": "user1"}], "assignee": {"name": "User1", "username": "user1"},
    "labels": [LABEL],
    "changes": {
        "updated_at": {"previous": "2017-09-15 16:50:55 UTC", "current": "2017-09-15 16:52:00 UTC"},
        "labels": {"previous": [LABEL], "current": [LABEL]},
    },
}  # fmt: skip
NOTE_HOOK: dict[str, Any] = {
    "object_kind": "note", "event_type": "note", "user": ROOT, "project_id": 5, "project": WHERE,
    "object_attributes": {
        "id": 1241, "note": "Hello world", "noteable_type": "Issue", "author_id": 1,
        "created_at": "2015-05-17 17:06:40 UTC", "updated_at": "2015-05-17 17:06:40 UTC", "project_id": 5,
        "attachment": None, "line_code": None, "commit_id": "", "noteable_id": 92, "system": False, "st_diff": None,
        "action": "create", "url": "http://example.com/gitlab-org/gitlab-test/issues/17#note_1241",
    },
    "issue": {
        "id": 92, "title": "test", "assignee_ids": [], "assignee_id": None, "author_id": 1, "project_id": 5,
        "created_at": "2015-04-12 14:53:17 UTC", "updated_at": "2015-04-26 08:28:42 UTC", "description": "test",
        "milestone_id": None, "state": "closed", "iid": 17, "labels": [{"id": 25, "title": "Afterpod"}],
    },
}  # fmt: skip
