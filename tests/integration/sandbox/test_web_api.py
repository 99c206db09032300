"""The Web API, called with the real WebClient: Slack's wire format and Slack's refusals."""

import json
import urllib.request
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.server import Sandbox
from tests.people import Person


def refused(call: Any, **arguments: Any) -> str:
    """The error of a call that must be refused."""
    with pytest.raises(SlackApiError) as caught:
        call(**arguments)
    return str(caught.value.response["error"])


def raw(sandbox: Sandbox, method: str, body: bytes, **headers: str) -> Any:
    request = urllib.request.Request(
        sandbox.api_url + method, body, {k.replace("_", "-"): v for k, v in headers.items()}
    )
    return json.loads(urllib.request.urlopen(request).read())


def test_form_and_json_bodies_are_taken_alike(sandbox: Sandbox) -> None:
    blocks = json.dumps([{"type": "divider"}])
    form = urlencode({"token": sandbox.bot_token, "channel": "C0INC", "text": "a", "blocks": blocks}).encode()
    assert raw(sandbox, "chat.postMessage", form)["message"]["blocks"][0]["type"] == "divider"
    body = json.dumps({"channel": "C0INC", "text": "a"}).encode()
    bearer = f"Bearer {sandbox.bot_token}"
    taken = raw(sandbox, "chat.postMessage", body, Content_Type="application/json; charset=utf-8", Authorization=bearer)
    assert taken["ok"] is True


def test_tokens_are_checked(sandbox: Sandbox, client: WebClient) -> None:
    assert raw(sandbox, "auth.test", b"")["error"] == "not_authed"
    assert refused(WebClient("xoxb-wrong", base_url=sandbox.api_url).auth_test) == "invalid_auth"
    assert refused(WebClient(sandbox.app_token, base_url=sandbox.api_url).auth_test) == "not_allowed_token_type"
    assert client.auth_test()["team_id"] == "T0ACME"


def test_an_unknown_method_and_broken_json_are_named(sandbox: Sandbox, client: WebClient) -> None:
    assert refused(client.api_call, api_method="chat.shout") == "unknown_method"
    assert raw(sandbox, "api.test", b"{", Content_Type="application/json")["error"] == "invalid_json"
    assert raw(sandbox, "api.test", b"[]", Content_Type="application/json")["error"] == "json_not_object"


def test_a_scope_that_was_not_granted_is_missed(sandbox: Sandbox, client: WebClient, priya: Person) -> None:
    priya.http.patch("/sandbox/app", json={"scopes": ["channels:history", "chat:write"]})
    with pytest.raises(SlackApiError) as caught:
        client.users_info(user="U0PRIYA")
    assert caught.value.response["error"] == "missing_scope"
    assert caught.value.response["needed"] == "users:read"
    assert caught.value.response["provided"] == "channels:history,chat:write"
    assert refused(client.conversations_history, channel="C0VAULT") == "missing_scope"
    assert client.conversations_history(channel="C0INC")["messages"] == []


def test_public_channels_need_membership_or_the_scope_for_it(
    sandbox: Sandbox, client: WebClient, priya: Person
) -> None:
    assert client.chat_postMessage(channel="C0RANDOM", text="a")["ok"]
    priya.http.patch("/sandbox/app", json={"scopes": ["chat:write"]})
    assert refused(client.chat_postMessage, channel="C0RANDOM", text="a") == "not_in_channel"
    assert refused(client.conversations_history, channel="C0RANDOM") == "missing_scope"


@pytest.mark.parametrize(
    ("channel", "error"), [("C0BOARD", "channel_not_found"), ("C0NONE", "channel_not_found"), ("", "channel_not_found")]
)
def test_what_the_bot_may_not_know_of_is_not_found(client: WebClient, channel: str, error: str) -> None:
    assert refused(client.chat_postMessage, channel=channel, text="a") == error


def test_an_archived_channel_takes_nothing(client: WebClient, priya: Person) -> None:
    message = client.chat_postMessage(channel="C0INC", text="a")
    priya.http.patch("/sandbox/channels/C0INC", json={"archived": True})
    assert refused(client.chat_postMessage, channel="C0INC", text="a") == "is_archived"
    assert refused(client.chat_update, channel="C0INC", ts=message["ts"], text="b") == "is_archived"
    assert client.conversations_info(channel="C0INC")["channel"]["is_archived"] is True


