"""The trackers that are known, each in a line."""

from collections.abc import Callable, Mapping
from importlib import import_module

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
from bot.trackers.shape import KnownTracker, TrackerClient


def _client(name: str) -> Callable[[str, str, str, Mapping[str, str]], TrackerClient]:
    """Makes a client of that name, of the module that is named like it."""

    def made(url: str, place: str, secret: str, options: Mapping[str, str]) -> TrackerClient:
        # Not before one is opened: httpx is slow to import, and few bots have a tracker.
        client: TrackerClient = getattr(import_module(f"bot.trackers.{name.lower()}"), name)(
            url, place, secret, options
        )
        return client

    return made


KNOWN: Mapping[TrackerKind, KnownTracker] = {
    TrackerKind.GITHUB: KnownTracker(
        github_shapes.place_of,
        _client("GitHub"),
        github_shapes.locate,
        github_shapes.name_of,
        github_events.is_signed,
        github_events.read,
        github_shapes.locate_guard,
        github_shapes.HOW_TO_SIGN_IN,
    ),
    TrackerKind.GITLAB: KnownTracker(
        gitlab_shapes.place_of,
        _client("GitLab"),
        gitlab_shapes.locate,
        gitlab_shapes.name_of,
        gitlab_events.is_signed,
        gitlab_events.read,
    ),
    TrackerKind.JIRA: KnownTracker(
        jira_shapes.place_of,
        _client("Jira"),
        jira_shapes.locate,
        jira_shapes.name_of,
        jira_events.is_signed,
        jira_events.read,
    ),
    TrackerKind.LINEAR: KnownTracker(
        linear_shapes.place_of,
        _client("Linear"),
        linear_shapes.locate,
        linear_shapes.name_of,
        linear_events.is_signed,
        linear_events.read,
    ),
}
