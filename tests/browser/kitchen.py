"""A small app that uses everything that the page draws: the "bot" of the page's own tests. Not the product."""

import json
import threading
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox.server import Sandbox
from tests.browser import dishes

Json = dict[str, Any]

USAGE = "new [text] | everything | stack | whisper | card | home | list [mine | overdue | all] | slow | help"
MANIFEST: Json = {
    "display_information": {"name": "Action Items"},
    "features": {
        "bot_user": {"display_name": "Action Items"},
        "slash_commands": [
            {"command": "/actionitem", "description": "Action items", "usage_hint": USAGE, "should_escape": True},
            {"command": "/archive-items", "description": "Something else", "usage_hint": ""},
        ],
        "shortcuts": [
            {"name": "Create action item", "type": "global", "callback_id": "new_global", "description": "A new item"},
            {"name": "Create action item", "type": "message", "callback_id": "new_here", "description": "From this"},
        ],
    },
    "settings": {"event_subscriptions": {"bot_events": ["app_home_opened", "message.channels"]}},
    "oauth_config": {
        "scopes": {
            "bot": ["chat:write", "commands", "users:read", "channels:history", "reactions:write", "files:write"]
        }
    },
}


class Kitchen:
    """Answers whatever the sandbox sends, and remembers it in `heard`."""

    def __init__(self) -> None:
        self.heard: list[Json] = []
        self.client = WebClient()
        self.base = ""
        self.times = 1

    def connect(self, sandbox: Sandbox) -> None:
        self.base = sandbox.url
        self.client = WebClient(token=sandbox.bot_token, base_url=sandbox.api_url)

    def heard_last(self, kind: str) -> Json:
        return next(each for each in reversed(self.heard) if each.get("type") == kind)

    def acted(self, action_id: str) -> list[Json]:
        """Every report of one element."""
        actions = [each for heard in self.heard for each in heard.get("actions", [])]
        return [each for each in actions if each["action_id"] == action_id]

    async def answer(self, request: Request) -> Response:
        if request.headers["content-type"].startswith("application/json"):
            payload = await request.json()
        else:
            form = dict(parse_qsl((await request.body()).decode()))
            payload = json.loads(form["payload"]) if "payload" in form else form | {"type": "command"}
        self.heard.append(payload)
        body = await run_in_threadpool(self._answer, payload)
        return Response() if body is None else JSONResponse(body)

    def _answer(self, payload: Json) -> Json | None:
        handler = getattr(self, f"_on_{payload['type']}", None)
        return handler(payload) if handler else None

    def _on_command(self, payload: Json) -> Json | None:
        word, _, rest = payload.get("text", "").partition(" ")
        channel, user, trigger = payload["channel_id"], payload["user_id"], payload["trigger_id"]
        match word:
            case "new":
                self.client.views_open(trigger_id=trigger, view=dishes.new_item(rest))
            case "everything":
                self.client.views_open(trigger_id=trigger, view=dishes.everything())
            case "stack":
                self.client.views_open(trigger_id=trigger, view=dishes.floor(1))
            case "card":
                self.client.chat_postMessage(channel=channel, text="A card", blocks=dishes.card())
            case "menu":
                self.client.chat_postMessage(channel=channel, text="Everything", blocks=dishes.message(self.base))
            case "home":
                self.client.views_publish(user_id=user, view=dishes.home())
            case "broken":
                self.client.chat_postEphemeral(channel=channel, user=user, text="x", blocks=[{"type": "section"}])
            case _:
                return {"response_type": "ephemeral", "text": f"You said *{payload.get('text', 'nothing')}*."}
        return None

    def _on_shortcut(self, payload: Json) -> None:
        self.client.views_open(trigger_id=payload["trigger_id"], view=dishes.new_item(""))

    def _on_message_action(self, payload: Json) -> None:
        text = payload["message"]["text"]
        self.client.views_open(trigger_id=payload["trigger_id"], view=dishes.new_item(text))

    def _on_block_actions(self, payload: Json) -> None:
        action = payload["actions"][0]
        match action["action_id"]:
            case "deeper":
                depth = int(action["value"])
                self.client.views_push(trigger_id=payload["trigger_id"], view=dishes.floor(depth))
            case "reason":
                chosen = action["selected_option"]["value"]
                view = payload["view"]
                self.client.views_update(view_id=view["id"], hash=view["hash"], view=dishes.everything(chosen))
            case "implemented":
                where = payload["container"]
                self.client.chat_update(
                    channel=where["channel_id"], ts=where["message_ts"], text="Done", blocks=dishes.card(done=True)
                )

    def _on_view_submission(self, payload: Json) -> Json | None:
        view = payload["view"]
        if view["callback_id"] != "new_item":
            return None
        action = view["state"]["values"]["action"]["value"]["value"]
        kept = view["state"]["values"].get("keep", {}).get("keep", {}).get("selected_options")
        if "improve" in action.lower() and not kept:
            return {"response_action": "update", "view": dishes.new_item(action, coach=True)}
        if "tbd" in action.lower():
            return {"response_action": "errors", "errors": {"action": "Say what will be different."}}
        self.client.chat_postMessage(channel="C0PAYMENTS", text=f"AI-12 {action}", blocks=dishes.card(action))
        return None

    def _on_block_suggestion(self, payload: Json) -> Json:
        found = [name for name in dishes.INCIDENTS if payload["value"].lower() in name.lower()]
        return {"options": [{"text": dishes.plain(name), "value": name} for name in found]}

    def _on_event_callback(self, payload: Json) -> None:
        event = payload["event"]
        if event["type"] == "app_home_opened" and event["tab"] == "home":
            self.client.views_publish(user_id=event["user"], view=dishes.home())

    def on_clock_moved(self, _time: object) -> list[Json]:
        said = self.client.chat_postMessage(channel="C0PAYMENTS", text="Payments · week", blocks=dishes.digest())
        return [
            {
                "place": "#payments", "what": "Weekly digest of Payments", "times": self.times, "said": "14 open",
                "channel": "C0PAYMENTS", "ts": said["ts"], "reader": "U0MARCO",
            }
        ]  # fmt: skip


class Served:
    """The kitchen behind uvicorn, in a thread."""

    def __init__(self, kitchen: Kitchen) -> None:
        app = Starlette(routes=[Route("/slack/events", kitchen.answer, methods=["POST"])])
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def __enter__(self) -> str:
        self.thread.start()
        while not self.server.started:
            if not self.thread.is_alive():
                raise OSError("The kitchen did not start.")
            threading.Event().wait(0.01)
        port = self.server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}/slack/events"

    def __exit__(self, *_error: object) -> None:
        self.server.should_exit = True
        self.thread.join(5)