def test_a_persons_id_is_their_direct_message(client: WebClient, priya: Person, marco: Person) -> None:
    posted = client.chat_postMessage(channel="U0PRIYA", text="for you")
    assert posted["channel"].startswith("D")
    assert [message.text for message in priya.direct_messages()] == ["for you"]
    assert marco.direct_messages() == []
    assert refused(client.chat_postMessage, channel="U0BOT", text="a") == "cannot_dm_bot"


def test_updating_needs_the_bots_own_message(client: WebClient, priya: Person) -> None:
    said = priya.say("mine", channel="C0INC")
    assert refused(client.chat_update, channel="C0INC", ts=said.ts, text="b") == "cant_update_message"
    assert refused(client.chat_update, channel="C0INC", ts="1.000001", text="b") == "message_not_found"
    assert refused(client.chat_delete, channel="C0INC", ts=said.ts) == "cant_delete_message"


def test_an_update_replaces_text_and_blocks(client: WebClient, priya: Person) -> None:
    ts = client.chat_postMessage(channel="C0INC", text="a", blocks=[{"type": "divider"}])["ts"]
    client.chat_update(channel="C0INC", ts=ts, text="b")
    message = priya.messages("C0INC")[-1]
    assert (message.text, message.blocks) == ("b", [])
    assert message.raw["edited"]["user"] == "U0BOT"


def test_threads_have_a_parent(client: WebClient, priya: Person) -> None:
    parent = client.chat_postMessage(channel="C0INC", text="parent")["ts"]
    client.chat_postMessage(channel="C0INC", text="reply", thread_ts=parent)
    client.chat_postMessage(channel="C0INC", text="loud reply", thread_ts=parent, reply_broadcast=True)
    assert [message.text for message in priya.messages("C0INC")] == ["parent", "loud reply"]
    assert [message.text for message in priya.messages("C0INC")[0].thread] == ["reply", "loud reply"]
    replies = client.conversations_replies(channel="C0INC", ts=parent)["messages"]
    assert (replies[0]["reply_count"], len(replies)) == (2, 3)
    assert refused(client.chat_postMessage, channel="C0INC", text="a", thread_ts="1.000001") == "thread_not_found"


def test_an_ephemeral_message_is_for_one_member(client: WebClient, priya: Person, marco: Person) -> None:
    client.chat_postEphemeral(channel="C0INC", user="U0PRIYA", text="psst")
    assert priya.messages("C0INC")[-1].is_ephemeral
    assert marco.messages("C0INC") == []
    assert client.conversations_history(channel="C0INC")["messages"] == []
    assert refused(client.chat_postEphemeral, channel="C0INC", user="U0LENA", text="a") == "user_not_in_channel"


def test_an_ephemeral_message_in_a_thread_that_nobody_has_begun_is_shown_to_nobody(
    client: WebClient, priya: Person
) -> None:
    parent = priya.say("Down again", channel="C0INC")
    said = {"channel": "C0INC", "user": "U0PRIYA", "thread_ts": parent.ts}
    assert client.chat_postEphemeral(**said, text="lost")["ok"] is True  # type: ignore[arg-type]
    assert parent.thread == []
    priya.say("I look", channel="C0INC", thread=parent.ts)
    client.chat_postEphemeral(**said, text="seen")  # type: ignore[arg-type]
    assert [message.text for message in parent.thread] == ["I look", "seen"]


@pytest.mark.parametrize("app_home", [{}, {"messages_tab_enabled": False}])
def test_an_app_without_a_messages_tab_has_no_direct_messages(app_home: dict[str, bool]) -> None:
    scopes = {"bot": ["chat:write", "im:write"]}
    about = {"features": {"app_home": app_home}, "oauth_config": {"scopes": scopes}}
    with Sandbox(manifest=about, rates=False) as sandbox:
        client = WebClient(sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])
        assert refused(client.chat_postMessage, channel="U0PRIYA", text="Hello") == "messages_tab_disabled"


def test_a_messages_tab_takes_messages_only_where_the_manifest_says_so() -> None:
    home = {"messages_tab_enabled": True}
    with Sandbox(manifest={"features": {"app_home": home}}, rates=False) as sandbox:
        priya = Person(sandbox.url, "U0PRIYA")
        with pytest.raises(AssertionError, match="turned off"):
            priya.say("Hello", channel="U0BOT")


