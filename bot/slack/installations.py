"""Which workspaces have the bot, and with which token. One workspace from the environment."""

from copy import copy
from threading import Lock
from time import monotonic
from typing import Protocol

import structlog
from slack_bolt import BoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.authorize import Authorize
from slack_sdk import WebClient

from bot.slack.client import answering_client, patience, waited_in_vain

log = structlog.get_logger()
ORGANISATION = "actionitem_organisation"
"""The context's key for the organisation whose installation a request is of."""


class NotInstalled(LookupError):
    """No token for that workspace."""


class Installations(Protocol):
    """Tokens by workspace."""

    def authorized(self, workspace: str, organisation: str = "") -> AuthorizeResult | None:
        """What Bolt needs to act in the workspace; None when the bot is not installed there.

        `organisation`: the request is of the installation for that whole organisation; it may name no workspace.
        """

    def knows(self, workspace: str, organisation: str) -> bool:
        """Whether that organisation is known to let the bot into that workspace."""

    def token(self, workspace: str) -> str:
        """The bot token. Raises `NotInstalled`."""


class OneWorkspace:
    """The workspace that SLACK_BOT_TOKEN belongs to; which one that is, Slack says, once."""

    def __init__(self, base_url: str, token: str) -> None:
        self._token = token
        self._client = answering_client(base_url, token)
        self._identity: AuthorizeResult | None = None
        self._lock = Lock()

    def authorized(self, workspace: str, organisation: str = "") -> AuthorizeResult | None:  # noqa: ARG002
        """None for another workspace than the token's. Raises what slack_sdk raises while Slack is away."""
        identity = self.identity()
        if identity.team_id != workspace:
            log.warning("unknown_workspace", workspace=workspace)
            return None
        return identity

    def knows(self, workspace: str, organisation: str) -> bool:  # noqa: ARG002 – a token of one workspace
        """No organisation's: those are installed by OAuth."""
        return False

    def token(self, workspace: str) -> str:
        """The token, for whichever workspace the database holds: this process knows one only."""
        if self._identity and self._identity.team_id != workspace:
            raise NotInstalled(f"SLACK_BOT_TOKEN does not belong to workspace {workspace}")
        return self._token

    def identity(self) -> AuthorizeResult:
        """Who the bot is. Asked once (`auth.test`), then kept. Raises as slack_sdk does, and `TimeoutError`."""
        if self._identity is None:
            began = monotonic()
            # One asks, the others wait for its answer, as long as their own requests may take.
            if not self._lock.acquire(timeout=patience()):
                raise TimeoutError("Slack took too long")
            try:
                if self._identity is None:
                    waited_in_vain(monotonic() - began)  # somebody else has asked, and got no answer
                    self._identity = self._ask()
            finally:
                self._lock.release()
        return self._identity

    def _ask(self) -> AuthorizeResult:
        answer = self._client.auth_test()
        return AuthorizeResult(
            enterprise_id=answer.get("enterprise_id"),
            team_id=answer["team_id"],
            team=answer.get("team"),
            bot_id=answer.get("bot_id"),
            bot_user_id=answer["user_id"],
            bot_token=self._token,
        )


class Authorization(Authorize):
    """Bolt's question who may act where, answered from what is kept: no call to Slack per request."""

    def __init__(self, installations: Installations, base_url: str) -> None:
        self._installations, self._base_url = installations, base_url
        self._made: dict[str, WebClient] = {}

    def __call__(
        self,
        *,
        context: BoltContext,
        enterprise_id: str | None,  # noqa: ARG002 – Bolt's signature
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,  # noqa: ARG002
        actor_team_id: str | None = None,  # noqa: ARG002
        actor_user_id: str | None = None,  # noqa: ARG002
    ) -> AuthorizeResult | None:
        """The bot's identity in that workspace; None refuses the request."""
        found = self._installations.authorized(team_id or "", str(context.get(ORGANISATION) or ""))
        if found is None:
            return None
        workspace = found.team_id or team_id  # that of an organisation is of none
        context["client"] = self._client(workspace or "")
        return AuthorizeResult(
            enterprise_id=found.enterprise_id,
            team_id=workspace,
            bot_id=found.bot_id,
            bot_user_id=found.bot_user_id,
            bot_token=found.bot_token,
            user_id=user_id,
        )

    def _client(self, workspace: str) -> WebClient:
        """In place of Bolt's, which opens a connection for each call and waits longer for its answer.

        A copy, for Bolt writes the token of the request into it; what is known of Slack's limits is the same.
        """
        made = self._made.get(workspace)
        if made is None:
            made = self._made[workspace] = answering_client(self._base_url, None, workspace)
        return copy(made)


class Clients:
    """Clients that answer people, one per workspace, made when first needed."""

    def __init__(self, base_url: str, installations: Installations) -> None:
        self._base_url = base_url
        self._installations = installations
        self._made: dict[str, WebClient] = {}

    def __call__(self, workspace: str) -> WebClient:
        """Raises `NotInstalled` when there is no token for the workspace."""
        token = self._installations.token(workspace)
        made = self._made.get(workspace)
        # The bot may have been installed again, with another token.
        if made is None or made.token != token:
            made = self._made[workspace] = answering_client(self._base_url, token)
        return made
