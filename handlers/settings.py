"""`settings`, and `team`, which is the same: what can be set of a team, for its lead and for admins."""

import json
import re
from functools import partial

from slack_sdk.errors import SlackClientError

from bot.blocks.ids import Button, Modal
from bot.blocks.parts import actions, button, section
from bot.blocks.team import EVERY, team_form, to_workspace
from bot.blocks.team import saved as words_of
from bot.blocks.text import shortened
from bot.deps import Deps
from bot.domain.errors import NotFound, Refused, Unreadable
from bot.domain.messages import Refresh
from bot.domain.roles import decides
from bot.domain.sentence import plain, unquoted
from bot.domain.surfaces import HomeOf
from bot.domain.team import Team, no_such_team
from bot.domain.words import Text, _
from bot.services.team_settings import TeamChange, can_post, change_team
from bot.slack.scopes import declined
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.router import Router
from handlers.shared.admin import is_admin
from handlers.shared.item_change import remember_asker
from handlers.token import open_tokens
from handlers.workspace_settings import open_workspace
from storage import inbox, surfaces, teams
from storage.people import find_person

USAGE = "settings [TEAM | new | workspace | tokens]"
OF_THE_WORKSPACE = {"workspace": open_workspace, "tokens": open_tokens}
"""What an admin names in the place of a team, unless a team is called so."""
TEAM_USAGE = "team [TEAM | new]"
LEADS_AND_ADMINS = "Leads and admins set teams up. Ask {who}."
CREATES = "Only an admin creates a team. Ask one of yours."
WHICH = "Which team?"
NOT_THERE = "I am not in that channel. Write `/invite @Action Items` there, then save again."
TEAMS_SHOWN = 20
"""Buttons of teams; who has more names one."""


def register(router: Router, deps: Deps) -> None:
    """`settings`, the button of the App Home, and the modal."""
    router.subcommand(
        "settings", partial(_open, deps), USAGE, "sets a team up; for admins also the workspace: policies"
    )
    router.subcommand("team", partial(_open, deps), TEAM_USAGE, "opens the settings of a team, as `settings` does")
    router.button(Button.SETTINGS, partial(_open, deps))
    router.action(re.compile(re.escape(Button.SETTINGS_OF) + r"\.\d+"), partial(_open_named, deps))
    router.modal(Modal.TEAM, partial(_submitted, deps))


def _open(deps: Deps, asked: Asked) -> Answer | None:
    # Quotes too: names have several words.
    name = unquoted(plain(asked.text))
    if name.lower() == "new":
        return _open_new(deps, asked)
    known, own = _teams(deps, asked)
    whole = OF_THE_WORKSPACE.get(name.casefold())
    if whole and name.casefold() not in {team.name.casefold() for team in known}:
        return whole(deps, asked)
    if name:
        return _open_team(deps, asked, _named(known, name))
    if not known and is_admin(deps, asked):
        return _open_new(deps, asked)
    if not own:
        raise Refused(Text(LEADS_AND_ADMINS, who=_whom_to_ask(deps, asked, known)))
    if len(own) == 1:
        return _open_team(deps, asked, own[0])
    buttons = [button(Button.SETTINGS_OF, shortened(team.name), str(team.id)) for team in own[:TEAMS_SHOWN]]
    for number, each in enumerate(buttons):
        # Slack refuses a message in which two elements have the same action_id.
        each.action_id = f"{Button.SETTINGS_OF}.{number}"
    if is_admin(deps, asked):
        buttons.append(to_workspace())
    return Answer(_(WHICH), [section(_(WHICH)), actions(buttons)])


def _open_named(deps: Deps, asked: Asked) -> Answer | None:
    known, _own = _teams(deps, asked)
    team = next((team for team in known if str(team.id) == asked.value), None)
    if team is None:
        raise Unreadable
    return _open_team(deps, asked, team)


def _open_new(deps: Deps, asked: Asked) -> Answer | None:
    if not is_admin(deps, asked):
        raise Refused(CREATES)
    asked.open(team_form(None, json.dumps({"team": None, "channel": asked.channel}), _declined(asked)))
    return None


def _open_team(deps: Deps, asked: Asked, team: Team) -> Answer | None:
    _refuse_unless_configures(deps, asked, team)
    metadata = json.dumps({"team": team.name, "channel": asked.channel})
    asked.open(team_form(team, metadata, _declined(asked), workspace=is_admin(deps, asked)))
    return None


