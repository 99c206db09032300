"""The first hour, as docs/operations.md leads through it: from nothing to the first digest, by what `check` says."""

import json
from pathlib import Path

from bot.sandbox.server import Sandbox
from tests.people import Person
from tests.running import RunningBot, manifest


def test_check_leads_from_nothing_to_the_first_digest(tmp_path: Path) -> None:
    with Sandbox(manifest=manifest(), rates=False) as sandbox:
        bot = RunningBot(sandbox, f"sqlite:///{tmp_path}/actionitem.db", tmp_path)
        right = dict(bot.environment)

        def check(**settings: str) -> dict[str, str]:
            bot.environment = {**right, **settings}
            return dict(line.split(": ", 1) for line in bot.command("check").stdout.splitlines())

        nothing = check(SLACK_BOT_TOKEN="", SLACK_SIGNING_SECRET="")
        assert "Make the app at https://api.slack.com/apps from the manifest" in nothing["settings"]
        assert (
            "Set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)"
            in check(SLACK_SIGNING_SECRET="")["settings"]
        )
        assert "SLACK_BOT_TOKEN holds an app-level token" in check(SLACK_BOT_TOKEN=sandbox.app_token)["settings"]
        said = check()
        assert all(verdict.startswith("ok") for verdict in said.values())
        assert f"new: {tmp_path}/actionitem.db" in said["database"]
        assert "Next: actionitem team set" in said["teams"]
        assert list(tmp_path.glob("actionitem.db*")) == []

        team = (
            "team",
            "set",
            "Payments",
            "--channel",
            "C0PAYMENTS",
            "--lead",
            "U0MARCO",
            "--timezone",
            "Europe/Berlin",
        )
        assert bot.command(*team).returncode == 0
        assert "Next: actionitem serve" in check()["teams"]
        bot.start()
        try:
            marco = Person(sandbox, "U0MARCO")
            assert "AI-1" in marco.command("/actionitem idea Cap the retry queue at 1,000", channel="C0PAYMENTS").text
            runs = bot.lines("ritual", "weekly-digest", "--team", "Payments")
            assert [run["status"] for run in runs] == ["posted"]
            assert marco.wait_for("*Payments · week of", "C0PAYMENTS")
            lines = [json.loads(line) for line in bot.log if line.startswith("{")]
            # From the click to its message in the log: the request, what it queued, and what was delivered of that.
            (answered,) = [line for line in lines if line["event"] == "answered" and line["kind"] == "command idea"]
            queued = [
                each for each in lines if each["event"] == "queued" and each.get("request") == answered["request"]
            ]
            delivered = {each["delivery"].partition("/")[0] for each in lines if each["event"] == "message_delivered"}
            assert queued
            assert {each["delivery"] for each in queued} & delivered
        finally:
            bot.stop()
