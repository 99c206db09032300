"""What a Slack workspace is made of, as plain records. No behaviour; `state.py` keeps them."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Values = dict[str, dict[str, Json]]
"""What stands in inputs, as Slack's `state.values`: block_id → action_id → value object."""


@dataclass
class Installation:
    """The app in one workspace; or in a whole organisation, then the same in each workspace that it lets it into."""

    bot_user: str
    bot_id: str
    token: str
    scopes: set[str] | None = None  # None: everything that the sandbox knows
    organisation: str = ""


@dataclass
class Usergroup:
    id: str
    handle: str
    name: str
    users: list[str]


@dataclass
class Team:
    id: str
    name: str
    domain: str
    installation: Installation | None = None
    enterprise: str | None = None
    usergroups: dict[str, Usergroup] = field(default_factory=dict)


@dataclass
class View:
    """A modal or an App Home. `body` holds what the app gave, ids filled in."""

    id: str
    team: str
    user: str
    body: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    values: Values = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    call: int | None = None

    @property
    def blocks(self) -> list[Json]:
        return list(self.body["blocks"])


@dataclass
class User:
    id: str
    team: str
    name: str
    real_name: str
    email: str
    display_name: str = ""
    tz: str = "Europe/Berlin"
    locale: str = "en-US"
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    # Often false of an outsider too (design.md), so nothing may be decided by it.
    is_stranger: bool = False
    is_bot: bool = False
    bot_id: str | None = None
    deleted: bool = False
    updated: int = 0
    home: View | None = None
    modals: list[View] = field(default_factory=list)

    @property
    def is_guest(self) -> bool:
        return self.is_restricted or self.is_ultra_restricted

    @property
    def shown_name(self) -> str:
        return self.display_name or self.real_name


@dataclass
class Message:
    """`only_for`: an ephemeral message's reader. `values`: what each reader chose in its inputs.

    `answering`: said as an answer to a person's act (at once or by a response URL), not of the app's own accord.
    """

    ts: str
    channel: str
    user: str
    text: str
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    thread_ts: str | None = None
    metadata: Json | None = None
    bot_id: str | None = None
    subtype: str | None = None
    username: str | None = None
    broadcast: bool = False
    edited: Json | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    unfurls: Json | None = None
    only_for: str | None = None
    values: dict[str, Values] = field(default_factory=dict)
    call: int | None = None
    answering: bool = False

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass
class Channel:
    """`kind`: public, private, im or mpim. `messages` by ts, oldest first; `threads`: parent's ts → replies' ts.

    `shared_with`: other workspaces that are connected, of other companies or of the same Enterprise; `pending_with`:
    those that were invited.
    """

    id: str
    team: str
    name: str
    kind: str
    creator: str
    created: int
    members: list[str] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    threads: dict[str, list[str]] = field(default_factory=dict)
    archived: bool = False
    topic: str = ""
    purpose: str = ""
    last_read: dict[str, str] = field(default_factory=dict)
    shared_with: list[str] = field(default_factory=list)
    pending_with: list[str] = field(default_factory=list)

    @property
    def teams(self) -> list[str]:
        """The workspaces that have it, its own first."""
        return [self.team, *self.shared_with]

    @property
    def is_direct(self) -> bool:
        return self.kind in ("im", "mpim")


@dataclass
class Trigger:
    """Opens one view, within three seconds, for the app of `team`. `from_modal`: the view that it came from, which
    `views.push` needs."""

    id: str
    user: str
    team: str
    expires: float
    # Slack exchanges a trigger once: a handler that opens a second view with it is refused.
    used: bool = False
    from_modal: str | None = None


@dataclass
class ResponseUrl:
    """`message`: the ts of the message that the interaction came from."""

    id: str
    user: str
    channel: str
    expires: float
    # Slack's limits of a response URL: five answers within thirty minutes.
    uses_left: int = 5
    message: str | None = None
    ephemeral: bool = False
    thread_ts: str | None = None


@dataclass
class File:
    id: str
    team: str
    name: str
    length: int
    user: str
    created: int
    content: bytes | None = None
    title: str = ""
    channels: list[str] = field(default_factory=list)
    complete: bool = False
    alt_text: str = ""


@dataclass
class Execution:
    """A step of a workflow that runs. `status`: executing, completed or failed; `token`: the step's own."""

    id: str
    team: str
    callback_id: str
    token: str
    status: str = "executing"
    outputs: Json = field(default_factory=dict)
    error: str | None = None


@dataclass
class AppConfig:
    """The app as its manifest describes it. None: everything that the sandbox knows."""

    id: str = "A0ACTION"
    name: str = "Action Items"
    signing_secret: str = "sandbox-signing-secret"  # noqa: S105 - the sandbox's own
    verification_token: str = "sandbox-verification"  # noqa: S105
    client_id: str = "1000.2000"
    client_secret: str = "sandbox-client-secret"  # noqa: S105
    app_token: str = "xapp-1-A0ACTION-sandbox"  # noqa: S105
    request_url: str | None = None
    redirect_urls: list[str] = field(default_factory=list)
    scopes: set[str] | None = None
    events: set[str] | None = None
    commands: list[Json] | None = None
    shortcuts: list[Json] | None = None
    functions: Json | None = None
    messages_tab: bool = True
    """Whether the app has one: without it there are no direct messages with it (`messages_tab_disabled`)."""
    writable_tab: bool = True
    """Whether people may write there; Slack's default is that they may not."""
    options_url: bool = True
    """Whether Slack knows where to ask for the options of menus; Socket Mode needs no address."""
    distributed: bool = False
    """To other companies, not by the Marketplace: then history is read once a minute, fifteen messages at a time."""
