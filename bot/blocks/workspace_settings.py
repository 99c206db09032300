"""The workspace's settings for its admins: what each severity asks for, and the standard items; each with its form."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ButtonElement, ConfirmObject, DividerBlock, InputBlock, PlainTextObject
from slack_sdk.models.views import View

from bot.blocks.fields import OPTIONS_LIMIT, choice_field, modal, text_field, translated
from bot.blocks.ids import Button, Modal
from bot.blocks.parts import actions, button, context, section, to_read
from bot.blocks.text import count, escape, severity_words, shortened
from bot.domain.incident import SERVICE_LIMIT
from bot.domain.policy import SEVERITY_LIMIT, Policy
from bot.domain.template import NAME_LIMIT, Template
from bot.domain.words import _

TITLE = "Workspace settings"
POLICIES = "*Policies*: what each severity asks for. A change holds from now on; what is past keeps its own."
NO_POLICIES = "None yet. Once there is one, severities are a choice in your own words and order."
STANDARD = (
    "*Standard items*: offered when an incident of that severity or service is registered, never created by themselves."
)
NO_TEMPLATES = "None yet."
AND_MORE = "and {count} more: {command} shows them all."
SHOWN = 40
"""Of each kind: with what stands around them, within the hundred blocks of a view."""
DAYS_LIMIT = 3
"""Characters of a number of days."""
IN_WORDS = {
    "due_days": "items due within {days}",
    "postmortem_days": "post-mortem within {days}",
    "escalate_days": "lead told after {days} overdue",
    "leadership_days": "leadership after {days} overdue",
}
"""The numbers of a policy, by their names."""


def workspace_settings(
    policies: Sequence[Policy], templates: Sequence[Template], metadata: str, note: str = ""
) -> View:
    """“Workspace settings”, with what was just done on top."""
    blocks: list[Block] = [context(note)] if note else []
    blocks.append(section(_(POLICIES)))
    blocks += [section(_policy(each), button(Button.POLICY, "Edit", each.severity)) for each in policies[:SHOWN]] or [
        context(_(NO_POLICIES))
    ]
    blocks += _more(len(policies), "`actionitem policy list`")
    blocks += [actions([button(Button.POLICY, "Add a severity", "")], "add.policy"), DividerBlock()]
    blocks.append(section(_(STANDARD)))
    blocks += [section(_template(each), button(Button.TEMPLATE, "Edit", each.name)) for each in templates[:SHOWN]] or [
        context(_(NO_TEMPLATES))
    ]
    blocks += _more(len(templates), "`actionitem template list`")
    blocks.append(actions([button(Button.TEMPLATE, "Add standard items", "")], "add.template"))
    blocks += [DividerBlock(), actions([button(Button.TOKENS, "API tokens", "")], "tokens")]
    return to_read(_(TITLE), blocks, metadata)


def policy_form(policy: Policy | None, metadata: str) -> View:
    """“Policy” of a severity, or of a new one."""
    numbers = _numbers(policy)
    if policy is None:
        first: Block = text_field("severity", "Severity", limit=SEVERITY_LIMIT, hint="In your own words.")
        return modal(Modal.POLICY, "New severity", "Save", [first, *numbers], metadata)
    question = _("What is past stays as it was. Incidents keep their severity.")
    remove = _removing(button(Button.POLICY_REMOVE, "Remove the policy", policy.severity), question)
    return modal(
        Modal.POLICY, "Policy", "Save", [context(f"*{severity_words(policy.severity)}*"), *numbers, remove], metadata
    )


def template_form(template: Template | None, severities: Sequence[str], metadata: str) -> View:
    """“Standard items” of a template, or of a new one; *severities* are the workspace's words."""
    of = template.severity if template else ""
    choices = dict.fromkeys([*severities, *([of] if of else [])][-OPTIONS_LIMIT:])
    fields: list[InputBlock] = [
        choice_field(
            "severity", "Severity", translated({name: name for name in choices}), of or None, optional=True,
            hint="Empty: of any severity.",
        ),
        text_field(
            "service", "Service", template.service if template else "", limit=SERVICE_LIMIT, optional=True,
            hint="Empty: of any service.",
        ),
        text_field(
            "items", "Items", "\n".join(template.items) if template else "", multiline=True, hint="One a line.",
        ),
    ]  # fmt: skip
    if template is None:
        name = text_field("name", "Name", limit=NAME_LIMIT)
        return modal(Modal.TEMPLATE, "New standard items", "Save", [name, *fields], metadata)
    question = _("Items that were made from them stay.")
    remove = _removing(button(Button.TEMPLATE_REMOVE, "Remove them", template.name), question)
    head = context(f"*{escape(template.name)}*")
    return modal(Modal.TEMPLATE, "Standard items", "Save", [head, *fields, remove], metadata)


def _numbers(policy: Policy | None) -> list[InputBlock]:
    now = {name: str(getattr(policy, name, None) or "") for name in IN_WORDS}
    return [
        text_field(
            "due_days", "Due within days", now["due_days"], limit=DAYS_LIMIT, optional=True,
            hint="From an item's creation. Empty: it asks for no day.",
        ),
        text_field(
            "postmortem_days", "Post-mortem within days", now["postmortem_days"], limit=DAYS_LIMIT, optional=True,
            hint="Working days from the incident's end. Empty: 5.",
        ),
        text_field(
            "escalate_days", "Lead is told after days", now["escalate_days"], limit=DAYS_LIMIT, optional=True,
            hint="Days overdue. Empty: 7.",
        ),
        text_field(
            "leadership_days", "Leadership after days", now["leadership_days"], limit=DAYS_LIMIT, optional=True,
            hint="Days overdue. Empty: 21.",
        ),
    ]  # fmt: skip


def _removing(pressed: ButtonElement, question: str) -> Block:
    pressed.confirm = ConfirmObject(
        title=_("Remove {name}?", name=shortened(str(pressed.value), 60)),
        text=PlainTextObject(text=question),
        confirm=_("Remove"),
        deny=_("Keep"),
    )
    return actions([pressed], "remove")


def _policy(policy: Policy) -> str:
    given = {name: days for name in IN_WORDS if (days := getattr(policy, name))}
    said = {name: count(days, "day") for name, days in given.items()}
    if policy.postmortem_days:
        said["postmortem_days"] = count(policy.postmortem_days, "working day")
    facts = [_(IN_WORDS[name], days=days) for name, days in said.items()]
    return f"*{severity_words(policy.severity)}* · " + (" · ".join(facts) or _("asks for nothing of its own"))


def _template(template: Template) -> str:
    facts = [words(each) for each, words in ((template.severity, severity_words), (template.service, escape)) if each]
    return " · ".join(
        [f"*{escape(template.name)}*", *(facts or [_("every incident")]), count(len(template.items), "item")]
    )


def _more(number: int, command: str) -> list[Block]:
    return [context(_(AND_MORE, count=number - SHOWN, command=command))] if number > SHOWN else []
