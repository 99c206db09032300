"""Exports for people in Slack: made when they are sent, of what the asker may see then, into their direct messages."""

from slack_sdk import WebClient

from bot.deps import Deps
from bot.domain.porting.writing import Format
from bot.domain.surfaces import ExportFor
from bot.services.export import pieces
from scheduler.delivery import slack_calls
from scheduler.delivery.drawing import Refresher

NAMES = {Format.CSV: "action-items.csv", Format.JSONL: "action-items.jsonl", Format.MARKDOWN: "action-items.md"}


def sends_exports(deps: Deps) -> Refresher:
    """What delivery does for an export. After a crash between the upload and the record of it, a second file comes."""

    def send(workspace: str, ref: str, client: WebClient) -> None:
        wish = ExportFor.read(ref)
        # Fresh: what is remembered of their channels may be older than their leaving one.
        viewer = deps.directory.viewer(workspace, wish.user, fresh=True)
        text = pieces(deps.db, workspace, viewer, wish.form, team_id=wish.team_id, states=wish.states)
        content = b"".join(piece.encode() for piece in text)
        channel = slack_calls.open_direct(client, wish.user)
        slack_calls.upload(client, NAMES[wish.form], content, title="Action items", alt="", channel=channel)

    return send
