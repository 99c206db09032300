"""Messages of rituals that ask about several items: kept when they are said, redrawn as they are answered."""

from datetime import date

from sqlalchemy.orm import Session

from bot.blocks.questions import answered, asked_about
from bot.deps import Deps
from bot.domain.delivery import Rendered
from bot.domain.messages import Post
from bot.domain.subjects import QuestionTo
from bot.domain.words import speaking
from bot.languages import catalogue
from storage.items import list_numbered, list_visible
from storage.questions import find_question, record_question


def keep_questions(session: Session, workspace: str, post: Post, day: date) -> None:
    """Keeps what *post* says when it asks about items, in the transaction that puts it into the outbox."""
    if numbers := asked_about(post.blocks):
        record_question(session, workspace, post, day, numbers)


def draw_questions(deps: Deps, workspace: str, ref: str) -> Rendered | None:
    """The message as its questions stand now; of what its reader may not see any more nothing new is said."""
    question = QuestionTo.read(ref)
    reader, key = question.reader, question.asked
    viewer = deps.directory.viewer(workspace, reader)
    with deps.db.read() as session:
        asked = find_question(session, workspace, reader, key)
        if asked is None:
            return None
        # It was sent some time ago: an item may have become private since, and its reader may have left the channel.
        visible = list_visible(session, workspace, asked.numbers, viewer)
        items = list_numbered(session, workspace, visible)
    with speaking(catalogue(deps.directory.locale(workspace, reader))):
        # From the items as they stand: by what was pressed, two answers at once would bring back each other's buttons.
        return Rendered(asked.text, answered(asked.blocks, items, asked.day))