def test_history_pages_between_two_times(client: WebClient) -> None:
    ts = [client.chat_postMessage(channel="C0INC", text=str(number))["ts"] for number in range(5)]
    first = client.conversations_history(channel="C0INC", limit=2)
    assert [message["text"] for message in first["messages"]] == ["4", "3"]
    assert first["has_more"] is True
    cursor = first["response_metadata"]["next_cursor"]
    second = client.conversations_history(channel="C0INC", limit=2, cursor=cursor)
    assert [message["text"] for message in second["messages"]] == ["2", "1"]
    between = client.conversations_history(channel="C0INC", oldest=ts[1], latest=ts[3])
    assert [message["text"] for message in between["messages"]] == ["2"]
    with_ends = client.conversations_history(channel="C0INC", oldest=ts[1], latest=ts[3], inclusive=True)
    assert [message["text"] for message in with_ends["messages"]] == ["3", "2", "1"]
    assert refused(client.conversations_history, channel="C0INC", cursor="x") == "invalid_cursor"
    assert refused(client.conversations_history, channel="C0INC", limit=0) == "invalid_limit"


def test_metadata_is_shown_in_full_only_when_asked_for(client: WebClient) -> None:
    metadata = {"event_type": "delivery", "event_payload": {"key": "card:12"}}
    client.chat_postMessage(channel="C0INC", text="a", metadata=metadata)
    asked = client.conversations_history(channel="C0INC", include_all_metadata=True)["messages"][0]
    assert asked["metadata"] == metadata
    plain = client.conversations_history(channel="C0INC")["messages"][0]
    assert plain["metadata"] == {"event_type": "delivery", "event_payload": {}}


def test_lists_show_only_what_the_bot_may_know_of(client: WebClient) -> None:
    public = client.conversations_list()["channels"]
    assert {channel["id"] for channel in public} == {"C0GENERAL", "C0PAYMENTS", "C0INC", "C0RANDOM"}
    private = client.conversations_list(types="private_channel")["channels"]
    assert [channel["id"] for channel in private] == ["C0VAULT"]
    assert refused(client.conversations_list, types="secret") == "invalid_types"
    marcos = client.users_conversations(user="U0MARCO", types="public_channel,private_channel")["channels"]
    assert {channel["id"] for channel in marcos} == {"C0GENERAL", "C0PAYMENTS", "C0INC", "C0VAULT"}


def test_people_are_found_with_their_roles_and_zones(client: WebClient) -> None:
    aisha = client.users_lookupByEmail(email="aisha@acme.example")["user"]
    assert (aisha["is_admin"], aisha["tz"]) == (True, "America/New_York")
    assert client.users_info(user="U0GIL")["user"]["is_restricted"] is True
    assert refused(client.users_info, user="U0NOBODY") == "user_not_found"
    assert refused(client.users_lookupByEmail, email="nobody@acme.example") == "users_not_found"
    assert client.users_list(limit=2)["response_metadata"]["next_cursor"]


def test_a_deactivated_person_is_marked_and_gets_no_messages(client: WebClient, priya: Person) -> None:
    priya.http.patch("/sandbox/people/U0MARCO", json={"deleted": True})
    assert client.users_info(user="U0MARCO")["user"]["deleted"] is True
    assert "U0MARCO" not in client.conversations_members(channel="C0INC")["members"]
    assert refused(client.chat_postMessage, channel="U0MARCO", text="a") == "user_disabled"


def test_usergroups_have_members(client: WebClient, priya: Person) -> None:
    group = {"handle": "oncall", "name": "On call", "users": ["U0PRIYA"]}
    made = priya.http.post("/sandbox/usergroups", json=group).json()
    assert client.usergroups_list()["usergroups"][0]["handle"] == "oncall"
    assert client.usergroups_users_list(usergroup=made["id"])["users"] == ["U0PRIYA"]


def test_channels_are_made_joined_and_left(client: WebClient) -> None:
    made = client.conversations_create(name="inc-2050-mail", is_private=False)["channel"]["id"]
    client.conversations_invite(channel=made, users="U0PRIYA")
    client.conversations_setTopic(channel=made, topic="Mail is late")
    assert client.conversations_members(channel=made)["members"] == ["U0BOT", "U0PRIYA"]
    client.conversations_kick(channel=made, user="U0PRIYA")
    client.conversations_archive(channel=made)
    assert refused(client.conversations_create, name="inc-2050-mail") == "name_taken"
    assert refused(client.conversations_create, name="Not Lower") == "invalid_name_specials"
    client.conversations_join(channel="C0RANDOM")
    assert client.conversations_info(channel="C0RANDOM")["channel"]["is_member"] is True


def test_a_direct_message_is_opened_once(client: WebClient) -> None:
    first = client.conversations_open(users="U0PRIYA")["channel"]["id"]
    assert client.conversations_open(users=["U0PRIYA"])["channel"]["id"] == first
    assert client.conversations_open(users="U0PRIYA,U0MARCO")["channel"]["id"] != first
    assert refused(client.conversations_open, users="U0NOBODY") == "user_not_found"


