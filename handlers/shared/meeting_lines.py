"""A line of a review meeting's candidates, as its writer means it: the action, who, and by when."""

import re

from bot.deps import Deps
from bot.domain.candidates import CandidateLine
from bot.domain.meeting import Candidate
from handlers.gateway.asked import Asked
from handlers.new import understood
from storage import people

_NAMED = re.compile(r"(?<!\S)@(\w[\w.\-]*)(?: (\w[\w\-]*))?")


def understood_line(deps: Deps, asked: Asked, line: CandidateLine, idea: int) -> Candidate:
    """The candidate that the line is; `idea` is the number that stood before it, 0 without one."""
    said = understood(deps, asked, _with_whole_names(deps, asked, line.text))
    return Candidate(said.text, idea, said.owner or "", said.due, line.how or said.verification)


def _with_whole_names(deps: Deps, asked: Asked, text: str) -> str:
    """`@Priya Raman` as that person: in a field of a form, Slack leaves a mention as it was typed."""

    def person(found: re.Match[str]) -> str:
        with deps.db.read() as session:
            whole = people.find_by_handle(session, asked.workspace, f"{found[1]} {found[2]}") if found[2] else None
        return f"<@{whole}>" if whole else found[0]

    return _NAMED.sub(person, text)
