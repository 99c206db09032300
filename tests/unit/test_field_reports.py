"""Every field report (`data/field-reports.md` of the project's reference texts) and the tests that hold it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
PEOPLE, DAYS, FILES = "acceptance/test_as_people_write_it.py", "unit/domain/test_day_reading.py", "unit/domain/porting/"
HELD_BY = {
    "kibana 165673, heisenbridge 239: links, addresses and code stay to the letter": [
        f"{PEOPLE}::test_links_addresses_and_code_stay_to_the_letter_wherever_they_are_shown",
        "unit/blocks/test_text.py::test_links_addresses_and_code_stay_to_the_letter",
        "unit/blocks/test_text.py::test_what_stands_beside_a_link_is_made_harmless",
    ],
    "discord.js 4356, copy-down 10: a link in the post-mortem table and the canvas": [
        f"{PEOPLE}::test_link_works_when_the_table_or_the_canvas_is_pasted"
    ],
    "dateparser 970, 1119, 392, 463, 1031, maubot/reminder 9, Fri 9/10, quarters, weeks": [
        f"{DAYS}::test_days_of_the_field_reports",
        f"{DAYS}::test_days_that_people_write",
        f"{DAYS}::test_what_may_be_two_days_or_none_is_asked_about",
    ],
    "EOD friday on a Friday": [f"{DAYS}::test_end_of_day_on_a_friday_is_that_friday"],
    "end of March 2028 with its year": ["unit/handlers/test_sentence.py::test_day_is_understood_and_the_rest_is_kept"],
    "end of week on a Saturday": [
        f"{DAYS}::test_end_of_week_on_a_saturday_is_the_coming_friday_and_next_week_the_one_after_it"
    ],
    "vikunja 2392: amounts behind “by”": [
        "unit/handlers/test_sentence.py::test_amount_behind_by_stays_in_the_text",
        f"{DAYS}::test_amount_behind_by_is_no_day",
    ],
    "vercel/chat 955, zulip 39025, volt 115, dates and labels of links": [
        "unit/domain/test_slack_text.py::test_every_form_is_read_as_people_see_it",
        f"{PEOPLE}::test_what_slack_puts_into_brackets_is_read_as_people_see_it",
        f"{PEOPLE}::test_message_with_an_address_brings_it_by_the_shortcut_and_the_reaction",
    ],
    "Netflix/dispatch 4756: two people in a mention": [
        f"{PEOPLE}::test_second_person_of_a_mention_stays_in_the_text_by_name"
    ],
    "maubot-meetings 44, call_summary_bot 40: several lines": [
        f"{PEOPLE}::test_title_blank_line_and_details_are_title_and_details",
        f"{PEOPLE}::test_several_items_at_once_do_not_become_one_title",
    ],
    "claudeclaw 211: alerts without a text, messages that begin with code": [
        "unit/domain/test_slack_text.py::test_message_is_what_its_text_blocks_attachments_and_files_say",
        f"{PEOPLE}::test_alert_that_says_everything_in_an_attachment_can_be_captured",
        f"{PEOPLE}::test_message_that_begins_with_code_has_the_first_line_with_words_as_its_title",
    ],
    "jtxBoard 1610: an item's day is its team's": [
        "integration/storage/test_items.py::test_item_is_overdue_when_its_day_has_passed_in_its_teams_zone"
    ],
    "netbox 11277: a zone that tzdata does not know": [
        "unit/domain/test_days.py::test_zone_that_the_machine_does_not_know_goes_by_its_offset",
        "unit/domain/test_days.py::test_unknown_zone_is_utc_rather_than_an_error",
    ],
    "kubernetes 23404: secrets and addresses with a line end": [
        "unit/test_settings.py::test_value_is_taken_without_the_line_end_that_a_secrets_file_leaves"
    ],
    "manage-vaccinations 2186, mautic 610, onadata 757: files as spreadsheets write them": [
        f"{FILES}test_lines.py::test_row_without_any_value_is_passed_over",
        f"{FILES}test_lines.py::test_missing_cells_at_the_end_of_a_row_are_empty",
        f"{FILES}test_lines.py::test_line_may_end_in_any_way_and_come_in_any_pieces",
        "integration/cli/test_import.py::test_file_of_a_spreadsheet_of_another_system_is_imported",
    ],
    "pandas 57224: whole numbers": [
        f"{FILES}test_reading.py::test_whole_number_may_be_written_as_a_spreadsheet_does",
        f"{FILES}test_cells.py::test_number_outside_its_range_is_refused",
    ],
    "standupbot 75: the country's own weekend": [
        "unit/scheduler/test_calendar.py::test_weekend_is_that_of_the_teams_country"
    ],
    "errbot 1145, sourcegraph 6090: quotes and dashes": [
        f"{PEOPLE}::test_quotes_around_what_is_searched_are_no_part_of_it",
        f"{PEOPLE}::test_theme_in_quotes_and_number_behind_a_dash_of_any_kind_are_found",
    ],
    "MyExpenses 1432: the export opened in Excel": [
        "integration/cli/test_import.py::test_export_for_excel_begins_with_the_mark_that_it_knows_utf8_by"
    ],
    "titles without letters": [f"{PEOPLE}::test_titles_without_letters_are_compared_as_they_are"],
    "a display name of blanks": ["unit/domain/test_outsiders.py::test_display_name_of_blanks_is_none"],
    "a table of 3,000 characters in Details": [
        f"{PEOPLE}::test_table_of_three_thousand_characters_is_shown_whole_in_pages",
        f"{PEOPLE}::test_texts_for_which_a_message_has_no_room_are_a_press_away",
    ],
    "a terminal that lacks a letter, a full disk": [
        "integration/cli/test_pipes.py::test_terminal_that_lacks_a_letter_ends_a_command_in_a_line",
        "integration/cli/test_pipes.py::test_full_disk_ends_a_command_in_a_line",
    ],
    "--timezone localtime, posixrules": ["integration/cli/test_teams.py::test_what_a_team_cannot_be_is_said"],
    "a reaction on a message that Slack does not find": [
        f"{PEOPLE}::test_reaction_on_a_message_that_slack_does_not_find_does_nothing"
    ],
    "HOST=::1": ["unit/commands/test_serve.py::test_address_can_be_opened_as_it_is_logged"],
}


def named() -> Iterator[str]:
    for tests in HELD_BY.values():
        yield from tests


@pytest.mark.parametrize("test", sorted(set(named())))
def test_report_is_held_by_a_test_that_is_there(test: str) -> None:
    path, _, name = test.partition("::")
    found = {node.name for node in ast.parse((TESTS / path).read_text()).body if isinstance(node, ast.FunctionDef)}
    assert name in found
