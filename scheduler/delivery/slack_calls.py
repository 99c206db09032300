"""The calls to Slack that delivery makes, and what their errors mean. Keeps no record and does not retry."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from http.client import HTTPException
from socket import gaierror
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.domain.delivery import Rendered, Trouble
from bot.domain.observed import RATE_LIMITS
from bot.domain.traced import TRACES, Side
from bot.slack.client import NO_ANSWER, KeptClient, error_code, headers_of, status_of

POST = "chat.postMessage"
EVENT_TYPE = "actionitem_message"
TIMEOUT_S = 30
# What we compare is our own time of the attempt with Slack's time of the message.
CLOCKS_DIFFER_BY = timedelta(minutes=15)
# A page with 200 that is not Slack's JSON comes from a proxy between us, and says nothing about the message.
HTTP_OK = 200
HTTP_TOO_MANY = 429
HTTP_SERVER_ERROR = 500


class SlackTrouble(Exception):
    """A call that Slack did not confirm."""

    def __init__(self, trouble: Trouble, method: str) -> None:
        super().__init__(f"{method}: {trouble.code}")
        self.trouble = trouble
        self.asked_to_post = method == POST


def delivery_client(token: str, base_url: str = "https://slack.com/api/") -> WebClient:
    """A client that sends each request once.

    slack_sdk's own retry handler sends a POST again when the connection drops after Slack took it: two messages.
    """
    return KeptClient(token=token, base_url=base_url, timeout=TIMEOUT_S, retry_handlers=[])


def open_direct(client: WebClient, person: str) -> str:
    """The channel of the bot's direct messages with a person."""
    return str(_call(client, "conversations.open", users=person)["channel"]["id"])


def post(client: WebClient, channel: str, content: Rendered, *, key: str, thread_ts: str | None) -> str:
    """Posts a message that carries its key; returns its ts."""
    said = _content(content, key)
    if not content.blocks:
        del said["blocks"]  # an edit needs the empty list, to take away what stood there
    if thread_ts is not None:
        said["thread_ts"] = thread_ts
    return str(_call(client, POST, channel=channel, **said)["ts"])


def edit(client: WebClient, channel: str, ts: str, content: Rendered, *, key: str) -> None:
    """Replaces what stands at `ts`."""
    _call(client, "chat.update", channel=channel, ts=ts, **_content(content, key))


def publish(client: WebClient, user: str, view: dict[str, Any]) -> None:
    """Shows *view* as the person's App Home."""
    _call(client, "views.publish", user_id=user, view=view)


def upload(client: WebClient, name: str, content: bytes, *, title: str, alt: str, channel: str | None = None) -> str:
    """Slack's three steps of an upload; the file's id. Without a channel only a message can show it."""
    asked = _call(client, "files.getUploadURLExternal", filename=name, length=len(content), alt_txt=alt)
    request = Request(str(asked["upload_url"]), content, {"Content-Type": "application/octet-stream"})  # noqa: S310 – Slack's own address
    try:
        with urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
            answer.read()
    except HTTPError as error:
        # Whatever the page says: there is no JSON of Slack's here that could end it.
        if error.code == HTTP_TOO_MANY:
            raise SlackTrouble(Trouble("ratelimited", retry_after=_seconds(dict(error.headers))), "upload") from None
        raise SlackTrouble(Trouble(f"http_{error.code}"), "upload") from None
    except (OSError, HTTPException) as error:
        raise SlackTrouble(_said_nothing(error), "upload") from None
    shared = {"channel_id": channel} if channel else {}
    _call(client, "files.completeUploadExternal", files=[{"id": asked["file_id"], "title": title}], **shared)
    return str(asked["file_id"])


def create_canvas(client: WebClient, channel: str, markdown: str) -> str:
    """A canvas in the channel's tab; its id."""
    content = {"type": "markdown", "markdown": markdown}
    created = _call(client, "conversations.canvases.create", channel_id=channel, document_content=content)
    return str(created["canvas_id"])


def edit_canvas(client: WebClient, canvas: str, markdown: str) -> None:
    """Replaces all that the canvas says."""
    change = {"operation": "replace", "document_content": {"type": "markdown", "markdown": markdown}}
    _call(client, "canvases.edit", canvas_id=canvas, changes=[change])


def find_canvas(client: WebClient, channel: str) -> str | None:
    """The id of the canvas in the channel's tab, if it has one."""
    found = _call(client, "conversations.info", channel=channel)["channel"]
    return str(((found.get("properties") or {}).get("canvas") or {}).get("file_id") or "") or None


