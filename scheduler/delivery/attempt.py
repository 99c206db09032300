"""What one attempt asks of Slack: open, look for, post, edit; and puts on record what Slack took. Retries nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic

import structlog
from slack_sdk import WebClient

from bot.domain.delivery import Posted, Rendered
from bot.domain.messages import Live, Message, Refresh
from bot.domain.surfaces import ExportFor, kind_and_ref
from scheduler.delivery import slack_calls
from scheduler.delivery.drawing import Refresher, Renderer, content_of, fingerprint, in_words
from scheduler.delivery.slack_calls import SlackTrouble
from scheduler.delivery.transactions import FewAtOnce
from storage import messages as record
from storage.messages import Parent

# Slack has no error of its own for a block that a workspace does not draw yet.
CHART_REFUSED = "invalid_blocks"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Attempt:
    """One message, what is on record of it, and the client of its workspace."""

    workspace: str
    message: Message
    posted: Posted
    parent: Parent
    client: WebClient
    begun_at: datetime
    began: float
    """The same moment, of `monotonic`."""
    check: Callable[[], None]
    """Raises where others may have taken over meanwhile."""

    def now(self) -> datetime:
        """What time it is for every replica: that of the claim, and what has gone by since."""
        return self.begun_at + timedelta(seconds=monotonic() - self.began)


class Attempts:
    """Makes attempts. Safe to call from several threads, for different recipients."""

    def __init__(
        self,
        database: FewAtOnce,
        renderers: Mapping[str, Renderer],
        refreshers: Mapping[str, Refresher],
        called: Callable[[str, str], None],
    ) -> None:
        """`called(workspace, recipient)` is told of what Slack took, once it is on record."""
        self._database, self._renderers, self._refreshers, self._called = database, renderers, refreshers, called

    def make(self, attempt: Attempt) -> bool:
        """Asks Slack. Returns whether the message is finished; otherwise the next attempt goes on from here.

        Raises `SlackTrouble` when Slack does not take it.
        """
        if isinstance(attempt.message, Refresh):
            return self._refresh(attempt)
        content = content_of(self._renderers, attempt.workspace, attempt.message, shared=attempt.parent.shared)
        if content is None:
            with self._database.begin() as session:
                record.record_nothing_to_show(session, attempt.workspace, attempt.message.key)
            return True
        if attempt.posted.channel is None:
            attempt = replace(attempt, posted=replace(attempt.posted, channel=self._channel(attempt)))
        if attempt.posted.ts is not None:
            return self._edit(attempt, content)
        # The search costs a call (for some apps one a minute), so it is made only where an attempt is in doubt.
        found = self._find(attempt) if attempt.posted.attempted_at is not None else None
        if found is not None:
            # What a Live message showed then may be old: the next attempt edits it.
            self._sent(attempt, found, shown=None)
            return not isinstance(attempt.message, Live)
        self._sent(attempt, self._post(attempt, content), shown=fingerprint(content))
        return True

    def _post(self, attempt: Attempt, content: Rendered) -> str:
        """The ts. Where Slack takes no charts, their figures go in words: what it refused, it has not posted."""
        client, channel, key = attempt.client, str(attempt.posted.channel), attempt.message.key
        # Once more: since the claim Slack may have been asked for a person's channel, and the database been away.
        attempt.check()
        try:
            return slack_calls.post(client, channel, content, key=key, thread_ts=attempt.parent.ts)
        except SlackTrouble as error:
            spoken = in_words(attempt.message)
            if error.trouble.code != CHART_REFUSED or spoken is None:
                raise
            log.info("charts in words", workspace=attempt.workspace, key=key)
            return slack_calls.post(client, channel, spoken, key=key, thread_ts=attempt.parent.ts)

    def _refresh(self, attempt: Attempt) -> bool:
        kind, ref = kind_and_ref(attempt.message.key)
        # A surface is drawn as it is now and drawn twice looks the same, so nothing need be looked for after a crash.
        self._refreshers[kind](attempt.workspace, ref, attempt.client)
        if kind == ExportFor.kind:  # of a request there is one, and a second file would be read as another
            with self._database.begin() as session:
                record.record_done(session, attempt.workspace, attempt.message.key, now=attempt.now())
        else:
            self._sent_nothing(attempt)
        return True

    def _channel(self, attempt: Attempt) -> str:
        """A person's direct messages, opened and remembered."""
        channel = slack_calls.open_direct(attempt.client, attempt.message.to)
        # Remembered before the post: one `conversations.open` for a person is enough, also after a crash.
        with self._database.begin() as session:
            record.record_channel(session, attempt.workspace, attempt.message.key, channel)
        return channel

    def _find(self, attempt: Attempt) -> str | None:
        since, channel, key = attempt.posted.attempted_at, attempt.posted.channel, attempt.message.key
        assert since is not None
        assert channel is not None
        return slack_calls.find(attempt.client, channel, key=key, since=since, thread_ts=attempt.parent.ts)

    def _edit(self, attempt: Attempt, content: Rendered) -> bool:
        channel, ts = attempt.posted.channel, attempt.posted.ts
        assert channel is not None
        assert ts is not None
        # Several changes often end in the same card, and each edit costs a second of its channel's pace.
        if attempt.posted.shown == fingerprint(content):
            self._sent_nothing(attempt)
            return True
        try:
            slack_calls.edit(attempt.client, channel, ts, content, key=attempt.message.key)
        except SlackTrouble as error:
            # Somebody deleted it in Slack. It is forgotten here and posted anew: the item still needs its card.
            if error.trouble.code != "message_not_found":
                raise
            with self._database.begin() as session:
                record.record_gone(session, attempt.workspace, attempt.message.key)
            return False
        self._sent(attempt, ts, shown=fingerprint(content))
        return True

    def _sent(self, attempt: Attempt, ts: str, *, shown: str | None) -> None:
        workspace, key, channel = attempt.workspace, attempt.message.key, attempt.posted.channel
        assert channel is not None
        with self._database.begin() as session:
            record.record_sent(session, workspace, key, channel=channel, ts=ts, shown=shown, now=attempt.now())
        self._called(workspace, attempt.message.to)

    def _sent_nothing(self, attempt: Attempt) -> None:
        with self._database.begin() as session:
            record.record_nothing_sent(session, attempt.workspace, attempt.message.key)
