"""Policies and standard items are set in Slack by admins, by the same rules as on the command line (P13, P19)."""

from typing import Any

import pytest

from tests.acceptance.conftest import World
from tests.people import Person

HERE = "C0GENERAL"
ADMINS_ONLY = "Only an admin changes the workspace's settings. Ask one of yours."


def opened(world: World) -> Person:
    """An admin with the workspace's settings before her."""
    aisha = world.person("U0AISHA")
    aisha.command("/actionitem settings workspace", channel=HERE)
    assert aisha.modal.title == "Workspace settings"
    return aisha


def policies(world: World) -> dict[str, dict[str, Any]]:
    return {line["severity"]: line for line in world.bot.lines("policy", "list")}


def edit(person: Person, name: str) -> None:
    """Presses “Edit” beside that name."""
    [block] = [one for one in person.modal.blocks if (one.get("accessory") or {}).get("value") == name]
    modal = person.modal
    modal._report(block, block["accessory"], name)  # of several buttons with the same words


@pytest.mark.walk
def test_admin_sets_changes_and_removes_what_a_severity_asks_for(world: World) -> None:
    aisha = opened(world)
    aisha.modal.button("Add a severity").click()
    form = aisha.modal.fill({"Severity": "Critical", "Due within days": "14", "Lead is told after days": "3"})
    assert form.submit("Save") == {}
    assert "*Critical* is saved, and holds from now on." in aisha.modal.text
    assert "*Critical* · items due within 14 days · lead told after 3 days overdue" in aisha.modal.text
    asked = {"due_days": 14, "postmortem_days": None, "escalate_days": 3, "leadership_days": None}
    assert policies(world)["Critical"] == {"severity": "Critical"} | asked
    edit(aisha, "Critical")
    assert (aisha.modal.shown("Due within days"), aisha.modal.shown("Lead is told after days")) == ("14", "3")
    assert aisha.modal.fill({"Lead is told after days": "", "Post-mortem within days": "2"}).submit("Save") == {}
    assert policies(world)["Critical"] == {"severity": "Critical"} | asked | {
        "postmortem_days": 2,
        "escalate_days": None,
    }
    edit(aisha, "Critical")
    aisha.modal.button("Remove the policy").click()
    assert "*Critical* has no policy from now on." in aisha.modal.text
    assert "Critical" not in policies(world)


@pytest.mark.parametrize(
    ("fields", "label", "told"),
    [
        ({"Severity": "Slow", "Due within days": "two"}, "Due within days", "Write a number of days"),
        ({"Severity": "Slow", "Due within days": "999"}, "Due within days", "1 to 365 days"),
        ({"Severity": "Slow", "Leadership after days": "3"}, "Leadership after days", "later than the lead"),
    ],
)
def test_what_cannot_be_meant_is_refused_beside_its_field(
    world: World, fields: dict[str, str], label: str, told: str
) -> None:
    aisha = opened(world)
    aisha.modal.button("Add a severity").click()
    assert told in aisha.modal.fill(fields).submit("Save")[label]
    assert "Slow" not in policies(world)


def test_severity_that_is_there_already_is_changed_and_not_added(world: World) -> None:
    assert world.bot.command("policy", "set", "--severity", "Major", "--due-days", "30").returncode == 0
    aisha = opened(world)
    aisha.modal.button("Add a severity").click()
    refused = aisha.modal.fill({"Severity": "major", "Due within days": "9"}).submit("Save")
    assert refused == {"Severity": "“major” is there already. Press “Edit” beside it."}
    assert policies(world)["Major"]["due_days"] == 30


def test_of_two_who_change_a_policy_the_second_is_told(world: World) -> None:
    assert world.bot.command("policy", "set", "--severity", "Minor", "--due-days", "30").returncode == 0
    aisha = opened(world)
    edit(aisha, "Minor")
    form = aisha.modal.fill({"Due within days": "60"})
    assert world.bot.command("policy", "set", "--severity", "Minor", "--due-days", "45").returncode == 0
    [told] = form.submit("Save").values()
    assert told.startswith("Somebody changed it meanwhile, and nothing was saved.")
    assert policies(world)["Minor"]["due_days"] == 45


@pytest.mark.walk
def test_admin_sets_and_removes_standard_items(world: World) -> None:
    aisha = opened(world)
    aisha.modal.button("Add standard items").click()
    fields = {"Name": "Database", "Service": "postgres", "Items": "- Restore the backup\n\n• Fail over by itself"}
    assert aisha.modal.fill(fields).submit("Save") == {}
    assert "*Database* · postgres · 2 items" in aisha.modal.text
    line = {"name": "Database", "severity": "", "service": "postgres"}
    assert world.bot.lines("template", "list") == [line | {"items": ["Restore the backup", "Fail over by itself"]}]
    edit(aisha, "Database")
    assert aisha.modal.shown("Items") == "Restore the backup\nFail over by itself"
    assert aisha.modal.fill({"Items": "\n".join("x" * 9 + str(at) for at in range(21))}).submit("Save") == {
        "Items": "A template has 1 to 20 items."
    }
    assert aisha.modal.fill({"Items": "Restore the backup"}).submit("Save") == {}
    edit(aisha, "Database")
    aisha.modal.button("Remove them").click()
    assert world.bot.lines("template", "list") == []


def test_long_standard_items_of_any_language_can_be_edited(world: World) -> None:
    aisha = opened(world)
    aisha.modal.button("Add standard items").click()
    items = "\n".join(f"{at} {'ü' * 130}" for at in range(20))
    assert aisha.modal.fill({"Name": "Long", "Items": items}).submit("Save") == {}
    edit(aisha, "Long")
    assert aisha.modal.shown("Items") == items
    assert aisha.modal.fill({"Service": "checkout"}).submit("Save") == {}
    edit(aisha, "Long")
    aisha.modal.button("Remove them").click()


def test_form_of_a_team_leads_admins_there_and_nobody_else(world: World) -> None:
    aisha, marco = world.person("U0AISHA"), world.person("U0MARCO")
    aisha.command("/actionitem settings", channel=HERE)
    aisha.modal.button("Workspace settings").click()
    assert aisha.modal.title == "Workspace settings"
    marco.command("/actionitem settings", channel=HERE)
    assert "Workspace settings" not in marco.modal.buttons
    answer = marco.command("/actionitem settings workspace", channel=HERE)
    assert answer.text == ADMINS_ONLY


def test_who_is_no_admin_any_more_saves_nothing(world: World) -> None:
    aisha = opened(world)
    aisha.modal.button("Add a severity").click()
    form = aisha.modal.fill({"Severity": "Late", "Due within days": "9"})
    aisha.http.patch("/sandbox/people/U0AISHA", json={"is_admin": False})
    try:
        aisha.settle()
        [told] = form.submit("Save").values()
        assert told == ADMINS_ONLY
    finally:
        aisha.http.patch("/sandbox/people/U0AISHA", json={"is_admin": True})
        aisha.settle()
    assert "Late" not in policies(world)
