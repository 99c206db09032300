"""The workspace's settings, for its admins: policies and standard items, by the same rules as the command line."""

import hashlib
import json
import re
from functools import partial

from slack_sdk.models.views import View
from sqlalchemy.orm import Session

from bot.blocks.ids import Button, Modal
from bot.blocks.text import escape
from bot.blocks.workspace_settings import IN_WORDS, policy_form, template_form, workspace_settings
from bot.deps import Deps
from bot.domain.errors import NotFound, Refused
from bot.domain.item import TEXT_LIMIT
from bot.domain.policy import Policy, checked_severity, severities, severity_key
from bot.domain.template import Template, items_in, template_key
from bot.domain.words import Text, _
from handlers.gateway.asked import AlreadyDone, Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.router import Router
from handlers.shared.admin import is_admin
from storage import inbox, policies, templates
from storage.workspaces import lock_item_numbers, record_workspace

ADMINS_ONLY = "Only an admin changes the workspace's settings. Ask one of yours."
MEANWHILE = "Somebody changed it meanwhile, and nothing was saved. Open it again to see what is so now."
IS_THERE = "“{name}” is there already. Press “Edit” beside it."
TOO_LONG = "Its items are too long for a form. Change them with `actionitem template set`."


def register(router: Router, deps: Deps) -> None:
    """The button of the team's settings, those of the list, and both forms."""
    router.button(Button.WORKSPACE, partial(open_workspace, deps))
    router.button(Button.POLICY, partial(_open_policy, deps))
    router.button(Button.POLICY_REMOVE, partial(_remove_policy, deps))
    router.modal(Modal.POLICY, partial(_policy_submitted, deps))
    router.button(Button.TEMPLATE, partial(_open_template, deps))
    router.button(Button.TEMPLATE_REMOVE, partial(_remove_template, deps))
    router.modal(Modal.TEMPLATE, partial(_template_submitted, deps))


def open_workspace(deps: Deps, asked: Asked) -> Answer | None:
    """“Workspace settings”. Raises `Refused` for who is no admin."""
    _check_admin(deps, asked)
    asked.open(_listed(deps, asked))
    return None


def _open_policy(deps: Deps, asked: Asked) -> Answer | None:
    _check_admin(deps, asked)
    with deps.db.read() as session:
        found = _policy(session, asked.workspace, asked.value) if asked.value else None
    asked.show(policy_form(found, _metadata(asked, asked.value, _policy_marks(found))))
    return None


def _policy_submitted(deps: Deps, asked: Asked, form: Form) -> None:
    _check_admin(deps, asked)
    name, workspace = asked.metadata["name"], asked.workspace
    given = Policy(name or checked_severity(form.text("severity")), **{each: _days(form, each) for each in IN_WORDS})
    with deps.db.begin() as session:
        _claim(deps, session, asked)
        if name:
            _check_same(asked, _policy_marks(_policy(session, workspace, name)))
        elif _named(session, workspace, given.severity):
            raise Refused(Text(IS_THERE, name=given.severity), field="severity")
        # All of it: what was emptied in the form is asked for no more.
        saved = policies.record_policy(session, workspace, given, deps.clock(), whole=True)
    note = _("*{name}* is saved, and holds from now on.", name=escape(saved.severity))
    asked.open(_listed(deps, asked, note))


def _remove_policy(deps: Deps, asked: Asked) -> Answer | None:
    _check_admin(deps, asked)
    with deps.db.begin() as session:
        _claim(deps, session, asked)
        policies.remove_policy(session, asked.workspace, asked.value, deps.clock())
    asked.show(_listed(deps, asked, _("*{name}* has no policy from now on.", name=escape(asked.value))))
    return None


def _open_template(deps: Deps, asked: Asked) -> Answer | None:
    _check_admin(deps, asked)
    with deps.db.read() as session:
        found = _template(session, asked.workspace, asked.value) if asked.value else None
        words = severities(policies.list_policies(session, asked.workspace).current)
    # Cut where the field ends, saving it would lose the last of them.
    if found and len("\n".join(found.items)) > TEXT_LIMIT:
        raise Refused(TOO_LONG)
    asked.show(template_form(found, words, _metadata(asked, asked.value, _template_marks(found))))
    return None


