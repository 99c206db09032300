"""What Slack said is kept for a while; and two who want to know the same at once ask it once."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import Unavailable
from bot.slack import kept_answers as module
from bot.slack.kept_answers import KeptAnswers, NotAtHand
from tests.builders import NOW, WORKSPACE

KEPT = timedelta(minutes=1)
NO_DATABASE: Any = None


def kept_answers() -> KeptAnswers:
    return KeptAnswers(NO_DATABASE, lambda _: NO_DATABASE, lambda: NOW)


def answer(kept: KeptAnswers, ask: Callable[[], str], kept_for: timedelta = KEPT) -> str | None:
    return kept._answer("members", WORKSPACE, "C0INC", kept_for, ask)


def test_two_who_want_to_know_the_same_ask_slack_once() -> None:
    kept, asked = kept_answers(), list[Future[str | None]]()

    def ask() -> str:
        asked.append(threads.submit(answer, kept, ask))  # somebody else, before there is an answer
        return "Priya"

    with ThreadPoolExecutor(2) as threads:
        assert answer(kept, ask) == "Priya"
        assert [each.result() for each in asked] == ["Priya"]


def test_failure_is_that_of_everybody_who_waits_for_the_answer() -> None:
    kept, asked = kept_answers(), list[Future[str | None]]()

    def ask() -> str:
        if not asked:
            asked.append(threads.submit(answer, kept, ask))
        raise OSError("the line is cut")

    with ThreadPoolExecutor(2) as threads:
        with pytest.raises(Unavailable):
            answer(kept, ask)
        with pytest.raises(Unavailable):
            asked[0].result()


def test_who_wants_it_fresh_asks_by_themselves() -> None:
    kept, asked = kept_answers(), list[str]()

    def ask() -> str:
        asked.append("Marco")
        if len(asked) == 1:
            answer(kept, ask, timedelta(0))
        return "Priya"

    answer(kept, ask)
    assert len(asked) == 2


def test_who_may_not_ask_gives_that_answer_to_nobody() -> None:
    kept = kept_answers()

    def ask() -> str:
        kept._client_for(WORKSPACE)
        return "Priya"

    with suppress(NotAtHand), kept.at_hand():
        answer(kept, ask)
    assert answer(kept, ask) == "Priya"


def test_fault_of_ours_in_who_asks_lets_nobody_wait() -> None:
    kept, asked = kept_answers(), list[Future[str | None]]()

    def ask() -> str:
        if not asked:
            asked.append(threads.submit(answer, kept, ask))
        raise ZeroDivisionError

    with ThreadPoolExecutor(1) as threads:
        with pytest.raises(ZeroDivisionError):
            answer(kept, ask)
        assert isinstance(asked[0].exception(), (Unavailable, ZeroDivisionError))


def test_who_has_no_time_left_gets_what_was_said_lately_also_while_somebody_else_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [NOW]
    kept = KeptAnswers(NO_DATABASE, lambda _: NO_DATABASE, lambda: now[0])
    answer(kept, lambda: "Priya")
    now[0] += timedelta(minutes=3)
    others = list[str | None]()

    def ask() -> str:
        with ThreadPoolExecutor(1) as threads:
            others.append(threads.submit(answer, kept, ask).result())
        return "Marco"

    monkeypatch.setattr(module, "patience", lambda: 0.0)
    assert answer(kept, ask) == "Marco"
    assert others == ["Priya"]


def test_answer_of_before_something_was_forgotten_is_not_kept() -> None:
    kept, asked = kept_answers(), list[str]()

    def ask() -> str:
        asked.append("")
        kept._forget([("members", WORKSPACE, "C0INC")])
        return "Priya"

    assert [answer(kept, ask), answer(kept, ask)] == ["Priya", "Priya"]
    assert len(asked) == 2
