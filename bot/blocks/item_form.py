"""The form of an item: “New action item”, short until “More fields” is pressed, and “Edit” with all of its fields."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, InputBlock, PlainTextObject
from slack_sdk.models.views import View

from bot.blocks.fields import choice_field, modal, text_field, translated, users_field
from bot.blocks.ids import Button, Modal, Search
from bot.blocks.intake import OVERRIDE
from bot.blocks.needed_fields import Needs, due_field, how_verified, needs_of_idea, owner_field, verification_field
from bot.blocks.parts import about, actions, button, context
from bot.blocks.ready import Ready, drawn_once, live
from bot.blocks.scales import scale_fields, scales
from bot.blocks.searched import TEAMS_AT_ONCE, Choice, incident_choice, searched_field, team_choice
from bot.blocks.text import shortened
from bot.domain.incident import Incident
from bot.domain.item import TITLE_LIMIT, Item, Remedy
from bot.domain.remedy import proposed_remedy
from bot.domain.team import Team
from bot.domain.words import _

OF_PLAN = ("remedy", "impact", "effort")
OF_GATE = ("team", "incident")
"""Inputs that report at once, because something is said beside them, as “owner” does."""
SUGGEST = "suggest.owner."
SUGGESTED = "*Owner* – these were in the incident; a press chooses one:"
BEHIND = (
    "details", "collaborators", "root_cause", "remedy", "impact", "urgency", "effort", "references",
)  # fmt: skip
"""What stands behind “More fields”, in this order."""
MORE = "more"
"""The block of the button “More fields”."""
REMEDIES = {remedy.value: remedy.value for remedy in Remedy}


@dataclass(frozen=True)
class Prefilled:
    """What is known before the person has written anything.

    `notes` stand on top of the form; `suggested` are people who were in the incident, id and name. `lines` are all that
    was typed, where it may be several items, which a review meeting takes.
    """

    title: str = ""
    details: str = ""
    owner: str | None = None
    due: date | None = None
    team_id: int | None = None
    incident_id: int | None = None
    references: str = ""
    root_cause: str = ""
    verification: str = ""
    remedy: Remedy | None = None
    collaborators: tuple[str, ...] = ()
    impact: int | None = None
    urgency: int | None = None
    effort: int | None = None
    suggested: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = field(default=())
    lines: str = ""


def new_item(
    prefilled: Prefilled,
    teams: Sequence[Team],
    incidents: Sequence[Incident],
    metadata: str,
    *,
    on_top: Sequence[Block] = (),
    alike: Sequence[Block] = (),
    coached: bool = False,
    promote: bool = False,
) -> View:
    """“New action item” as it opens: what every item needs, and of the other fields those of which something is known.

    With `on_top` set, it makes an idea instead; `alike` is drawn behind the action. `coached`: the coach has read the
    action, and has nothing to say.
    """
    p = prefilled
    is_idea = bool(on_top) and not promote
    overrides = any(block.block_id == OVERRIDE for block in on_top)
    needs = needs_of_idea(may_override=overrides) if is_idea else Needs.NOW if coached or promote else Needs.LATER
    blocks: list[Block] = [*on_top, *(context(note) for note in p.notes), *_meeting(p.lines)]
    blocks += [
        _title(p.title),
        *alike,
        # Above the field: names to press come before a list of everybody.
        *_suggestions(p.suggested),
        owner_field(p.owner, needs),
        due_field(p.due, needs),
        verification_field(p.verification, needs),
        *map(live, _team(teams, p.team_id)),
        *map(live, _incident(incidents, p.incident_id)),
        # What is recorded is seen first: a message's link and its lines are not kept behind a button.
        *(block for name, block in _behind(p).items() if getattr(p, name)),
        _more(),
    ]
    if promote:
        return modal(Modal.PROMOTE, "Promote the idea", "Promote", blocks, metadata)
    return modal(Modal.NEW, "New action item", submit_words(idea=bool(on_top)), blocks, metadata)


def _meeting(lines: str) -> list[Block]:
    return [actions([button(Button.MEETING_OF_LINES, "Review meeting", lines)])] if lines else []


def submit_words(*, idea: bool) -> str:
    """What “New action item” makes, on its button."""
    return _("Create idea") if idea else _("Create")


def more_fields(there: Collection[str], remedy: Remedy | None) -> Mapping[str, Block]:
    """The fields behind “More fields” that are not *there* yet, by name; “Remedy” begins with *remedy*."""
    return {name: block for name, block in _behind(Prefilled(remedy=remedy)).items() if name not in there}


def _behind(p: Prefilled) -> dict[str, Block]:
    impact, urgency, effort = _live_scales(p.impact, p.urgency, p.effort)
    return {
        "details": _details(p.details),
        "collaborators": _collaborators(p.collaborators),
        "root_cause": _root_cause(p.root_cause),
        "remedy": _remedy(p.remedy),
        "impact": impact,
        "urgency": urgency,
        "effort": effort,
        "references": _references(p.references),
    }


@drawn_once
def _more() -> Block:
    return Ready(actions([button(Button.MORE_FIELDS, "More fields", MORE)], MORE))


@drawn_once
def _collaborators(initial: tuple[str, ...]) -> Block:
    return Ready(users_field("collaborators", "Collaborators", initial))


@drawn_once
def _root_cause(initial: str) -> Block:
    return Ready(text_field("root_cause", "Root cause", initial, optional=True))


@drawn_once
def _remedy(initial: Remedy | None) -> Block:
    hint = "A change of the system lasts longer than advice."
    chosen = initial.value if initial else None
    return live(choice_field("remedy", "Remedy", translated(REMEDIES), chosen, optional=True, hint=hint))


@drawn_once
def _live_scales(impact_now: int | None, urgency_now: int | None, effort_now: int | None) -> tuple[Block, ...]:
    impact, urgency, effort = scale_fields(impact_now, urgency_now, effort_now)
    return live(impact), Ready(urgency), live(effort)


@drawn_once
def _references(initial: str) -> Block:
    return Ready(text_field("references", "References", initial, optional=True, hint="Tickets, pull requests."))


def _suggestions(people: Sequence[tuple[str, str]]) -> list[Block]:
    """Who was in the incident, one press away: they know best what went wrong (R36)."""
    if not people:
        return []
    buttons = [
        ButtonElement(text=PlainTextObject(text=shortened(name, 70)), action_id=f"{SUGGEST}{index}", value=user)
        for index, (user, name) in enumerate(people)
    ]
    # Without a word above them they would belong to “Action”.
    return [context(_(SUGGESTED)), ActionsBlock(block_id="suggested", elements=list(buttons))]


def edit_item(
    item: Item,
    teams: Sequence[Team],
    incidents: Sequence[Incident],
    metadata: str,
    *,
    notes: Sequence[str] = (),
    suggested_themes: Sequence[str] = (),
) -> View:
    """“Edit action item”: wording, facts and themes. Owner and due date have their own actions."""
    blocks: list[Block] = [about(item), *(context(note) for note in notes)]
    blocks += [
        _title(item.title),
        _details(item.details),
        users_field("collaborators", "Collaborators", item.collaborators),
        *_team(teams, item.team_id),
        *_incident(incidents, item.incident_id, item.incident_title or _("An incident of a private channel")),
        text_field("root_cause", "Root cause", item.root_cause, optional=True),
        choice_field("remedy", "Remedy", translated(REMEDIES), _remedy_of(item), optional=True),
        *scales(item),
        how_verified(item.verification, Needs.NOW),
        text_field("references", "References", item.references, optional=True),
        _themes(item.themes, suggested_themes),
    ]
    return modal(Modal.EDIT, "Edit action item", "Save", blocks, metadata)


def _remedy_of(item: Item) -> str | None:
    found = item.remedy or proposed_remedy(item.title)
    return found.value if found else None


def _themes(themes: Sequence[str], suggested: Sequence[str]) -> InputBlock:
    hint = _("What it is about, with commas between, so that what comes back again and again is seen.")
    if suggested:
        hint = _("With commas between. This speaks of: {themes}", themes=", ".join(suggested))
    return text_field("themes", "Themes", ", ".join(themes), optional=True, hint=hint)


@drawn_once
def _title(initial: str) -> Block:
    return Ready(
        text_field(
            "title",
            "Action",
            initial,
            limit=TITLE_LIMIT,
            placeholder="Alert when checkout errors exceed 2 % for 5 minutes",
            hint="Name the thing that will be different.",
        )
    )


@drawn_once
def _details(initial: str) -> Block:
    return Ready(text_field("details", "Details", initial, optional=True, multiline=True))


def _team(teams: Sequence[Team], chosen: int | None) -> list[InputBlock]:
    # `chosen_team` takes the only one.
    if len(teams) < 2:  # noqa: PLR2004 – with one team there is nothing to choose
        return []
    if len(teams) > TEAMS_AT_ONCE:
        found = next((team_choice(team) for team in teams if team.id == chosen), None)
        return [searched_field(Search.TEAM, "team", "Team", found)]
    options = {str(team.id): team.name for team in teams}
    return [choice_field("team", "Team", options, str(chosen) if chosen else None)]


def _incident(incidents: Sequence[Incident], chosen: int | None, chosen_title: str = "") -> list[InputBlock]:
    """Of *incidents* the chosen one is named; if there are any, there is something to search.

    `chosen_title` keeps one that may not be named: saving must not drop it.
    """
    found = next((incident_choice(incident) for incident in incidents if incident.id == chosen), None)
    if chosen and chosen_title and not found:
        found = Choice(str(chosen), chosen_title)
    if not found and not incidents:
        return []
    return [searched_field(Search.INCIDENT, "incident", "Incident", found, optional=True)]
