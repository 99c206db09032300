"""Tokens of the HTTP API, as admins see them: the list, the form of a new one, and the one moment it is shown."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from slack_sdk.models.blocks import Block, CheckboxesElement, ConfirmObject, Option, PlainTextObject
from slack_sdk.models.views import View

from bot.blocks.fields import choice_field, field, modal, text_field, translated
from bot.blocks.ids import Button, Modal
from bot.blocks.parts import actions, button, context, section, to_read
from bot.blocks.text import day, escape, moment
from bot.domain.pressed import ShownToken
from bot.domain.token import LONGEST_NAME, Token, TokenScope
from bot.domain.words import _, numeral

TITLE = "API tokens"
SHOWN = 40
"""With its button each is a block; a view has a hundred."""
SCOPES = {
    TokenScope.ITEMS_READ: "Read items, incidents and teams",
    TokenScope.ITEMS_WRITE: "Make items and move them on",
    TokenScope.INCIDENTS_WRITE: "Register incidents",
    TokenScope.MEASURES_READ: "Read the measures",
    TokenScope.PRIVATE_READ: "See what is private",
}
OFFERED = tuple(scope for scope in TokenScope if scope is not TokenScope.PRIVATE_READ)
"""An admin sees no more in Slack than they are shown there; by such a token they would see every private item."""
NEVER = "never"
DAYS = {"30": "After 30 days", "90": "After 90 days", "365": "After a year", NEVER: "Never"}
USUAL = "365"


def token_list(tokens: Iterable[Token], now: datetime, notice: str = "") -> View:
    """Those that are not revoked, with what each may, how often and when last it was used, and a way to revoke it."""
    kept = [token for token in tokens if not token.revoked_at]
    intro = _("A token lets another tool or an assistant in, under its name and under the same rules as people.")
    blocks: list[Block] = [section(notice)] if notice else []
    blocks += [section(intro), actions([button(Button.TOKENS_NEW, "New token", "new", primary=True)])]
    blocks += [_line(token, now) for token in kept[:SHOWN]]
    if not kept:
        blocks.append(context(_("There is none yet.")))
    if len(kept) > SHOWN:
        blocks.append(context(_("{count} more: `actionitem token list`", count=len(kept) - SHOWN)))
    return to_read(_(TITLE), blocks)


def _line(token: Token, now: datetime) -> Block:
    may = " · ".join(_(words) for scope, words in SCOPES.items() if token.may(scope))
    text = f"*{escape(token.name)}*\n{may}\n{_used(token)} · {_until(token, now)}"
    revoke = button(Button.TOKENS_REVOKE, "Revoke", ShownToken(token.id, token.name).value)
    revoke.confirm = ConfirmObject(
        title=PlainTextObject(text=_("Revoke {name}?", name=token.name)),
        text=PlainTextObject(text=_("What uses it is refused from then on. It cannot be brought back.")),
        confirm=_("Revoke"),
        deny=_("Cancel"),
    )
    return section(text, revoke)


def _used(token: Token) -> str:
    if not token.last_used_at:
        return _("never used")
    last = moment(token.last_used_at)
    return (
        _("used once, {last}", last=last)
        if token.uses == 1
        else _("used {count} times, last {last}", count=numeral(token.uses), last=last)
    )


def _until(token: Token, now: datetime) -> str:
    if token.expires_at is None:
        return _("does not end")
    end = day(token.expires_at.date())
    return _("ended {day}", day=end) if token.state(now) == "expired" else _("ends {day}", day=end)


def token_form() -> View:
    """“New token”."""
    blocks: Sequence[Block] = [
        text_field("name", "Name", limit=LONGEST_NAME, hint="What uses it, like pagerduty. The history says so."),
        field("scopes", "What may it do?", CheckboxesElement(action_id="scopes", options=[*map(_option, OFFERED)])),
        choice_field("days", "When does it end?", translated(DAYS), USUAL),
        context(_("A token that sees private items is made where the bot runs: `actionitem token create`.")),
    ]
    return modal(Modal.TOKENS, "New token", "Create", blocks, "")


def _option(scope: TokenScope) -> Option:
    return Option(text=PlainTextObject(text=_(SCOPES[scope])), value=scope.value)


def token_shown(token: Token, secret: str) -> View:
    """The only time that it is shown."""
    blocks: list[Block] = [
        section(_("*{name}* is made. Copy it now: it is shown only here, to you alone.", name=escape(token.name))),
        section(f"```{secret}```"),
        context(_("It is sent with each request: `Authorization: Bearer ait_…`. If it is lost, revoke it.")),
        actions([button(Button.TOKENS, "All tokens", "")]),
    ]
    return to_read(_("New token"), blocks)
