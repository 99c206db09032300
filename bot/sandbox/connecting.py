"""`/sandbox/…`: what other companies, other apps and workflows do. The interface is docs/sandbox.md."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox import membership
from bot.sandbox.checks.messages import check_message
from bot.sandbox.errors import CannotDo
from bot.sandbox.messages import say
from bot.sandbox.model import Channel, Execution, Json, Message
from bot.sandbox.people.routes import body_of
from bot.sandbox.people.sight import message_seen
from bot.sandbox.shapes import channel_json
from bot.sandbox.state import State

# An app that is not ours, to see that the bot reads alerts and does not take them for its own words.
OTHER_BOT = "B0OTHER"


class ConnectingRoutes:
    """Slack Connect, messages of other apps, steps of workflows."""

    def __init__(self, state: State) -> None:
        self.state = state

    def routes(self) -> list[Route]:
        return [
            Route("/sandbox/channels/{channel}/share", self.share, methods=["POST"]),
            Route("/sandbox/channels/{channel}/unshare", self.unshare, methods=["POST"]),
            Route("/sandbox/channels/{channel}/id", self.change_id, methods=["POST"]),
            Route("/sandbox/messages", self.other_app, methods=["POST"]),
            Route("/sandbox/functions", self.execute, methods=["POST"]),
            Route("/sandbox/functions/{execution}", self.execution),
        ]

    def _shown(self, channel: Channel) -> Response:
        shown = channel_json(self.state, channel, self.state.bot_of(channel.team) or "")
        return JSONResponse(shown | {"kind": channel.kind, "members": channel.members})

    async def _channel_and_team(self, request: Request) -> tuple[Channel, str, Json]:
        channel, body = self.state.channel(request.path_params["channel"]), await body_of(request)
        team = str(body.get("workspace"))
        if team not in self.state.teams or team == channel.team:
            raise CannotDo(f"There is no other workspace {team}.", 404)
        return channel, team, body

    async def share(self, request: Request) -> Response:
        channel, team, body = await self._channel_and_team(request)
        membership.share(self.state, channel, team, pending=bool(body.get("pending")))
        return self._shown(channel)

    async def unshare(self, request: Request) -> Response:
        channel, team, _body = await self._channel_and_team(request)
        membership.unshare(self.state, channel, team)
        return self._shown(channel)

    async def change_id(self, request: Request) -> Response:
        channel, body = self.state.channel(request.path_params["channel"]), await body_of(request)
        membership.change_id(self.state, channel, str(body.get("id") or self.state.new_id("C")))
        return self._shown(channel)

    async def other_app(self, request: Request) -> Response:
        """What an alerting app says: often without text, in attachments or blocks."""
        body = await body_of(request)
        channel = self.state.channel(str(body.get("channel")))
        # Other apps are held to the same limits: the bot must not be tested on messages that Slack never lets
        # through.
        check_message({key: body.get(key) for key in ("text", "blocks", "attachments")})
        # Without a user, as real alerts come: code that reads `event["user"]` fails here and not in production.
        said = Message(self.state.new_ts(), channel.id, "", str(body.get("text") or ""), subtype="bot_message")
        said.blocks, said.attachments = body.get("blocks"), body.get("attachments")
        said.bot_id, said.username = OTHER_BOT, str(body.get("username") or "Pager")
        return JSONResponse(message_seen(self.state, say(self.state, said)))

    async def execute(self, request: Request) -> Response:
        """A workflow has come to a step of the app: `function_executed`, with a token of its own."""
        body = await body_of(request)
        team = self.state.teams[str(body.get("workspace") or next(iter(self.state.teams)))]
        callback_id, known = str(body.get("callback_id")), self.state.app.functions
        if known is not None and callback_id not in known:
            raise CannotDo(f"The manifest has no function {callback_id!r}; it has {sorted(known)}.")
        made = self.state.new_id("F")
        # A token of its own, as Slack gives each step, to be completed with (design.md).
        running = Execution(f"Fx{made}", team.id, callback_id, f"xwfp-{team.id}-{made}")
        self.state.executions[running.id] = running
        declared = (known or {}).get(callback_id) or {}
        self.state.emit(team, _function_executed(self.state, running, declared, body.get("inputs") or {}))
        return JSONResponse(vars(running))

    async def execution(self, request: Request) -> Response:
        found = self.state.executions.get(request.path_params["execution"])
        if found is None:
            raise CannotDo("There is no such execution.", 404)
        return JSONResponse(vars(found))


def _function_executed(state: State, running: Execution, declared: Json, inputs: Json) -> Json:
    """Source: https://docs.slack.dev/reference/events/function_executed"""
    return {
        "type": "function_executed",
        "function": {
            "id": f"Fn{running.callback_id.upper()}",
            "callback_id": running.callback_id,
            "title": declared.get("title") or running.callback_id,
            "description": declared.get("description") or "",
            "type": "app",
            "input_parameters": _parameters(declared.get("input_parameters") or {}),
            "output_parameters": _parameters(declared.get("output_parameters") or {}),
            "app_id": state.app.id,
            "date_created": state.seconds(),
            "date_updated": state.seconds(),
            "date_deleted": 0,
        },
        "inputs": inputs,
        "function_execution_id": running.id,
        "workflow_execution_id": f"Wx{running.id}",
        "event_ts": state.new_ts(),
        "bot_access_token": running.token,
    }


def _parameters(declared: Json) -> list[Json]:
    required = declared.get("required") or []
    return [
        {"name": name, "is_required": name in required} | about
        for name, about in (declared.get("properties") or {}).items()
    ]
