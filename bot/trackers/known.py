"""The trackers that are known, each in a line."""

from collections.abc import Mapping

from bot.domain.tracker import TrackerKind
from bot.trackers import (
    github_events,
    github_shapes,
    gitlab_events,
    gitlab_shapes,
    jira_events,
    jira_shapes,
    linear_events,
    linear_shapes,
)
from bot.trackers.github import GitHub
from bot.trackers.gitlab import GitLab
from bot.trackers.jira import Jira
from bot.trackers.linear import Linear
from bot.trackers.shape import Tracker

KNOWN: Mapping[TrackerKind, Tracker] = {
    TrackerKind.GITHUB: Tracker(
        github_shapes.place_of,
        GitHub,
        github_shapes.locate,
        github_shapes.name_of,
        github_events.is_signed,
        github_events.read,
        github_shapes.locate_guard,
        github_shapes.HOW_TO_SIGN_IN,
    ),
    TrackerKind.GITLAB: Tracker(
        gitlab_shapes.place_of,
        GitLab,
        gitlab_shapes.locate,
        gitlab_shapes.name_of,
        gitlab_events.is_signed,
        gitlab_events.read,
    ),
    TrackerKind.JIRA: Tracker(
        jira_shapes.place_of, Jira, jira_shapes.locate, jira_shapes.name_of, jira_events.is_signed, jira_events.read
    ),
    TrackerKind.LINEAR: Tracker(
        linear_shapes.place_of,
        Linear,
        linear_shapes.locate,
        linear_shapes.name_of,
        linear_events.is_signed,
        linear_events.read,
    ),
}