def test_a_file_is_uploaded_in_three_steps(client: WebClient, priya: Person) -> None:
    shared = client.files_upload_v2(channel="C0INC", content="a,b", filename="items.csv", initial_comment="Here")
    message = priya.messages("C0INC")[-1]
    assert (message.text, message.raw["files"][0]["name"]) == ("Here", "items.csv")
    link = message.raw["files"][0]["url_private"]
    assert priya.http.get(link).text == "a,b"
    assert client.files_info(file=shared["file"]["id"])["file"]["size"] == 3
    unknown = [{"id": "F0NONE"}]
    assert refused(client.files_completeUploadExternal, files=unknown) == "file_not_found"


def test_a_canvas_is_made_once_for_a_channel_and_edited(client: WebClient) -> None:
    text = {"type": "markdown", "markdown": "# Items"}
    canvas = client.conversations_canvases_create(channel_id="C0INC", document_content=text)["canvas_id"]
    client.canvases_edit(canvas_id=canvas, changes=[{"operation": "insert_at_end", "document_content": text}])
    again = refused(client.conversations_canvases_create, channel_id="C0INC", document_content=text)
    assert again == "channel_canvas_already_exists"


def test_links_and_reactions(client: WebClient, priya: Person) -> None:
    said = priya.say("see https://example.com/12", channel="C0INC")
    link = client.chat_getPermalink(channel="C0INC", message_ts=said.ts)["permalink"]
    assert link.endswith(f"/archives/C0INC/p{said.ts.replace('.', '')}")
    client.reactions_add(channel="C0INC", timestamp=said.ts, name="eyes")
    assert refused(client.reactions_add, channel="C0INC", timestamp=said.ts, name="eyes") == "already_reacted"
    shown = client.reactions_get(channel="C0INC", timestamp=said.ts)["message"]["reactions"]
    assert shown == [{"name": "eyes", "users": ["U0BOT"], "count": 1}]
    unfurl = {"https://example.com/12": {"blocks": [{"type": "divider"}]}}
    client.chat_unfurl(channel="C0INC", ts=said.ts, unfurls=unfurl)
    assert priya.messages("C0INC")[-1].raw["attachments"][0]["from_url"] == "https://example.com/12"


def test_rates_are_slacks_by_default() -> None:
    with Sandbox() as sandbox:
        client = WebClient(sandbox.bot_token, base_url=sandbox.api_url, retry_handlers=[])
        for number in range(5):
            client.chat_postMessage(channel="C0INC", text=str(number))
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel="C0INC", text="too many")
        assert caught.value.response.status_code == 429
        assert caught.value.response["error"] == "ratelimited"
        assert caught.value.response.headers["retry-after"] == "1"
        client.chat_postMessage(channel="C0PAYMENTS", text="another channel")
        Person(sandbox.url, "U0PRIYA").http.post("/sandbox/clock", json={"by": 2})
        client.chat_postMessage(channel="C0INC", text="later")


def test_oauth_gives_a_token_for_a_code_once(sandbox: Sandbox, priya: Person) -> None:
    made = priya.http.post("/sandbox/workspaces", json={"name": "Globex", "id": "T0GLOBEX", "install": False}).json()
    assert made["installed"] is False
    query = {
        "client_id": sandbox.client_id,
        "redirect_uri": "http://127.0.0.1:1/done",
        "state": "s",
        "scope": "chat:write",
    }
    there = priya.http.get("/oauth/v2/authorize", params=query | {"team": "T0GLOBEX"})
    code = there.headers["location"].split("code=")[1].split("&")[0]
    secrets = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
    granted = WebClient(base_url=sandbox.api_url).oauth_v2_access(code=code, **secrets)
    assert granted["team"]["id"] == "T0GLOBEX"
    client = WebClient(granted["access_token"], base_url=sandbox.api_url)
    assert client.auth_test()["team_id"] == "T0GLOBEX"
    assert refused(client.chat_postMessage, channel="C0INC", text="a") == "channel_not_found"
    assert refused(WebClient(base_url=sandbox.api_url).oauth_v2_access, code=code, **secrets) == "invalid_code"


def test_an_uninstalled_app_has_no_token(client: WebClient, priya: Person) -> None:
    priya.http.post("/sandbox/app/uninstall", json={"workspace": "T0ACME"})
    assert refused(client.auth_test) == "account_inactive"
