"""`team set` and `team list`, and which workspace a command means."""

import pytest

from storage.engine import Database
from storage.workspaces import record_workspace
from tests.integration.cli.running import Run, lines, refused, set_payments


def test_team_is_created_and_listed(run: Run) -> None:
    words = ("--timezone", "Europe/Berlin", "--holidays", "DE", "--digest", "mon 9:00", "--member", "U0PRIYA")
    result = set_payments(run, *words)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "Payments: digest mon 09:00 Europe/Berlin in C0PAYMENTS, lead U0MARCO.\n"
    (listed,) = lines(run("team", "list"))
    assert (listed["name"], listed["digest"], listed["members"]) == ("Payments", "mon 09:00", ["U0PRIYA"])


def test_team_keeps_what_is_not_given(run: Run) -> None:
    set_payments(run, "--timezone", "Europe/Berlin", "--quota", "4")
    assert run("team", "set", "payments", "--digest", "fri 16:00").exit_code == 0
    (listed,) = lines(run("team", "list"))
    assert (listed["timezone"], listed["quota"], listed["digest"]) == ("Europe/Berlin", 4, "fri 16:00")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--timezone", "Berlin"], "“Berlin” is not a time zone. Write it like Europe/Berlin."),
        (["--timezone", "../../etc/passwd"], "is not a time zone"),
        (["--timezone", "localtime"], "is not a time zone"),
        (["--timezone", "posixrules"], "is not a time zone"),
        (["--holidays", "XX"], "No holidays are known for “XX”. Write a country like DE, or DE-BY."),
        (["--holidays", "AU-Australian Capital Territory"], "Write the region's short code, like AU-ACT."),
        (["--digest", "monday morning"], "“monday morning” is not a day and time. Write it like: mon 09:00"),
        (["--quota", "6"], "The quota per incident is 3 to 5."),
        (["--quota", "2"], "The quota per incident is 3 to 5."),
        (["--capacity", "101"], "0 to 100 percent"),
        (["--capacity", "-1"], "0 to 100 percent"),
        (["--channel", "#payments"], "“#payments” is not a channel's id. It begins with C"),
        (["--leadership-channel", "U0MARCO"], "is not a channel's id"),
        (["--lead", "@marco"], "“@marco” is not a person's id. It begins with U"),
        (["--lead", "U0BOT"], "An app cannot lead a team. Choose a full member as lead."),
        (["--lead", "U0GIL"], "is a guest here. Choose a full member as lead."),
        (["--member", "S0GROUP"], "is not a person's id"),
        (["--member", "U0NOBODY"], "Slack does not know U0NOBODY here"),
    ],
    ids=str,
)
def test_what_a_team_cannot_be_is_said(run: Run, words: list[str], said: str) -> None:
    assert said in refused(set_payments(run, *words))
    assert lines(run("team", "list")) == []


@pytest.mark.parametrize("option", ["--channel", "--lead", "--member"])
def test_variable_that_is_not_set_empties_nothing(run: Run, option: str) -> None:
    set_payments(run, "--member", "U0PRIYA")
    before = lines(run("team", "list"))
    assert "“” is not a " in refused(run("team", "set", "Payments", option, ""))
    assert lines(run("team", "list")) == before


def test_leadership_may_have_no_channel_again(run: Run) -> None:
    set_payments(run, "--leadership-channel", "C0GENERAL")
    assert run("team", "set", "Payments", "--leadership-channel", "").exit_code == 0
    assert lines(run("team", "list"))[0]["leadership_channel"] == ""


@pytest.mark.parametrize(
    ("channel", "said"),
    [("C0NOWHERE", ["The app is not in C0NOWHERE yet, so it can post nothing there. Invite it."]), ("C0RANDOM", [])],
    ids=["hidden from the app", "public"],
)
def test_channel_in_which_the_app_cannot_post_is_set_and_said(run: Run, channel: str, said: list[str]) -> None:
    result = set_payments(run, "--leadership-channel", channel)
    assert result.exit_code == 0
    assert result.stderr.splitlines()[1:] == said


@pytest.mark.parametrize("name", ["", "   ", "x" * 76])
def test_team_has_a_name_that_fits_a_menu(run: Run, name: str) -> None:
    result = run("team", "set", name, "--channel", "C0PAYMENTS", "--lead", "U0MARCO")
    assert "1 to 75 characters" in refused(result)


def test_new_team_needs_a_channel_and_a_lead(run: Run) -> None:
    words = refused(run("team", "set", "Payments", "--channel", "C0PAYMENTS"))
    assert words == "Payments is new: give its --channel and its --lead."


def test_one_of_several_workspaces_must_be_named(run: Run, migrated_sqlite_url: str) -> None:
    database = Database(migrated_sqlite_url)
    with database.begin() as session:
        for workspace in ("T0ACME", "T0OTHER"):
            record_workspace(session, workspace)
    database.close()
    assert "--workspace T0ACME (or T0OTHER)" in refused(run("team", "list"))
    assert lines(run("team", "list", "--workspace", "T0OTHER")) == []
    assert "There is no workspace T0NONE" in refused(run("team", "list", "--workspace", "T0NONE"))
