"""What people wrote, made harmless: it pings nobody and changes no formatting around it."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.text import (
    TEXT_LIMIT,
    count,
    day,
    escape,
    escape_lines,
    fitted,
    in_pieces,
    link,
    moment,
    plain_day,
    shortened,
    within_sentences,
)
from bot.domain.sentence import in_reading_order

JOINER, GRAVE = "\u2060", "\u02cb"
BARE = re.compile(r"&(?!(?:amp|lt|gt);)")
nasty = st.text(alphabet="<>&|*_~`@!#; \nachnelUr1\U0001f525", max_size=80)


@given(st.one_of(st.text(), nasty))
def test_escaped_text_holds_no_markup_of_slacks(text: str) -> None:
    for said in (escape(text), escape_lines(text)):
        assert not set("<>") & set(said)
        assert not BARE.search(said)


@given(st.one_of(st.text(), nasty))
def test_escaping_loses_no_words(text: str) -> None:
    text = in_reading_order(text)
    said = escape(text).replace(JOINER, "").replace(GRAVE, "`")
    back = said.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert back == " ".join(text.replace("\x00", "").split()) or {JOINER, GRAVE} & set(text)


@pytest.mark.parametrize("text", ["<!channel>", "<@U1>", "<!here|here>", "<https://x|y>", "<#C1>", "<!subteam^S1>"])
def test_mention_that_somebody_typed_is_plain_text(text: str) -> None:
    assert escape(text) == text.replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize("word", ["channel", "here", "everyone", "Channel"])
def test_bare_mention_of_everybody_is_broken_up(word: str) -> None:
    assert escape(f"tell @{word} now") == f"tell @{JOINER}{word} now"


@pytest.mark.parametrize("text", ["me@example.com", "@priya", "@channels", "use @hereditary"])
def test_other_ats_stay_as_they_are(text: str) -> None:
    assert escape(text) == text


@pytest.mark.parametrize("mark", "*_~")
def test_style_that_somebody_typed_does_not_begin(mark: str) -> None:
    assert escape(f"{mark}bold{mark}") == f"{JOINER}{mark}{JOINER}bold{JOINER}{mark}{JOINER}"


@pytest.mark.parametrize("text", ["snake_case_name", "2*3", "a~b", "2 < 3 & 4"])
def test_marks_within_a_word_read_as_before(text: str) -> None:
    assert JOINER not in escape(text)


def test_block_of_code_does_not_begin() -> None:
    assert "```" not in escape_lines("```\nrm -rf\n```")
    assert escape("set `retries` to 3") == "set `retries` to 3"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("set `retries to 3", f"set {GRAVE}retries to 3"),
        ("`a` and `b", f"`a` and {GRAVE}b"),
        ("one `\ntwo `", f"one {GRAVE}\ntwo {GRAVE}"),
    ],
)
def test_backtick_without_its_second_makes_no_code_of_what_follows(text: str, said: str) -> None:
    assert escape_lines(text) == said


@pytest.mark.parametrize(
    "letters",
    [
        "https://dev.azure.example/a/_git/b",
        "https://x.example/~bob/",
        "https://x.example/logs-*/_search",
        "https://x.example/?var=*",
        "https://m.example/@here/x",
        "ops@here.example",
        "`~/.cache`",
        "`*` and `_x_`",
        "``a b``",
        "https://x.example/a_(b)_c*d*",
    ],
)
def test_links_addresses_and_code_stay_to_the_letter(letters: str) -> None:
    assert escape(f"see {letters} first") == f"see {letters} first"
    assert escape(f"see {letters}.") == f"see {letters}."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("*https://x.example*", f"{JOINER}*{JOINER}https://x.example{JOINER}*{JOINER}"),
        ("(https://x.example/~bob/)", "(https://x.example/~bob/)"),
        ("https://x.example/a *b* @here", f"https://x.example/a {JOINER}*{JOINER}b{JOINER}*{JOINER} @{JOINER}here"),
        ("https://x.example/?a=1&b=2<i>", "https://x.example/?a=1&amp;b=2&lt;i&gt;"),
        ("\x000\x00 https://x.example/_a_", "0 https://x.example/_a_"),
    ],
)
def test_what_stands_beside_a_link_is_made_harmless(text: str, said: str) -> None:
    assert escape(text) == said


def test_quote_does_not_begin() -> None:
    assert escape_lines("> 5 %\n > 3 %") == f"{JOINER}&gt; 5 %\n {JOINER}&gt; 3 %"


def test_line_breaks_are_kept_only_where_asked() -> None:
    assert escape("one\n\ntwo") == "one two"
    assert escape_lines("one\ntwo") == "one\ntwo"


@given(nasty.map(escape_lines) | st.just("&amp;" * 700) | st.just("<https://x|y> " * 300), st.integers(20, 120))
def test_fitted_text_is_cut_between_entities_and_links(said: str, limit: int) -> None:
    cut = fitted(said, limit)
    assert len(cut) <= limit
    assert not BARE.search(cut)
    assert cut.count("<") == cut.count(">")


@given(st.text(alphabet="ab <>&\n|", max_size=400), st.integers(20, 60))
def test_text_in_pieces_loses_no_word_and_cuts_no_entity(text: str, limit: int) -> None:
    escaped = escape(text)
    pieces = in_pieces(escaped, limit)
    assert all(len(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(escaped.split())
    assert not [piece for piece in pieces if piece.rfind("&") > piece.rfind(";")]


def test_what_fits_is_not_cut() -> None:
    assert fitted("x" * TEXT_LIMIT) == "x" * TEXT_LIMIT
    assert fitted("x" * (TEXT_LIMIT + 1)).endswith("x…")


def test_link_shows_its_words() -> None:
    assert link("https://x.test/?a=1&b=2", "the <change>") == "<https://x.test/?a=1&amp;b=2|the &lt;change&gt;>"


def test_link_cannot_be_ended_early() -> None:
    assert link("https://x.test/a|b>c<d", "words") == "<https://x.test/a%7Cb%3Ec%3Cd|words>"


@pytest.mark.parametrize("url", ["!channel", "@U1", "", "javascript:alert(1)", "https://x.test and more"])
def test_what_is_no_address_is_words_alone(url: str) -> None:
    assert link(url, "post-mortem") == "post-mortem"


@pytest.mark.parametrize(
    ("text", "limit", "short"), [("12345", 5, "12345"), ("123456", 5, "1234…"), ("ab cd", 4, "ab…")]
)
def test_long_text_ends_in_an_ellipsis(text: str, limit: int, short: str) -> None:
    assert shortened(text, limit) == short


def test_day_is_shown_in_slacks_own_format_with_a_fallback() -> None:
    said = day(date(2027, 2, 5))
    assert re.fullmatch(r"<!date\^\d+\^\{date_short_pretty\}\|Fri 5 Feb 2027>", said)
    assert plain_day(date(2027, 2, 5)) == "Fri 5 Feb 2027"


@pytest.mark.parametrize("month", [1, 7])
@pytest.mark.parametrize(
    "zone",
    [
        "Pacific/Honolulu",
        "America/Los_Angeles",
        "UTC",
        "Europe/Berlin",
        "Asia/Tokyo",
        "Pacific/Fiji",
        "Pacific/Auckland",
    ],
)
def test_day_is_the_same_for_readers_of_nearly_every_zone(zone: str, month: int) -> None:
    said = day(date(2027, month, 15))
    assert datetime.fromtimestamp(int(said.split("^")[1]), ZoneInfo(zone)).date() == date(2027, month, 15)


@pytest.mark.parametrize("mark", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_what_turns_the_direction_of_a_line_is_left_out(mark: str) -> None:
    text = f"Alert{mark} on 2 %"
    assert {escape(text), escape_lines(text), shortened(text), in_reading_order(text)} == {"Alert on 2 %"}


def test_moment_is_shown_in_the_readers_zone_with_a_fallback() -> None:
    said = moment(datetime(2027, 2, 5, 8, 30, tzinfo=UTC))
    assert said.endswith("{date_short_pretty} {time}|Fri 5 Feb 2027 08:30 UTC>")


@pytest.mark.parametrize(("number", "said"), [(0, "0 items"), (1, "1 item"), (2, "2 items"), (1000, "1,000 items")])
def test_things_are_counted_in_english(number: int, said: str) -> None:
    assert count(number, "item") == said


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("*o* · due <!date^7^{date_short_pretty}|5 Feb>", "*o* · due <!date^7^\u2060{date_short_pretty}|5 Feb>"),
        ("bis <!date^7^{date_short_pretty} {time}|then>.", "bis <!date^7^\u2060{date_short_pretty} {time}|then>."),
        ("<!date^7^{date_short_pretty}|then> · closed", "<!date^7^{date_short_pretty}|then> · closed"),
        ("*Starts* <!date^7^{date_short_pretty}|then>", "*Starts* <!date^7^{date_short_pretty}|then>"),
        ("Lead: <!date^7^{date_short_pretty}|then>", "Lead: <!date^7^{date_short_pretty}|then>"),
        ("_waits since_ <!date^7^{date_short_pretty}|then>", "_waits since_ <!date^7^{date_short_pretty}|then>"),
    ],
)  # fmt: skip
def test_a_day_behind_a_word_does_not_begin_its_template_so_that_slack_writes_no_capital_there(
    said: str, sent: str
) -> None:
    assert within_sentences(said) == sent
