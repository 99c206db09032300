"""People and a real Bolt app: commands, buttons, modals and events, signed and over HTTP."""

from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient

from bot.sandbox.manifest import app_from_manifest
from bot.sandbox.server import Sandbox
from tests.people import Person

PLAIN = "plain_text"


def text(words: str) -> dict[str, str]:
    return {"type": PLAIN, "text": words}


def option(words: str, value: str | None = None) -> dict[str, Any]:
    return {"text": text(words), "value": value or words.lower()}


def field(block: str, label: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    element = {"action_id": block} | element
    return {"type": "input", "block_id": block, "label": text(label), "element": element, **more}


def form(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    view = {"type": "modal", "callback_id": "form", "title": text("New action item"), "submit": text("Create")}
    return view | {"close": text("Cancel"), "blocks": list(blocks)} | more


ACTION = field("action", "Action", {"type": "plain_text_input", "max_length": 20})
OWNER = field("owner", "Owner", {"type": "users_select"})
DUE = field("due", "Due date", {"type": "datepicker"})
REMEDY = field("remedy", "Remedy", {"type": "static_select", "options": [option("Automation"), option("Training")]})
THEMES = field("themes", "Themes", {"type": "checkboxes", "options": [option("DNS"), option("TLS")]}, optional=True)


def opens(app: App, *blocks: dict[str, Any], **more: Any) -> None:
    @app.command("/actionitem")
    def open_form(ack: Any, body: Any, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=form(*blocks, **more))


def test_a_command_is_answered_to_the_asker_alone(bolt: App, priya: Person, marco: Person) -> None:
    bolt.command("/actionitem")(lambda ack, command: ack(f"You said {command['text']}"))
    answer = priya.command("/actionitem list mine", channel="C0INC")
    assert answer.text == "You said list mine"
    assert answer.ephemeral is True
    assert marco.messages("C0INC") == []


def test_what_arrives_by_the_way_is_not_the_answer(bolt: App, priya: Person, client: WebClient) -> None:
    @bolt.command("/actionitem")
    def answer_and_post(ack: Any, respond: Any) -> None:
        client.chat_postMessage(channel="C0INC", text="a card")
        respond("For all", response_type="in_channel")
        ack("Done")

    answer = priya.command("/actionitem", channel="C0INC")
    assert [message.text for message in answer.messages] == ["For all", "Done"]
    assert [message.text for message in answer.arrived] == ["a card", "For all", "Done"]


def test_a_command_can_answer_in_the_channel(bolt: App, priya: Person, marco: Person) -> None:
    bolt.command("/actionitem")(lambda ack: ack(response_type="in_channel", text="For all"))
    assert priya.command("/actionitem", channel="C0INC").ephemeral is False
    assert [message.text for message in marco.messages("C0INC")] == ["For all"]


@pytest.mark.parametrize(
    ("channel", "name"), [("C0INC", "inc-2041-checkout"), ("C0VAULT", "privategroup"), ("U0BOT", "directmessage")]
)
def test_channels_are_named_to_the_app_as_slack_names_them(bolt: App, priya: Person, channel: str, name: str) -> None:
    bolt.command("/actionitem")(lambda ack, command: ack(command["channel_name"]))
    assert priya.command("/actionitem", channel=channel).text == name


def test_typed_names_become_ids_and_markup_is_escaped(bolt: App, priya: Person) -> None:
    seen: list[str] = []

    @bolt.command("/actionitem")
    def keep(ack: Any, command: Any) -> None:
        seen.append(command["text"])
        ack()

    priya.command("/actionitem new fix <b> & tell @marco in #payments", channel="C0INC")
    assert seen == ["new fix &lt;b&gt; &amp; tell <@U0MARCO|marco> in <#C0PAYMENTS|payments>"]


def test_a_response_url_replaces_and_deletes(bolt: App, priya: Person) -> None:
    button = {"type": "button", "text": text("Replace"), "action_id": "replace"}
    remove = {"type": "button", "text": text("Remove"), "action_id": "remove"}
    bolt.command("/actionitem")(
        lambda ack: ack(blocks=[{"type": "actions", "elements": [button, remove]}], text="Choose")
    )
    bolt.action("replace")(lambda ack, respond: (ack(), respond("Replaced", replace_original=True)))
    bolt.action("remove")(lambda ack, respond: (ack(), respond(delete_original=True)))
    priya.command("/actionitem", channel="C0INC").messages[0].button("Replace").click()
    assert [message.text for message in priya.messages("C0INC")] == ["Replaced"]
    priya.command("/actionitem", channel="C0INC").messages[0].button("Remove").click()
    assert len(priya.messages("C0INC")) == 1


def test_a_button_in_a_message_reports_the_message(bolt: App, priya: Person, client: WebClient) -> None:
    seen: list[Any] = []

    @bolt.action("verify")
    def keep(ack: Any, body: Any) -> None:
        ack()
        seen.append(body)

    button = {"type": "button", "text": text("Verify"), "action_id": "verify", "value": "12"}
    client.chat_postMessage(channel="C0INC", text="card", blocks=[{"type": "actions", "elements": [button]}])
    priya.click("Verify", priya.messages("C0INC")[-1])
    assert seen[0]["actions"][0]["value"] == "12"
    assert seen[0]["container"]["channel_id"] == "C0INC"
    assert seen[0]["message"]["text"] == "card"


def test_a_modal_is_filled_by_labels_and_submitted(bolt: App, priya: Person) -> None:
    opens(bolt, ACTION, OWNER, DUE, REMEDY, THEMES)
    seen: list[Any] = []

    @bolt.view("form")
    def keep(ack: Any, view: Any) -> None:
        seen.append(view["state"]["values"])
        ack()

    priya.command("/actionitem new", channel="C0INC")
    assert priya.modal.labels == ["Action", "Owner", "Due date", "Remedy", "Themes"]
    fields = {"Action": "Rotate", "Owner": "U0MARCO", "Due date": "2026-12-01", "Remedy": "Training"}
    assert priya.modal.fill(fields | {"Themes": ["TLS"]}).submit("Create") == {}
    assert not priya.has_modal
    values = seen[0]
    assert values["action"]["action"] == {"type": "plain_text_input", "value": "Rotate"}
    assert values["owner"]["owner"]["selected_user"] == "U0MARCO"
    assert values["due"]["due"]["selected_date"] == "2026-12-01"
    assert values["remedy"]["remedy"]["selected_option"]["value"] == "training"
    assert [each["value"] for each in values["themes"]["themes"]["selected_options"]] == ["tls"]


def test_what_slack_checks_at_the_field_is_never_sent(bolt: App, priya: Person) -> None:
    opens(bolt, ACTION, OWNER, THEMES)
    priya.command("/actionitem new", channel="C0INC")
    modal = priya.modal.fill({"Action": "x" * 21})
    assert modal.submit("Create") == {
        "Action": "Please shorten this to 20 characters or fewer.",
        "Owner": "Please complete this required field.",
    }


def test_the_apps_errors_stand_beside_their_fields(bolt: App, priya: Person) -> None:
    opens(bolt, ACTION)
    bolt.view("form")(lambda ack: ack(response_action="errors", errors={"action": "Too vague"}))
    priya.command("/actionitem new", channel="C0INC")
    assert priya.modal.fill({"Action": "Be careful"}).submit("Create") == {"Action": "Too vague"}
    assert priya.modal.errors == {"Action": "Too vague"}
    assert priya.modal.shown("Action") == "Be careful"


def test_an_error_for_a_field_that_is_not_there_is_the_apps_mistake(bolt: App, priya: Person) -> None:
    opens(bolt, ACTION)
    bolt.view("form")(lambda ack: ack(response_action="errors", errors={"nowhere": "Too vague"}))
    priya.command("/actionitem new", channel="C0INC")
    with pytest.raises(AssertionError, match="invalid_errors"):
        priya.modal.fill({"Action": "Rotate"}).submit("Create")


def test_an_update_keeps_what_stands_in_fields_that_stay(bolt: App, priya: Person) -> None:
    opens(bolt, ACTION)
    bolt.view("form")(lambda ack: ack(response_action="update", view=form(ACTION, OWNER)))
    priya.command("/actionitem new", channel="C0INC")
    priya.modal.fill({"Action": "Rotate"}).submit("Create")
    assert priya.modal.labels == ["Action", "Owner"]
    assert priya.modal.shown("Action") == "Rotate"


def test_modals_stack_and_unstack(bolt: App, priya: Person) -> None:
    opens(bolt, ACTION)
    pushed = form(OWNER, callback_id="second") | {"title": text("Second")}
    bolt.view("form")(lambda ack: ack(response_action="push", view=pushed))
    bolt.view("second")(lambda ack: ack())
    priya.command("/actionitem new", channel="C0INC")
    priya.modal.fill({"Action": "Rotate"}).submit("Create")
    assert priya.modal.title == "Second"
    priya.modal.fill({"Owner": "U0MARCO"}).submit()
    assert priya.modal.title == "New action item"
    priya.modal.cancel()
    assert not priya.has_modal


def test_clear_closes_the_whole_stack(bolt: App, priya: Person) -> None:
    opens(bolt, ACTION)
    bolt.view("form")(lambda ack: ack(response_action="clear"))
    priya.command("/actionitem new", channel="C0INC")
    priya.modal.fill({"Action": "Rotate"}).submit("Create")
    assert not priya.has_modal


def test_an_input_that_dispatches_reports_at_once(bolt: App, priya: Person) -> None:
    opens(bolt, ACTION, REMEDY | {"dispatch_action": True})

    @bolt.action("remedy")
    def swap(ack: Any, body: Any, client: WebClient) -> None:
        ack()
        view = form(ACTION, REMEDY | {"dispatch_action": True}, OWNER)
        client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=view)

    priya.command("/actionitem new", channel="C0INC")
    modal = priya.modal.fill({"Action": "Rotate", "Remedy": "Training", "Owner": "U0MARCO"})
    assert modal.labels == ["Action", "Remedy", "Owner"]
    assert modal.shown("Action") == "Rotate"


def test_a_checkbox_is_ticked_by_its_own_text(bolt: App, priya: Person) -> None:
    tick = field("keep", "Wording", {"type": "checkboxes", "options": [option("Keep my wording")]}, optional=True)
    opens(bolt, ACTION, tick)
    seen: list[Any] = []
    bolt.view("form")(lambda ack, view: (seen.append(view["state"]["values"]["keep"]["keep"]), ack()))
    priya.command("/actionitem new", channel="C0INC")
    priya.modal.fill({"Action": "Rotate", "Keep my wording": True}).submit("Create")
    assert [each["value"] for each in seen[0]["selected_options"]] == ["keep my wording"]


def test_an_external_select_asks_the_app(bolt: App, priya: Person) -> None:
    opens(bolt, field("incident", "Incident", {"type": "external_select", "min_query_length": 0}))
    bolt.options("incident")(lambda ack: ack(options=[option("Checkout down", "7")]))
    seen: list[Any] = []
    bolt.view("form")(lambda ack, view: (seen.append(view["state"]["values"]), ack()))
    priya.command("/actionitem new", channel="C0INC")
    priya.modal.fill({"Incident": "Checkout down"}).submit("Create")
    assert seen[0]["incident"]["incident"]["selected_option"]["value"] == "7"


SEARCHED = field("incident", "Incident", {"type": "external_select"})


def searched(bolt: App, priya: Person, query: str, **answer: Any) -> Any:
    """What Slack's client shows for what is typed into a menu, and what the app was sent."""
    opens(bolt, ACTION, SEARCHED)
    seen: list[Any] = []
    bolt.options("incident")(lambda ack, body: (seen.append(body), ack(**answer)))
    priya.command("/actionitem new", channel="C0INC")
    body = {"view": None, "block_id": "incident", "action_id": "incident", "query": query}
    response = priya.http.post(f"/sandbox/people/{priya.id}/options", json=body)
    return response, seen


def test_a_menu_asks_from_three_letters_on_unless_it_says_otherwise(bolt: App, priya: Person) -> None:
    response, seen = searched(bolt, priya, "ab", options=[])
    assert response.status_code == 400
    assert "from 3 letters on" in response.text
    assert seen == []


def test_a_question_for_options_says_nothing_of_the_other_fields(bolt: App, priya: Person) -> None:
    response, seen = searched(bolt, priya, "down", options=[option("Checkout down", "7")])
    assert response.json()["options"] == [option("Checkout down", "7")]
    sent = seen[0]
    assert sent["value"] == "down"
    assert sent["view"]["state"] == {"values": {}}
    assert not {"trigger_id", "response_url", "actions"} & sent.keys()


@pytest.mark.parametrize("offered", [option("x" * 76, "7"), option("Down", "7" * 151), {"value": "7"}])
def test_an_option_that_slack_would_not_show_is_refused(bolt: App, priya: Person, offered: Any) -> None:
    response, _seen = searched(bolt, priya, "down", options=[offered])
    assert "what Slack does not show" in response.text


def test_over_http_the_manifest_says_where_options_are_asked_for(bolt: App, priya: Person, sandbox: Sandbox) -> None:
    sandbox.state.app.options_url = app_from_manifest({"settings": {"socket_mode_enabled": False}}).options_url
    response, seen = searched(bolt, priya, "down", options=[])
    assert "message_menu_options_url" in response.text
    assert seen == []
    over_http = {"interactivity": {"message_menu_options_url": "https://x.example"}, "socket_mode_enabled": False}
    assert app_from_manifest({"settings": over_http}).options_url
    assert app_from_manifest({"settings": {"socket_mode_enabled": True}}).options_url


def test_closing_is_told_where_the_app_asked_for_it(bolt: App, priya: Person) -> None:
    opens(bolt, ACTION, notify_on_close=True)
    seen: list[bool] = []
    bolt.view_closed("form")(lambda ack, body: (seen.append(body["is_cleared"]), ack()))
    priya.command("/actionitem new", channel="C0INC")
    priya.modal.cancel()
    assert seen == [False]


def test_shortcuts_reach_the_app(bolt: App, priya: Person, client: WebClient) -> None:
    seen: list[str] = []
    bolt.global_shortcut("create")(lambda ack, body: (seen.append(body["type"]), ack()))
    bolt.message_shortcut("create")(lambda ack, body: (seen.append(body["message"]["text"]), ack()))
    client.chat_postMessage(channel="C0INC", text="We should fix this")
    priya.shortcut("create")
    priya.message_shortcut("create", priya.messages("C0INC")[-1])
    assert seen == ["shortcut", "We should fix this"]


def test_opening_the_home_lets_the_app_publish(bolt: App, priya: Person) -> None:
    @bolt.event("app_home_opened")
    def publish(event: Any, client: WebClient) -> None:
        home = {"type": "home", "blocks": [{"type": "header", "text": text("Your items")}]}
        client.views_publish(user_id=event["user"], view=home)

    assert priya.home().text == "Your items"


def test_events_are_told_to_the_app_that_is_in_the_channel(bolt: App, priya: Person) -> None:
    seen: list[tuple[str, str]] = []
    for kind in ("message", "app_mention", "reaction_added", "member_joined_channel"):
        bolt.event(kind)(lambda event: seen.append((event["type"], event.get("channel_type", ""))))
    said = priya.say("Hello @Action Items", channel="C0INC")
    priya.react("eyes", said)
    priya.say("Without the bot", channel="C0RANDOM")
    priya.settle()
    assert seen == [("message", "channel"), ("app_mention", ""), ("reaction_added", "")]


def test_a_failing_app_is_named_in_the_test_and_to_the_person(bolt: App, priya: Person) -> None:
    @bolt.command("/actionitem")
    def fail() -> None:
        raise RuntimeError("boom")

    with pytest.raises(AssertionError, match=r"dispatch_failed \(status 500\)"):
        priya.command("/actionitem list", channel="C0INC")
    assert priya.messages("C0INC")[-1].text == '/actionitem failed with the error "dispatch_failed"'


def test_a_wrong_signing_secret_is_noticed_by_the_app(bolt: App, priya: Person, sandbox: Sandbox) -> None:
    sandbox.state.app.signing_secret = "another"
    with pytest.raises(AssertionError, match="status 401"):
        priya.command("/actionitem list", channel="C0INC")


def test_signatures_stay_valid_when_the_clock_was_moved(bolt: App, priya: Person) -> None:
    bolt.command("/actionitem")(lambda ack: ack("fine"))
    priya.http.post("/sandbox/clock", json={"by": 7 * 86400})
    assert priya.command("/actionitem", channel="C0INC").text == "fine"


def test_missing_buttons_and_labels_are_named(bolt: App, priya: Person, client: WebClient) -> None:
    button = {"type": "button", "text": text("Start"), "action_id": "start"}
    client.chat_postMessage(channel="C0INC", text="card", blocks=[{"type": "actions", "elements": [button]}])
    with pytest.raises(AssertionError, match=r"no button 'Close'; there are: \['Start'\]"):
        priya.messages("C0INC")[-1].button("Close")
    opens(bolt, ACTION)
    priya.command("/actionitem new", channel="C0INC")
    with pytest.raises(AssertionError, match=r"no field 'Owner'; there are: \['Action'\]"):
        priya.modal.fill({"Owner": "U0MARCO"})
