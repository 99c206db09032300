"""Messages that ask about several items, a ritual's and “says nearly the same”: what they said, so that what is
answered can be redrawn."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from bot.domain.messages import Block, Post
from storage.forgetting import forget_some
from storage.once import write_latest
from storage.tables.ritual import QuestionRow

KEPT = timedelta(days=100)
"""What was asked longer ago is not redrawn any more: it was asked again meanwhile. A setting can shorten it."""


@dataclass(frozen=True)
class Question:
    """A message to `reader`, by its key; `day` is the one on which it asked about the items `numbers`."""

    key: str
    reader: str
    day: date
    text: str
    blocks: list[Block]
    numbers: list[int]


def record_question(
    session: Session, workspace: str, post: Post, day: date, numbers: Sequence[int], *, beside: int | None = None
) -> None:
    """Keeps what *post* says, which asks about the items *numbers*; what its reader was asked long ago is forgotten.

    *beside*: one of them, by which `list_questions_about` finds it too.
    """
    mine = (QuestionRow.workspace == workspace, QuestionRow.reader == post.to)
    # Forgotten where new ones come, so no job has to walk the table.
    session.execute(delete(QuestionRow).where(*mine, QuestionRow.day < day - KEPT))
    shown = {"text": post.text, "blocks": post.blocks, "numbers": list(numbers)}
    key = {"workspace": workspace, "reader": post.to, "key": post.key}
    write_latest(session, QuestionRow, key, {"day": day, "shown": shown, "beside": beside})


def forget_questions(session: Session, before: date) -> int:
    """Forgets what was asked before that day, some at a time, whoever was asked: with the texts of direct messages in
    it. Returns how many."""
    return forget_some(session, QuestionRow, QuestionRow.day < before)


def find_question(session: Session, workspace: str, reader: str, key: str) -> Question | None:
    """That message, while it is kept."""
    row = session.get(QuestionRow, (workspace, reader, key))
    return _question(row) if row else None


def list_questions_about(
    session: Session, workspace: str, readers: Collection[str], number: int, *, beside: bool
) -> list[Question]:
    """Those that ask one of *readers* about the item; *beside*: and those recorded beside it, whoever was asked."""
    # One query for both: nearly every change of an item asks.
    asked = QuestionRow.reader.in_(readers)
    wanted = or_(asked, QuestionRow.beside == number) if beside else asked
    query = select(QuestionRow).where(QuestionRow.workspace == workspace, wanted)
    found = (_question(row) for row in session.scalars(query.order_by(QuestionRow.reader, QuestionRow.key)))
    # Picked out here: the numbers stand in JSON, and a reader has few questions.
    return [question for question in found if number in question.numbers]


def _question(row: QuestionRow) -> Question:
    return Question(row.key, row.reader, row.day, **row.shown)
