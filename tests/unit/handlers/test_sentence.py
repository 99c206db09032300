"""What people type after `/actionitem new`, as Slack hands it over: escaped, with mentions as ids."""

from datetime import UTC, date, datetime

import pytest

from bot.coach.order import Order, order_of
from bot.domain.day_reading import read_day_words
from bot.domain.day_words import Asker
from bot.domain.sentence import Sentence, unquoted, unwrapped
from handlers.shared.sentence import read, read_due

NOW = Asker(datetime(2026, 11, 23, 9, tzinfo=UTC))
"""A Monday."""


def day(month: int, day: int, year: int = 2026) -> date:
    return date(year, month, day)


def test_person_and_date_are_taken_out_of_the_text() -> None:
    said = read("Rotate the keys <@U0MARCO|marco> by friday", NOW)
    assert (said.text, said.owner, said.due) == ("Rotate the keys", "U0MARCO", day(11, 27))


@pytest.mark.parametrize(
    "text", ["<@U0MARCO> rotate the keys", "rotate <@W0MARCO|m> the keys", "rotate the keys <@U1>"]
)
def test_person_may_stand_anywhere(text: str) -> None:
    assert read(text, NOW).text == "rotate the keys"
    assert read(text, NOW).owner


def test_first_person_is_the_owner_and_the_others_stay_in_the_text() -> None:
    said = read("Pair with <@U0AISHA> and <@U0PRIYA>", NOW)
    assert said.owner == "U0AISHA"
    assert "U0PRIYA" in said.text


def test_group_is_taken_out_and_said() -> None:
    said = read("Rotate the keys <!subteam^S0PAY|@payments> by friday", NOW)
    assert (said.text, said.owner, said.group) == ("Rotate the keys", None, True)


@pytest.mark.parametrize(
    ("words", "due"),
    [
        ("friday", day(11, 27)),
        ("Monday", day(11, 23)),
        ("next monday", day(11, 30)),
        ("next friday", day(11, 27)),
        ("tomorrow", day(11, 24)),
        ("2027-02-05", day(2, 5, 2027)),
        ("5 Feb", day(2, 5, 2027)),
        ("Feb 5", day(2, 5, 2027)),
        ("Dec 1", day(12, 1)),
        ("in two weeks", day(12, 7)),
        ("in 10 days", day(12, 3)),
        ("end of month", day(11, 30)),
        ("the end of the month", day(11, 30)),
        ("end of the week", day(11, 27)),
        ("in 3 business days", day(11, 26)),
        ("friday.", day(11, 27)),
        ("EOD friday", day(11, 27)),
        ("friday, end of day", day(11, 27)),
    ],
)
def test_date_as_people_say_it(words: str, due: date) -> None:
    assert read(f"Rotate the keys by {words}", NOW).due == due


@pytest.mark.parametrize(
    "text",
    [
        "Cut retries by 50%",
        "Cut retries by 50 percent",
        "Reduce p99 by 200ms",
        "Reduce p99 by 10 seconds",
        "Reduce the error rate by 5",
        "Replace the mapping by hand",
        "Cut the cost by half",
        "Reduce the timeout by one second",
        "Sort the results by name",
        "Reduce p99 by a second",
        "Let it be fixed by now",
        "Multiply the workers by two",
        "Guard the endpoint by a rate limit",
        "stand by",
        "by",
    ],
)
def test_by_that_begins_no_date_belongs_to_the_text(text: str) -> None:
    assert read(text, NOW) == type(read("", NOW))(text)


def test_last_by_is_the_date() -> None:
    said = read("Cut retries by 50% by 2026-12-01", NOW)
    assert (said.text, said.due) == ("Cut retries by 50%", day(12, 1))


def test_by_of_the_text_itself_stays() -> None:
    said = read("Let nobody have to stand by by friday", NOW)
    assert (said.text, said.due) == ("Let nobody have to stand by", day(11, 27))


def test_past_date_is_read_as_it_was_said() -> None:
    assert read("Rotate the keys by 2026-01-05", NOW).due == day(1, 5)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("p99 &lt; 500 ms &amp; rising", "p99 < 500 ms & rising"),
        ("fix &lt;!channel&gt;", "fix <!channel>"),
        ("see <https://x.test/a|x.test/a> first", "see https://x.test/a first"),
        ("see <https://x.test/?a=1&amp;b=2> first", "see https://x.test/?a=1&b=2 first"),
        ("literally &amp;lt;", "literally &lt;"),
        ("  two   words\nand more ", "two words"),
        ("", ""),
    ],
)
def test_text_is_what_was_typed(typed: str, meant: str) -> None:
    assert read(typed, NOW).text == meant


def test_lines_behind_the_first_are_details() -> None:
    said = read("Cap the queue by friday\n\nIt grew to 10,000.\nSee <https://x.test|the page>.", NOW)
    assert (said.text, said.due) == ("Cap the queue", day(11, 27))
    assert said.details == "It grew to 10,000.\nSee the page (https://x.test)."


def test_several_items_are_counted_and_the_first_begins_the_form() -> None:
    said = read("1. Cap the queue\n2. Add an alert\n3. Page the team", NOW)
    assert (said.text, said.listed, said.details) == ("Cap the queue", 3, "Add an alert\nPage the team")


