"""What a finding says, whatever the text: reason, better version, no pings, in time."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.coach import Label, review

PING = re.compile(r"<[!@#]|@(?:channel|here|everyone)\b", re.IGNORECASE)
WORDS = st.sampled_from(
    [
        "we",
        "should",
        "improve",
        "add",
        "the",
        "alert",
        "monitoring",
        "when",
        "deploying",
        "`api`",
        "and,",
        "fix",
        "to",
        "better",
        "not",
        "consider",
        "be",
        "careful",
        "team",
        "train",
        "<!channel>",
        "<@U123>",
        "@here",
        "(",
        ")",
        ":",
        ";",
        ".",
        "?",
        "-",
        "[x]",
        "more",
        "than",
        "5",
        "%",
        "/checkout",
        "so",
        "that",
        "it",
        "is",
    ]
)


def only(text: str, label: Label) -> tuple[str, str]:
    finding = next(finding for finding in review(text) if finding.label is label)
    return finding.message, finding.suggestion


def test_the_reason_quotes_the_persons_own_words() -> None:
    message, _ = only("Improve alerting in the mail gateway", Label.VAGUE)
    assert "“Improve alerting”" in message


@pytest.mark.parametrize(
    ("text", "label", "kept"),
    [
        ("Implement monitoring on Kyverno", Label.VAGUE, "Implement monitoring on Kyverno: alert when *[signal]*"),
        ("Improve monitoring", Label.VAGUE, "of *[component]*: alert when *[signal]* is over *[threshold]*"),
        ("Add documentation", Label.VAGUE, "for *[audience]* in *[place]*"),
        ("Set the pool size to a sane value", Label.VAGUE, "Set the pool size to *[sane value: figure and unit]*"),
        ("Make rollbacks faster", Label.VAGUE, "Make rollbacks faster by *[the setting"),
        ("Consider moving cron to Nomad", Label.NOT_AN_ACTION, "Move cron to Nomad, done when"),
        ("Look at getting rid of the bastion", Label.NOT_AN_ACTION, "Get rid of the bastion, done when"),
        ("Investigate the slow queries", Label.NOT_AN_ACTION, "Investigate the slow queries, and write"),
        ("Should we pin the image?", Label.NOT_AN_ACTION, "Should we pin the image"),
        ("We increased the pool", Label.NOT_AN_ACTION, "Add *[what is left to do]*"),
        ("Be careful when editing the zone", Label.BLAME, "catches a slip when editing the zone"),
        ("Remember to silence alerts", Label.BLAME, "silence alerts"),
        ("Never merge without review", Label.BLAME, "so that nobody can merge without review"),
        ("Train support on the console", Label.TRAINING_ONLY, "Train support on the console, and add *["),
        ("We should pin the base image by digest", Label.PSEUDO_OWNER, "Pin the base image by digest (owner: *["),
        (
            "Upgrade the Kafka brokers to 3.6 and migrate the mail service to SES",
            Label.MULTIPLE_ACTIONS,
            "Upgrade the Kafka brokers to 3.6",
        ),
    ],
)
def test_the_better_version_is_made_of_their_text(text: str, label: Label, kept: str) -> None:
    assert kept in only(text, label)[1]


def test_checkboxes_owners_and_tickets_around_the_text_do_not_matter() -> None:
    around = "- [ ] AI: @maria: **Improve monitoring** (OPS-12)"
    assert review(around) == review("Improve monitoring")


@pytest.mark.parametrize("text", ["", " \n\t", "…", "?!", "- [ ]", "()", "```"])
def test_a_text_without_words_has_no_finding(text: str) -> None:
    assert review(text) == []


@given(st.one_of(st.text(max_size=400), st.lists(WORDS, max_size=40).map(" ".join)))
def test_any_text_is_reviewed_the_same_twice_with_whole_findings(text: str) -> None:
    findings = review(text)
    assert findings == review(text)
    assert len({finding.label for finding in findings}) == len(findings)
    for finding in findings:
        assert finding.message
        assert finding.suggestion == finding.suggestion.strip()
        assert review(finding.suggestion) == []
        assert not PING.search(finding.message + finding.suggestion)


@pytest.mark.parametrize("ping", ["<!channel>", "<!here|here>", "<@U0123>", "@channel", "@everyone", "<<!channel>"])
def test_a_ping_in_the_text_is_not_repeated(ping: str) -> None:
    findings = review(f"Improve {ping} monitoring") + review(f"We should remind {ping} to be more careful")
    assert findings
    assert not any(PING.search(finding.message + finding.suggestion) for finding in findings)


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "-",
        "/",
        "_a",
        "a-",
        "add ",
        "we should ",
        "and add the ",
        "(",
        "[a]",
        "<",
        "`",
        "1.",
        ", ",
        "; ",
        "**",
        "@",
        "#1 ",
        "\u200b",
        "\u0301",
        "e\u0301",
        "*[",
        "*[a]* ",
        " + a",
        "x; ",
        "someone please ",
        "Bob should have ; ",
        "so that a is b ",
        "https://a",
        "\U0001f600",
        "\u0130",
        "'",
        "? ",
        "/ ",
        "and ",
    ],
)
def test_ten_thousand_characters_take_no_time(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    review(text)
    best = min(_seconds(text) for _ in range(3))
    assert best < 0.1


def _seconds(text: str) -> float:
    started = time.process_time()
    review(text)
    return time.process_time() - started
