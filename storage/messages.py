"""What became of each message: attempts, where it stands in Slack, why it failed. Decides and sends nothing."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Update,
    bindparam,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from bot.domain.delivery import AWAY, Patience, Posted, Trouble
from bot.domain.messages import Live, Message, Post, Refresh
from storage.tables.base import Instant, table_of
from storage.tables.delivery import SentMessage
from storage.tables.workspace import MovedChannelRow

KEYS_AT_ONCE = 500
"""Keys in one query."""
AHEAD = timedelta(seconds=5)
"""How far ahead of the clock a call may be on record: what the database took to say when it began is counted twice.
What lies further ahead is from before the clock was set back."""


@dataclass(frozen=True)
class Finished:
    """Nothing more is to be done for this message."""


@dataclass(frozen=True)
class Wait:
    """Not yet: again in `seconds`."""

    seconds: float


@dataclass(frozen=True)
class Behind:
    """The message whose thread it belongs to is not sent yet: again when others had their turn."""


@dataclass(frozen=True)
class Mend:
    """Slack refuses it until somebody does something about it; `code` is Slack's error."""

    code: str


@dataclass(frozen=True)
class Parent:
    """The first message of the thread in which a message is to stand; `ts` None: in none.

    `shared`: what it belongs to is itself a reply there, so that others have theirs beside it.
    """

    ts: str | None = None
    shared: bool = False


@dataclass(frozen=True)
class Go:
    """This attempt is on record; Slack may be asked. `posted` is from before it."""

    posted: Posted
    begun_at: datetime
    parent: Parent = Parent()


@dataclass(frozen=True)
class ParentFailed:
    """The message whose thread it belongs to was never sent, so this one cannot be."""


@dataclass(frozen=True)
class Pace:
    """Seconds between two calls for one recipient, and before looking for what an attempt may have sent."""

    interval: float = 1.0
    settle: float = 2.0


def moment(session: Session, here: datetime) -> datetime:
    """What time it is, where this machine's clock says *here*. Replicas share the database's, whatever their own say;
    the processes on an SQLite file share a machine."""
    if session.get_bind().dialect.name == "sqlite":
        return here
    # Not `now()`, which stands still from the beginning of the transaction and is older by every wait for a lock.
    return session.execute(select(func.clock_timestamp())).scalar_one().astimezone(UTC)  # type: ignore[no-any-return]


def find_posted(session: Session, workspace: str, key: str) -> Posted | None:
    """Where the message with that key stands in Slack; None when it was never attempted."""
    row = session.get(SentMessage, (workspace, key))
    return None if row is None else _posted_of(row)


def claim_attempt(
    session: Session,
    workspace: str,
    message: Message,
    *,
    pace: Pace,
    take: Callable[[], float],
    now: datetime | None = None,
) -> Finished | Wait | Behind | ParentFailed | Go:
    """Records that an attempt begins at *now* (None: by the clock that all replicas share), unless it is too early or
    there is nothing to do. `Go.posted` names the channel, but for a person to whom nothing was sent yet.

    `take()` asks the workspace's own limit, last of all: seconds to wait, or 0.
    """
    place = {"workspace": workspace, "key": message.key, "recipient": message.to}
    until = now + AHEAD if now else None
    facts = session.connection().execute(_facts(session.get_bind().dialect.name), place | {"until": until}).one()
    now = now or facts.now
    row = session.get(SentMessage, (workspace, message.key), with_for_update=True) if facts.known else None
    # A delivery is run again from its beginning: what was sent before the crash is passed over. A live message is not,
    # because it may show something else now, nor a surface, unless it is on record as done for good.
    if (
        row is not None
        and not isinstance(message, Live)
        and (row.sent_at or (row.failed_at and isinstance(message, Post)))
    ):
        return Finished()
    parent = _parent(session, workspace, message)
    if isinstance(parent, Behind | ParentFailed):
        return parent
    # `take` last: it takes from the workspace's bucket, and an attempt that waits for its channel must not.
    wait = _too_early(row, facts.last_call, now, pace) or take()
    if wait > 0:
        return Wait(wait)
    if row is None:
        begun = {"channel": facts.channel, "thread_ts": parent.ts, "touched_at": now, "attempted_at": now}
        session.connection().execute(insert(table_of(SentMessage)), place | begun)
        return Go(Posted(_where(message, facts)), now, parent)
    if row.channel is None:
        row.channel = facts.channel
    before = replace(_posted_of(row), channel=row.channel or _where(message, facts))
    # A live message that was given up is tried again with its next change.
    row.failed_at = None
    if row.ts is None:
        row.thread_ts = parent.ts  # replies to it stand in that thread: Slack has no threads within threads
    if row.ts is None:  # an edit that turns out to change nothing must not slow down what comes after it
        row.touched_at, row.attempted_at = now, row.attempted_at or now
    return Go(before, now, parent)


def record_channel(session: Session, workspace: str, key: str, channel: str | None) -> None:
    """Records the channel of a person's direct messages; None forgets it."""
    _row(session, workspace, key).channel = channel


