"""What the forms of an item and of an incident ask: one list.

From it come the history's words, what “Edit” changes, the limits, and the columns of import and export. The forms
themselves are written by hand (`bot/blocks/item_form.py`, `form_notes.py`, `incident.py`); a test holds their labels
and limits to it.
"""

from dataclasses import dataclass
from enum import Enum, auto

from bot.domain.item import TEXT_LIMIT, TITLE_LIMIT


class Holds(Enum):
    """What a field or a column holds. How each is read from a cell and written into one is in `porting/`."""

    LINE = auto()
    TEXT = auto()
    LINK = auto()
    DAY = auto()
    MOMENT = auto()
    FLAG = auto()
    SCALE = auto()
    NUMBER = auto()
    PERSON = auto()
    PEOPLE = auto()
    THEMES = auto()
    SERVICES = auto()
    CHANNEL = auto()
    TEAM = auto()
    INCIDENT = auto()
    STATE = auto()
    REMEDY = auto()
    SEVERITY = auto()
    MEMBER = auto()


AS_STORED = frozenset({
    Holds.LINE, Holds.TEXT, Holds.LINK, Holds.DAY, Holds.SCALE, Holds.NUMBER, Holds.PERSON,
})  # fmt: skip
"""What draft, item, row of a file and table hold alike, so that nobody between them has to name the field."""


WORDS = frozenset({Holds.LINE, Holds.TEXT})
"""What a person writes and nobody takes apart."""


@dataclass(frozen=True)
class Field:
    """A field of a form. `name`: in `Draft` and `Item`, or in `Incident`.

    `input`: the form's name for it. `in_history`: what “edited …” says. `shown`: its heading where the item is shown
    whole, for long texts. `limit`: characters that its input takes. `column`: of import and export.
    """

    name: str
    label: str
    in_history: str
    holds: Holds
    limit: int | None = None
    editable: bool = True
    input: str = ""
    column: str = ""
    shown: str = ""

    def __post_init__(self) -> None:
        """`input` and `column` are the field's name where nothing else is given."""
        object.__setattr__(self, "input", self.input or self.name)
        object.__setattr__(self, "column", self.column or self.name)


ITEM = (
    Field("title", "Action", "the action", Holds.LINE, TITLE_LIMIT),
    Field("owner", "Owner", "the owner", Holds.PERSON, editable=False),
    Field("due", "Due date", "the due date", Holds.DAY, editable=False),
    Field("collaborators", "Collaborators", "the collaborators", Holds.PEOPLE),
    Field("team_id", "Team", "the team", Holds.TEAM, input="team", column="team"),
    Field("incident_id", "Incident", "the incident", Holds.INCIDENT, input="incident", column="incident"),
    Field("remedy", "Remedy", "the remedy", Holds.REMEDY),
    Field("impact", "Impact", "the impact", Holds.SCALE),
    Field("urgency", "Urgency", "the urgency", Holds.SCALE),
    Field("effort", "Effort", "the effort", Holds.SCALE),
    Field(
        "verification", "How will we verify it?", "how it will be verified", Holds.TEXT, TEXT_LIMIT, shown="Verify by"
    ),
    Field("root_cause", "Root cause", "the root cause", Holds.TEXT, TEXT_LIMIT, shown="Root cause"),
    Field("details", "Details", "the details", Holds.TEXT, TEXT_LIMIT, shown="Details"),
    Field("references", "References", "the references", Holds.TEXT, TEXT_LIMIT, shown="References"),
    Field("starts_on", "Start on", "the start", Holds.DAY, editable=False, input="plan.starts_on"),
    Field(
        "staffing", "Who staffs it?", "the staffing", Holds.TEXT, TEXT_LIMIT, editable=False, input="plan.staffing"
    ),
    Field(
        "systemic_item", "Systemic item beside it", "the systemic item", Holds.NUMBER, TEXT_LIMIT,
        editable=False, input="plan.systemic",
    ),
    Field("themes", "Themes", "the themes", Holds.THEMES, TEXT_LIMIT),
)  # fmt: skip
"""“New action item” with its notes, and “Edit action item”. Owner and due date have actions of their own."""

INCIDENT = (
    Field("title", "Title", "the title", Holds.LINE, TITLE_LIMIT, column="incident"),
    Field("severity", "Severity", "the severity", Holds.SEVERITY),
    Field("postmortem_url", "Post-mortem link", "the post-mortem", Holds.LINK, TEXT_LIMIT),
    Field("root_cause", "Root cause", "the root cause", Holds.TEXT, TEXT_LIMIT, column="incident_root_cause"),
    Field("services", "Services", "the services", Holds.SERVICES, TEXT_LIMIT),
    Field("began_at", "When it began", "the beginning", Holds.MOMENT, column="incident_started_at"),
    Field("ended_at", "Ended", "the end", Holds.MOMENT, column="incident_ended_at"),
    Field("lead", "Lead", "the lead", Holds.MEMBER, column="incident_lead"),
)
"""“Incident”."""

EDITABLE = tuple(field.name for field in ITEM if field.editable)
"""What “Edit” changes; owner, due date and state have their own actions."""
IN_HISTORY = {field.name: field.in_history for field in ITEM if field.editable}
"""How the history says what was edited."""
IN_WORDS = {field.name: field.in_history for field in ITEM}
"""What each field is, within a sentence."""
STORED = tuple(field.name for field in ITEM if field.holds in AS_STORED)
"""The fields of an item that go from draft to table, and from table to file, as they are."""
