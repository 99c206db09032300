"""A step of a workflow that made an item: completed once the item's card stands in its channel, with its link."""

from slack_sdk import WebClient

from bot.deps import Deps
from bot.domain.delivery import Trouble
from scheduler.delivery import slack
from scheduler.delivery.delivery import Refresher
from scheduler.delivery.slack import SlackTrouble
from storage.messages import find_standing

STEP = "step"
CARD_NOT_SENT = "card_not_sent"


def completes_steps(deps: Deps) -> Refresher:
    """What delivery does for a step: `EXECUTION:N`. Done twice, Slack says that it is done, which is as good."""

    def complete(workspace: str, ref: str, client: WebClient) -> None:
        execution, _, number = ref.partition(":")
        with deps.db.begin() as session:
            card = find_standing(session, workspace, f"card:{number}")
        if card is None or card.channel is None or card.ts is None:
            raise SlackTrouble(Trouble(CARD_NOT_SENT), STEP)
        link = slack.permalink(client, card.channel, card.ts)
        slack.complete_step(client, execution, {"number": int(number), "permalink": link})

    return complete
