"""Changes: each in one transaction with what is said of it, and done once where its sender gives it a key."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
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
from storage.api_answers import KeptAnswer, claim_key, keep_answer

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="Any text of yours. The same request under the same key is done once within 24 hours, and answered "
        "as it was then; another request under it is refused.",
    ),
]


@dataclass(frozen=True)
class Done:
    """What a change is answered with."""

    body: JsonBody
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def done_once(
    deps: Deps,
    request: Request,
    caller: Caller,
    key: str | None,
    body: BaseModel | None,
    do: Callable[[Session], Done],
) -> Response:
    """As `once`, for a request of HTTP."""
    kept, is_again = once(deps, caller, key, _fingerprint(request, body), do)
    again = {"Idempotency-Replayed": "true"} if is_again else {}
    return Response(kept.body, kept.status, kept.headers | again, media_type="application/json")


def once(
    deps: Deps, caller: Caller, key: str | None, asked: str, do: Callable[[Session], Done]
) -> tuple[KeptAnswer, bool]:
    """Does it in one transaction, which keeps its answer under *key*; or the answer of then, and True, when it was done
    before. *asked* is a mark of what is asked.

    Nothing is kept of what is refused: once its cause is gone, the same request may be sent again.
    """
    with deps.db.begin() as session:
        before = claim_key(session, caller.token, key, asked, deps.clock()) if key else None
        if before is None:
            made = do(session)
            kept = KeptAnswer(asked, made.status, as_text(made.body), made.headers)
            if key:
                keep_answer(session, caller.token.id, key, kept)
            return kept, False
    if before.request != asked:
        raise HttpProblem(
            HTTPStatus.UNPROCESSABLE_ENTITY, "key-used", "The key came with another request",
            "Another request came under this Idempotency-Key within 24 hours. Take a new key.",
            errors={"Idempotency-Key": "It came with another request before."},
        )  # fmt: skip
    _check_seen(deps, caller, before)
    return before, True


def _check_seen(deps: Deps, caller: Caller, before: KeptAnswer) -> None:
    """Raises `HttpProblem` when what was answered about became private since, and the token may not see it."""
    told = json.loads(before.body)
    with deps.db.read() as session:
        if "label" in told:
            if items.find_listed(session, caller.workspace, told["number"], caller.viewer) is None:
                raise not_found(told["label"])
            return
        try:
            incidents.get_incident(session, caller.workspace, told["id"], caller.viewer)
        except NotFound:
            raise not_found(f"Incident {told['id']}") from None


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
