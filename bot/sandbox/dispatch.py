"""The way of a Web API call: token, faults, rates, scopes, the method, Slack's answer, the inspector."""

import asyncio
import json
from collections.abc import Callable
from email.utils import formatdate
from typing import cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.errors import SlackError
from bot.sandbox.faults import Fault, Faults
from bot.sandbox.inspector import Entry, Inspector
from bot.sandbox.model import Installation, Json, Team
from bot.sandbox.rates import Rates
from bot.sandbox.state import State
from bot.sandbox.webapi import chat, conversations, files, functions, oauth, reactions, users, views
from bot.sandbox.webapi.registry import METHODS, Call, Method
from bot.sandbox.wire import Args, read_args, token_of

OF_ONE_WORKSPACE = ("conversations.list", "usergroups.list", "users.conversations", "users.list")
"""Methods that want `team_id` with an organisation's token.

Source: https://api.slack.com/enterprise/apps/changes-apis
"""
ABOUT_SOMEBODY = ("user", "user_id", "users")
MODULES = (chat, conversations, files, functions, oauth, reactions, users, views)  # importing them fills METHODS
NOBODY = Installation("", "", "")
# In a form these come as JSON inside a text.
STRUCTURED = ("blocks", "view", "metadata", "attachments", "files", "unfurls", "changes")


def abort(request: Request) -> None:
    """Closes the connection without an answer (see `http.py`)."""
    cast(Callable[[], None], request.scope["sandbox.abort"])()


