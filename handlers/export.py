"""`/actionitem export`: a file in the asker's direct messages, with what they may see. Delivery makes and sends it."""

from functools import partial

from bot.deps import Deps
from bot.domain.errors import Refused
from bot.domain.porting.writing import Format
from bot.domain.sentence import plain
from bot.domain.surfaces import ExportFor
from bot.domain.words import Text, _
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.router import Router
from storage import inbox
from storage.export import list_rows
from storage.teams import get_team

USAGE = "export [deferred] [team NAME] [csv | jsonl | markdown]"
ON_ITS_WAY = "Your export is on its way: a file in our direct messages, with what you may see."
NOTHING = "There is nothing to export that you may see."
TEAM, DEFERRED = "team", "deferred"


def register(router: Router, deps: Deps) -> None:
    """`export …`."""
    router.subcommand("export", partial(_export, deps), USAGE, "sends you the items that you may see, as a file")


def _export(deps: Deps, asked: Asked) -> Answer:
    wish = _wish(deps, asked)
    viewer = deps.directory.viewer(asked.workspace, asked.user)
    with deps.db.begin() as session:
        # One row is looked for, so that nobody waits for a file that will not come.
        first = list_rows(session, asked.workspace, viewer, team_id=wish.team_id, states=wish.states, after=0, limit=1)
        if not first:
            return Answer(_(NOTHING))
        if inbox.claim(session, asked.workspace, asked.key, deps.clock()):
            # Made by delivery: ten thousand items take longer than the three seconds of an answer.
            deps.outbox.enqueue(session, asked.workspace, wish.key, [wish.refresh])
    return Answer(_(ON_ITS_WAY))


def _wish(deps: Deps, asked: Asked) -> ExportFor:
    words = plain(asked.text).split()
    form = Format.CSV
    if words and words[-1].lower() in list(Format):
        form = Format(words.pop().lower())
    deferred = bool(words) and words[0].lower() == DEFERRED
    words = words[deferred:]
    if not words:
        return ExportFor(asked.user, form, None, deferred, asked.key)
    if words[0].lower() != TEAM or len(words) == 1:
        raise Refused(Text("Say it like this: `/actionitem {usage}`.", usage=USAGE))
    with deps.db.read() as session:
        team = get_team(session, asked.workspace, " ".join(words[1:]))
    return ExportFor(asked.user, form, team.id, deferred, asked.key)
