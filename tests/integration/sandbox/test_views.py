"""Triggers, hashes, stacks: what views.* refuse."""

from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.server import Sandbox
from tests.people import Person

VIEW = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Title"},
    "blocks": [
        {
            "type": "actions",
            "elements": [{"type": "button", "text": {"type": "plain_text", "text": "More"}, "action_id": "more"}],
        }
    ],
}


def refused(call: Any, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


@pytest.fixture
def triggers(bolt: App) -> list[str]:
    """The triggers of the commands that were given."""
    seen: list[str] = []
    bolt.command("/actionitem")(lambda ack, body: (seen.append(body["trigger_id"]), ack()))
    return seen


def test_a_trigger_opens_only_once(triggers: list[str], client: WebClient, priya: Person) -> None:
    priya.command("/actionitem", channel="C0INC")
    client.views_open(trigger_id=triggers[0], view=VIEW)
    assert refused(client.views_open, trigger_id=triggers[0], view=VIEW) == "exchanged_trigger_id"


def test_a_trigger_lives_three_seconds(triggers: list[str], client: WebClient, priya: Person) -> None:
    priya.command("/actionitem", channel="C0INC")
    priya.http.post("/sandbox/clock", json={"by": 3.5})
    assert refused(client.views_open, trigger_id=triggers[0], view=VIEW) == "expired_trigger_id"


def test_a_trigger_is_not_guessed(client: WebClient) -> None:
    assert refused(client.views_open, trigger_id="1.2.abc", view=VIEW) == "invalid_trigger_id"


def test_a_trigger_survives_a_view_that_was_refused(triggers: list[str], client: WebClient, priya: Person) -> None:
    priya.command("/actionitem", channel="C0INC")
    assert refused(client.views_open, trigger_id=triggers[0], view=VIEW | {"blocks": []}) == "invalid_arguments"
    client.views_open(trigger_id=triggers[0], view=VIEW)


def test_only_a_modals_own_trigger_pushes(triggers: list[str], client: WebClient, priya: Person) -> None:
    priya.command("/actionitem", channel="C0INC")
    assert refused(client.views_push, trigger_id=triggers[0], view=VIEW) == "not_found"


def test_the_stack_holds_three(bolt: App, triggers: list[str], client: WebClient, priya: Person) -> None:
    errors: list[str] = []

    @bolt.action("more")
    def push(ack: Any, body: Any) -> None:
        ack()
        try:
            client.views_push(trigger_id=body["trigger_id"], view=VIEW)
        except SlackApiError as error:
            errors.append(error.response["error"])

    priya.command("/actionitem", channel="C0INC")
    client.views_open(trigger_id=triggers[0], view=VIEW)
    for _ in range(3):
        priya.modal_click("More")
    assert errors == ["push_limit_reached"]
    assert priya.get("modal")["depth"] == 3


def test_an_old_hash_is_a_conflict(triggers: list[str], client: WebClient, priya: Person) -> None:
    priya.command("/actionitem", channel="C0INC")
    view = client.views_open(trigger_id=triggers[0], view=VIEW)["view"]
    changed = client.views_update(view_id=view["id"], hash=view["hash"], view=VIEW)["view"]
    assert changed["hash"] != view["hash"]
    assert refused(client.views_update, view_id=view["id"], hash=view["hash"], view=VIEW) == "hash_conflict"


def test_a_closed_view_is_not_found(triggers: list[str], client: WebClient, priya: Person) -> None:
    priya.command("/actionitem", channel="C0INC")
    view = client.views_open(trigger_id=triggers[0], view=VIEW | {"external_id": "mine"})["view"]
    client.views_update(external_id="mine", view=VIEW | {"external_id": "mine"})
    priya.modal.cancel()
    assert refused(client.views_update, view_id=view["id"], view=VIEW) == "not_found"


def test_an_external_id_is_unique(triggers: list[str], client: WebClient, priya: Person, marco: Person) -> None:
    for person in (priya, marco):
        person.command("/actionitem", channel="C0INC")
    client.views_open(trigger_id=triggers[0], view=VIEW | {"external_id": "mine"})
    again = VIEW | {"external_id": "mine"}
    assert refused(client.views_open, trigger_id=triggers[1], view=again) == "duplicate_external_id"


def test_a_home_is_each_persons_own(client: WebClient, sandbox: Sandbox, priya: Person, marco: Person) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    first = client.views_publish(user_id="U0PRIYA", view=home)["view"]
    client.views_publish(user_id="U0PRIYA", hash=first["hash"], view=home)
    assert refused(client.views_publish, user_id="U0PRIYA", hash=first["hash"], view=home) == "hash_conflict"
    assert priya.get("home")["view"]["id"] == first["id"]
    assert marco.get("home")["view"] is None
    assert refused(client.views_publish, user_id="U0BOT", view=home) == "invalid_arguments"


def test_the_blocks_of_a_view_are_named_where_they_are_wrong(
    triggers: list[str], client: WebClient, priya: Person
) -> None:
    priya.command("/actionitem", channel="C0INC")
    wrong = VIEW | {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": ""}}]}
    with pytest.raises(SlackApiError) as caught:
        client.views_open(trigger_id=triggers[0], view=wrong)
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be more than 0 characters [json-pointer:/view/blocks/0/text/text]"
    ]
