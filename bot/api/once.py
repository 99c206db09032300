"""Changes: each in one transaction with what is said of it, and done once where its sender gives it a key."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Annotated

from fastapi import Header, Request, Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from bot.api.answers import as_text
from bot.api.caller import Caller
from bot.api.problems import HttpProblem, not_found
from bot.api.reading import body_of
from bot.deps import Deps
from bot.domain.errors import NotFound
from bot.domain.item import By, Item, Moved
from bot.domain.messages import Message
from bot.domain.subjects import ChangeOf
from bot.domain.team import Team
from bot.services.bodies import JsonBody, etag_of
from bot.services.notifications import messages_about
from storage import changes, incidents, items, teams
from storage.api_answers import KeptAnswer, claim_key, find_answer, keep_answer

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="Any text of yours. The same request under the same key is done once within 24 hours, and answered "
        "as it was then, but for what became private since; another request under it is refused.",
    ),
]


@dataclass(frozen=True)
class Done:
    """What a change is answered with."""

    body: JsonBody
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Prepare = Callable[[], Callable[[Session], Done]]
"""Asks Slack for what is needed, and gives what is to be done in one transaction."""


def done_once(
    deps: Deps, request: Request, caller: Caller, key: str | None, body: BaseModel | None, prepare: Prepare
) -> Response:
    """As `once`, for a request of HTTP."""
    kept, is_again = once(deps, caller, key, _fingerprint(request, body), prepare)
    again = {"Idempotency-Replayed": "true"} if is_again else {}
    return Response(kept.body, kept.status, kept.headers | again, media_type="application/json")


def once(deps: Deps, caller: Caller, key: str | None, asked: str, prepare: Prepare) -> tuple[KeptAnswer, bool]:
    """Does it in one transaction, which keeps its answer under *key*; or the answer of then, and True, when it was done
    before. *asked* is a mark of what is asked.

    Nothing is kept of what is refused: once its cause is gone, the same request may be sent again.
    """
    if key and (before := _kept(deps, caller, key)):
        return _again(deps, caller, before, asked), True
    do = prepare()
    with deps.db.begin() as session:
        claimed = claim_key(session, caller.token, key, asked, deps.clock()) if key else None
        if claimed is None:
            made = do(session)
            kept = KeptAnswer(asked, made.status, as_text(made.body), made.headers)
            if key:
                keep_answer(session, caller.token.id, key, kept)
            return kept, False
    return _again(deps, caller, claimed, asked), True


def _kept(deps: Deps, caller: Caller, key: str) -> KeptAnswer | None:
    # Before anything is checked anew: since then the day may be over, a person gone, or Slack away.
    with deps.db.read() as session:
        return find_answer(session, caller.token, key, deps.clock())


def _again(deps: Deps, caller: Caller, before: KeptAnswer, asked: str) -> KeptAnswer:
    """Raises `HttpProblem` where the key came with another request, or what it was about may not be seen any more."""
    if before.request != asked:
        raise HttpProblem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "key-used", "The key came with another request",
            "Another request came under this Idempotency-Key within 24 hours. Take a new key.",
            errors={"Idempotency-Key": "It came with another request before."},
        )  # fmt: skip
    told = json.loads(before.body)
    with deps.db.read() as session:
        if "label" not in told:
            if not _sees_incident(session, caller, told["id"]):
                raise not_found(f"Incident {told['id']}")
            return before
        now = body_of(deps, session, caller, told["number"])
        if told["incident"] in (None, now["incident"]) or _sees_incident(session, caller, told["incident"]):
            return before
    # As whoever reads the item now is told nothing of an incident that has become private.
    seen = told | dict.fromkeys(_OF_INCIDENT)
    return replace(before, body=as_text(seen), headers=before.headers | {"ETag": etag_of(seen)})


_OF_INCIDENT = ("incident", "incident_title", "postmortem_url")
"""What an item is told with and its incident has."""


def _sees_incident(session: Session, caller: Caller, incident_id: int) -> bool:
    try:
        incidents.get_incident(session, caller.workspace, incident_id, caller.viewer)
    except NotFound:
        return False
    return True


def _fingerprint(request: Request, body: BaseModel | None) -> str:
    # What is meant and not how it is written: a client may order its fields anew when it repeats.
    meant = body.model_dump_json(exclude_unset=True) if body else ""
    return mark_of_asked(f"{request.method} {request.url.path} {meant}")


def mark_of_asked(what: str) -> str:
    """What is kept of a request, to know it again."""
    return hashlib.sha256(what.encode()).hexdigest()


@dataclass
class TokenChange:
    """An item that a token changes, locked until commit, and what is to be said of what becomes of it."""

    deps: Deps
    session: Session
    caller: Caller
    by: By
    item: Item
    team: Team | None
    messages: list[Message] = field(default_factory=list)

    def record(self, moved: Moved) -> Item:
        """The item as it is from now on, with its line of history and everything that is said of it."""
        was, self.item = self.item, items.record_moved(self.session, moved)
        self.messages += messages_about(self.session, was, self.item, moved.change)
        return self.item

    def done(self) -> Done:
        """The item as it is now."""
        body = body_of(self.deps, self.session, self.caller, self.item.number)
        return Done(body, headers={"ETag": etag_of(body)})


@contextmanager
def item_change(deps: Deps, session: Session, caller: Caller, number: int) -> Iterator[TokenChange]:
    """The item, locked; what is said of it goes into *session*. Raises `HttpProblem` where there is none
    that the token may see."""
    try:
        item = items.get_item_for_change(session, caller.workspace, number, caller.viewer)
    except NotFound:
        raise not_found(f"AI-{number}") from None
    team = teams.get_team_by_id(session, item.team_id) if item.team_id else None
    last = changes.find_last_move(session, caller.workspace, number)
    by = By(caller.token.actor, deps.clock(), last)
    change = TokenChange(deps, session, caller, by, item, team)
    yield change
    name = ChangeOf(change.item.last_change_id).key
    deps.outbox.enqueue(session, caller.workspace, name, change.messages)
