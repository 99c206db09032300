"""Pull requests that name items: who is named, what that proposes, and which deployment holds them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.lifecycle import State
from bot.domain.pulls import Deployment, NamedItem, PullRequest, PullStage, is_older, may_be_in, numbers_named, proposes
from tests.builders import item

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
PULL = PullRequest("41", "acme/shop#41", "https://github.com/acme/shop/pull/41", "Page on lag", PullStage.MERGED, AT)
NAMED = NamedItem("T1", 1, "41", 12, PULL.name, PULL.url, PullStage.MERGED, AT, ("abc", "def"), AT)


@pytest.mark.parametrize(
    ("title", "text", "branch", "numbers"),
    [
        ("AI-12 Page on lag", "", "", [12]),
        ("Page on lag", "For ai-12, AI–7 and (AI-12).", "", [7, 12]),
        ("Page on lag", "", "feature/ai-12-lag", [12]),
        ("Page on lag", "", "AI-12_lag", [12]),
        ("Page on lag", "<!-- name the item, like AI-12 -->", "", []),
        ("Page on lag", "<!-- never closed AI-12", "", []),
        ("OPENAI-12, XAI-3", "AI-0, AI-012, AI 12, AI-1234567890", "", []),
        ("", "", "", []),
    ],
)
def test_item_is_named_in_title_text_or_branch(title: str, text: str, branch: str, numbers: list[int]) -> None:
    assert numbers_named(replace(PULL, title=title, text=text, branch=branch)) == numbers


def test_list_of_all_items_names_the_first_fifty() -> None:
    assert len(numbers_named(replace(PULL, text=" ".join(f"AI-{number}" for number in range(1, 200))))) == 50


@pytest.mark.parametrize(
    ("changes", "state", "is_reason"),
    [
        ({}, State.IN_PROGRESS, True),
        ({}, State.NOT_STARTED, True),
        ({}, State.IMPLEMENTED, False),
        ({}, State.DEFERRED, False),
        ({}, State.FUTURE_CONSIDERATION, False),
        ({"stage": PullStage.OPEN}, State.IN_PROGRESS, False),
        ({"stage": PullStage.DROPPED}, State.IN_PROGRESS, False),
        ({"title": 'Revert "AI-12 Page on lag"'}, State.IN_PROGRESS, False),
        ({"title": "revert: AI-12 page on lag"}, State.IN_PROGRESS, False),
        ({"title": "Revert the queue to FIFO (AI-12)"}, State.IN_PROGRESS, True),
        ({"branch": "revert-41-lag"}, State.IN_PROGRESS, False),
        ({"merged_at": AT - timedelta(days=900)}, State.IN_PROGRESS, False),
    ],
)
def test_merge_proposes_what_waits_for_it(changes: dict[str, object], state: State, is_reason: bool) -> None:
    made = item(state=state, created_at=AT - timedelta(days=5))
    assert proposes(replace(PULL, merged_at=AT), made) is is_reason if not changes else True
    assert proposes(replace(PULL, **({"merged_at": AT} | changes)), made) is is_reason  # type: ignore[arg-type]


def test_older_event_undoes_nothing_and_what_is_merged_stays_so() -> None:
    assert is_older(replace(PULL, at=AT - timedelta(seconds=1)), [NAMED])
    assert is_older(replace(PULL, stage=PullStage.OPEN), [NAMED])
    assert not is_older(PULL, [NAMED])
    assert not is_older(PULL, [])


@pytest.mark.parametrize(
    ("sha", "after", "looked_at", "may"),
    [
        ("abc", -60, None, True),
        ("def", -60, None, True),
        ("zzz", -60, None, False),
        ("zzz", 60, None, True),
        ("zzz", 60, 61, False),
        ("zzz", 60, 60, True),  # another one of the second that was looked into last
        ("zzz", 120, 60, True),
    ],
)
def test_deployment_after_the_merge_may_hold_it(sha: str, after: int, looked_at: int | None, may: bool) -> None:
    looked = AT + timedelta(seconds=looked_at) if looked_at is not None else None
    made = Deployment("1", sha, AT + timedelta(seconds=after))
    assert may_be_in(replace(NAMED, looked_at=looked), made) is may
