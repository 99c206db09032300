"""The languages that the bot speaks: `bot/locale/CODE.po`, in gettext's format, read when first needed."""

from functools import cache
from pathlib import Path

from bot.domain.words import ENGLISH, Catalogue

FOLDER = Path(__file__).parent / "locale"


def catalogue(locale: str) -> Catalogue:
    """The catalogue for Slack's *locale* (`de-DE`); English for a language that is not there."""
    return _read(locale.partition("-")[0].lower())


@cache
def _read(language: str) -> Catalogue:
    found = FOLDER / f"{language}.po"
    # It comes from Slack, and becomes the name of a file.
    if not language.isalpha() or not found.exists():
        return ENGLISH
    from polib import pofile  # noqa: PLC0415 – most workspaces speak English

    return {entry.msgid: entry.msgstr for entry in pofile(str(found)).translated_entries()}
