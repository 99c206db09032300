"""Every action of an item, who may do it and when, written from contract.md and not from the code; and how items
come to stand as they do. For the tests that try every role."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.domain import roles
from bot.domain.accept import accept, hand_back
from bot.domain.approve import approve, decide, turn_down, withdraw
from bot.domain.assign import assign
from bot.domain.block import Decision, Obstacle, Response, respond, unblock
from bot.domain.close import close
from bot.domain.defer import DeferralTerms, resume
from bot.domain.drop import WillNotDo
from bot.domain.due import move_due_date
from bot.domain.edit import edit
from bot.domain.errors import Refused
from bot.domain.form_fields import EDITABLE
from bot.domain.hygiene import keep
from bot.domain.idea import decline, promote
from bot.domain.implement import implement
from bot.domain.item import By, Item, Moved
from bot.domain.item_values import BlockReason, RiskReason
from bot.domain.lifecycle import BLOCKABLE, OPEN, Change, State
from bot.domain.meeting import set_aside
from bot.domain.merge import check_some_are_back, kept_of, merge, put_back, take_in
from bot.domain.reopen import reopen
from bot.domain.request import refuse_unless_pending
from bot.domain.risk import AcceptedRisk
from bot.domain.stale import did_not_hold, held
from bot.domain.start import start
from bot.domain.update import update
from bot.domain.verify import verify
from tests.builders import DUE, LINK, TODAY, draft, evidence, person, team

OWNER, LEAD, MEMBER, ADMIN, STRANGER, GUEST, HELPER = (
    "U0PRIYA", "U0MARCO", "U0AISHA", "U0LENA", "U0STEN", "U0GIL", "U0HELP",
)  # fmt: skip
PEOPLE = {
    user: person(user=user, name=user, is_admin=user == ADMIN, is_guest=user == GUEST)
    for user in (OWNER, LEAD, MEMBER, ADMIN, STRANGER, GUEST, HELPER)
}
DECIDERS = frozenset({LEAD, ADMIN})
MAY_ASK = DECIDERS | {OWNER}
ACTORS = MAY_ASK | {MEMBER, HELPER}
"""Who acts on an item: contract.md, Roles."""

START = frozenset({State.NOT_STARTED, State.IN_PROGRESS})
ALIVE = frozenset(State) - {
    State.CLOSED, State.RISK_ACCEPTED, State.WONT_DO, State.MERGED, State.DECLINED,
}  # fmt: skip
NOT_NOW = DeferralTerms("The vendor replaces it", "It can stall again", trigger="The new cluster is there")
RISK, DROPPED = AcceptedRisk(RiskReason.COST, "It costs more than it saves"), WillNotDo("The new client covers it")
Does = Callable[[Item, By], Moved]


@dataclass(frozen=True)
class Try:
    """An action: `may` in `states`, where `also` holds. Who is in `asks` only asks for it, and then it waits."""

    does: Does
    may: frozenset[str]
    states: frozenset[State]
    also: Callable[[Item], bool] = lambda _: True
    asks: frozenset[str] = frozenset()

    def is_allowed(self, item: Item, user: str) -> bool:
        """What contract.md says."""
        waits = item.request is not None and item.request.is_pending
        in_order = user in self.may and item.state in self.states and self.also(item)
        return in_order and not (user in self.asks and waits)


def _waits(item: Item) -> bool:
    return item.request is not None and item.request.is_pending


def _request(answer: Callable[..., Moved]) -> Does:
    def answered(item: Item, by: By) -> Moved:
        if item.request is None:
            raise Refused("Nothing waits.")
        refuse_unless_pending(item.request, "")
        return answer(item, by)

    return answered


def _decided(answer: Callable[..., Moved], *more: object) -> Does:
    def decided(item: Item, by: By) -> Moved:
        assert item.request is not None
        roles.refuse_unless_decides(item, by, item.request.approver, team())
        return answer(item, by, item.request, *more)

    return _request(decided)


def _decides(terms: DeferralTerms | AcceptedRisk | WillNotDo) -> Does:
    return lambda item, by: decide(item, by, terms, approver=LEAD, today=TODAY)


def _blocks(reason: BlockReason, **told: object) -> Does:
    blocked = Obstacle(reason, **told)  # type: ignore[arg-type]
    return lambda item, by: respond(item, by, blocked, Response(approver=LEAD))


def _only(states: frozenset[State], does: Does) -> Does:
    """One action of which who may depends on the state is two in the table."""

    def done(item: Item, by: By) -> Moved:
        if item.state not in states:
            raise Refused("It is the other one's.")
        return does(item, by)

    return done


def _edited(item: Item, by: By) -> Moved:
    facts = {name: getattr(item, name) for name in EDITABLE} | {"details": "more", "verification": "See it"}
    return edit(item, by, draft(**facts))


def _promoted(item: Item, by: By) -> Moved:
    return promote(item, by, draft(team_id=item.team_id), TODAY, {}, asks=False)


def _put_back(item: Item, by: By) -> Moved:
    was = {"blocked": None, "last_progress_at": None}
    at = item.ending.at if item.ending else by.at
    line = Change("merge", State.NOT_STARTED, State.MERGED, LEAD, at, "", {"into": 1, "taken_in": 7, "was": was})
    back = put_back(item, by, line)
    check_some_are_back(int(back is not None))
    assert back
    return back


def tries_with(into: Item) -> dict[str, Try]:
    free = lambda item: not item.blocked  # noqa: E731 – a word of the table
    parkable = START | {State.DEFERRED}
    state = frozenset
    return {
        "start": Try(start, ACTORS, state({State.NOT_STARTED}), free),
        "implement": Try(
            lambda item, by: implement(item, by, LINK, TODAY, TODAY), ACTORS, state({State.IN_PROGRESS})
        ),
        "verify": Try(
            lambda item, by: verify(item, by, evidence()), ACTORS, state({State.IMPLEMENTED})
        ),
        "fail": Try(
            lambda item, by: verify(item, by, evidence(works=False)), ACTORS, state({State.IMPLEMENTED})
        ),
        "close": Try(lambda item, by: close(item, by, LINK), ACTORS, state({State.VERIFIED})),
        "reopen": Try(
            lambda item, by: reopen(item, by, "again"),
            ACTORS, state({State.CLOSED, State.RISK_ACCEPTED, State.WONT_DO}),
        ),
        "did not hold": Try(did_not_hold, ACTORS, state({State.CLOSED})),
        "hold": Try(lambda item, by: held(item, by, TODAY), ACTORS, state({State.CLOSED})),
        "keep": Try(lambda item, by: keep(item, by, TODAY), ACTORS, ALIVE),
        "update": Try(lambda item, by: update(item, by, "half done"), ACTORS, ALIVE),
        "assign": Try(lambda item, by: assign(item, by, MEMBER, "away"), ACTORS, ALIVE),
        "due": Try(
            lambda item, by: move_due_date(item, by, DUE + timedelta(days=9), "later", TODAY), ACTORS, ALIVE
        ),
        "edit": Try(_edited, ACTORS, ALIVE),
        "accept": Try(
            lambda item, by: accept(item, by, team(), is_admin=by.user == ADMIN),
            MAY_ASK, ALIVE, lambda item: item.awaits_acceptance,
        ),
        "hand back": Try(
            lambda item, by: hand_back(item, by, "away"),
            frozenset({OWNER}), ALIVE, lambda item: item.awaits_acceptance,
        ),
        "promote": Try(_promoted, ACTORS, state({State.FUTURE_CONSIDERATION})),
        "decline": Try(
            lambda item, by: decline(item, by, "no room"), ACTORS, state({State.FUTURE_CONSIDERATION})
        ),
        "set aside": Try(
            lambda item, by: set_aside(item, by, "no room"), ACTORS, state({State.NOT_STARTED})
        ),
        "merge": Try(lambda item, by: merge(item, by, into), ACTORS, START | {State.FUTURE_CONSIDERATION}),
        "take in": Try(
            lambda item, by: take_in(item, by, kept_of(item), 1, "", TODAY), ACTORS, OPEN | {State.FUTURE_CONSIDERATION}
        ),
        "undo merge": Try(_put_back, ACTORS, state({State.MERGED})),
        "defer": Try(_decides(NOT_NOW), MAY_ASK, parkable, asks=frozenset({OWNER})),
        "risk": Try(_decides(RISK), MAY_ASK, parkable, asks=frozenset({OWNER})),
        "drop": Try(_decides(DROPPED), MAY_ASK, parkable, asks=frozenset({OWNER})),
        "resume": Try(resume, ACTORS, state({State.DEFERRED})),
        "approve": Try(_decided(approve, TODAY), DECIDERS, ALIVE, _waits),
        "turn down": Try(_decided(turn_down, "Not now"), DECIDERS, ALIVE, _waits),
        "withdraw": Try(
            _request(lambda item, by: withdraw(item, by, item.request)), MAY_ASK, ALIVE, _waits
        ),
        "another team": Try(
            _blocks(BlockReason.ANOTHER_TEAM, escalated_to="U0STEN", dependency="a metric", mitigation="none"),
            ACTORS, BLOCKABLE, free,
        ),
        "infrastructure": Try(
            _only(START, _blocks(BlockReason.INFRASTRUCTURE, trigger="The cluster is there")),
            MAY_ASK, START, free, asks=frozenset({OWNER}),
        ),
        "infrastructure, in production": Try(
            _only(BLOCKABLE - START, _blocks(BlockReason.INFRASTRUCTURE, trigger="The cluster is there")),
            ACTORS, BLOCKABLE - START, free,
        ),
        "larger": Try(
            _blocks(BlockReason.LARGER, phase_one="Cap one queue", rest="Cap the others"), MAY_ASK, BLOCKABLE, free
        ),
        "owner unavailable": Try(
            _blocks(BlockReason.OWNER_UNAVAILABLE, new_owner=MEMBER), ACTORS, BLOCKABLE, free
        ),
        "reprioritise": Try(
            _blocks(BlockReason.PRIORITIES, decision=Decision.REPRIORITISE, decided_by=ADMIN), ACTORS, BLOCKABLE, free
        ),
        "priorities defer": Try(
            _blocks(BlockReason.PRIORITIES, decision=Decision.DEFER, decided_by=ADMIN),
            MAY_ASK, START, free, asks=frozenset({OWNER}),
        ),
        "unblock": Try(unblock, ACTORS, frozenset(State), lambda item: item.blocked is not None),
    }  # fmt: skip


WAYS: dict[str, tuple[str, ...]] = {
    "not started": (),
    "in progress": ("start",),
    "implemented": ("start", "implement"),
    "verified": ("start", "implement", "verify"),
    "closed": ("start", "implement", "verify", "close"),
    "deferred": ("defer",),
    "deferred in progress": ("start", "defer"),
    "risk accepted": ("risk",),
    "will not do": ("drop",),
    "merged": ("merge",),
    "blocked": ("another team",),
    "blocked in progress": ("start", "another team"),
    "blocked and implemented": ("start", "implement", "another team"),
    "waits for a deferral": ("OWNER defer",),
    "waits for an end, deferred": ("defer", "OWNER drop"),
    "blocked until it is deferred": ("start", "OWNER infrastructure"),
    "asked to accept": ("ask",),
    "idea": ("idea",),
    "declined": ("idea", "decline"),
}
"""How an item comes to stand as it does; the lead does it, unless it says the owner."""
