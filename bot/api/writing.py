"""What a token does to an item: start, updates, implement, evidence, block, unblock. People decide the rest."""

from collections.abc import Callable
from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException

from bot.api import shapes
from bot.api.answers import Bearer, problems
from bot.api.asked import Day, ItemNumber, RequestBody, Whom, Words
from bot.api.caller import Caller, TokenDoor
from bot.api.deciding import decision_called, refuse, refuse_decision
from bot.api.once import Done, Key, TokenChange, done_once, item_change
from bot.api.people import asks_new_owner, person_id
from bot.api.problems import invalid, not_found
from bot.deps import Deps
from bot.domain import block as blocking
from bot.domain.evidence import attach
from bot.domain.implement import implement
from bot.domain.item import Moved
from bot.domain.item_values import BlockReason
from bot.domain.person import check_owner
from bot.domain.start import start
from bot.domain.token import TokenScope
from bot.domain.update import update
from bot.services.block import check_escalated_to
from storage import items


class UpdateIn(RequestBody):
    """A status update."""

    text: Words = Field(description="What happened.", examples=["The alert fires in staging."])


class ImplementIn(RequestBody):
    """It is merged and in production."""

    change_url: Words = Field(description="The link to the change.", examples=["https://git.example.com/pull/7"])
    in_production_since: Day | None = Field(None, description="Not given: today, where the item's team is.")


class EvidenceIn(RequestBody):
    """What was seen that shows that it works; a person verifies it with that."""

    text: Words = Field("", description="What was seen.", examples=["The alert fired at 14:02."])
    url: Words = Field("", description="Where it can be seen.")


class BlockIn(RequestBody):
    """What blocks it. Reasons that a deferral or a decision follows from are for people."""

    reason: BlockReason = Field(examples=["Another team"])
    escalated_to: Whom = Field("", description="With “Another team”: who can unblock it.", examples=["U0MARCO"])
    dependency: Words = Field("", description="With “Another team”: what is needed.", examples=["The canary metric"])
    mitigation: Words = Field("", description="With “Another team”: what helps meanwhile.", examples=["none"])
    new_owner: Whom = Field("", description="With “Owner unavailable”.")


Rule = Callable[[TokenChange], Moved]
"""What becomes of the item that is locked."""


