"""What blocks say: labels of the contract, and how an item, its history and its buttons read."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.blocks import card, history, item_form, lists, notifications, searched, show
from bot.blocks.assign import assign_form
from bot.blocks.close import close_form
from bot.blocks.due import due_form
from bot.blocks.ids import Button, Modal, Search, Shortcut
from bot.blocks.implement import implement_form
from bot.blocks.parts import as_dicts, item_buttons, step_button
from bot.blocks.reopen import reopen_form
from bot.blocks.update import update_form
from bot.blocks.verify import verify_form
from bot.domain.item import Remedy
from bot.domain.item_values import Blocked, VerificationMethod, Verified
from bot.domain.lifecycle import Change, State
from tests.builders import LINK, NOW, TODAY, change, item, names
from tests.unit.blocks.drawn import METADATA, bare, extreme, many_incidents, many_teams


def test_empty_form_of_an_item_has_every_label_in_order() -> None:
    view = item_form.new_item(item_form.Prefilled(), many_teams(2), many_incidents(1), METADATA).to_dict()
    *fields, more = view["blocks"]
    labels = [block["label"]["text"] for block in fields]
    assert labels == ["Action", "Owner", "Due date", "How will we verify it?", "Team", "Incident"]
    assert [element["text"]["text"] for element in more["elements"]] == ["More fields"]
    behind = [block.to_dict()["label"]["text"] for block in item_form.more_fields((), None).values()]
    assert behind == [
        "Details", "Collaborators", "Root cause", "Remedy", "Impact", "Urgency", "Effort", "References",
    ]  # fmt: skip
    assert (view["title"]["text"], view["submit"]["text"]) == ("New action item", "Create")


@pytest.mark.parametrize(
    ("modal", "title", "submit", "labels"),
    [
        (implement_form, "Implemented", "Implemented", ["Link to the change", "In production since"]),
        (
            verify_form,
            "Verify",
            "Verify",
            [
                "Result", "Verification method", "Evidence",
                "If this improvement were removed tomorrow, would we know?", "What would tell us?", "Why not?",
            ],
        ),
        (close_form, "Close", "Close", ["Post-mortem link"]),
        (reopen_form, "Reopen", "Reopen", ["Why?"]),
        (update_form, "Status update", "Update", ["What happened?"]),
        (assign_form, "Assign", "Assign", ["New owner", "Why?"]),
        (due_form, "Due date", "Move", ["New due date", "Why does it move?"]),
    ],
)  # fmt: skip
def test_modal_has_the_labels_of_the_contract(modal: Any, title: str, submit: str, labels: list[str]) -> None:
    view = modal(item(), METADATA, TODAY).to_dict()
    assert [block["label"]["text"] for block in view["blocks"] if block["type"] == "input"] == labels
    assert (view["title"]["text"], view["submit"]["text"]) == (title, submit)


def options_of(view: View, name: str) -> list[str]:
    element = next(block for block in view.to_dict()["blocks"] if block.get("block_id") == name)["element"]
    groups = element.get("option_groups") or [element]
    return [option["text"]["text"] for group in groups for option in group["options"]]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("remedy", [remedy.value for remedy in Remedy]),
        ("effort", ["1 – hours", "2 – a day or two", "3 – a week", "4 – a month", "5 – a quarter"]),
    ],
)
def test_choices_are_in_words(name: str, options: list[str]) -> None:
    full = item_form.Prefilled(remedy=Remedy.GUARDRAIL, effort=3)
    assert options_of(item_form.new_item(full, [], [], METADATA), name) == options


def searched_in(view: View, name: str) -> tuple[str, str]:
    """The kind of a field, and what is chosen in it."""
    element = next(block for block in view.to_dict()["blocks"] if block.get("block_id") == name)["element"]
    return element["type"], element["initial_option"]["text"]["text"]


def test_teams_are_listed_while_they_are_few_and_searched_when_they_are_many() -> None:
    few = item_form.new_item(item_form.Prefilled(team_id=10), many_teams(10), [], METADATA)
    assert len(options_of(few, "team")) == 10
    many = item_form.new_item(item_form.Prefilled(team_id=120), many_teams(120), [], METADATA)
    assert searched_in(many, "team") == ("external_select", many_teams(120)[-1].name)


def test_editing_keeps_an_incident_that_is_not_among_the_newest() -> None:
    old = item(incident_id=7_000, incident_title="The old outage")
    drawn = item_form.edit_item(old, [], many_incidents(99), METADATA)
    assert searched_in(drawn, "incident") == ("external_select", "The old outage")


def test_editing_keeps_an_incident_that_may_not_be_named() -> None:
    unnamed = item(incident_id=7_000, incident_title="")
    drawn = item_form.edit_item(unnamed, [], many_incidents(2), METADATA)
    assert searched_in(drawn, "incident")[1] == "An incident of a private channel"


def test_menu_is_answered_with_what_slack_takes() -> None:
    choices = [searched.Choice(str(at), f"AI-{at} {'ü' * 200}", "x" * 200) for at in range(150)]
    offered = searched.options(choices)
    assert len(offered) == 100
    assert max(len(one["text"]["text"]) for one in offered) == 75
    assert max(len(one["description"]["text"]) for one in offered) == 75
    assert searched.options([]) == []


def test_items_to_merge_into_are_searched_by_a_field_of_any_name() -> None:
    field = searched.searched_field(Search.ITEM, "into", "Merge into", searched.item_choice(item())).to_dict()
    assert (field["block_id"], field["element"]["action_id"]) == ("into", "item.search")
    assert field["element"]["initial_option"]["value"] == str(item().number)
    assert field["element"]["min_query_length"] == 0


# Buttons


@pytest.mark.parametrize(
    ("state", "first"),
    [
        (State.NOT_STARTED, "Start"),
        (State.IN_PROGRESS, "Implemented"),
        (State.IMPLEMENTED, "Verify"),
        (State.VERIFIED, "Close"),
        (State.CLOSED, "Reopen"),
        (State.WONT_DO, "Reopen"),
        (State.MERGED, "Details"),
        (State.DECLINED, "Details"),
    ],
)
def test_first_button_brings_the_item_further(state: State, first: str) -> None:
    row = item_buttons(item(state=state)).to_dict()["elements"]
    assert row[0]["text"]["text"] == first


@pytest.mark.parametrize(
    ("state", "row"),
    [
        (State.NOT_STARTED, ["Unblock", "Update", "Assign", "Due date"]),
        (State.IN_PROGRESS, ["Implemented", "Update", "Unblock", "Assign", "Due date"]),
        (State.IMPLEMENTED, ["Verify", "Update", "Unblock", "Assign", "Due date"]),
    ],
)
def test_blocked_item_is_unblocked_by_one_button_and_offers_no_step_that_is_refused(
    state: State, row: list[str]
) -> None:
    drawn = item_buttons(item(state=state, blocked=Blocked())).to_dict()["elements"]
    assert [each["text"]["text"] for each in drawn if each["type"] == "button"] == row
    listed = step_button(item(state=state, blocked=Blocked()))
    assert listed
    assert listed.to_dict()["text"]["text"] == row[0]


@pytest.mark.parametrize("ids", [Button, Modal, Shortcut])
def test_ids_are_short_and_unique(ids: Any) -> None:
    assert len({str(each) for each in ids}) == len(ids)
    assert all(len(each) <= 255 for each in ids)


# Words


@pytest.mark.parametrize("state", [State.FUTURE_CONSIDERATION, State.DECLINED])
def test_idea_in_a_list_says_who_wrote_it_down_and_promises_nothing(state: State) -> None:
    said = lists.line(item(state=state, owner="U0AISHA", created_by="U0MARCO"), names, TODAY)
    assert said.endswith(f"\n*_{state.words}_* · An idea of {names('U0MARCO')}, no commitment")


def text_of(blocks: list[Block]) -> str:
    return json.dumps(as_dicts(blocks), ensure_ascii=False)


def test_moved_date_shows_where_it_came_from() -> None:
    moved = card.due(item(original_due=date(2026, 11, 15), slips=2), TODAY)
    assert "(was " in moved
    assert "15 Nov 2026" in moved
    assert moved.endswith("moved 2×)")


def test_overdue_item_says_for_how_long() -> None:
    assert card.due(item(due=TODAY - timedelta(days=2)), TODAY).endswith("*overdue 2 days*")


def test_card_links_the_incident_to_its_postmortem() -> None:
    drawn = text_of(card.card(item(incident_title="Checkout <down>", postmortem_url=LINK), names, TODAY))
    assert f"<{LINK}|Checkout &lt;down&gt;>" in drawn


def test_card_says_that_the_owner_verified_it_themselves() -> None:
    shown = item(state=State.VERIFIED, verified=Verified(NOW, "U0PRIYA", VerificationMethod.INSPECTION))
    assert "Verified by Priya Raman (the owner): inspection" in text_of(card.card(shown, names, TODAY))


def test_card_without_a_plan_to_verify_says_so() -> None:
    assert "Nobody has said yet how to verify it." in text_of(card.card(bare(), names, TODAY))


def test_new_owner_reads_what_and_by_when_and_how_much_else() -> None:
    said = notifications.you_own(item(incident_title="Checkout down"), 4)
    assert said.startswith(
        "You now own *AI-12 Alert when checkout errors exceed 2 % for 5 minutes* from _Checkout down_."
    )
    assert said.endswith("You have 4 other open items.")


def test_nobody_is_pinged_by_what_people_wrote() -> None:
    drawn = extreme("<!channel> @channel <@U1> ")
    for blocks in (card.card(drawn, names, TODAY), show.shown(drawn, [change(why="<!here>")], names, TODAY)):
        assert not any(ping in text_of(blocks) for ping in ("<!channel", "<!here", "<@U", "@channel"))


def test_timeline_tells_who_did_what_when_and_why() -> None:
    handed = Change(
        "assign", State.IN_PROGRESS, State.IN_PROGRESS, "U0MARCO", datetime(2026, 11, 23, tzinfo=UTC), "Priya is away",
        {"owner": {"from": "U0PRIYA", "to": "U0AISHA"}},
    )  # fmt: skip
    assert history.happened(handed, names) == "Marco Rossi gave it to U0AISHA: Priya is away"
