"""What a form carries unseen from its opening to its submission: read here alone, and never believed.

Slack gives it back as it was written; whoever can sign a request can write anything. So each name has one shape, a
name that is not there is refused where it is needed, and what it stands for is looked up again with the eyes of
whoever sends it.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.domain.errors import Unreadable
from bot.domain.item import TITLE_LIMIT
from bot.domain.joined import LARGEST
from bot.domain.review import MOST, ReviewKind
from bot.domain.slack_ids import CHANNEL_ID, ID, MESSAGE_TS

Short = Annotated[str, Field(max_length=200)]
Number = Annotated[int, Field(ge=0, le=LARGEST)]
ChannelId = Annotated[str, Field(pattern=f"^{CHANNEL_ID.pattern}$")]
Ts = Annotated[str, Field(pattern=f"^{MESSAGE_TS.pattern}$")]


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")  # an older version carried other names, a newer one will


class _Source(_Shape):
    channel: ChannelId
    ts: Ts
    offer: Short = ""


class _Review(_Shape):
    kind: ReviewKind
    numbers: Annotated[list[Number], Field(min_length=1, max_length=MOST)]
    at: Number = 0
    team: Number | None = None
    incident: Number | None = None


class _Carried(_Shape):
    """Every name that forms carry."""

    number: Number = 0
    seen: Number = 0
    marks: dict[str, str] = {}
    channel: ChannelId | None = None
    thread: Ts | None = None
    request: Number = 0
    incident: Number = 0
    day: Short = ""
    proposed: Short = ""
    page: Short = ""
    team: Short | None = None
    name: Short = ""
    typed: Annotated[str, Field(max_length=TITLE_LIMIT)] = ""
    coached: Short = ""
    slots: Annotated[list[Short], Field(max_length=10)] = []
    alike: Number = 0
    opened: Annotated[int, Field(ge=0, le=10**14)] = 0  # milliseconds since 1970
    source: _Source | None = None
    review: _Review | None = None
    meeting: Short = ""


class ToldBySlack(dict[str, Any]):
    """What Slack says of an event, by its names. A name that is missing raises `Unreadable`."""

    def __missing__(self, name: str) -> Any:
        """Nobody asks for a name that was not written, unless somebody changed it."""
        raise Unreadable

    def id(self, name: str) -> str:
        """The id of a person, a channel … by that name. Raises `Unreadable` for anything else."""
        found = self[name]
        if not isinstance(found, str) or not ID.fullmatch(found):
            raise Unreadable
        return found


class Carried(ToldBySlack):
    """The names and values that a form carries, as JSON values."""

    @classmethod
    def read(cls, text: str) -> "Carried":
        """From the form's `private_metadata`; nothing, where that is not what forms carry: then its reader refuses."""
        try:
            return cls(_Carried.model_validate_json(text).model_dump(mode="json", exclude_unset=True))
        except (ValidationError, ValueError, RecursionError):
            return cls()