class WebApi:
    """Answers `/api/{method}`."""

    def __init__(self, state: State, inspector: Inspector, faults: Faults, rates: Rates) -> None:
        self.state, self.inspector, self.faults, self.rates = state, inspector, faults, rates

    async def answer(self, request: Request) -> Response:
        """The endpoint: one call of one method."""
        name = request.path_params["method"]
        try:
            args = await read_args(request)
        except SlackError as refusal:
            entry = self.inspector.open("call", name, {})
            return self._refuse(entry, refusal)
        entry = self._entry(name, args)
        # Before token and scopes: a Slack in trouble does not get as far as looking at them.
        fault = self.faults.strike(name, args.text("channel") or None)
        # These two are still done. The second is how a message is posted twice: taken, but the answer never comes
        # (B7).
        if fault is None or fault.kind in ("delay", "drop_after_acceptance"):
            return await self._with_fault(request, fault, entry, args)
        return await self._instead(request, fault, entry)

    def _entry(self, name: str, args: Args) -> Entry:
        request = {key: _readable(key, value) for key, value in args.values.items()}
        user = args.values.get("user") or args.values.get("user_id")
        about = {"channel": args.values.get("channel"), "user": user}
        return self.inspector.open("call", name, request, **about)

    async def _with_fault(self, request: Request, fault: Fault | None, entry: Entry, args: Args) -> Response:
        if fault is not None and fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        answer = self._answer(request, entry, args)
        if fault is not None and fault.kind == "drop_after_acceptance":
            entry.verdict = "drop_after_acceptance"
            abort(request)
        return answer

    async def _instead(self, request: Request, fault: Fault, entry: Entry) -> Response:
        if fault.kind == "429":
            return self._refuse(entry, SlackError("ratelimited"), fault.retry_after)
        if fault.kind == "error":
            return self._refuse(entry, SlackError(fault.error))
        entry.close(fault.kind, status=fault.status if fault.kind == "http" else None, answer=None)
        if fault.kind != "http":
            abort(request)
        # Not JSON: clients that read every answer as Slack's own fail here as they would behind a proxy.
        return Response("upstream is not well", fault.status)

    def _answer(self, request: Request, entry: Entry, args: Args) -> Response:
        try:
            method = _method(entry.method)
            team, installation = self._authorised(method, token_of(request, args), args)
            entry.workspace = team.id
            wait = self._rate(method, team, args)
            if wait:
                return self._refuse(entry, SlackError("ratelimited"), wait)
            base_url = str(request.base_url).rstrip("/")
            call = Call(self.state, args, team, installation, entry.id, base_url)
            call.need_scope(*method.scopes)
            answer: Json = {"ok": True} | method.run(call)
        except SlackError as refusal:
            return self._refuse(entry, refusal)
        entry.close("ok", status=200, answer=_without_tokens(answer))
        scopes = ",".join(sorted(installation.scopes or ()))
        # Of this machine, as signatures are: whoever compares clocks compares these.
        date = formatdate(usegmt=True)
        return JSONResponse(answer, headers={"x-oauth-scopes": scopes, "x-slack-req-id": str(entry.id), "date": date})

    def _of_organisation(self, method: Method, installation: Installation, args: Args) -> tuple[Team, Installation]:
        """In which of its workspaces the call is: as it says itself, or where what it is about is."""
        named = args.text("team_id")
        if not named and method.name in OF_ONE_WORKSPACE:
            raise SlackError("missing_argument")
        let_in = self.state.let_in(installation.organisation)
        if not let_in and method.name not in ("auth.test", "auth.teams.list"):
            raise SlackError("team_access_not_granted")
        team = self.state.teams.get(named or self._about(args))
        if team is not None and team not in let_in:
            raise SlackError("team_access_not_granted")
        of_it = (one for one in self.state.teams.values() if one.enterprise == installation.organisation)
        return team or next(iter([*let_in, *of_it])), installation

    def _about(self, args: Args) -> str:
        """The workspace of the trigger, view, channel or person that a call names; "" for none."""
        state = self.state
        if trigger := state.triggers.get(args.text("trigger_id")):
            return trigger.team
        if view := state.views.get(args.text("view_id")):
            return view.team
        channel = state.channels.get(args.text("channel") or args.text("channel_id"))
        if channel is not None:
            return channel.team
        people = [state.users.get(args.text(name).partition(",")[0]) for name in (*ABOUT_SOMEBODY, "channel")]
        # Somebody of a workspace that has not let the app in is looked up where it is.
        return next((person.team for person in people if person and state.teams[person.team].installation), "")

    def _authorised(self, method: Method, token: str | None, args: Args) -> tuple[Team, Installation]:
        """Whose token it is. Raises Slack's errors for tokens."""
        anyone = next(iter(self.state.teams.values()))
        if method.auth == "none":
            return anyone, NOBODY
        if token is None:
            raise SlackError("not_authed")
        if token in self.state.revoked:
            raise SlackError("account_inactive")
        if method.auth != "app" and (found := self.state.organisation_of_token(token)):
            return self._of_organisation(method, found, args)
        is_app = token == self.state.app.app_token
        team = self.state.team_of_token(token)
        if team is None and not is_app:
            raise SlackError("invalid_auth")
        # `xapp-` opens connections and nothing else; a bot's token opens none.
        if is_app != (method.auth == "app"):
            raise SlackError("not_allowed_token_type")
        # A step's own token lives on when the app was uninstalled meanwhile.
        return (anyone, NOBODY) if team is None or team.installation is None else (team, team.installation)

    def _rate(self, method: Method, team: Team, args: Args) -> int:
        channel = str(args.values.get("channel")) if method.per_channel else None
        if method.auth == "app":
            return 0
        # Tier 1 for these two since 2025, unless the app is in the Marketplace: searching history costs a minute a
        # look.
        rare = self.state.app.distributed and method.name in ("conversations.history", "conversations.replies")
        return self.rates.wait_for(team.id, method.name, 1 if rare else method.tier, channel)

    def _refuse(self, entry: Entry, refusal: SlackError, retry_after: int | None = None) -> Response:
        answer: Json = {"ok": False, "error": refusal.error} | refusal.extra
        if refusal.details:
            answer["response_metadata"] = {"messages": refusal.details}
        # Slack refuses with 200; who looks at the status alone takes a refusal for success.
        status = 429 if retry_after is not None else 200
        entry.close(refusal.error, status=status, answer=answer, details=refusal.details)
        headers = {"retry-after": str(retry_after)} if retry_after is not None else {}
        return JSONResponse(answer, status, headers=headers)


def _method(name: str) -> Method:
    if name not in METHODS:
        raise SlackError("unknown_method", req_method=name)
    return METHODS[name]


def _readable(key: str, value: object) -> object:
    """JSON inside a form, as JSON, so that the inspector shows what was meant."""
    if key in STRUCTURED and isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _without_tokens(answer: Json) -> Json:
    # The inspector is on a page that people share their screens with.
    return {key: "…" if key == "access_token" else value for key, value in answer.items()}
