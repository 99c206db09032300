"""`/sandbox/…` beside people: workspaces, channels, the app, rates, reset."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.sandbox import membership
from bot.sandbox.errors import CannotDo
from bot.sandbox.events import EventDelivery
from bot.sandbox.faults import Faults
from bot.sandbox.inspector import Inspector
from bot.sandbox.model import Channel, Json, Team, Usergroup
from bot.sandbox.people.routes import body_of
from bot.sandbox.rates import Rates
from bot.sandbox.shapes import channel_json
from bot.sandbox.socket_mode import SocketMode
from bot.sandbox.state import State
from bot.sandbox.table import Row, routes_of


class AdminRoutes:
    """`seed` fills the state anew on reset."""

    def __init__(
        self,
        state: State,
        inspector: Inspector,
        faults: Faults,
        rates: Rates,
        sockets: SocketMode,
        events: EventDelivery,
        seed: Callable[[State], None],
    ) -> None:
        self.state, self.inspector, self.faults, self.rates = state, inspector, faults, rates
        self.sockets, self.events, self.seed = sockets, events, seed

    def routes(self) -> list[Route]:
        table: list[Row] = [
            ("GET", "/workspaces", self.workspaces),
            ("POST", "/workspaces", self.add_workspace),
            ("GET", "/usergroups", self.usergroups),
            ("POST", "/usergroups", self.add_usergroup),
            ("POST", "/channels", self.add_channel),
            ("PATCH", "/channels/{channel}", self.change_channel),
            ("PUT", "/channels/{channel}/members", self.change_members),
            ("GET", "/app", self.app),
            ("PATCH", "/app", self.change_app),
            ("POST", "/app/uninstall", self.uninstall),
            ("POST", "/app/access", self.change_access),
            ("PUT", "/rates", self.change_rates),
            ("POST", "/reset", self.reset),
        ]
        return routes_of(table)

    # workspaces and channels

    def _team(self, wanted: object) -> Team:
        team = str(wanted or next(iter(self.state.teams)))
        if team not in self.state.teams:
            raise CannotDo(f"There is no workspace {team}.", 404)
        return self.state.teams[team]

    def _workspace(self, team: Team) -> Json:
        installed = team.installation is not None
        bot = self.state.bot_of(team.id)
        return {"id": team.id, "name": team.name, "domain": team.domain, "installed": installed, "bot_user": bot} | (
            {"enterprise": team.enterprise} if team.enterprise else {}
        )

    async def workspaces(self, _request: Request) -> Response:
        return JSONResponse({"workspaces": [self._workspace(team) for team in self.state.teams.values()]})

    async def add_workspace(self, request: Request) -> Response:
        body = await body_of(request)
        if not body.get("name"):
            raise CannotDo("A workspace has a name.")
        team = self.state.add_team(str(body["name"]), team=body.get("id"), install=body.get("install", True))
        team.enterprise = body.get("enterprise")
        return JSONResponse(self._workspace(team))

    async def usergroups(self, request: Request) -> Response:
        team = self._team(request.query_params.get("workspace"))
        return JSONResponse({"usergroups": [vars(group) for group in team.usergroups.values()]})

    async def add_usergroup(self, request: Request) -> Response:
        body = await body_of(request)
        team = self._team(body.get("workspace"))
        group = Usergroup(self.state.new_id("S"), str(body["handle"]), str(body["name"]), list(body["users"]))
        team.usergroups[group.id] = group
        return JSONResponse(vars(group))

    async def add_channel(self, request: Request) -> Response:
        body = await body_of(request)
        team = self._team(body.get("workspace"))
        if not body.get("name"):
            raise CannotDo("A channel has a name.")
        kind = "private" if body.get("private") else "public"
        members = [self.state.person(str(user)).id for user in body.get("members") or []]
        channel = self.state.add_channel(team.id, str(body["name"]), kind, members=members, channel=body.get("id"))
        channel.topic = str(body.get("topic") or "")
        membership.announce(self.state, channel, "created")
        return self._shown(channel)

    def _shown(self, channel: Channel) -> Response:
        bot = self.state.bot_of(channel.team) or ""
        return JSONResponse(channel_json(self.state, channel, bot) | {"kind": channel.kind, "members": channel.members})

    async def change_channel(self, request: Request) -> Response:
        channel, body = self.state.channel(request.path_params["channel"]), await body_of(request)
        if "name" in body:
            membership.rename(self.state, channel, str(body["name"]))
        if "topic" in body:
            membership.set_topic(self.state, channel, str(body["topic"]))
        if body.get("private") and channel.kind == "public":
            # Never the other way round: Slack opens no private channel, and what was private stays so
            # (docs/visibility.md).
            membership.make_private(self.state, channel, channel.creator or next(iter(channel.members), ""))
        if "archived" in body:
            by = channel.creator or next(iter(channel.members), "")
            membership.archive(self.state, channel, by, archived=bool(body["archived"]))
        return self._shown(channel)

    async def change_members(self, request: Request) -> Response:
        channel, body = self.state.channel(request.path_params["channel"]), await body_of(request)
        for user in body.get("add") or []:
            membership.join(self.state, channel, self.state.person(str(user)).id)
        for user in body.get("remove") or []:
            membership.leave(self.state, channel, str(user))
        return self._shown(channel)

    # the app

    async def app(self, _request: Request) -> Response:
        app = self.state.app
        tokens = {t.id: t.installation.token for t in self.state.teams.values() if t.installation}
        return JSONResponse(
            {
                "request_url": app.request_url,
                "scopes": sorted(app.scopes) if app.scopes is not None else None,
                "events": sorted(app.events) if app.events is not None else None,
                "commands": app.commands,
                "shortcuts": app.shortcuts,
                "signing_secret": app.signing_secret,
                "bot_tokens": tokens,
                "app_token": app.app_token,
                "client_id": app.client_id,
                "client_secret": app.client_secret,
                "connections": len(self.sockets.connections),
            }
        )

    async def change_app(self, request: Request) -> Response:
        body, app = await body_of(request), self.state.app
        if "request_url" in body:
            app.request_url = body["request_url"]
        if "distributed" in body:
            app.distributed = bool(body["distributed"])
        if "events" in body:
            app.events = set(body["events"]) if body["events"] is not None else None
        if "scopes" in body:
            app.scopes = set(body["scopes"]) if body["scopes"] is not None else None
            for team in self.state.teams.values():
                if team.installation is not None:
                    # At once, without a new installation: tests take away what a careful admin declined
                    # (`bot_optional`).
                    team.installation.scopes = set(app.scopes) if app.scopes is not None else None
        return await self.app(request)

    async def change_access(self, request: Request) -> Response:
        """An admin of an organisation that has the app lets it into a workspace, or out of it (`"granted": false`)."""
        body = await body_of(request)
        team = self._team(body.get("workspace"))
        installation = self.state.organisations.get(team.enterprise or "")
        if installation is None:
            raise CannotDo(f"No organisation of {team.id} has the app.")
        granted = body.get("granted", True)
        team.installation = installation if granted else None
        kind = "team_access_granted" if granted else "team_access_revoked"
        self.events.take_news(installation.organisation, {"type": kind, "team_ids": [team.id]})
        return JSONResponse(self._workspace(team))

    def _uninstall_organisation(self, organisation: str) -> Response:
        installation = self.state.organisations.pop(organisation)
        tokens = {"oauth": [], "bot": [installation.bot_user]}
        self.events.take_news(organisation, {"type": "tokens_revoked", "tokens": tokens})
        self.events.take_news(organisation, {"type": "app_uninstalled"})
        self.state.revoked.add(installation.token)
        for team in self.state.let_in(organisation):
            team.installation = None
        return JSONResponse({"organisation": organisation})

    async def uninstall(self, request: Request) -> Response:
        """The events go out before the installation is gone, as they still carry its authorization."""
        body = await body_of(request)
        if "organisation" in body:
            return self._uninstall_organisation(str(body["organisation"]))
        team = self._team(body.get("workspace"))
        installation = self.state.installation(team.id)
        tokens = {"oauth": [], "bot": [installation.bot_user]}
        self.state.emit(team, {"type": "tokens_revoked", "tokens": tokens, "event_ts": self.state.new_ts()})
        self.state.emit(team, {"type": "app_uninstalled", "event_ts": self.state.new_ts()})
        # Kept, because Slack answers `account_inactive` to a revoked token and `invalid_auth` to one that never was.
        self.state.revoked.add(installation.token)
        team.installation = None
        return JSONResponse(self._workspace(team))

    async def change_rates(self, request: Request) -> Response:
        self.rates.on = bool((await body_of(request)).get("on"))
        self.rates.clear()
        return JSONResponse({"on": self.rates.on})

    async def reset(self, _request: Request) -> Response:
        everybody = list(self.state.users)
        self.state.clear()
        self.seed(self.state)
        self.faults.remove(None)
        self.rates.clear()
        self.inspector.entries.clear()
        # Those of before too: their pages are still open and must learn that they are gone.
        self.state.feed.tell([*everybody, *self.state.users], "person")
        return JSONResponse({"ok": True})
