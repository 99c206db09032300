"""What the forms “New action item” and “Edit action item” share: their choices, and the draft they make."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.domain.days import zone_of
from bot.domain.errors import Missing, Refused, Unavailable
from bot.domain.form_fields import ITEM, Holds
from bot.domain.incident import Incident
from bot.domain.item import Draft, Remedy
from bot.domain.queries import Viewer
from bot.domain.remedy import proposed_remedy
from bot.domain.team import Team
from bot.domain.themes import parse_themes
from bot.domain.words import Text
from handlers.gateway.asked import Asked
from handlers.gateway.forms import Form
from handlers.gateway.numbers import number_and_rest
from storage import incidents, teams
from storage.private import has_private

NEEDED = {
    "owner": Text("Choose one person who answers for it."),
    "due": Text("Choose a due date."),
    "verification": Text("Say how you will see that it works."),
}
"""What an item needs beside its action, and what is said where it is missing (R7, R10, R29)."""


def choices_in(
    session: Session, workspace: str, viewer: Viewer, chosen: int | None = None
) -> tuple[list[Team], list[Incident]]:
    """The teams; and of the incidents that *viewer* may see the *chosen* one, else any. The others are searched."""
    found = incidents.find_seen_incident(session, workspace, chosen, viewer) if chosen else None
    shown = [found] if found else incidents.list_incidents(session, workspace, viewer, 1)
    return teams.list_teams(session, workspace), shown


def likely_team(found: Sequence[Team], user: str) -> Team | None:
    """The first team that *user* belongs to, else the first team."""
    return next((team for team in found if team.includes(user)), found[0] if found else None)


def draft_from(form: Form, team_id: int | None) -> Draft:
    """The form as a draft. Raises `Missing`, and `Refused` at the first field that cannot be."""
    given = {"owner": form.user("owner"), "due": form.day("due"), "verification": form.text("verification")}
    if missing := {name: words for name, words in NEEDED.items() if not given[name]}:
        raise Missing(missing)
    return Draft(
        title=" ".join(form.text("title").split()),
        owner=form.required_user("owner", NEEDED["owner"]),
        due=form.required_day("due", NEEDED["due"]),
        **facts_from(form, team_id),  # type: ignore[arg-type]
    )


def remedy_in(form: Form) -> Remedy | None:
    """The remedy that was chosen, else the one that the wording speaks of, if it does of any."""
    return form.one_of("remedy", Remedy) or proposed_remedy(form.text("title"))


def facts_from(form: Form, team_id: int | None) -> dict[str, object]:
    """The fields that both forms have, as arguments of `Draft`."""
    plain = [field for field in ITEM if field.holds in _PLAIN and field.name not in _OF_ONE_FORM]
    return {field.name: _PLAIN[field.holds](form, field.input) for field in plain} | {
        "remedy": remedy_in(form),
        "impact": form.scale("impact"),
        "urgency": form.scale("urgency"),
        "effort": form.scale("effort"),
        "collaborators": tuple(sorted(form.users("collaborators"))),
        "team_id": team_id,
        "incident_id": form.number("incident"),
        "systemic_item": _systemic(form),
        "themes": parse_themes(form.text("themes")),
    }


_PLAIN: Mapping[Holds, Callable[[Form, str], object]] = {Holds.TEXT: Form.text, Holds.DAY: Form.day}
"""What needs no rule to be read: a new text or day on the form is read without a word here."""
_OF_ONE_FORM = frozenset({"due"})
"""Moving the due date is not editing: “New action item” alone asks for it."""


def team_of(deps: Deps, team_id: int | None) -> Team | None:
    """The team with that key, when there is one."""
    if team_id is None:
        return None
    with deps.db.read() as session:
        return teams.get_team_by_id(session, team_id)


def zone_for(deps: Deps, asked: Asked, team: Team | None) -> ZoneInfo:
    """The zone in which a date is meant: the team's, else the asker's own."""
    if team:
        return team.zone
    try:
        person = deps.directory.person(asked.workspace, asked.user)
    except Unavailable:
        # In UTC while Slack is away: a date is off by hours at most, and its form shows it.
        person = None
    return zone_of(person.timezone if person else "UTC")


def _systemic(form: Form) -> int | None:
    text = form.text("plan.systemic")
    if not text:
        return None
    number, rest = number_and_rest(text, "show N")
    if rest:
        raise Refused("Name one item, like AI-12.", field="plan.systemic")
    return number


@dataclass(frozen=True)
class Chosen:
    """The team and the incident that were chosen in a form; the incident is known to the bot itself only."""

    team: Team | None
    incident: Incident | None


def chosen_in(deps: Deps, asked: Asked, form: Form) -> Chosen:
    """What was chosen, in one reading. Raises `Refused` when the team is gone."""
    with deps.db.read() as session:
        chosen = read_chosen(session, asked.workspace, form)
        # It was read anyway: one query less when the viewer is asked for next.
        deps.directory.heard_of_private(asked.workspace, found=has_private(session, asked.workspace))
    return chosen


def read_chosen(session: Session, workspace: str, form: Form) -> Chosen:
    """As `chosen_in`, in a reading that is under way."""
    team = _chosen_team(teams.list_teams(session, workspace), form)
    return Chosen(team, incidents.find_incident(session, workspace, form.number("incident")))


def chosen_team(deps: Deps, asked: Asked, form: Form) -> Team | None:
    """The chosen team, or the only one. Raises `Refused` when the chosen one is gone."""
    with deps.db.read() as session:
        return _chosen_team(teams.list_teams(session, asked.workspace), form)


def _chosen_team(found: Sequence[Team], form: Form) -> Team | None:
    chosen, known = form.number("team"), {team.id: team for team in found}
    if chosen is not None and chosen not in known:
        raise Refused("That team does not exist any more. Choose another one.", field="team")
    if chosen is not None:
        return known[chosen]
    # Where there is one team, the form does not ask which.
    return next(iter(known.values())) if len(known) == 1 else None
