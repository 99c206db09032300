"""What goes out to a ticket, what is news from there, and what news means: echo, order, and stages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.item import By
from bot.domain.item_values import Blocked
from bot.domain.lifecycle import Action, State
from bot.domain.tickets import (
    Did,
    Link,
    SeenTicket,
    Stage,
    TicketAsk,
    commented,
    has_seen,
    has_written,
    news,
    not_there_yet,
    ours,
    stage_wanted,
    take,
    to_write,
)
from tests.builders import item

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
THERE = SeenTicket("12", "acme/shop#12", "https://github.com/acme/shop/issues/12", "Cap the queue", Stage.TO_DO, NOON)
BY = By("octocat (GitHub)", NOON)


def link(**changes: object) -> Link:
    sent = ours(item(title="Cap the queue"), "", "text")
    known = Link(
        "T0ACME", 12, 1, "abc", ref="12", name=THERE.name, url=THERE.url, sent=sent, seen=THERE.facts, as_of=NOON
    )
    return replace(known, **changes)  # type: ignore[arg-type]


def there(**changes: object) -> SeenTicket:
    return replace(THERE, **({"at": NOON + SECOND} | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "stage"),
    [
        (State.NOT_STARTED, Stage.TO_DO),
        (State.IN_PROGRESS, Stage.TO_DO),
        (State.IMPLEMENTED, Stage.TO_DO),
        (State.VERIFIED, Stage.TO_DO),
        (State.CLOSED, Stage.DONE),
        (State.DEFERRED, Stage.TO_DO),
        (State.WONT_DO, Stage.NOT_PLANNED),
        (State.RISK_ACCEPTED, Stage.NOT_PLANNED),
        (State.MERGED, Stage.NOT_PLANNED),
    ],
)
def test_only_an_end_ends_the_ticket(state: State, stage: Stage) -> None:
    assert stage_wanted(item(state=state)) is stage


def test_only_what_changed_is_written() -> None:
    known = link()
    now = ours(item(title="Cap the retry queue"), "", "text")
    assert to_write(now, known.sent, known.seen) == {"title": "Cap the retry queue"}


def test_ticket_that_somebody_has_closed_there_is_not_opened_again_by_an_item_that_goes_on() -> None:
    known = link(seen=THERE.facts | {"stage": "done"})
    assert (
        to_write(ours(item(state=State.IN_PROGRESS, title="Cap the queue"), "", "text"), known.sent, known.seen) == {}
    )


def test_what_stands_there_already_is_not_written_again() -> None:
    known = link(seen=THERE.facts | {"stage": "done"})
    assert to_write(ours(item(state=State.CLOSED, title="Cap the queue"), "", "text"), known.sent, known.seen) == {}


def test_due_date_goes_only_where_the_tracker_keeps_one() -> None:
    now = {"due": "2026-12-24"}
    assert to_write(now, {"due": "2026-12-01"}, {"title": "x"}) == {}
    assert to_write(now, {"due": "2026-12-01"}, {"title": "x", "due": "2026-12-01"}) == now


def test_our_own_writing_is_no_news() -> None:
    """Echo, as every peer had it."""
    wrote = has_written(link(), {"title": "New"}, {"title": "New"}, NOON + SECOND)
    assert news(wrote, there(title="New")) == {}


def test_echo_of_an_earlier_writing_in_the_same_second_is_no_news_and_a_persons_word_is() -> None:
    first = has_written(link(), {"title": "B"}, {"title": "B"}, NOON + SECOND)
    second = has_written(first, {"title": "C"}, {"title": "C"}, NOON + SECOND)
    assert news(second, there(title="B")) == {}
    assert news(second, there(title="Theirs")) == {"title": "Theirs"}


def test_what_somebody_wrote_before_we_wrote_over_it_is_old() -> None:
    wrote = has_written(link(), {"title": "Ours"}, {"title": "Ours"}, NOON + 2 * SECOND)
    assert news(wrote, there(title="Theirs", stage=Stage.DONE)) == {"stage": "done"}
    assert has_seen(wrote, there(title="Theirs", stage=Stage.DONE)).seen["title"] == "Ours"


def test_older_event_undoes_nothing() -> None:
    known = has_seen(link(), there(title="Newer", at=NOON + 5 * SECOND))
    assert news(known, there(title="Older")) == {}
    assert has_seen(known, there(title="Older")) == known


def test_same_event_again_is_no_news() -> None:
    event = there(title="New", stage=Stage.DONE)
    assert news(link(), event) == {"title": "New", "stage": "done"}
    assert news(has_seen(link(), event), event) == {}


def test_two_changes_in_one_second_are_both_taken() -> None:
    known = has_seen(link(), there(title="New"))
    assert news(known, there(title="New", stage=Stage.DONE)) == {"stage": "done"}


def test_done_there_starts_what_was_not_started_and_asks_and_ends_nothing() -> None:
    taken = take(item(), link(), {"stage": "done"}, BY)
    assert [made.change.action for made in taken.moves] == [Action.START]
    assert taken.item.state is State.IN_PROGRESS
    assert taken.asks == (TicketAsk.DONE,)


@pytest.mark.parametrize("state", [State.IMPLEMENTED, State.VERIFIED, State.CLOSED])
def test_done_there_asks_nothing_of_what_is_done_here(state: State) -> None:
    taken = take(item(state=state), link(), {"stage": "done"}, BY)
    assert taken.asks == ()
    assert taken.item.state is state


def test_in_progress_there_starts_the_item_unless_it_is_blocked() -> None:
    assert take(item(), link(), {"stage": "in_progress"}, BY).item.state is State.IN_PROGRESS
    blocked = take(item(blocked=Blocked()), link(), {"stage": "in_progress"}, BY)
    assert blocked.item.state is State.NOT_STARTED
    assert blocked.item.last_progress_at == NOON


def test_reopened_there_asks_about_what_is_done_here() -> None:
    closed = link(seen=THERE.facts | {"stage": "done"})
    assert take(item(state=State.CLOSED), closed, {"stage": "to_do"}, BY).asks == (TicketAsk.REOPENED,)
    assert take(item(state=State.IN_PROGRESS), closed, {"stage": "to_do"}, BY).asks == ()


def test_title_and_due_date_are_taken_with_who_and_where() -> None:
    was = item()
    taken = take(was, link(), {"title": "New", "due": "2027-02-01"}, BY)
    assert [made.change.action for made in taken.moves] == [Action.EDIT, Action.MOVE_DUE_DATE]
    assert taken.moves[0].change.by == "octocat (GitHub)"
    assert taken.moves[0].change.detail == {
        "title": {"from": was.title, "to": "New"}, "ticket": THERE.name, "url": THERE.url
    }  # fmt: skip
    assert (taken.item.due.isoformat(), taken.item.slips) == ("2027-02-01", was.slips + 1)


@pytest.mark.parametrize("title", ["", "  ", "x" * 301])
def test_title_that_no_item_could_have_stays_there(title: str) -> None:
    assert take(item(), link(), {"title": title}, BY).moves == ()


def test_title_that_trackers_would_refuse_is_cut_there_and_stays_whole_here() -> None:
    """GitLab takes 255 characters; such an item never got its ticket."""
    long = item(title="x" * 300)
    there = ours(long, "", "")["title"]
    assert (len(there), there[-1]) == (255, "…")
    assert take(long, link(), {"title": there}, BY).moves == ()


def test_no_due_date_there_leaves_the_items_own() -> None:
    assert take(item(), link(), {"due": ""}, BY).moves == ()


def test_another_assignee_is_a_proposal_and_taking_one_away_is_none() -> None:
    assert take(item(), link(), {"assignee": "octocat"}, BY).asks == (TicketAsk.ASSIGNEE,)
    assert take(item(), link(), {"assignee": ""}, BY).asks == ()


def test_what_is_over_takes_neither_title_nor_date() -> None:
    over = item(state=State.WONT_DO)
    assert take(over, link(), {"title": "New", "due": "2027-02-01", "assignee": "octocat"}, BY).item == over


def test_machine_makes_no_progress_and_a_person_does() -> None:
    going = item(state=State.IN_PROGRESS)
    assert take(going, link(), {"stage": "to_do"}, BY, is_person=False).moves == ()
    assert take(going, link(), {"stage": "to_do"}, BY).item.last_progress_at == NOON


def test_comment_is_progress_and_is_not_quoted() -> None:
    made = commented(item(), link(), BY)
    assert made.item.last_progress_at == NOON
    assert made.change.detail == {"did": Did.COMMENTED.value, "ticket": THERE.name, "url": THERE.url}
    assert made.change.why == ""


def test_lost_answer_leaves_only_what_does_not_stand_there_to_be_written() -> None:
    shown = SeenTicket("1", "acme/shop#1", "https://x", "New", Stage.DONE, NOON, due="2026-12-01")
    wanted = {"title": "New", "stage": "to_do", "text": "print", "due": "2026-12-01"}
    assert not_there_yet(wanted, shown) == {"stage": "to_do", "text": "print"}


def test_title_of_a_confidential_ticket_is_no_news_and_a_change_here_still_goes_there() -> None:
    """Others quoted it into a channel that everybody reads."""
    hidden = there(title="Leaked keys of acme", confidential=True, stage=Stage.DONE)
    assert news(link(), hidden) == {"stage": "done"}
    seen = has_seen(link(), hidden)
    assert "Leaked" not in str(seen.seen)
    assert to_write(ours(item(title="Cap it all"), "", "text"), seen.sent, seen.seen)["title"] == "Cap it all"


def test_title_that_was_confidential_until_now_was_changed_by_nobody() -> None:
    first = link(seen=replace(THERE, confidential=True).facts)
    shown = there(title="Rotate the keys")
    assert news(first, shown) == {}
    known = has_seen(first, shown)
    assert news(known, there(title="Rotate all keys", at=NOON + 2 * SECOND)) == {"title": "Rotate all keys"}