def record_sent(
    session: Session, workspace: str, key: str, *, channel: str, ts: str, shown: str | None, now: datetime
) -> None:
    """Records that the message stands at `ts` in `channel`, and what it shows there."""
    given = {
        "of_workspace": workspace,
        "of_key": key,
        "at_channel": channel,
        "at_ts": ts,
        "now_shown": shown,
        "now": now,
    }
    if not session.connection().execute(_sent(), given).rowcount:
        raise NoResultFound(key)


def record_nothing_sent(session: Session, workspace: str, key: str) -> None:
    """Records that an attempt ended without asking Slack for anything."""
    _settle(_row(session, workspace, key))


def record_done(session: Session, workspace: str, key: str, *, now: datetime) -> None:
    """As `record_nothing_sent`, of what is never to be done again."""
    row = _row(session, workspace, key)
    _settle(row)
    row.sent_at = now


def record_nothing_to_show(session: Session, workspace: str, key: str) -> None:
    """As `record_nothing_sent`, of a message that shows nothing yet; what comes after it need not keep the pace."""
    row = _row(session, workspace, key)
    if row.ts is None:
        row.touched_at = None
    _settle(row)


def record_gone(session: Session, workspace: str, key: str) -> None:
    """Records that somebody deleted the message in Slack."""
    row = _row(session, workspace, key)
    # The channel stays: there it is posted anew.
    row.ts = row.shown = row.sent_at = None


def record_doubt(session: Session, workspace: str, key: str, since: datetime | None) -> None:
    """Records since when an attempt may have been taken by Slack; None when certainly none was."""
    _row(session, workspace, key).attempted_at = since


def record_trouble(
    session: Session, workspace: str, message: Message, trouble: Trouble, *, patience: Patience, now: datetime
) -> float | None:
    """Records a failed attempt. Returns the seconds until the next one, or None when there should be none."""
    row = session.get(SentMessage, (workspace, message.key)) or _new_row(session, workspace, message)
    row.attempts, row.error, row.touched_at = row.attempts + 1, trouble.code, now
    row.first_tried_at = row.first_tried_at or now
    # Since the first attempt on record, not of this process: a restart does not begin the three days anew.
    wait = patience.next_wait(trouble, attempts=row.attempts, trying_for=now - row.first_tried_at)
    row.not_before = None if wait is None else now + timedelta(seconds=wait)
    return wait


def record_held(session: Session, workspace: str, message: Message, until: datetime) -> None:
    """Records that nobody need try before *until*."""
    _row(session, workspace, message.key).not_before = until


def record_failed(session: Session, workspace: str, message: Message, error: str, *, now: datetime) -> None:
    """Records that the message is given up, and why."""
    row = session.get(SentMessage, (workspace, message.key)) or _new_row(session, workspace, message)
    _settle(row)
    row.failed_at, row.error = now, error


def hasten(session: Session, workspace: str) -> None:
    """Ends the waits in a workspace of what Slack did not take while it was in trouble."""
    # What waits for a rate limit or for somebody to mend it goes on waiting.
    away = or_(SentMessage.error.in_(AWAY), SentMessage.error.like("http_%"))
    waiting = (SentMessage.workspace == workspace, SentMessage.not_before.is_not(None), away)
    session.execute(update(SentMessage).where(*waiting).values(not_before=None))


def list_held(session: Session, *, beyond: datetime) -> set[tuple[str, str]]:
    """The (workspace, recipient) whose messages wait for a retry after *beyond*."""
    rows = select(SentMessage.workspace, SentMessage.recipient).where(SentMessage.not_before > beyond).distinct()
    return {(workspace, recipient) for workspace, recipient in session.execute(rows)}


def is_given_up(session: Session, workspace: str, key: str) -> bool:
    """Whether the message with that key was given up."""
    row = session.get(SentMessage, (workspace, key))
    return row is not None and row.failed_at is not None


def claim_given_up(session: Session, workspace: str, key: str) -> datetime | None:
    """Opens the record of a message that was given up, for who sends it again; since when it was. None when it was not.

    An attempt of then may have been taken without our knowing: it is looked for before it is posted.
    """
    row = session.get(SentMessage, (workspace, key), with_for_update=True, populate_existing=True)
    if row is None or row.failed_at is None:
        return None
    failed_at = row.failed_at
    _settle(row)
    # The earliest that an attempt can have been: `_settle` has forgotten when it was.
    row.attempted_at = failed_at - Patience().give_up_after
    return failed_at


@dataclass(frozen=True)
class Unsent:
    """A message that stands nowhere in Slack: given up, or waiting. `error` is what Slack said last, or ""."""

    key: str
    given_up: bool
    error: str


