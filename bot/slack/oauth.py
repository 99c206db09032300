"""Installing in a workspace: slack_bolt's OAuth flow with our states, our pages and our store of tokens."""

import re
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode

import structlog
from slack_bolt import Ack, App, BoltContext, BoltRequest, BoltResponse
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.callback_options import CallbackOptions, FailureArgs, SuccessArgs
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.oauth import AuthorizeUrlGenerator, OAuthStateUtils
from slack_sdk.oauth.installation_store import Installation, InstallationStore
from slack_sdk.oauth.state_store import OAuthStateStore
from slack_sdk.web import SlackResponse
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.domain.delivery import Meaning, Trouble
from bot.settings import Settings
from bot.slack.client import error_code, status_of
from bot.slack.installations import ORGANISATION
from bot.slack.oauth_pages import failure_page, installed_page, organisation_page
from bot.slack.stored_installations import WORKSPACES, StoredInstallations
from storage.engine import Database
from storage.installations import claim_state, forget_expired_states, record_state

INSTALL, REDIRECT = "slack/install", "slack/oauth_redirect"
STATE_LIVES = timedelta(minutes=10)
EXCHANGE_TIMEOUT_S = 10
"""Seconds; somebody is looking at a blank page meanwhile."""
HTTP_TOO_MANY = 429  # with 5xx above it: asking again helps
WORKSPACES_ASKED = 1000
COOKIE = "actionitem-oauth-state"

log = structlog.get_logger()


class Failed(Exception):
    """The installation ends here; the reason is one of `oauth_pages.FAILURES`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class States(OAuthStateStore):
    """States in the database: any replica may get the browser back, and each state is used once."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock

    def issue(self, *_args: object, **_more: object) -> str:
        """A new state; those that nobody came back with are cleared away."""
        # Here, because each state that is made may be one with which nobody comes back.
        state, now = secrets.token_urlsafe(32), self._clock()
        with self._db.begin() as session:
            forget_expired_states(session, now)
            record_state(session, state, now + STATE_LIVES)
        return state

    def consume(self, state: str) -> bool:
        """Whether the state is good; it is not a second time."""
        with self._db.begin() as session:
            return claim_state(session, state, self._clock())


class _Store(InstallationStore):
    """Where the flow puts what Slack granted. Bolt reads nothing from it: `Authorization` does."""

    def __init__(self, installations: StoredInstallations) -> None:
        self._installations = installations

    def save(self, installation: Installation) -> None:
        self._installations.record(installation)


class _Cookies(OAuthStateUtils):
    """The cookie that ties a state to its browser. Secure except on a local http:// address."""

    def __init__(self, *, secure: bool) -> None:
        super().__init__(cookie_name=COOKIE, expiration_seconds=int(STATE_LIVES.total_seconds()))
        self._flags = f"HttpOnly; SameSite=Lax; Path=/{'; Secure' if secure else ''}"

    def build_set_cookie_for_new_state(self, state: str) -> str:
        return f"{self.cookie_name}={state}; {self._flags}; Max-Age={self.expiration_seconds}"

    def build_set_cookie_for_deletion(self) -> str:
        return f"{self.cookie_name}=deleted; {self._flags}; Max-Age=0"


class _AuthorizeUrl(AuthorizeUrlGenerator):
    """slack_sdk's own puts what it is given into the address as it is; `team` comes from anybody."""

    def generate(self, state: str, team: str | None = None) -> str:
        wanted = {"client_id": self.client_id, "scope": ",".join(self.scopes or ()), "redirect_uri": self.redirect_uri}
        given = {"state": state} | ({"team": team} if team else {})
        return f"{self.authorization_url}?{urlencode(wanted | given)}"


