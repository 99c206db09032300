"""Local trackers as the walks of `test_trackers_of_others.py` speak of them: a class for each, a line in `PLACES`."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.trackers.gitlab import LocalGitLab
from bot.sandbox.trackers.jira import LOCAL_EMAIL, LocalJira
from bot.sandbox.trackers.linear import LocalLinear


class Place:
    """A local tracker, and how its tickets are read and changed there."""

    local: Any
    words: str
    """As its makers write it."""
    options: list[str]
    """Of `tracker connect`, but for the secrets."""
    creates_at = comments_at = ""
    """Part of the path at which a ticket or a comment is made."""
    lost = 2
    """So many answers in a row are lost there."""
    tells_of_deletion, says_gone = True, "it was deleted"
    checked: str
    """What `tracker check` says among other things."""
    fields: Mapping[str, str] = {"title": "title", "due": "due"}
    """How a ticket there calls them."""

    @property
    def door(self) -> str:
        return self.options[0]

    @property
    def secret(self) -> str:
        return str(self.local.token)

    @property
    def tickets(self) -> list[Any]:
        return list(self.local.issues.values())

    def name(self, ticket: Any) -> str:
        raise NotImplementedError

    def title(self, ticket: Any) -> str:
        return str(getattr(ticket, self.fields["title"]))

    def retitled(self, ticket: Any, title: str) -> None:
        self.local.changed(ticket, **{self.fields["title"]: title})

    def due(self, ticket: Any) -> str | None:
        return str(getattr(ticket, self.fields["due"]))

    def dated(self, ticket: Any, day: str) -> None:
        self.local.changed(ticket, **{self.fields["due"]: day})

    def moved(self, ticket: Any, stage: str) -> None:
        """To `started`, `done` or `open`."""
        raise NotImplementedError

    def ended_as(self, ticket: Any) -> str:
        """`To Do`, `Done` or `Won't Do`."""
        raise NotImplementedError

    def text(self, ticket: Any) -> str:
        return str(ticket.description)

    def comments(self, ticket: Any) -> list[str]:
        raise NotImplementedError

    def address(self, ticket: Any) -> str:
        """Of its page."""
        raise NotImplementedError

    def calm(self) -> None:
        """Takes away what a test brought about."""
        self.local.faults.clear()


class JiraPlace(Place):
    words, checked = "Jira", "Done (done)"
    creates_at, comments_at = "/issue", "/comment"
    fields: Mapping[str, str] = {"title": "summary", "due": "duedate"}

    def __init__(self, *, cloud: bool) -> None:
        self.local = LocalJira(cloud=cloud)
        self._email = ["--email", LOCAL_EMAIL] if cloud else []

    @property
    def options(self) -> list[str]:  # type: ignore[override]
        return ["jira", "--url", self.local.url, "--project", "OPS", *self._email]

    def name(self, ticket: Any) -> str:
        return str(ticket.key)

    def moved(self, ticket: Any, stage: str) -> None:
        self.local.changed(ticket, status={"started": "In Arbeit", "done": "Done", "open": "To Do"}[stage])

    def ended_as(self, ticket: Any) -> str:
        return str(ticket.status)

    def comments(self, ticket: Any) -> list[str]:
        return [str(each["body"]) for each in ticket.comments]

    def address(self, ticket: Any) -> str:
        return f"{self.local.url}/browse/{ticket.key}"

    def calm(self) -> None:
        super().calm()
        self.local.without, self.local.asks = set(), {}


class LinearPlace(Place):
    words, checked = "Linear", "Done (done)"
    creates_at = comments_at = "graphql"
    lost = 3

    def __init__(self) -> None:
        self.local = LocalLinear()

    @property
    def options(self) -> list[str]:  # type: ignore[override]
        return ["linear", "--team", "ENG", "--api-url", f"{self.local.url}/graphql"]

    @property
    def secret(self) -> str:
        return str(self.local.key)

    def name(self, ticket: Any) -> str:
        return str(ticket.identifier)

    def moved(self, ticket: Any, stage: str) -> None:
        self.local.changed(ticket, state={"started": "s3", "done": "s4", "open": "s2"}[stage])

    def ended_as(self, ticket: Any) -> str:
        return {"s4": "Done", "s5": "Won't Do"}.get(ticket.state, "To Do")

    def comments(self, ticket: Any) -> list[str]:
        return [str(each["body"]) for each in self.local.comments.values() if each["issue"]["id"] == ticket.id]

    def address(self, ticket: Any) -> str:
        return f"{self.local.url}/acme/issue/{ticket.identifier}/x"


class GitLabPlace(Place):
    words, checked = "GitLab", "in progress by a label (doing"
    creates_at, comments_at = "/issues", "/notes"
    tells_of_deletion, says_gone = False, "it is not there any more, or I may not see it"

    def __init__(self) -> None:
        self.local = LocalGitLab()

    @property
    def options(self) -> list[str]:  # type: ignore[override]
        return ["gitlab", "--url", self.local.url, "--project", self.local.project.name]

    @property
    def tickets(self) -> list[Any]:
        return list(self.local.project.issues.values())

    def name(self, ticket: Any) -> str:
        return f"{self.local.project.name}#{ticket.iid}"

    def moved(self, ticket: Any, stage: str) -> None:
        if stage == "started":
            self.local.changed(ticket, labels=[*ticket.labels, "Doing"])
        else:
            (self.local.closed if stage == "done" else self.local.reopened)(ticket)

    def ended_as(self, ticket: Any) -> str:
        if ticket.state == "opened":
            return "To Do"
        return "Won't Do" if "not planned" in ticket.labels else "Done"

    def comments(self, ticket: Any) -> list[str]:
        return [each.body for each in self.local.project.notes if each.iid == ticket.iid]

    def calm(self) -> None:
        super().calm()
        self.local.token_ends = None

    def address(self, ticket: Any) -> str:
        return f"{self.local.url}/{self.local.project.name}/-/work_items/{ticket.iid}"


PLACES: Mapping[str, Callable[[], Place]] = {
    "jira-cloud": lambda: JiraPlace(cloud=True),
    "jira-data-center": lambda: JiraPlace(cloud=False),
    "linear": LinearPlace,
    "gitlab": GitLabPlace,
}