def list_unsent(session: Session, workspace: str, keys: Collection[str]) -> list[Unsent]:
    """Those of *keys* that are not sent."""
    found: dict[str, SentMessage] = {}
    wanted = sorted(keys)
    for start in range(0, len(wanted), KEYS_AT_ONCE):
        some = SentMessage.key.in_(wanted[start : start + KEYS_AT_ONCE])
        rows = session.scalars(select(SentMessage).where(SentMessage.workspace == workspace, some))
        found |= {row.key: row for row in rows}
    tried = [found[key] for key in wanted if key in found]
    untried = [Unsent(key, given_up=False, error="") for key in wanted if key not in found]
    return [Unsent(row.key, row.failed_at is not None, row.error or "") for row in tried if not row.sent_at] + untried


def count_failed(session: Session) -> int:
    """How many messages stand as failed."""
    return session.scalar(select(func.count()).where(SentMessage.failed_at.is_not(None))) or 0


def _row(session: Session, workspace: str, key: str) -> SentMessage:
    return session.get_one(SentMessage, (workspace, key))


def _new_row(session: Session, workspace: str, message: Message) -> SentMessage:
    row = SentMessage(workspace=workspace, key=message.key, recipient=message.to, attempts=0)
    session.add(row)
    return row


def _posted_of(row: SentMessage) -> Posted:
    return Posted(row.channel, row.ts, row.shown, row.attempted_at)


def _settle(row: SentMessage) -> None:
    row.attempts, row.first_tried_at, row.attempted_at = 0, None, None
    row.not_before, row.failed_at, row.error = None, None, None


def _parent(session: Session, workspace: str, message: Message) -> Parent | Behind | ParentFailed:
    if isinstance(message, Refresh) or message.thread_of is None:
        return Parent(message.thread_ts if isinstance(message, Post) else None)
    row = session.get(SentMessage, (workspace, message.thread_of))
    # Before `Behind`: who waits for a parent that was given up would wait until the turns are spent.
    if row is not None and row.failed_at is not None:
        return ParentFailed()
    if row is None or row.ts is None:
        return Behind()
    return Parent(row.thread_ts or row.ts, shared=row.thread_ts is not None)


@cache
def _facts(dialect: str) -> Select[Any]:
    """What has to be known of a message before an attempt, in one statement that is written once."""
    table = SentMessage.__table__.c
    here = (table.workspace == bindparam("workspace"), table.recipient == bindparam("recipient"))
    until: ColumnElement[Any] = bindparam("until", type_=Instant())
    if dialect != "sqlite":  # not `clock_timestamp`, which is another for each row
        until = func.coalesce(until, func.statement_timestamp() + AHEAD)
    # Not what was recorded before the clock was set back: it would hide the calls since then.
    calls = select(table.touched_at).where(*here, table.touched_at <= until).order_by(table.touched_at.desc())
    known = select(table.channel).where(*here, table.sent_at.is_not(None))
    old = (MovedChannelRow.workspace == bindparam("workspace"), MovedChannelRow.old == bindparam("recipient"))
    shared: ColumnElement[Any] = (
        literal_column("NULL") if dialect == "sqlite" else func.clock_timestamp(type_=Instant())
    )
    return select(
        exists().where(table.workspace == bindparam("workspace"), table.key == bindparam("key")).label("known"),
        calls.limit(1).scalar_subquery().label("last_call"),
        known.limit(1).scalar_subquery().label("channel"),
        select(MovedChannelRow.new).where(*old).scalar_subquery().label("moved"),
        shared.label("now"),
    )


@cache
def _sent() -> Update:
    # When it was first sent: an edit does not make it a newer message.
    table = table_of(SentMessage)
    settled = dict.fromkeys(("first_tried_at", "attempted_at", "not_before", "failed_at", "error"))
    now = bindparam("now", type_=Instant())
    return (
        update(table)
        .where(table.c.workspace == bindparam("of_workspace"), table.c.key == bindparam("of_key"))
        .values(
            channel=bindparam("at_channel"), ts=bindparam("at_ts"), shown=bindparam("now_shown"), touched_at=now,
            sent_at=func.coalesce(table.c.sent_at, now), attempts=0, **settled,
        )
    )  # fmt: skip


def _where(message: Message, facts: Row[Any]) -> str | None:
    """The channel, as far as it is known without asking Slack."""
    if facts.channel or isinstance(message, Refresh) or message.to.startswith(("U", "W")):
        return facts.channel  # type: ignore[no-any-return]
    return facts.moved or message.to  # it may have another id since the message was enqueued


def _too_early(row: SentMessage | None, last_call: datetime | None, now: datetime, pace: Pace) -> float:
    """Seconds. What was recorded later than *now* was so before the clock was set back: its time counts as passed."""
    waits = [0.0]
    if last_call is not None:
        waits.append(min(pace.interval, pace.interval - (now - last_call).total_seconds()))
    if row is None or row.touched_at is None or row.touched_at > now:
        return max(waits)
    if row.attempted_at and row.ts is None:
        # Slack may take a moment until a message that it has just accepted is found in the history.
        waits.append(pace.settle - (now - row.touched_at).total_seconds())
    if row.not_before is not None:
        waits.append((row.not_before - now).total_seconds())
    return max(waits)
