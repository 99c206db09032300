"""“Make it one project”: the form that merges open items of several incidents with one theme into the first (R90)."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy.orm import Session

from bot.blocks.ids import Button
from bot.deps import Deps
from bot.domain.errors import Refused
from bot.domain.pressed import OneProject
from bot.domain.queries import Viewer
from handlers.gateway.asked import Asked
from handlers.gateway.router import Router
from handlers.merge import form_for
from handlers.shared.item_change import as_asker
from storage.items import list_visible

NONE_LEFT = "You can see none of these items any more. `/actionitem recurrence` shows the themes there are."


def register(router: Router, deps: Deps) -> None:
    """The button “Make it one project”."""
    router.button(Button.MERGE_PROJECT, partial(_open, deps))


def _open(deps: Deps, asked: Asked) -> None:
    """Of `12:14,15`, the form that merges what stands behind the colon into the first."""
    project = OneProject.read(asked.value)
    seen = as_asker(deps, asked, partial(_seen, asked.workspace, project.others))
    numbers = [number for number in project.others if number in seen]
    if not numbers:
        raise Refused(NONE_LEFT)
    asked.open(form_for(deps, asked, project.into, numbers))


def _seen(workspace: str, numbers: Sequence[int], session: Session, viewer: Viewer) -> set[int]:
    return list_visible(session, workspace, numbers, viewer)
