"""Tokens of the HTTP API in Slack, for admins: `settings tokens`, or the button in the workspace's settings."""

from functools import partial

from slack_sdk.models.views import View

from bot.blocks import token as blocks
from bot.blocks.ids import Button, Modal
from bot.blocks.text import escape
from bot.deps import Deps
from bot.domain.errors import Refused
from bot.domain.pressed import ShownToken
from bot.domain.words import _
from bot.services.tokens import create_token, list_all, revoke
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.router import Router
from handlers.shared.admin import is_admin

ADMINS = "Only an admin makes and revokes tokens. Ask one of yours."
TICK = "Tick what it may do."


def register(router: Router, deps: Deps) -> None:
    """The list, its two buttons, and the form."""
    router.button(Button.TOKENS, partial(open_tokens, deps))
    router.button(Button.TOKENS_NEW, partial(_open_form, deps))
    router.button(Button.TOKENS_REVOKE, partial(_revoke, deps))
    router.modal(Modal.TOKENS, partial(_create, deps))


def open_tokens(deps: Deps, asked: Asked) -> Answer | None:
    """The list; in the place of the modal that was pressed in."""
    _check_admin(deps, asked)
    asked.show(_list(deps, asked))
    return None


def _open_form(deps: Deps, asked: Asked) -> None:
    # In the place of the list, which would be out of date beneath it.
    _check_admin(deps, asked)
    asked.show(blocks.token_form())


def _create(deps: Deps, asked: Asked, form: Form) -> View:
    _check_admin(deps, asked)
    scopes = form.chosen("scopes", blocks.OFFERED)
    if not scopes:
        raise Refused(TICK, field="scopes")
    days = form.required_choice("days", "Choose when it ends.", blocks.DAYS)
    token, secret = create_token(
        deps, asked.workspace, form.text("name"), scopes, None if days == blocks.NEVER else int(days)
    )
    return blocks.token_shown(token, secret)


def _revoke(deps: Deps, asked: Asked) -> None:
    _check_admin(deps, asked)
    shown = ShownToken.read(asked.value)
    revoke(deps, asked.workspace, shown.name, shown.id)
    gone = _("*{name}* is revoked: it lets nobody in any more.", name=escape(shown.name))
    asked.redraw(_list(deps, asked, gone))


def _list(deps: Deps, asked: Asked, notice: str = "") -> View:
    return blocks.token_list(list_all(deps, asked.workspace), deps.clock(), notice)


def _check_admin(deps: Deps, asked: Asked) -> None:
    if not is_admin(deps, asked):
        raise Refused(ADMINS)
