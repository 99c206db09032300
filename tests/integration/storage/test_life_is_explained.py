"""Any sequence of what people do to items, allowed or refused, leaves a life that its history explains (issue 5).

The rules and the database together: no state is skipped, there is always one owner, what ended says why, what is
refused changes nothing, and the history alone tells how every item stands. That every role tries every action in every
state is not left to chance: `test_every_role.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from bot.domain import accept as accept_domain
from bot.domain import approve as approve_domain
from bot.domain import assign as assign_domain
from bot.domain import block as blocking
from bot.domain import close as close_domain
from bot.domain import defer, hygiene, roles
from bot.domain import due as due_domain
from bot.domain import edit as edit_domain
from bot.domain import idea as idea_domain
from bot.domain import implement as implement_domain
from bot.domain import merge as merge_domain
from bot.domain import reopen as reopen_domain
from bot.domain import start as start_domain
from bot.domain import update as update_domain
from bot.domain import verify as verification
from bot.domain.approve import Terms
from bot.domain.block import Decision, Obstacle, Response
from bot.domain.defer import DeferralTerms
from bot.domain.drop import WillNotDo
from bot.domain.errors import Refused
from bot.domain.item import By, Created, Draft, Item, Moved
from bot.domain.item_values import BlockReason, RiskReason
from bot.domain.lifecycle import BLOCKABLE, ENDED, ORDER, RESUMABLE, TRANSITIONS, Action, Change, State
from bot.domain.person import check_owner
from bot.domain.queries import Viewer
from bot.domain.request import refuse_unless_pending
from bot.domain.risk import AcceptedRisk
from bot.domain.stale import did_not_hold, held
from bot.domain.team import Team
from storage import changes, items
from storage.engine import Database
from tests.actions import ADMIN, LEAD, MEMBER, OWNER, PEOPLE
from tests.builders import DUE, LINK, NOW, TODAY, WORKSPACE, draft, evidence

MOST_ITEMS = 4
RETURNS = {Action.RESUME, Action.WITHDRAW, Action.TURN_DOWN}
"""What brings a deferred item back to where it came from."""

who = st.sampled_from([OWNER, LEAD, ADMIN, OWNER, LEAD, *sorted(PEOPLE)])
words = st.sampled_from(["because", "because", "because", ""])
links = st.sampled_from([LINK, LINK, "", "not a link"])
days = st.integers(-1, 20).map(lambda days: DUE + timedelta(days=days))
which = st.integers(0, MOST_ITEMS - 1)
deferrals = st.builds(
    DeferralTerms,
    why=words,
    risk=words,
    revisit_on=st.sampled_from([None, TODAY, TODAY + timedelta(days=30)]),
    trigger=words,
)
terms_asked = st.one_of(
    deferrals,
    st.builds(AcceptedRisk, reason=st.sampled_from(RiskReason), why=words),
    st.builds(WillNotDo, why=words),
)
told = st.builds(
    Obstacle,
    reason=st.sampled_from(BlockReason),
    escalated_to=st.sampled_from(["", ADMIN]),
    dependency=words,
    mitigation=words,
    trigger=words,
    phase_one=st.sampled_from(["", "Cap the queue of checkout"]),
    rest=st.sampled_from(["", "Cap every other queue"]),
    new_owner=st.sampled_from(["", OWNER, MEMBER]),
    decision=st.sampled_from([None, *Decision]),
    decided_by=st.sampled_from(["", ADMIN]),
)


@dataclass
class Told:
    """What a history says by itself about how its item stands."""

    state: State
    owner: str
    due: date
    title: str
    slips: int = 0
    deferrals: int = 0
    blocked: bool = False
    deferred_from: State | None = None


Seen = tuple[Item, list[Change]]
WAY: tuple[Callable[[Item, By], Moved], ...] = (
    start_domain.start,
    lambda item, by: implement_domain.implement(item, by, LINK, TODAY, TODAY),
    lambda item, by: verification.verify(item, by, evidence()),
    lambda item, by: close_domain.close(item, by, LINK),
)
"""How an item gets done."""


class Life(RuleBasedStateMachine):
    """People of every role act on a few items in any order; `expected` counts the lines that histories must have."""

    def __init__(self, db: Database, payments: Team) -> None:
        super().__init__()
        self.db, self.payments = db, payments
        self.numbers: list[int] = []
        self.firsts: dict[int, Created] = {}
        self.lines: dict[int, int] = {}
        self.seen: dict[int, Seen] = {}

    @initialize(in_team=st.booleans(), idea=st.booleans(), asks=st.booleans(), steps_done=st.integers(0, len(WAY)))
    def begin(self, in_team: bool, idea: bool, asks: bool, steps_done: int) -> None:
        self._create(state=State.NOT_STARTED, in_team=in_team, asks=asks)
        for step in WAY[:steps_done]:
            self._act(0, OWNER, step)
        self._create(state=State.FUTURE_CONSIDERATION if idea else State.NOT_STARTED, in_team=in_team, asks=False)

    # What people do

    @rule(number=which, user=who)
    def start(self, number: int, user: str) -> None:
        self._act(number, user, start_domain.start)

    @rule(number=which, user=who, url=links, late=st.booleans())
    def implement(self, number: int, user: str, url: str, late: bool) -> None:
        since = TODAY + timedelta(days=late)
        self._act(number, user, lambda item, by: implement_domain.implement(item, by, url, since, TODAY))

    @rule(number=which, user=who, works=st.booleans(), would_know=st.booleans(), seen=words, guard=words, why=words)
    def verify(self, number: int, user: str, works: bool, would_know: bool, seen: str, guard: str, why: str) -> None:
        shown = evidence(works=works, would_know=would_know, evidence=seen, guard=guard, why_not=why)
        self._act(number, user, lambda item, by: verification.verify(item, by, shown))

    @rule(number=which, user=who, url=links)
    def close(self, number: int, user: str, url: str) -> None:
        self._act(number, user, lambda item, by: close_domain.close(item, by, url))

    @rule(number=which, user=who, why=words)
    def reopen(self, number: int, user: str, why: str) -> None:
        self._act(number, user, lambda item, by: reopen_domain.reopen(item, by, why))

    @rule(number=which, user=who, holds=st.booleans())
    def hold(self, number: int, user: str, holds: bool) -> None:
        self._act(number, user, lambda item, by: held(item, by, TODAY) if holds else did_not_hold(item, by))

    @rule(number=which, user=who)
    def keep(self, number: int, user: str) -> None:
        self._act(number, user, lambda item, by: hygiene.keep(item, by, TODAY))

    @rule(number=which, user=who, what=words)
    def update(self, number: int, user: str, what: str) -> None:
        self._act(number, user, lambda item, by: update_domain.update(item, by, what))

    @rule(number=which, user=who, owner=who, why=words, asks=st.booleans())
    def assign(self, number: int, user: str, owner: str, why: str, asks: bool) -> None:
        def decide(item: Item, by: By) -> Moved:
            check_owner(owner, PEOPLE[owner])
            return assign_domain.assign(item, by, owner, why, asks=asks)

        self._act(number, user, decide)

    @rule(number=which, user=who, due=days, why=words)
    def move_due_date(self, number: int, user: str, due: date, why: str) -> None:
        self._act(number, user, lambda item, by: due_domain.move_due_date(item, by, due, why, TODAY))

    @rule(number=which, user=who, title=st.sampled_from(["", "Alert earlier", "Alert later"]))
    def edit(self, number: int, user: str, title: str) -> None:
        self._act(number, user, lambda item, by: edit_domain.edit(item, by, replace(_as_draft(item), title=title)))

    @rule(number=which, user=who)
    def accept(self, number: int, user: str) -> None:
        self._act(
            number, user, lambda item, by: accept_domain.accept(item, by, self._team(item), is_admin=user == ADMIN)
        )

    @rule(number=which, user=who, why=words)
    def hand_back(self, number: int, user: str, why: str) -> None:
        self._act(number, user, lambda item, by: accept_domain.hand_back(item, by, why))

    @rule(number=which, user=who, due=days)
    def promote(self, number: int, user: str, due: date) -> None:
        def decide(item: Item, by: By) -> Moved:
            made = replace(_as_draft(item), due=due, verification="Fire it on purpose")
            return idea_domain.promote(item, by, made, TODAY, {}, asks=False)

        self._act(number, user, decide)

    @rule(number=which, user=who, why=words)
    def decline(self, number: int, user: str, why: str) -> None:
        self._act(number, user, lambda item, by: idea_domain.decline(item, by, why))

    @rule(number=which, other=which, user=who, why=words)
    def merge(self, number: int, other: int, user: str, why: str) -> None:
        into, _ = self.seen[self._number(other)]
        self._act(number, user, lambda item, by: merge_domain.merge(item, by, into, why))

    @rule(number=which, user=who, terms=terms_asked)
    def decide(self, number: int, user: str, terms: Terms) -> None:
        self._act(number, user, lambda item, by: approve_domain.decide(item, by, terms, approver=LEAD, today=TODAY))

    @rule(number=which, user=who)
    def resume(self, number: int, user: str) -> None:
        self._act(number, user, defer.resume)

    @rule(number=which, user=who)
    def approve(self, number: int, user: str) -> None:
        self._act(
            number, user, self._answer(lambda item, by, request: approve_domain.approve(item, by, request, TODAY))
        )

    @rule(number=which, user=who, why=words)
    def turn_down(self, number: int, user: str, why: str) -> None:
        self._act(
            number, user, self._answer(lambda item, by, request: approve_domain.turn_down(item, by, request, why))
        )

    @rule(number=which, user=who)
    def withdraw(self, number: int, user: str) -> None:
        def take_back(item: Item, by: By) -> Moved:
            if item.request is None:
                raise Refused("Nothing waits.")
            refuse_unless_pending(item.request, "")
            return approve_domain.withdraw(item, by, item.request)

        self._act(number, user, take_back)

    @rule(number=which, user=who, told=told)
    def block(self, number: int, user: str, told: Obstacle) -> None:
        self._act(number, user, lambda item, by: blocking.respond(item, by, told, Response(approver=LEAD)))

    @rule(number=which, user=who)
    def unblock(self, number: int, user: str) -> None:
        self._act(number, user, blocking.unblock)

    @precondition(lambda self: len(self.numbers) < MOST_ITEMS)
    @rule(in_team=st.booleans())
    def create(self, in_team: bool) -> None:
        self._create(state=State.NOT_STARTED, in_team=in_team, asks=False)

    # What always holds

    @invariant()
    def every_item_is_explained(self) -> None:
        for number in self.numbers:
            item, lines = self.seen[number]
            assert len(lines) == self.lines[number]
            _check_story(item, _retold(self.firsts[number].draft, lines))
            _check_owner(item)
            _check_reasons(item, lines)
            _check_request(item)

    # How it is done

    def _act(self, which: int, user: str, decide: Callable[[Item, By], Moved]) -> None:
        """As `handlers/shared/acting.py` does it: the item locked, roles asked, all or nothing."""
        number = self._number(which)
        before = self.seen
        try:
            with self.db.begin() as session:
                item = items.get_item_for_change(session, WORKSPACE, number, Viewer(user))
                its_team = self._team(item)
                roles.refuse_stranger(item, user, PEOPLE[user], its_team)
                by = By(user, NOW, None, roles.decides(user, PEOPLE[user], its_team))
                items.record_moved(session, decide(item, by))
        except Refused:
            self._look()
            assert self.seen == before
        else:
            self._look()
            self.lines[number] += 1
            assert {each for each in self.numbers if self.seen[each] != before[each]} == {number}
            assert self.seen[number][1][:-1] == before[number][1]

    def _answer(self, decide: Callable[..., Moved]) -> Callable[[Item, By], Moved]:
        def answered(item: Item, by: By) -> Moved:
            if item.request is None:
                raise Refused("Nothing waits.")
            roles.refuse_unless_decides(item, by, item.request.approver, self._team(item))
            refuse_unless_pending(item.request, "")
            return decide(item, by, item.request)

        return answered

    def _create(self, *, state: State, in_team: bool, asks: bool) -> None:
        made = draft(team_id=self.payments.id if in_team else None)
        first = Created(made, LEAD, NOW, "C0INC", state=state, awaits_acceptance=asks)
        with self.db.begin() as session:
            number = items.record_item(session, WORKSPACE, first).number
        self.numbers.append(number)
        self.firsts[number], self.lines[number] = first, 1
        self._look()

    def _number(self, which: int) -> int:
        return self.numbers[which % len(self.numbers)]

    def _look(self) -> None:
        with self.db.begin() as session:
            found = items.list_numbered(session, WORKSPACE, self.numbers)
            self.seen = {
                number: (item, changes.list_changes(session, WORKSPACE, number)) for number, item in found.items()
            }

    def _team(self, item: Item) -> Team | None:
        return self.payments if item.team_id else None


def _as_draft(item: Item) -> Draft:
    return Draft(**{field.name: getattr(item, field.name) for field in fields(Draft)})


def _retold(first: Draft, lines: list[Change]) -> Told:
    """How the item must stand, told from its lines alone; fails where a line does not follow from the one before."""
    story = Told(lines[0].after, first.owner, first.due, first.title)
    for line in lines[1:]:
        assert line.before is story.state
        _check_step(line, story)
        _retell(line, story)
    return story


def _check_step(line: Change, story: Told) -> None:
    """Each step is in the table; none is skipped on the way to closed."""
    action = Action(line.action)
    if line.before is line.after or action in RETURNS:
        assert action not in RETURNS or line.after is story.deferred_from or line.before is line.after
        return
    assert line.before is not None
    assert TRANSITIONS[line.before, action] is line.after
    if {line.before, line.after} <= set(ORDER) and action is not Action.REOPEN:
        assert ORDER.index(line.after) - ORDER.index(line.before) in (1, -1)


def _retell(line: Change, story: Told) -> None:
    detail: dict[str, Any] = dict(line.detail)
    if line.action == Action.DEFER:
        story.deferrals += 1
        if line.before is not State.DEFERRED:  # deferred again: it still came from where the first deferral found it
            assert line.before in RESUMABLE
            story.deferred_from = line.before
    if "owner" in detail:
        assert detail["owner"]["from"] == story.owner
        story.owner = detail["owner"]["to"]
    if "due" in detail:
        assert detail["due"]["from"] == story.due.isoformat()
        story.slips += line.action == Action.MOVE_DUE_DATE and detail["due"]["to"] > detail["due"]["from"]
        story.due = date.fromisoformat(detail["due"]["to"])
    if isinstance(detail.get("title"), dict):
        story.title = detail["title"]["to"]
    story.state = line.after
    if line.action in (Action.BLOCK, Action.UNBLOCK):
        story.blocked = line.action == Action.BLOCK
    story.blocked = story.blocked and story.state in BLOCKABLE


def _check_story(item: Item, story: Told) -> None:
    assert (story.state, story.owner, story.due) == (item.state, item.owner, item.due)
    assert (story.title, story.slips, story.deferrals) == (item.title, item.slips, item.deferrals)
    assert story.blocked == (item.blocked is not None)


def _check_owner(item: Item) -> None:
    assert not PEOPLE[item.owner].is_guest
    assert item.owner not in item.collaborators


def _check_request(item: Item) -> None:
    """It waits only where it can still be decided, and what is parked was approved, or waits to be."""
    waits = item.request is not None and item.request.is_pending
    assert not (waits and item.is_over)
    assert item.state is not State.DEFERRED or waits or (item.deferral and item.deferral.approved_by)


def _check_reasons(item: Item, lines: list[Change]) -> None:
    over = item.state in ENDED or item.state is State.DECLINED
    assert (item.ending is not None) == over
    ending = [line for line in lines if line.before is not line.after][-1]
    if item.state is State.CLOSED:
        assert ending.detail["postmortem_url"]
    elif over:
        assert ending.why
    if item.state in ENDED - {State.CLOSED}:
        assert item.ending
        assert item.ending.because == ending.why
    if item.state is State.DEFERRED:
        assert item.deferral
        assert item.deferral.because
        assert item.deferral.risk
        assert item.deferral.revisit_on or item.deferral.trigger
    if item.state in (State.VERIFIED, State.CLOSED):
        assert item.verified
        assert item.verified.by
        assert item.verified.evidence
        assert item.verified.guard or item.verified.no_guard_because


def test_any_sequence_of_actions_leaves_items_that_their_history_explains(db: Database, payments: Team) -> None:
    run(
        lambda: Life(db, payments),  # type: ignore[arg-type]  # Hypothesis takes what makes one too
        settings=settings(
            max_examples=25 if db.is_sqlite else 6,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
