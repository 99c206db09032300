"""“Will not do”: an item ends without being done, and says why."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar

from bot.domain.errors import Refused
from bot.domain.item import By, Item, Moved, moved
from bot.domain.item_values import Ending
from bot.domain.lifecycle import Action, after


@dataclass(frozen=True)
class WillNotDo:
    """Not ever, for another reason than its risk (R84): what the form holds, and a request keeps."""

    action: ClassVar = Action.DROP

    why: str

    def check(self, _today: date) -> None:
        """Raises `Refused` at the field that is missing."""
        if not self.why:
            raise Refused("Say why it will not be done.", "why")


def drop(item: Item, by: By, terms: WillNotDo, detail: Mapping[str, Any]) -> Moved:
    """not started, in progress, deferred → will not do, by whoever decides. `decide` of `approve.py` checks first."""
    state = after(item.state, Action.DROP, item.label, by.last)
    ending = Ending(by.at, terms.why, decided_by=by.user)
    # What has ended is no risk debt any more (R79); why it was deferred stays in the history.
    ended = replace(item, state=state, ending=ending, deferral=None)
    return moved(item, ended, Action.DROP, by, terms.why, detail)