class Installing(OAuthFlow):
    """`GET /slack/install` and `GET /slack/oauth_redirect`. Every failure is a page that says what to do."""

    def __init__(
        self,
        settings: Settings,
        scopes: tuple[str, ...],
        installations: StoredInstallations,
        db: Database,
        clock: Clock,
    ) -> None:
        assert settings.slack_client_secret
        assert settings.public_url
        self.install_url = install_url(settings)
        # No retries: a code is good for one exchange, and a second one would be refused although the first was taken.
        client = WebClient(base_url=settings.slack_api_url, timeout=EXCHANGE_TIMEOUT_S, retry_handlers=[])
        flow = OAuthSettings(
            client_id=settings.slack_client_id,
            client_secret=settings.slack_client_secret.get_secret_value(),
            scopes=scopes,
            user_scopes=[],
            redirect_uri=settings.public_url + REDIRECT,
            install_page_rendering_enabled=False,
            authorization_url=authorize_url(settings.slack_api_url),
            installation_store=_Store(installations),
            state_store=States(db, clock),
            callback_options=CallbackOptions(success=self._succeeded, failure=self._failed),
        )
        flow.state_utils = _Cookies(secure=settings.public_url.startswith("https://"))
        flow.authorize_url_generator = _AuthorizeUrl(
            client_id=flow.client_id,
            redirect_uri=flow.redirect_uri,
            scopes=flow.scopes,
            authorization_url=flow.authorization_url,
        )
        super().__init__(client=client, settings=flow)

    def handle_installation(self, request: BoltRequest) -> BoltResponse:
        """Sends the browser to Slack, with a new state."""
        return self._plainly(super().handle_installation, request)

    def handle_callback(self, request: BoltRequest) -> BoltResponse:
        """Checks the state, exchanges the code, keeps the token."""
        return self._plainly(super().handle_callback, request)

    def run_installation(self, code: str) -> Installation:
        """The code for a token. Raises `Failed`; what Slack says goes into the log, the code does not."""
        try:
            granted = self.client.oauth_v2_access(
                code=code,
                client_id=self.settings.client_id,
                client_secret=self.settings.client_secret,
                redirect_uri=self.settings.redirect_uri,
            )
            _check_kind(granted)
            # `oauth.v2.access` names the bot's user and not its `bot_id`, which belongs to the identity that Bolt is
            # given.
            who = self.client.auth_test(token=granted["access_token"])
            workspaces = dict(self._workspaces(granted))
        except SlackApiError as error:
            log.warning("installation_refused", error=(said := error_code(error)))
            busy = (
                not said or status_of(error) >= HTTP_TOO_MANY or Trouble(said).kind in (Meaning.LATER, Meaning.UNSURE)
            )
            # `from None`, here and below: what the error holds of the request may have the code and the secret in it.
            raise Failed("slack_away" if busy else "refused") from None
        except (SlackClientError, OSError, HTTPException) as error:
            log.warning("installation_failed", error=type(error).__name__)
            raise Failed("slack_away") from None
        return _installation(granted, str(who.get("bot_id") or ""), workspaces)

    def _workspaces(self, granted: SlackResponse) -> Iterator[tuple[str, str]]:
        """Ids and names of those that the organisation has let the bot into; none right after a first installation."""
        cursor = "" if granted.get("is_enterprise_install") else None
        while cursor is not None:
            page = self.client.auth_teams_list(
                token=granted["access_token"], cursor=cursor or None, limit=WORKSPACES_ASKED
            )
            yield from ((team["id"], team.get("name") or "") for team in page.get("teams") or ())
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None

    def _plainly(self, handle: Callable[[BoltRequest], BoltResponse], request: BoltRequest) -> BoltResponse:
        try:
            return handle(request)
        except Failed as failed:
            return failure_page(failed.reason, self.install_url)
        except SQLAlchemyError as error:
            log.warning("installation_failed", error=type(error).__name__)
            return failure_page("database_away", self.install_url)

    def _succeeded(self, args: SuccessArgs) -> BoltResponse:
        made = args.installation
        if made.is_enterprise_install:
            page = organisation_page(made.enterprise_name or "", str(made.enterprise_id), str(made.app_id))
        else:
            page = installed_page(made.team_name or str(made.team_id), str(made.team_id))
        page.headers["set-cookie"] = [self.settings.state_utils.build_set_cookie_for_deletion()]
        return page

    def _failed(self, args: FailureArgs) -> BoltResponse:
        # It comes from the address, which anybody can write, and goes into the log.
        reason = args.reason if re.fullmatch(r"[a-z_]{1,40}", args.reason) else "unknown"
        log.info("not_installed", reason=reason)
        return failure_page(reason, self.install_url)


def install_url(settings: Settings) -> str:
    """What people open to install the bot; with OAuth, PUBLIC_URL is set."""
    return f"{settings.public_url}{INSTALL}"


def authorize_url(api_url: str) -> str:
    """Where Slack asks people, beside its Web API: `https://slack.com/api/` → `https://slack.com/oauth/v2/authorize`."""
    return api_url.removesuffix("api/") + "oauth/v2/authorize"


def listen_for_uninstall(app: App, installations: StoredInstallations) -> None:
    """Slack says that a workspace removed the bot: its token goes, at once."""

    def removed(body: dict[str, Any], context: BoltContext) -> None:
        place = str(context.get(ORGANISATION) or context.team_id or "")
        installations.remove(place, datetime.fromtimestamp(body["event_time"], UTC))

    @app.event("app_uninstalled")
    def uninstalled(body: dict[str, Any], context: BoltContext, ack: Ack) -> None:
        removed(body, context)
        ack()

    @app.event("tokens_revoked")
    def revoked(body: dict[str, Any], context: BoltContext, ack: Ack) -> None:
        if body["event"]["tokens"].get("bot"):  # else tokens of people, of which we have none
            removed(body, context)
        ack()


def listen_for_access(app: App, installations: StoredInstallations) -> None:
    """An organisation that has the bot lets it into workspaces, and out of them."""

    @app.event("team_access_granted")
    def granted(body: dict[str, Any], context: BoltContext, ack: Ack) -> None:
        if organisation := context.get(ORGANISATION):
            installations.let_in(organisation, dict.fromkeys(body["event"]["team_ids"], ""))
        ack()

    @app.event("team_access_revoked")
    def revoked(body: dict[str, Any], context: BoltContext, ack: Ack) -> None:
        if organisation := context.get(ORGANISATION):
            installations.shut_out(organisation, body["event"]["team_ids"])
        ack()


def _check_kind(granted: SlackResponse) -> None:
    # A token that rotates ends after twelve hours, and nothing here renews it.
    if granted.get("refresh_token"):
        raise Failed("rotation")


def _installation(granted: SlackResponse, bot_id: str, workspaces: dict[str, str]) -> Installation:
    """For one workspace, or where Slack names none for a whole organisation, which gives *workspaces* (id → name)."""
    whole = bool(granted.get("is_enterprise_install"))
    team, enterprise = ({} if whole else granted["team"]), granted.get("enterprise") or {}
    return Installation(
        app_id=granted.get("app_id"),
        enterprise_id=enterprise.get("id"),
        enterprise_name=enterprise.get("name"),
        team_id=team.get("id"),
        team_name=team.get("name"),
        is_enterprise_install=whole,
        custom_values={WORKSPACES: workspaces},
        bot_token=granted["access_token"],
        bot_id=bot_id,
        bot_user_id=granted.get("bot_user_id"),
        bot_scopes=granted.get("scope") or "",
        user_id=(granted.get("authed_user") or {}).get("id") or "",
    )
