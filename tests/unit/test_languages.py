"""The catalogues hold what the product says, with the same values in it, and fit where it stands."""

import re
from pathlib import Path

import pytest
from polib import pofile

from bot.blocks.card import card
from bot.blocks.incident import incident_form
from bot.blocks.item_form import Prefilled, new_item
from bot.blocks.measure_words import figure
from bot.blocks.text import count, quoted, severity_words
from bot.domain.incident import Severity
from bot.domain.measures import MeasureKey
from bot.domain.words import ENGLISH, Numeral, Text, _, speaking
from bot.languages import FOLDER, catalogue
from tests.builders import TODAY, incident, item, names
from tests.texts import ambient_in_rules, dynamic, shadowed, texts, titles, unnamed_buttons, untranslated

CATALOGUES = sorted(path for path in FOLDER.glob("*.po"))
TITLE_LIMIT = 24
PLACE = re.compile(r"\{(\w+)[^}]*\}")
WORDS_FROM_TABLES = ("bot/blocks/", "bot/domain/words.py", "bot/domain/errors.py")


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_catalogue_holds_no_text_that_is_not_said(path: Path) -> None:
    said = {entry.msgid for entry in pofile(str(path)).translated_entries()}
    assert sorted(said - texts()) == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_everything_that_is_said_is_in_the_catalogue(path: Path) -> None:
    said = {entry.msgid for entry in pofile(str(path)).translated_entries()}
    assert sorted(texts() - said) == []  # `python -m tests.texts LANGUAGE` prints the entries to fill in


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_title_of_a_modal_fits_into_slacks_limit(path: Path) -> None:
    said = {entry.msgid: entry.msgstr for entry in pofile(str(path))}
    assert {"New action item", "Edit action item"} <= titles()
    assert [text for text in titles() if len(said.get(text, text)) > TITLE_LIMIT] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_every_value_of_a_text_is_in_its_translation(path: Path) -> None:
    for entry in pofile(str(path)):
        assert sorted(PLACE.findall(entry.msgid)) == sorted(PLACE.findall(entry.msgstr)), entry.msgid


def test_words_come_from_literals_so_that_the_catalogue_can_be_checked() -> None:
    assert [place for place in dynamic() if not place.startswith(WORDS_FROM_TABLES)] == []


def test_no_text_is_put_together_of_strings_or_of_what_was_said_already() -> None:
    assert untranslated() == []


def test_rules_give_texts_and_leave_the_language_to_whoever_shows_them() -> None:
    assert ambient_in_rules() == []


def test_name_that_says_words_is_not_thrown_away_beside_it() -> None:
    assert shadowed() == []


def test_words_of_buttons_are_seen_by_the_catalogues_test() -> None:
    assert unnamed_buttons() == []


def test_a_language_that_is_not_there_is_english() -> None:
    assert catalogue("fi-FI") is ENGLISH
    assert catalogue("../../etc/passwd") is ENGLISH
    assert catalogue("") is ENGLISH


def test_a_text_is_said_in_the_language_of_the_moment() -> None:
    with speaking(catalogue("de-DE")):
        assert _("Planned: {verification}", verification="{x}") == "Geplant: {x}"
    assert _("Planned: {verification}", verification="{x}") == "Planned: {x}"


def test_what_is_kept_drawn_is_kept_for_each_language() -> None:
    def labels() -> list[str]:
        drawn = new_item(Prefilled(), [], [], "").to_dict()["blocks"]
        return [block["label"]["text"] for block in drawn if "label" in block]

    english = labels()
    with speaking(catalogue("de")):
        assert labels()[:2] == ["Maßnahme", "Verantwortlich"]
    assert labels() == english


def test_numbers_and_quotes_are_written_as_the_reader_writes_them() -> None:
    def said() -> list[str]:
        days = figure(MeasureKey.BACKLOG_AGE_P90_DAYS, 47.63)
        ratio = figure(MeasureKey.CREATED_TO_ENDED, 0.55)
        return [days, ratio, count(1234, "item"), str(Text("{of} of 3", of=Numeral(1000))), quoted("Cap it")]

    with speaking(catalogue("de")):
        assert said() == ["47,6 Tage", "0,55", "1.234 Maßnahmen", "1.000 of 3", "„Cap it“"]
        assert "SEV1 – kritisch" in severity_words(Severity.SEV1)
    assert said() == ["47.6 days", "0.55", "1,234 items", "1,000 of 3", "“Cap it”"]


def test_severity_is_said_in_the_readers_language_on_form_and_card_and_kept_as_it_is() -> None:
    of = item(incident_title="Checkout down", incident_severity=Severity.SEV1.value)
    with speaking(catalogue("de")):
        menu = incident_form(incident(severity=Severity.SEV1), "").to_dict()["blocks"][2]
        assert menu["label"]["text"] == "Schweregrad"
        assert menu["element"]["initial_option"]["text"]["text"] == "SEV1 – kritisch"
        assert menu["element"]["initial_option"]["value"] == "SEV1 – critical"
        assert "Aus Checkout down · SEV1 – kritisch" in str(card(of, names, TODAY)[0].to_dict())
    assert "From Checkout down · SEV1 – critical" in str(card(of, names, TODAY)[0].to_dict())