def _declined(asked: Asked) -> list[str]:
    """What the workspace's admin declined; Slack says with every answer what it granted."""
    try:
        headers = asked.client.auth_test().headers
    except (SlackClientError, OSError):
        return []  # the settings are worth more than this line
    granted = next((value for name, value in headers.items() if name.lower() == "x-oauth-scopes"), "")
    return declined({scope.strip() for scope in granted.split(",") if scope.strip()})


def _submitted(deps: Deps, asked: Asked, form: Form) -> None:
    name = asked.metadata["team"]
    with deps.db.read() as session:
        team = teams.find_team(session, asked.workspace, name) if name else None
        if not name and teams.find_team(session, asked.workspace, form.text("name")):
            raise Refused("There is a team of that name already. Choose another name.", "name")
    if team:
        _refuse_unless_configures(deps, asked, team)
    elif not is_admin(deps, asked):
        raise Refused(CREATES)
    change = _change(form)
    # Before it is saved: a digest that nobody can read would be noticed weeks later.
    _refuse_where_nothing_arrives(deps, asked, change, team)
    saved = change_team(deps, asked.workspace, name or form.text("name"), change)
    _refresh_homes(deps, asked, {saved.lead, *saved.members, *((team.lead, *team.members) if team else ())})
    lead = deps.directory.names(asked.workspace, {saved.lead})(saved.lead)
    asked.done.append(words_of(saved, lead, is_new=team is None))


def _change(form: Form) -> TeamChange:
    capacity = form.text("capacity")
    if not re.fullmatch(r"[0-9]{1,3}", capacity):
        raise Refused("Write a number of percent, like 10.", "capacity")
    return TeamChange(
        channel=form.conversation("channel"), lead=form.required_user("lead", "Choose who leads it."),
        timezone=form.text("timezone"), holidays=form.text("holidays"), digest=form.text("digest"),
        members=form.users("members"), quota=form.required_scale("quota", "Choose how many."),
        capacity=int(capacity), leadership_channel=form.conversation("leadership_channel"),
        strict_coach=form.choice("strict") == "strict", reaction=form.text("reaction"),
        leadership_every=form.required_choice("every", "Choose how often.", EVERY),
        outsiders_read=form.choice("outsiders") == "yes" if form.has("outsiders") else None,
        language=form.choice("language") if form.has("language") else None,
    )  # fmt: skip


def _refuse_where_nothing_arrives(deps: Deps, asked: Asked, change: TeamChange, team: Team | None) -> None:
    """A channel that the team has already is not asked about again: nothing else could be saved until it is mended."""
    for field in ("channel", "leadership_channel"):
        chosen, before = getattr(change, field), getattr(team, field, "")
        if chosen and chosen != before and not can_post(deps, asked.workspace, chosen):
            raise Refused(NOT_THERE, field)


def _refresh_homes(deps: Deps, asked: Asked, people: set[str]) -> None:
    with deps.db.begin() as session:
        # The settings themselves may be saved twice: the second time changes nothing.
        if not inbox.claim(session, asked.workspace, asked.key, deps.clock()):
            return
        stale: list[Refresh] = surfaces.mark_surfaces(session, asked.workspace, [HomeOf(user).key for user in people])
        deps.outbox.enqueue(session, asked.workspace, f"team:{asked.key}", stale)


def _teams(deps: Deps, asked: Asked) -> tuple[list[Team], list[Team]]:
    """Every team, and those that the asker may set up."""
    person = remember_asker(deps, asked)
    with deps.db.read() as session:
        known = teams.list_teams(session, asked.workspace)
    return known, [team for team in known if decides(asked.user, person, team)]


def _named(known: list[Team], name: str) -> Team:
    found = next((team for team in known if team.name.casefold() == name.casefold()), None)
    if found is None:
        raise NotFound(no_such_team(shortened(name, 50), [team.name for team in known]))
    return found


def _refuse_unless_configures(deps: Deps, asked: Asked, team: Team) -> None:
    if not decides(asked.user, remember_asker(deps, asked), team):
        raise Refused(Text(LEADS_AND_ADMINS, who=_whom_to_ask(deps, asked, [team])))


def _whom_to_ask(deps: Deps, asked: Asked, known: list[Team]) -> Text:
    with deps.db.read() as session:
        leads = [find_person(session, asked.workspace, team.lead) for team in known[:3]]
    names = [lead.name for lead in leads if lead]
    admin = Text("an admin")
    return Text("{leads} or {admin}", leads=", ".join(names), admin=admin) if names else admin
