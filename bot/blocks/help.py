"""`/actionitem help`: five tasks, each with a button; behind one more the reference: subcommands and principles."""

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.models.blocks import Block, ButtonElement

from bot.blocks.ids import Button
from bot.blocks.parts import actions, button, context, section
from bot.blocks.text import TEXT_LIMIT, shortened
from bot.domain.pressed import TypedLine
from bot.domain.words import _

TASKS = (
    (
        "*Write down what must happen*\n"
        "`/actionitem new Cap the retry queue at 10,000 @sam by friday` fills the form in.",
        "New action item",
        "new",
    ),
    (
        "*Go on with what is yours*\nEach item has its next step as a button. `/actionitem update 12 The alert fires` "
        "says how AI-12 goes.",
        "My items",
        "list mine",
    ),
    (
        "*Find an item*\n`/actionitem search checkout alert` finds it by its words; the button shows what is late.",
        "Overdue items",
        "list overdue",
    ),
    (
        "*Look at them together*\nA stand-up, an operations review, or the review of an incident.",
        "Review",
        "review",
    ),
    (
        "*See how it goes*\nWhat gets done, whether in time, and where the backlog is heading.",
        "Report",
        "report",
    ),
)
"""What people come for: the words, the button, and the line that it stands for."""

GROUPS = (
    ("Write down", ("new", "idea", "promote", "meeting")),
    ("Find", ("list", "show", "search", "review")),
    ("Bring it further", ("start", "update", "implement", "verify", "close", "reopen")),
    ("Change", ("assign", "due", "edit", "merge")),
    ("In your tracker", ("ticket", "link", "unlink", "tickets")),
    ("When it cannot go on", ("block", "unblock", "defer", "resume", "risk", "drop")),
    ("Look back", ("incident", "recurrence", "report", "export")),
    ("Set up", ("team", "settings", "help")),
)
"""Headings, and the subcommands under them. One that is in none stands under the last."""

EXAMPLES = {
    "new": "new Cap the retry queue at 10,000 @sam by friday",
    "idea": "idea Let the on-call open the panel while the edge is down",
    "promote": "promote 12",
    "list": "list overdue",
    "show": "show AI-12",
    "search": "search checkout alert",
    "review": "review stand-up",
    "start": "start 12",
    "update": "update 12 The alert fires in staging",
    "implement": "implement 12 https://github.com/acme/shop/pull/7",
    "verify": "verify 12 Fired in staging, the page came in five minutes",
    "close": "close 12 https://wiki.acme.com/post-mortem-7",
    "reopen": "reopen 12 It happened again on Tuesday",
    "assign": "assign 12 @sam She knows the queue",
    "due": "due 12 next friday The vendor is late",
    "edit": "edit 12",
    "merge": "merge 12 9",
    "ticket": "ticket 12",
    "link": "link 12 https://github.com/acme/shop/issues/7",
    "unlink": "unlink 12",
    "tickets": "tickets",
    "block": "block 12 Search must publish the canary metric",
    "unblock": "unblock 12",
    "defer": "defer 12 The new database comes in spring",
    "resume": "resume 12",
    "risk": "risk 12 The old shop is switched off in June",
    "drop": "drop 12 The limit of the gateway covers it",
    "meeting": "meeting",
    "incident": "incident",
    "recurrence": "recurrence",
    "report": "report",
    "export": "export",
    "team": "team Payments",
    "settings": "settings",
    "help": "help verify",
}
"""A line to type, for every subcommand."""


INTRO = "Action items from incidents: each has one owner, a deadline and a way to verify it."
OUR_WAY = (
    "Ownership is not blame, and done means verified in production: how we do it stands behind “All commands” too."
)


@dataclass(frozen=True)
class Usage:
    """One subcommand as help shows it: `verify N`, and what it does in a few words."""

    usage: str
    does: str

    @property
    def name(self) -> str:
        """The subcommand."""
        return self.usage.split()[0]

    @property
    def line(self) -> str:
        """Its line in help."""
        return f"`/actionitem {self.usage}` {_(self.does)}"


def help_blocks(notice: str = "") -> list[Block]:
    """The five tasks. `notice` stands on top, for example that the typed subcommand does not exist."""
    blocks: list[Block] = [section(notice)] if notice else []
    blocks.append(section(_(INTRO)))
    blocks += [section(_(says), _line_button(words, line)) for says, words, line in TASKS]
    reference = button(Button.REFERENCE, "All commands", "all")
    return [*blocks, actions([reference]), context(_(OUR_WAY))]


def reference_blocks(usages: Sequence[Usage]) -> list[Block]:
    """All subcommands and the principles."""
    more = _("N is `12` or `AI-12`. `/actionitem help verify` says more about one of them.")
    return [section(_(INTRO)), *_in_sections(_groups(usages)), section(principles()), context(more)]


def meant_blocks(notice: str, line: TypedLine) -> list[Block]:
    """A line, the button that does what was probably meant, and help. What no button can carry is only named."""
    meant = [actions([button(Button.MEANT, shortened(line.in_short), line.value, primary=True)])] if line.fits else []
    return [section(notice), *meant, *help_blocks()]


def _line_button(words: str, line: str) -> ButtonElement:
    said = _(words)
    return button(Button.LINE, said, TypedLine.read(line).value)


def usage_blocks(usage: Usage) -> list[Block]:
    """One subcommand closer, with a line to type."""
    does = _(usage.does)
    text = f"*/actionitem {usage.usage}*\n{does[0].upper()}{does[1:]}."
    example = EXAMPLES.get(usage.name, usage.name)
    return [section(text), section(_("For example: `/actionitem {line}`", line=example))]


def principles() -> str:
    """What this is about, in ten lines (R118)."""
    return _(
        "*How we do it*\n"
        "1. Ownership is not blame: an owner sees to what will happen, and answers for nothing that has been.\n"
        "2. People act sensibly in the system they find. We change the system.\n"
        "3. An item names the thing that will be different, and how somebody will see that it works.\n"
        "4. One person owns it. Others can do the work.\n"
        "5. It has a date. When the date moves, we say why, and the first date stays in sight.\n"
        "6. Implemented is not done. Done is verified in production, with evidence.\n"
        "7. What would tell us if it were gone tomorrow? A test or an alert keeps it.\n"
        "8. Five items that get done beat fifteen that do not.\n"
        "9. Saying no is fine: defer, accept the risk or drop it, openly and with a reason.\n"
        "10. Nothing dies quietly: every item ends done, parked with a day to look again, or declined."
    )


def _groups(usages: Sequence[Usage]) -> list[str]:
    """A text for each heading that has something under it."""
    known = {name for _heading, names in GROUPS for name in names}
    texts = []
    for heading, names in GROUPS:
        lines = [usage.line for name in names for usage in usages if usage.name == name]
        if heading == GROUPS[-1][0]:
            # So that a subcommand that somebody adds is in help, whether they have thought of it or not.
            lines = [usage.line for usage in usages if usage.name not in known] + lines
        if lines:
            texts.append("\n".join([f"*{_(heading)}*", *lines]))
    return texts


def _in_sections(texts: Sequence[str]) -> list[Block]:
    """As few sections as hold them; a group is never torn."""
    packed: list[str] = []
    for text in texts:
        # Few long sections and not one for each line: all of help is one message, of fifty blocks at most.
        if packed and len(packed[-1]) + 2 + len(text) <= TEXT_LIMIT:
            packed[-1] += f"\n\n{text}"
        else:
            packed.append(text)
    return [section(text) for text in packed]