class ItemSteps:
    """What moves an item on: an address for each step."""

    def __init__(self, deps: Deps, door: TokenDoor) -> None:
        self._deps, self._door = deps, door

    def routes(self) -> APIRouter:
        """What people decide stands last: its address takes whatever is no step."""
        router = APIRouter(tags=["items"])
        steps: dict[str, Callable[..., Response]] = {
            "start": self.start_item,
            "updates": self.add_update,
            "implement": self.implement_item,
            "evidence": self.attach_evidence,
            "block": self.block_item,
            "unblock": self.unblock_item,
        }
        for way, step in steps.items():
            router.add_api_route(
                f"/items/{{number}}/{way}", step, methods=["POST"], response_model=shapes.ItemOut,
                responses=problems(400, 404, 409),
            )  # fmt: skip
        router.add_api_route(
            "/items/{number}/{decision}", self.decide, methods=["POST"], status_code=403, include_in_schema=False
        )
        return router

    def start_item(self, request: Request, bearer: Bearer, number: ItemNumber, idempotency_key: Key = None) -> Response:
        """Work on it begins."""
        return self._carried_out(request, bearer, number, idempotency_key, None, lambda now: start(now.item, now.by))

    def add_update(
        self, request: Request, bearer: Bearer, number: ItemNumber, body: UpdateIn, idempotency_key: Key = None
    ) -> Response:
        """Says what happened; it counts as progress."""

        def rule(now: TokenChange) -> Moved:
            return update(now.item, now.by, body.text.strip())

        return self._carried_out(request, bearer, number, idempotency_key, body, rule)

    def implement_item(
        self, request: Request, bearer: Bearer, number: ItemNumber, body: ImplementIn, idempotency_key: Key = None
    ) -> Response:
        """It is merged and in production. Verifying it is for people."""

        def rule(now: TokenChange) -> Moved:
            today = self._deps.today(now.item.zone)
            return implement(now.item, now.by, body.change_url.strip(), body.in_production_since or today, today)

        return self._carried_out(request, bearer, number, idempotency_key, body, rule)

    def attach_evidence(
        self, request: Request, bearer: Bearer, number: ItemNumber, body: EvidenceIn, idempotency_key: Key = None
    ) -> Response:
        """What was seen, for whoever verifies it."""

        def rule(now: TokenChange) -> Moved:
            return attach(now.item, now.by, body.text.strip(), body.url.strip())

        return self._carried_out(request, bearer, number, idempotency_key, body, rule)

    def block_item(
        self, request: Request, bearer: Bearer, number: ItemNumber, body: BlockIn, idempotency_key: Key = None
    ) -> Response:
        """Says what blocks it, and tells who can unblock it; or gives it a new owner."""
        caller = self._writer(request, bearer)

        def prepare() -> Callable[[Session], Done]:
            told, asks = _told(self._deps, caller, number, body)
            response = blocking.Response(asks=asks)
            return self._by(caller, number, lambda now: blocking.respond(now.item, now.by, told, response))

        return done_once(self._deps, request, caller, idempotency_key, body, prepare)

    def unblock_item(
        self, request: Request, bearer: Bearer, number: ItemNumber, idempotency_key: Key = None
    ) -> Response:
        """Nothing blocks it any more."""

        def rule(now: TokenChange) -> Moved:
            return blocking.unblock(now.item, now.by)

        return self._carried_out(request, bearer, number, idempotency_key, None, rule)

    def decide(self, request: Request, bearer: Bearer, number: ItemNumber, decision: str) -> Response:
        """People decide that: whatever the token's scopes are, no other token could do it."""
        self._door.let_in(request, bearer.credentials if bearer else "")
        if meant := decision_called(decision):
            refuse_decision(number, meant)
        raise HTTPException(HTTPStatus.NOT_FOUND)

    def _writer(self, request: Request, bearer: Bearer) -> Caller:
        return self._door.enter(request, bearer, TokenScope.ITEMS_WRITE)

    def _carried_out(
        self, request: Request, bearer: Bearer, number: int, key: str | None, body: RequestBody | None, rule: Rule
    ) -> Response:
        caller = self._writer(request, bearer)
        return done_once(self._deps, request, caller, key, body, lambda: self._by(caller, number, rule))

    def _by(self, caller: Caller, number: int, rule: Rule) -> Callable[[Session], Done]:
        """What is done in the transaction: the item as *rule* makes it."""

        def do(session: Session) -> Done:
            with item_change(self._deps, session, caller, number) as change:
                change.record(rule(change))
            return change.done()

        return do


def _told(deps: Deps, caller: Caller, number: int, body: BlockIn) -> tuple[blocking.Obstacle, bool]:
    """What blocks it, and whether a new owner is asked first. Asks Slack, so it is no part of the transaction."""
    if body.reason not in (BlockReason.ANOTHER_TEAM, BlockReason.OWNER_UNAVAILABLE):
        refuse(f"What follows from “{body.reason}” people decide: in Slack, with /actionitem block {number}.")
    with deps.db.read() as session:
        found = items.find_listed(session, caller.workspace, number, caller.viewer)
    if found is None:
        raise not_found(f"AI-{number}")
    item, asks = found.item, False
    escalated_to = new_owner = ""
    if body.reason is BlockReason.ANOTHER_TEAM:
        if not body.escalated_to:
            raise invalid({"escalated_to": "Name the person who can unblock it."})
        escalated_to = person_id(deps, caller.workspace, body.escalated_to, "escalated_to")
        check_escalated_to(deps, item, escalated_to)
    else:
        if not body.new_owner:
            raise invalid({"new_owner": "Name one person who answers for it."})
        new_owner = person_id(deps, caller.workspace, body.new_owner, "new_owner")
        check_owner(new_owner, deps.directory.person(caller.workspace, new_owner), "new_owner")
        asks = asks_new_owner(deps, caller.workspace, new_owner, caller.token.actor, item.channel)
    told = blocking.Obstacle(
        body.reason, escalated_to=escalated_to, dependency=body.dependency.strip(), mitigation=body.mitigation.strip(),
        new_owner=new_owner,
    )  # fmt: skip
    return told, asks
