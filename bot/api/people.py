"""People as the API is told of them: by their Slack id or their address."""

from bot.api.problems import invalid
from bot.deps import Deps
from bot.domain.accept import must_accept
from bot.domain.errors import Refused, Unavailable
from bot.domain.slack_ids import is_person


def person_id(deps: Deps, workspace: str, given: str, field: str = "owner") -> str:
    """The Slack id of who is meant. Raises `HttpProblem` at *field* for nobody, `Unavailable` while Slack is away."""
    given = given.strip()
    if "@" not in given:
        if not is_person(given):
            raise invalid({field: "Give a Slack id, such as U012AB3CD, or an e-mail address."})
        return given
    try:
        found = deps.directory.person_by_email(workspace, given)
    except Unavailable:
        raise
    except Refused as refused:
        raise invalid({field: refused.reason}) from None
    if found is None:
        raise invalid({field: f"Nobody in this workspace has the address {given}."})
    return found.user


def asks_new_owner(deps: Deps, workspace: str, owner: str, asker: str, channel: str | None) -> bool:
    """Whether somebody whom another one makes the owner is asked first: not who is in the channel of it."""
    # Asks Slack: not within a transaction.
    there = channel is not None and owner in deps.directory.members(workspace, channel)
    return must_accept(owner, asker, owner_was_there=there)