@pytest.mark.parametrize(
    "text", ["Extend log retention by 30 days", "Lower CPU by 2/3", "Upgrade TLS by 1.3", "Raise it by 1.5."]
)
def test_amount_behind_by_stays_in_the_text(text: str) -> None:
    said = read(text, NOW)
    assert (said.text, said.due, said.which_day) == (text, None, "")


def test_day_that_contradicts_its_weekday_is_asked_about_and_stays_in_the_text() -> None:
    said = read("Cap the queue by Thu 4 Dec", NOW)
    assert (said.text, said.due, said.which_day) == ("Cap the queue by Thu 4 Dec", None, "Thu 4 Dec")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("“retry queue”", "retry queue"),
        ('"retry queue"', "retry queue"),
        ("«don't» ‘it’", "don't it"),
        ("it's", "it's"),
    ],
)
def test_quotes_around_words_are_no_part_of_them(typed: str, words: str) -> None:
    assert unquoted(typed) == words


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("“Cap the queue”", "Cap the queue"),
        ('"Cap the queue"', "Cap the queue"),
        ("‘Don’t retry’", "Don’t retry"),
        ("„Cap the queue“", "Cap the queue"),
        ("“Checkout” is slow", "“Checkout” is slow"),
        ("“Retry” and “Cap”", "“Retry” and “Cap”"),
        ('""', '""'),
        ('"', '"'),
        ("", ""),
    ],
)
def test_quotes_around_all_that_is_typed_are_no_part_of_it(typed: str, words: str) -> None:
    assert unwrapped(typed) == words


@pytest.mark.parametrize(
    "typed", ["“Rotate the keys by friday”", "“Rotate the keys” by friday", '"Rotate the keys by friday"']
)
def test_day_is_read_within_quotes_and_behind_them(typed: str) -> None:
    said = read(typed, NOW)
    assert (said.text, said.due) == ("Rotate the keys", day(11, 27))


def test_ten_thousand_characters_are_read() -> None:
    assert len(read("word by " * 1250, NOW).text) == 9999


@pytest.mark.parametrize("words", ["", "hand", "12", "50%"])
def test_what_is_no_date_is_none(words: str) -> None:
    assert read_day_words(words, NOW).day is None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("add Cap the queue at 10 <@U0ANNA> by friday", "Cap the queue at 10 <@U0ANNA> by friday"),
        ("add cap the queue", "cap the queue"),
        ("Add <@U0ANNA> cap the queue", "<@U0ANNA> cap the queue"),
        ("new Cap the queue", "Cap the queue"),
        ("add Retry failed payments twice", "Retry failed payments twice"),
        ("add never retry a 4xx", "never retry a 4xx"),
        ("create We should cap the queue", "We should cap the queue"),
        ("add Add a circuit breaker", "Add a circuit breaker"),
        ("add: retry limits for uploads", "retry limits for uploads"),
        ("create: A runbook check", "A runbook check"),
        ("add – a runbook check", "a runbook check"),
        ("add an action item: alert on errors", "alert on errors"),
        ("create a new action item Cap the queue", "Cap the queue"),
        ("add an action item to cap the queue", "cap the queue"),
        ("add", ""),
        ("new action item", ""),
    ],
)
def test_word_said_to_the_bot_is_no_part_of_the_action(said: str, meant: str) -> None:
    assert order_of(f"<@U0BOT> {said}", "U0BOT") == Order("add", meant)


@pytest.mark.parametrize(
    "said",
    [
        "Add a circuit breaker for the price API at 50 % errors by friday",
        "Create a runbook check <@U0ANNA>",
        "add <@U0ANNA> a runbook check",
        "Create another replica",
        "Add more replicas",
        "Add two replicas",
        "Add the missing index on orders",
        "Add jitter to retries",
        "Add Redis in front of the price API",
        "Add retry limits to the client",
        "Add Rate Limiting to the login API",
        "Add alert on checkout errors",
        "Create load test for checkout",
        "Add an action item to the template of the review",
        "Create a task queue for mails",
        "Add-on for uploads",
        "Additional replicas",
        "new alert for checkout",
    ],
)
def test_verb_of_the_action_stays(said: str) -> None:
    assert order_of(f"<@U0BOT> {said}", "U0BOT") == Order("add", said)


@pytest.mark.parametrize(
    ("typed", "due", "rest"),
    [
        ("friday", day(11, 27), ""),
        ("to friday", day(11, 27), ""),
        ("until next friday – Anna is away", day(11, 27), "Anna is away"),
        ("friday, because the vendor is late", day(11, 27), "because the vendor is late"),
        ("5 Feb: they are late", day(2, 5, 2027), "they are late"),
        ("end of the next month", day(12, 31), ""),
        ("in two weeks we have holidays", day(12, 7), "we have holidays"),
        ("we wait for the vendor by friday", day(11, 27), "we wait for the vendor"),
        ("the vendor is late", None, "the vendor is late"),
        ("two people are ill", None, "two people are ill"),
        ("to be agreed", None, "to be agreed"),
        ("", None, ""),
        ("end of March 2028", day(3, 31, 2028), ""),
        ("friday the vendor is late", day(11, 27), "the vendor is late"),
        ("may be later", None, "may be later"),
        ("may: the vendor is late", day(5, 31, 2027), "the vendor is late"),
    ],
)
def test_day_is_understood_and_the_rest_is_kept(typed: str, due: date | None, rest: str) -> None:
    assert read_due(typed, NOW) == Sentence(rest, due=due)
