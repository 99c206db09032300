"""What an answer of Slack's means for a message, and how long to wait."""

from datetime import timedelta

import pytest

from bot.domain.delivery import KINDS, LATER, REFUSED, UNSURE, WORKSPACE_GONE, Bucket, Meaning, Patience, Trouble

SOON = timedelta(seconds=5)


def wait(code: str, attempts: int = 1, trying_for: timedelta = SOON, **given: float) -> float | None:
    return Patience().next_wait(Trouble(code, **given), attempts=attempts, trying_for=trying_for)


def test_each_error_has_one_meaning() -> None:
    named = [*LATER.split(), *UNSURE.split(), *REFUSED.split()]
    assert sorted(named) == sorted(KINDS)


@pytest.mark.parametrize("code", ["channel_not_found", "is_archived", "token_revoked", "invalid_blocks"])
def test_refused_message_is_not_tried_again(code: str) -> None:
    assert wait(code) is None


@pytest.mark.parametrize(
    ("code", "longest"),
    [("ratelimited", 600), ("team_added_to_org", 600), *((code, 60) for code in UNSURE.split()), ("http_404", 60)],
)
def test_passing_trouble_is_waited_out_and_the_return_of_slack_seen_within_a_minute(code: str, longest: int) -> None:
    assert wait(code, attempts=50) == longest


@pytest.mark.parametrize("code", ["internal_error", "fatal_error", "dropped", "http_500", "http_504"])
def test_answer_that_may_hide_a_success_leaves_doubt(code: str) -> None:
    assert Trouble(code).may_have_been_taken


@pytest.mark.parametrize("code", ["ratelimited", "unreachable", "is_archived", "never_heard_of"])
def test_plain_answer_leaves_no_doubt(code: str) -> None:
    assert not Trouble(code).may_have_been_taken


def test_patience_grows_from_a_second_to_ten_minutes_or_to_one_while_slack_is_away() -> None:
    assert [wait("rate_limited", attempts) for attempts in (1, 2, 3, 10, 11, 1000)] == [1, 2, 4, 512, 600, 600]
    assert [wait("dropped", attempts) for attempts in (1, 2, 3, 6, 7, 1000)] == [1, 2, 4, 32, 60, 60]


def test_patience_ends_after_days() -> None:
    assert wait("dropped", trying_for=timedelta(days=2, hours=23)) is not None
    assert wait("dropped", trying_for=timedelta(days=3, seconds=1)) is None


@pytest.mark.parametrize("code", ["never_heard_of", "fault_KeyError", ""])
def test_unknown_error_is_tried_for_some_minutes_only(code: str) -> None:
    assert Trouble(code).kind is None
    assert wait(code, attempts=7) is not None
    assert wait(code, attempts=8) is None


def test_slacks_own_waiting_time_is_kept() -> None:
    assert wait("ratelimited", retry_after=30) == 30
    assert wait("ratelimited", attempts=8, retry_after=30) == 128


def test_slacks_waiting_time_has_a_limit() -> None:
    assert wait("ratelimited", retry_after=1e9) == 3600


@pytest.mark.parametrize("code", sorted(WORKSPACE_GONE))
def test_workspace_that_is_gone_takes_nothing(code: str) -> None:
    assert KINDS[code] is Meaning.REFUSED


@pytest.mark.parametrize(("code", "away"), [("unreachable", True), ("http_503", True), ("ratelimited", False)])
def test_slack_is_away_when_nothing_gets_through(code: str, away: bool) -> None:
    assert Trouble(code).away is away


def test_bucket_takes_a_burst_then_a_steady_stream() -> None:
    bucket = Bucket(burst=3, refill=2)
    assert [bucket.take(100.0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert bucket.take(100.5) == 0
    assert bucket.take(100.5) == 0.5


def test_who_waits_for_a_bucket_comes_back_once_at_their_own_time() -> None:
    """Sixty of them tried again at each single place, and fifty-nine in vain."""
    bucket = Bucket(burst=1, refill=2)
    assert [bucket.take(100.0, who) for who in "abcd"] == [0, 0.5, 1, 1.5]
    assert bucket.take(100.5, "b") == 0
    assert bucket.take(100.6, "d") == pytest.approx(0.9)
    assert bucket.take(101.0, "e") == 1.0
    assert [bucket.take(103.0, who) for who in "edc"] == [0, 0, 0]
    assert bucket.take(103.0, "e") == 0  # a place of its own again, which is free by now


def test_what_a_bucket_has_left_is_taken_by_who_asks_for_it_and_not_by_who_only_expects_it() -> None:
    bucket = Bucket(burst=2, refill=2)
    assert [bucket.expect(100.0, who) for who in "abc"] == [0, 0, 0]
    assert [bucket.take(100.0, who) for who in "ab"] == [0, 0]
    assert [bucket.expect(100.0, who) for who in "cdc"] == [0.5, 1, 0.5]
    assert bucket.expect(100.5, "c") == 0
    assert [bucket.take(100.5, who) for who in "cd"] == [0, 0.5]


def test_bucket_is_never_fuller_than_its_burst() -> None:
    bucket = Bucket(burst=2, refill=1)
    assert [bucket.take(1e6) for _ in range(3)] == [0, 0, 1]


@pytest.mark.parametrize(("second", "at", "wait"), [("C2", 11.0, 0.25), ("C1", 11.0, 0), ("C2", 30.0, 0)], ids=str)
def test_bucket_is_empty_when_two_channels_are_limited_together(second: str, at: float, wait: float) -> None:
    bucket = Bucket(burst=100, refill=4)
    bucket.take(10.0)
    bucket.limited("C1", 10.0)
    bucket.take(at)
    bucket.limited(second, at)
    assert bucket.take(at) == wait
