"""What was filled into “New action item”, submitted without a form: for the item that a test begins with.

To open the form, to fill it in and to send it takes four times the work of recording the item. Who asks what the form
itself does fills it in (`create_by_form`).
"""

import json
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from bot.deps import Deps
from bot.domain.form_fields import ITEM, Holds
from handlers.gateway.asked import Asked
from handlers.gateway.carried import Carried
from handlers.gateway.forms import Form
from handlers.shared.create import submitted
from handlers.shared.item_form import likely_team
from handlers.shared.place import incident_of, place_carried
from storage.teams import list_teams

_submissions = count(1)


def _option(value: str) -> dict[str, Any]:
    return {"selected_option": {"value": value}}


_FIELDS = {field.label: field for field in ITEM}
_AS_SLACK_SAYS: Mapping[Holds, Callable[[Any], dict[str, Any]]] = {
    Holds.LINE: lambda text: {"value": text},
    Holds.TEXT: lambda text: {"value": text},
    Holds.THEMES: lambda text: {"value": text},
    Holds.PERSON: lambda user: {"selected_user": user},
    Holds.PEOPLE: lambda users: {"selected_users": users},
    Holds.DAY: lambda day: {"selected_date": str(day)},
    Holds.REMEDY: _option,
    Holds.SCALE: lambda words: _option(words.partition(" ")[0]),
}


def submit_new(deps: Deps, workspace: str, user: str, channel: str, fields: Mapping[str, Any]) -> None:
    """Records the item that *user* makes in that channel; its card is on its way then. *fields* are as `Modal.fill`
    takes them: by label, people by id, options by their text. All but “Incident”, which is that of the channel."""
    asked = Asked(
        workspace, user, deps.client_for(workspace), f"view:submitted-{next(_submissions)}", channel=channel,
        metadata=Carried.read(json.dumps({"channel": channel})),
    )  # fmt: skip
    filled = dict(fields)
    values = _place(deps, asked, filled.pop("Team", None)) | {
        _FIELDS[label].input: _AS_SLACK_SAYS[_FIELDS[label].holds](value) for label, value in filled.items()
    }
    view = {"state": {"values": {name: {name: value} for name, value in values.items()}}}
    again = submitted(deps, asked, Form(view))
    assert again is None, f"The form would be shown again: {again}"


def _place(deps: Deps, asked: Asked, team: str | None) -> dict[str, Any]:
    """Incident and team, as the form proposes them where none is chosen."""
    incident = incident_of(deps, asked.workspace, place_carried(deps, asked))
    with deps.db.read() as session:
        teams = list_teams(session, asked.workspace)
    chosen = next(each for each in teams if each.name == team) if team else likely_team(teams, asked.user)
    return {name: _option(str(one.id)) for name, one in (("incident", incident), ("team", chosen)) if one}
