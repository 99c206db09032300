"""`/sandbox/people/…`: who is here, what they see, what they do. The interface is docs/sandbox.md."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.sandbox.errors import CannotDo
from bot.sandbox.membership import add_person, change_person
from bot.sandbox.model import Json, User
from bot.sandbox.people import commanding, pressing, submitting, talking
from bot.sandbox.people.desk import Desk
from bot.sandbox.people.sight import (
    TRAITS,
    channel_seen,
    channels_seen,
    messages_seen,
    person_seen,
    view_seen,
    visible_channel,
)

Act = Callable[[Desk, User, Json], Awaitable[Json]]
ACTS: dict[str, Act] = {
    "command": commanding.command,
    "shortcut": commanding.shortcut,
    "message_shortcut": commanding.message_shortcut,
    "action": pressing.action,
    "options": pressing.options,
    "submit": submitting.submit,
    "close": submitting.close,
    "message": talking.message,
    "edit_message": talking.edit_message,
    "delete_message": talking.delete_message,
    "dismiss": talking.dismiss,
    "react": talking.react,
    "open_home": talking.open_home,
    "join": talking.join,
    "leave": talking.leave,
    "invite": talking.invite,
    "kick": talking.kick,
    "create_channel": talking.create_channel,
    "open_dm": talking.open_dm,
    "upload": talking.upload,
}
LONGEST_WAIT = 30.0
HEARTBEAT = 15.0
CHANGEABLE = {*TRAITS, "tz"} - {"id", "is_bot"}


async def body_of(request: Request) -> Json:
    """The JSON object of a request; {} for none. Raises CannotDo."""
    raw = await request.body()
    if not raw:
        return {}
    try:
        found = json.loads(raw)
    except ValueError as error:
        raise CannotDo("The body is not JSON.") from error
    if not isinstance(found, dict):
        raise CannotDo("The body is a JSON object.")
    return found


class PeopleRoutes:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.state = desk.state

    def routes(self) -> list[Route]:
        base = "/sandbox/people"
        person = base + "/{user}"
        channel = person + "/channels/{channel}"
        return [
            Route(base, self.people),
            Route(base, self.add, methods=["POST"]),
            Route(person, self.person),
            Route(person, self.change, methods=["PATCH"]),
            Route(f"{person}/channels", self.channels),
            Route(channel, self.channel),
            Route(f"{channel}/messages", self.messages),
            Route(f"{channel}/read", self.read, methods=["POST"]),
            Route(f"{person}/home", self.home),
            Route(f"{person}/modal", self.modal),
            Route(f"{person}/changes", self.changes),
            Route(f"{person}/events", self.events),
            Route(f"{person}/{{act}}", self.act, methods=["POST"]),
        ]

    def _user(self, request: Request) -> User:
        return self.state.person(request.path_params["user"])

    async def act(self, request: Request) -> Response:
        user, act = self._user(request), ACTS.get(request.path_params["act"])
        if act is None:
            raise CannotDo(f"A person cannot {request.path_params['act']}.", 404)
        if user.deleted:
            raise CannotDo(f"{user.real_name} is deactivated.")
        revision = self.state.feed.revision
        return JSONResponse(await act(self.desk, user, await body_of(request)) | {"revision": revision})

    async def people(self, request: Request) -> Response:
        wanted = request.query_params.get("workspace")
        users = [u for u in self.state.users.values() if not u.is_bot and wanted in (None, u.team)]
        return JSONResponse({"people": [person_seen(self.state, user) for user in users]})

    async def add(self, request: Request) -> Response:
        body = await body_of(request)
        team = str(body.pop("workspace", None) or next(iter(self.state.teams)))
        if team not in self.state.teams or not body.get("real_name"):
            raise CannotDo("A person has a real_name and a known workspace.")
        if not body.keys() <= {*CHANGEABLE, "id", "is_bot"}:
            raise CannotDo(f"A person has: {sorted(CHANGEABLE)}.")
        if "id" in body:
            body["user"] = body.pop("id")
        user = add_person(self.state, team, body.pop("real_name"), **body)
        # Everybody finds the bot's Messages tab, without having been written to.
        if not user.is_bot and self.state.bot_of(team):
            self.state.direct(user.id, self.state.bot_of(team) or "")
        return JSONResponse(person_seen(self.state, user))

    async def person(self, request: Request) -> Response:
        user, app = self._user(request), self.state.app
        installed = self.state.teams[user.team].installation
        bot = {"bot_user": installed.bot_user, "bot_id": installed.bot_id} if installed else {}
        more: Json = {
            "commands": app.commands or [],
            "shortcuts": app.shortcuts or [],
            "app": {"id": app.id, "name": app.name} | bot,
        }
        return JSONResponse(person_seen(self.state, user) | more)

    async def change(self, request: Request) -> Response:
        user, body = self._user(request), await body_of(request)
        if not body.keys() <= CHANGEABLE:
            raise CannotDo(f"What can be changed: {sorted(CHANGEABLE)}.")
        change_person(self.state, user, body)
        return JSONResponse(person_seen(self.state, user))

    async def channels(self, request: Request) -> Response:
        every = request.query_params.get("all") == "1"
        return JSONResponse({"channels": channels_seen(self.state, self._user(request), every=every)})

    async def channel(self, request: Request) -> Response:
        user = self._user(request)
        channel = visible_channel(self.state, user, request.path_params["channel"])
        return JSONResponse(channel_seen(self.state, channel, user) | {"members": channel.members})

    async def messages(self, request: Request) -> Response:
        user = self._user(request)
        channel = visible_channel(self.state, user, request.path_params["channel"])
        only = request.query_params.getlist("ts")
        seen = messages_seen(self.state, user, channel, request.query_params.get("thread"), only)
        return JSONResponse({"channel": channel_seen(self.state, channel, user), "messages": seen})

    async def read(self, request: Request) -> Response:
        user, body = self._user(request), await body_of(request)
        channel = visible_channel(self.state, user, request.path_params["channel"])
        newest = next(reversed(channel.messages), "0")
        channel.last_read[user.id] = str(body.get("ts") or newest)
        self.state.feed.tell([user.id], "read", channel=channel.id)
        return JSONResponse(channel_seen(self.state, channel, user))

    async def home(self, request: Request) -> Response:
        home = self._user(request).home
        return JSONResponse({"view": view_seen(self.state, home) if home else None})

    async def modal(self, request: Request) -> Response:
        stack = self._user(request).modals
        if not stack:
            return JSONResponse({"view": None, "depth": 0, "errors": {}})
        shown = view_seen(self.state, stack[-1])
        return JSONResponse({"view": shown, "depth": len(stack), "errors": stack[-1].errors})

    async def changes(self, request: Request) -> Response:
        user, query = self._user(request), request.query_params
        after = int(query.get("after", self.state.feed.revision))
        wait = min(float(query.get("wait", 0)), LONGEST_WAIT)
        found = self.state.feed.since(user.id, after) or await self.state.feed.wait(user.id, after, wait)
        return JSONResponse({"revision": self.state.feed.revision, "changes": found})

    async def events(self, request: Request) -> Response:
        user = self._user(request)
        given = request.headers.get("last-event-id") or request.query_params.get("after")
        start = int(given) if given else self.state.feed.revision
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(self._stream(user.id, start), media_type="text/event-stream", headers=headers)

    async def _stream(self, user: str, revision: int) -> AsyncIterator[str]:
        # At once, so that a page knows that it listens before it acts.
        yield ": here\n\n"
        while not self.state.feed.closed:
            changes = await self.state.feed.wait(user, revision, HEARTBEAT)
            for change in changes:
                revision = change["revision"]
                yield f"event: change\nid: {revision}\ndata: {json.dumps(change)}\n\n"
            if not changes:
                yield ": still here\n\n"
