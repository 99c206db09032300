"""A step of a workflow that made an item: completed once the item's card stands in its channel, with its link."""

from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.deps import Deps
from bot.domain.delivery import Posted, Trouble
from bot.domain.subjects import CardOf, IdeasIn
from bot.domain.surfaces import StepOf
from scheduler.delivery import slack_calls
from scheduler.delivery.drawing import Refresher
from scheduler.delivery.slack_calls import SlackTrouble
from storage.items import get_item_as_it_is
from storage.messages import find_posted

CARD_NOT_SENT = "card_not_sent"


def completes_steps(deps: Deps) -> Refresher:
    """What delivery does for a step: `EXECUTION:N`. Done twice, Slack says that it is done, which is as good."""

    def complete(workspace: str, ref: str, client: WebClient) -> None:
        step = StepOf.read(ref)
        with deps.db.read() as session:
            card = find_posted(session, workspace, CardOf(step.number).key) or _line(session, workspace, step.number)
        if card is None or card.channel is None or card.ts is None:
            # Trouble that passes: the card goes to its channel in another partition, and may simply be slower.
            raise SlackTrouble(Trouble(CARD_NOT_SENT), StepOf.kind)
        link = slack_calls.permalink(client, card.channel, card.ts)
        slack_calls.complete_step(client, step.execution, {"number": step.number, "permalink": link})

    return complete


def _line(session: Session, workspace: str, number: int) -> Posted | None:
    """What stands for an idea, which has no card: the line of its channel's ideas."""
    item = get_item_as_it_is(session, workspace, number)
    if item is None or not item.is_idea or item.channel is None:
        return None
    return find_posted(session, workspace, IdeasIn(item.channel).key)