def _template_submitted(deps: Deps, asked: Asked, form: Form) -> None:
    _check_admin(deps, asked)
    name, workspace = asked.metadata["name"], asked.workspace
    texts = items_in(form.text("items"))
    given = Template(name or form.text("name"), texts, form.choice("severity"), form.text("service"))
    with deps.db.begin() as session:
        _claim(deps, session, asked)
        before = _find_template(session, workspace, given.name)
        if name:
            _check_same(asked, _template_marks(before))
        elif before:
            raise Refused(Text(IS_THERE, name=given.name), field="name")
        saved = templates.record_template(session, workspace, given)
    note = _("*{name}* is saved, and offered from now on.", name=escape(saved.name))
    asked.open(_listed(deps, asked, note))


def _remove_template(deps: Deps, asked: Asked) -> Answer | None:
    _check_admin(deps, asked)
    with deps.db.begin() as session:
        _claim(deps, session, asked)
        templates.remove_template(session, asked.workspace, asked.value)
    asked.show(_listed(deps, asked, _("*{name}* is removed.", name=escape(asked.value))))
    return None


def _listed(deps: Deps, asked: Asked, note: str = "") -> View:
    with deps.db.read() as session:
        known = policies.list_policies(session, asked.workspace).current
        usual = templates.list_templates(session, asked.workspace)
    return workspace_settings(known, usual, json.dumps({"channel": asked.channel or _channel(asked)}), note)


def _check_admin(deps: Deps, asked: Asked) -> None:
    if not is_admin(deps, asked):
        raise Refused(ADMINS_ONLY)


def _claim(deps: Deps, session: Session, asked: Asked) -> None:
    record_workspace(session, asked.workspace)
    # One after the other, so that of two who press at once the second sees what the first has saved.
    lock_item_numbers(session, asked.workspace)
    if not inbox.claim(session, asked.workspace, asked.key, deps.clock()):
        raise AlreadyDone


def _metadata(asked: Asked, name: str, marks: dict[str, str]) -> str:
    return json.dumps({"channel": asked.channel or _channel(asked), "name": name, "marks": marks})


def _channel(asked: Asked) -> str | None:
    channel = asked.metadata.get("channel")
    return str(channel) if channel else None


def _days(form: Form, name: str) -> int | None:
    text = form.text(name)
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,3}", text):
        raise Refused("Write a number of days, like 14.", field=name)
    return int(text)


def _policy_marks(policy: Policy | None) -> dict[str, str]:
    """What the policy was when its form was opened, so that of two who change it the second is told."""
    return {name: str(getattr(policy, name)) for name in IN_WORDS} if policy else {}


def _template_marks(template: Template | None) -> dict[str, str]:
    # A digest: what a form carries has 3,000 characters, and so may its items have.
    return {"was": hashlib.sha256(repr(template).encode()).hexdigest()} if template else {}


def _check_same(asked: Asked, now: dict[str, str]) -> None:
    if asked.metadata.get("marks", {}) != now:
        raise Refused(MEANWHILE)


def _named(session: Session, workspace: str, severity: str) -> Policy | None:
    known = policies.list_policies(session, workspace).current
    return next((each for each in known if severity_key(each.severity) == severity_key(severity)), None)


def _policy(session: Session, workspace: str, severity: str) -> Policy:
    found = _named(session, workspace, severity)
    if found is None:
        raise NotFound(MEANWHILE)
    return found


def _find_template(session: Session, workspace: str, name: str) -> Template | None:
    known = templates.list_templates(session, workspace)
    return next((each for each in known if template_key(each.name) == template_key(name)), None)


def _template(session: Session, workspace: str, name: str) -> Template:
    found = _find_template(session, workspace, name)
    if found is None:
        raise NotFound(MEANWHILE)
    return found