def permalink(client: WebClient, channel: str, ts: str) -> str:
    """The link to a message."""
    return str(_call(client, "chat.getPermalink", channel=channel, message_ts=ts)["permalink"])


def complete_step(client: WebClient, execution: str, outputs: dict[str, Any]) -> None:
    """Ends a step of a workflow; one that has ended already stays as it is."""
    try:
        _call(client, "functions.completeSuccess", function_execution_id=execution, outputs=outputs)
    except SlackTrouble as error:
        if error.trouble.code != "execution_not_in_running_state":
            raise


def find(client: WebClient, channel: str, *, key: str, since: datetime, thread_ts: str | None) -> str | None:
    """The ts of the message with that key posted at about *since* or later; None when there is none."""
    # By the key in its metadata, which people do not see: the same words may have been posted twice on purpose.
    for message in _messages(client, channel, since - CLOCKS_DIFFER_BY, thread_ts):
        metadata = message.get("metadata") or {}
        if metadata.get("event_type") == EVENT_TYPE and metadata.get("event_payload", {}).get("key") == key:
            return str(message["ts"])
    return None


def _messages(client: WebClient, channel: str, oldest: datetime, thread_ts: str | None) -> Iterator[dict[str, Any]]:
    where: dict[str, Any] = {"channel": channel, "oldest": f"{oldest.timestamp():.6f}", "limit": 200}
    # Without this Slack leaves the metadata out, and nothing would ever be found.
    where["include_all_metadata"] = True
    # A channel's history has no replies in it.
    method = "conversations.history" if thread_ts is None else "conversations.replies"
    if thread_ts is not None:
        where["ts"] = thread_ts
    while True:
        page = _call(client, method, **where)
        yield from page["messages"]
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
        where["cursor"] = cursor


def _content(content: Rendered, key: str) -> dict[str, Any]:
    return {
        "text": content.text,
        "blocks": content.blocks,
        "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": key}},
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _call(client: WebClient, method: str, **arguments: Any) -> dict[str, Any]:
    """Raises SlackTrouble for every answer but Slack's `ok`."""
    # Slack's reading methods ignore a JSON body: their arguments go into the address.
    read = method.startswith("conversations.") and method not in ("conversations.open", "conversations.canvases.create")
    read |= method in ("files.getUploadURLExternal", "chat.getPermalink")  # they take no JSON either
    how: dict[str, Any] = {"params": arguments} if read else {"json": arguments}
    try:
        with TRACES.span(f"call {method}", Side.CLIENT):
            answer = client.api_call(method, **how).data
    except SlackApiError as error:
        trouble = _said_no(error)
        if trouble.code == "ratelimited":
            RATE_LIMITS.happened(method)
        raise SlackTrouble(trouble, method) from None
    except (OSError, HTTPException) as error:
        raise SlackTrouble(_said_nothing(error), method) from None
    except NO_ANSWER:
        raise SlackTrouble(Trouble("not_slacks"), method) from None
    if not isinstance(answer, dict):
        raise SlackTrouble(Trouble("not_slacks"), method)
    return _Answer(method, answer)


class _Answer(dict[str, Any]):
    """Slack's yes. Where what a yes says is missing, it was not Slack that said it."""

    def __init__(self, method: str, said: dict[str, Any]) -> None:
        super().__init__(said)
        self._method = method

    def __missing__(self, _name: str) -> Any:
        raise SlackTrouble(Trouble("not_slacks"), self._method)


def _said_no(error: SlackApiError) -> Trouble:
    status = status_of(error)
    # The status first: with 429 or 5xx the body may be anything, also nothing.
    if status == HTTP_TOO_MANY:
        return Trouble("ratelimited", retry_after=_seconds(headers_of(error)))
    if status >= HTTP_SERVER_ERROR:
        return Trouble(f"http_{status}")
    code = error_code(error)
    if code and not code.startswith("http_"):
        return Trouble(code)
    return Trouble("not_slacks" if status == HTTP_OK else f"http_{status}")


def _seconds(headers: Mapping[str, str]) -> float:
    given = next((value for name, value in headers.items() if name.lower() == "retry-after"), "1")
    return float(given) if given.isdecimal() else 1.0


def _said_nothing(error: OSError | HTTPException) -> Trouble:
    """A connection that was never made sent nothing; any other may have."""
    reason = error.reason if isinstance(error, URLError) else error
    # After “dropped” the message is looked for before it is sent again; after “unreachable” there is nothing to find.
    return Trouble("unreachable" if isinstance(reason, gaierror | ConnectionRefusedError) else "dropped")
