"""Text as Slack hands it over, read as people see it. Shapes: data/slack/ of the project's reference texts."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.sentence import plain_lines
from bot.domain.slack_text import Known, in_words, mentioned, message_text

KNOWN = Known({"U0PRIYA": "Priya"}, {"C0PAY": "payments"}, {"S0SRE": "sre"})


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("<https://x.example|failover runbook>", "failover runbook (https://x.example)"),
        ("<https://x.example/a|x.example/a>", "https://x.example/a"),
        ("<https://x.example/|https://x.example>", "https://x.example/"),
        ("<https://x.example>", "https://x.example"),
        ("<https://x.example/?a=1&amp;b=2|the page>", "the page (https://x.example/?a=1&b=2)"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("<mailto:a@b.example|the list>", "the list (a@b.example)"),
        ("<tel:+4930123|+49 30 123>", "+49 30 123"),
        ("<#C0PAY|payments>", "#payments"),
        ("<#C0PAY|>", "#payments"),
        ("<#C0PAY>", "#payments"),
        ("<#C0SECRET>", "a private channel"),
        ("<@U0PRIYA>", "@Priya"),
        ("<@U0PRIYA|priya.old>", "@Priya"),
        ("<@U0GONE>", "@U0GONE"),
        ("<!subteam^S0SRE>", "@sre"),
        ("<!subteam^S0SRE|@sre-team>", "@sre-team"),
        ("<!subteam^S0WHO>", "@group"),
        ("<!date^1392734382^{date_short}|Feb 18>", "Feb 18"),
        ("<!date^1392734382^{date_short}^https://x.example|Feb 18>", "Feb 18"),
        ("<!date^1392734382^{date_short}>", "2014-02-18"),
        ("<!here>", "@here"),
        ("<!channel|channel>", "@channel"),
        ("<!something|else>", "else"),
        ("5 &lt; 6 &amp;&amp; 7", "5 < 6 && 7"),
        ("a &lt;b&gt; c", "a <b> c"),
    ],
)
def test_every_form_is_read_as_people_see_it(typed: str, read: str) -> None:
    assert plain_lines(in_words(f"see {typed} now", KNOWN)) == f"see {read} now"


def test_first_person_can_stay_for_whoever_makes_an_owner_of_them() -> None:
    assert in_words("<@U1> and <@U0PRIYA>", KNOWN, but_owner=True) == "<@U1> and @Priya"


def test_only_what_has_no_name_is_looked_up() -> None:
    found = mentioned("<@U1|a> <@W2> <#C3|> <#C4|four> <#C5> <https://x.example|#C6>")
    assert (found.people, found.channels) == ({"U1", "W2"}, {"C3", "C5"})


@given(st.text(alphabet="<>|@#!^&;: aU1\n", max_size=60))
def test_any_text_is_read(text: str) -> None:
    plain_lines(in_words(text, KNOWN))


ALERT: dict[str, Any] = {
    "text": "",
    "bot_id": "B1",
    "attachments": [
        {"title": "p99 over 2 s", "title_link": "https://g.example/1", "text": "checkout is slow", "fallback": "no"}
    ],
}
RICH: dict[str, Any] = {
    "blocks": [
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "text", "text": "Cap <retries> for "},
                        {"type": "user", "user_id": "U0PRIYA"},
                    ],
                },
                {
                    "type": "rich_text_list",
                    "elements": [
                        {"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]},
                        {
                            "type": "rich_text_section",
                            "elements": [{"type": "link", "url": "https://x.example", "text": "two"}],
                        },
                    ],
                },
            ],
        }
    ]
}


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({"text": "plain", "attachments": [{"text": "more"}]}, "plain"),
        (ALERT, "p99 over 2 s (https://g.example/1)\ncheckout is slow"),
        ({"attachments": [{"fallback": "Disk full on db-3"}]}, "Disk full on db-3"),
        ({"attachments": [{"fields": [{"title": "Host", "value": "db-3"}]}]}, "Host: db-3"),
        (RICH, "Cap <retries> for @Priya\none\ntwo (https://x.example)"),
        (
            {
                "text": "",
                "blocks": [
                    {"type": "header", "text": {"type": "plain_text", "text": "Alert <1>"}},
                    {"type": "section", "text": {"type": "mrkdwn", "text": "*slow*"}},
                    {"type": "divider"},
                ],
            },
            "Alert <1>\n*slow*",
        ),
        ({"text": " ", "files": [{"title": "trace.txt"}, {"name": "b.log"}]}, "trace.txt\nb.log"),
        ({}, ""),
    ],
)
def test_message_is_what_its_text_blocks_attachments_and_files_say(message: dict[str, Any], said: str) -> None:
    assert plain_lines(in_words(message_text(message), KNOWN)) == said
