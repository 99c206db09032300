"""What other tools and our own forms call a column: a guess for people to follow, which no import takes by itself."""

from collections.abc import Mapping

_CALLED = {
    # Jira's names (“Issue key”), GitHub's (“html_url”, and “closedAt” of its command line), Linear's, Asana's
    "title": "summary name issue issue_title task task_name action",
    "details": "description body notes note comment comments",
    "owner": "assignee assignees assigned_to assignee_email assignee_name responsible assignee_id assignee.name",
    "collaborators": "watchers followers subscribers participants contributors",
    "team": "project projects project_name project_key component component/s components team_name board repository",
    "state": "status issue_status status_category state_reason column section section/column resolution progress",
    "created_at": "created created_date creation_date createdat date_created opened opened_at",
    "due": "due_date duedate due_on due_at target_date deadline dueon",
    "started_at": "started startedat in_progress_at start_time actual_start",
    "starts_on": "start start_date start_on startdate planned_start",
    "ended_at": (
        "closed closed_at closedat resolved resolved_at resolution_date resolutiondate completed completed_at "
        "completedat canceled canceled_at cancelled cancelled_at date_closed"
    ),
    "last_progress_at": "updated updated_at updatedat last_modified modified last_updated",
    "themes": "labels label tags tag",
    "urgency": "priority priority_level",
    "effort": "estimate story_points story_point_estimate points size original_estimate estimated_time",
    "number": "id key issue_key issue_id issue_number task_id identifier",
    "ticket_url": "url html_url link permalink issue_link issue_url",
    "incident": "parent parent_summary parent_task parent_issue epic epic_link epic_name milestone incident_title",
    "incident_started_at": "incident_date began_at when_it_began",
    "recurrence_of": "duplicate_of is_duplicated_by",
    "postmortem_url": "postmortem post-mortem post-mortem_link postmortem_link",
    "root_cause": "cause",
    "remedy": "issue_type issuetype type",
    "verification": "acceptance_criteria how_will_we_verify_it? how_will_we_verify_it definition_of_done",
    "severity": "incident_severity sev",
    "services": "affected_services service",
    "staffing": "who_staffs_it? who_staffs_it",
    "systemic_item": "systemic_item_beside_it",
    "references": "links linked_issues",
}
_COLUMN: Mapping[str, str] = {other: column for column, others in _CALLED.items() for other in others.split()}
_CUSTOM = "custom_field_("


def column_like(name: str) -> str:
    """What column a name of another tool could be, given as `column_named` has it; "" when nobody says so.

    Jira writes fields of its projects' own as `Custom field (Severity)`: what stands within may be a column or not.
    """
    if name.startswith(_CUSTOM):
        inner = name.removeprefix(_CUSTOM).removesuffix(")")
        return _COLUMN.get(inner, inner)
    return _COLUMN.get(name, "")
