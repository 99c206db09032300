"""Pull requests and deployments that name items, and guards that are watched, in a local GitHub."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.acceptance.conftest import eventually
from tests.acceptance.test_life_of_an_item import VERIFIED, submit, walk_to
from tests.acceptance.test_trackers import Office, running_office
from tests.people import Message


@pytest.fixture(scope="module")
def office(database: str, folder: Path) -> Iterator[Office]:
    yield from running_office(database, folder)


@pytest.fixture(autouse=True)
def without_faults(office: Office) -> Iterator[None]:
    yield
    office.github.faults.clear()


@contextmanager
def without_webhook(office: Office) -> Iterator[None]:
    hook, office.github.webhook = office.github.webhook, None
    try:
        yield
    finally:
        office.github.webhook = hook


def asked(office: Office, number: str, words: str) -> Message:
    """What the owner reads about the item."""
    found = [each for each in office.priya.direct_messages() if f"AI-{number} " in each.text and words in each.text]
    return found[-1] if found else None  # type: ignore[return-value]


def messages_about(office: Office, number: str) -> list[Message]:
    return [each for each in office.priya.direct_messages() if f"AI-{number} " in each.text]


def test_merged_change_proposes_implemented_and_its_deployment_fills_in_since_when(office: Office) -> None:
    channel, number = office.item()
    pull = office.github.code.opened(f"Page on lag (ai-{number})", "<!-- say AI-1 here -->")
    office.card_says(channel, number, f"acme/shop#{pull.number}> is open")
    assert not [each for each in messages_about(office, number) if "Is it in production?" in each.text]
    office.github.code.merged(pull.number)
    question = eventually(lambda: asked(office, number, f"#{pull.number}> was merged. Is it in production?"))
    office.card_says(channel, number, "in progress")
    office.github.code.commit("another one")
    office.github.code.deployed()
    question = eventually(lambda: asked(office, number, "is in production since"))
    office.priya.click("Implemented", question)
    modal = office.priya.modal
    assert modal.shown("Link to the change").endswith(f"/pull/{pull.number}")
    assert modal.submit("Implemented") == {}
    eventually(lambda: asked(office, number, "nothing to answer"))
    assert len(messages_about(office, number)) == 1
    shown = office.priya.command(f"/actionitem show {number}", channel=channel).text
    for words in ("octocat (GitHub) named it in", "octocat (GitHub) merged", "is in production"):
        assert words in shown


def test_change_named_by_its_branch_is_found_without_a_webhook_and_nothing_new_costs_two_calls(office: Office) -> None:
    channel, number = office.item()
    with without_webhook(office):
        pull = office.github.code.opened("Page on lag", branch=f"fix/AI-{number}-lag")
        office.command("tracker", "sync", "main")
        office.card_says(channel, number, f"acme/shop#{pull.number}> is open")
        office.github.code.merged(pull.number)
        office.command("tracker", "sync", "main")
        eventually(lambda: asked(office, number, "was merged. Is it in production?"))
        office.command("tracker", "sync", "main")  # what others deployed before is looked at once
        office.github.calls.clear()
        office.command("tracker", "sync", "main")
        assert len(office.github.calls) <= 2
        office.github.code.deployed(environment="staging")
        office.command("tracker", "sync", "main")
        office.github.code.deployed()
        office.command("tracker", "sync", "main")
        eventually(lambda: asked(office, number, "is in production since"))


def test_merge_that_closes_the_ticket_asks_once(office: Office) -> None:
    _channel, number, issue = office.with_ticket()
    pull = office.github.code.opened(f"AI-{number}: page on lag", f"Closes #{issue}")
    office.github.code.merged(pull.number)
    eventually(lambda: asked(office, number, "Is it in production?"))
    office.github.closed(issue, pull=f"{office.github.url}/acme/shop/pull/{pull.number}")
    question = eventually(lambda: asked(office, number, "is done. Is it in production?"))
    assert question.button("Implemented")
    assert len(messages_about(office, number)) == 1


def verified_with(office: Office, guard: str) -> tuple[str, str]:
    """An item that is verified, with that guard."""
    channel, number = office.item()
    walk_to(office.priya, channel, f"AI-{number}", "implemented")
    fields = VERIFIED | {"What would tell us?": guard}
    assert submit(office.priya, channel, f"verify {number}", fields, "Verify") == {}
    return channel, number


def in_days(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def test_guard_that_never_was_there_is_said_at_once_to_who_verified(office: Office) -> None:
    _channel, number = verified_with(office, f"{office.github.url}/acme/shop/blob/main/alerts/never.yml")
    told = eventually(lambda: asked(office, number, "I do not find"))
    assert "never.yml" in told.text
    assert "Name another" in told.buttons
    assert asked(office, number, "not there any more") is None


@pytest.mark.walk
def test_guard_that_is_gone_is_asked_about_and_said_in_the_digest(office: Office) -> None:
    office.github.code.files.add("tests/lag_test.py")
    guard = f"{office.github.url}/acme/shop/blob/main/tests/lag_test.py#L10"
    _channel, number = verified_with(office, f"The test: {guard}.")
    # It is looked at when it is given, before it is gone.
    eventually(lambda: any(path.endswith("/contents/tests/lag_test.py") for _verb, path in office.github.calls))
    office.command("tick", "--at", in_days(8))
    assert asked(office, number, "is not there any more") is None
    office.github.code.files.discard("tests/lag_test.py")
    office.command("tick", "--at", in_days(9))
    assert asked(office, number, "is not there any more") is None
    office.command("tick", "--at", in_days(16))
    question = eventually(lambda: asked(office, number, "is not there any more"))
    assert "lag_test.py" in question.text
    said = office.command("ritual", "weekly-digest", "--team", "Payments", "--dry-run")
    assert "What would tell us is gone" in said
    assert f"*AI-{number}*" in said.partition("What would tell us is gone")[2]
    office.command("tick", "--at", in_days(24))
    assert len([each for each in messages_about(office, number) if "lag_test.py" in each.text]) == 1
    office.priya.click("Name another", question)
    assert "Name or link" in "".join(office.priya.modal.submit("Name it").values())
    office.priya.modal.fill({"What would tell us?": "The alert “lag” in Grafana"}).submit("Name it")
    eventually(lambda: asked(office, number, "is settled"))
    said = office.command("ritual", "weekly-digest", "--team", "Payments", "--dry-run")
    assert f"*AI-{number}*" not in said.partition("What would tell us is gone")[2]


def test_what_takes_a_change_back_proposes_nothing_and_what_names_it_no_more_is_forgotten(office: Office) -> None:
    channel, number = office.item()
    revert = office.github.code.opened(f'Revert "AI-{number}: page on lag"', branch="revert-9-lag")
    office.card_says(channel, number, f"acme/shop#{revert.number}")
    office.github.code.merged(revert.number)
    office.card_says(channel, number, f"acme/shop#{revert.number}> was merged")
    other = office.github.code.opened(f"For AI-{number}")
    office.card_says(channel, number, f"acme/shop#{other.number}> is open")
    office.github.code.edited(other.number, title="For something else")
    eventually(lambda: f"#{other.number}>" not in office.world.card(channel, f"AI-{number}").text)
    assert messages_about(office, number) == []
