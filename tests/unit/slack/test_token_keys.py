"""Tokens sealed for the database: read by any key, sealed by the newest, and never in an error."""

import pytest
from pydantic import SecretStr

from bot.slack.token_keys import TokenKeys, UnreadableToken
from tests.installing import new_key

OLD, NEW = new_key(), new_key()
TOKEN = "xoxb-s3cr3t"


def keys(*given: str) -> TokenKeys:
    return TokenKeys([SecretStr(key) for key in given])


def test_token_comes_back_as_it_was() -> None:
    assert keys(NEW).open("T1", keys(NEW).seal(TOKEN)) == TOKEN


def test_sealed_token_does_not_contain_it_and_is_never_the_same() -> None:
    first, second = keys(NEW).seal(TOKEN), keys(NEW).seal(TOKEN)
    assert TOKEN not in first
    assert first != second


def test_older_key_still_reads() -> None:
    assert keys(NEW, OLD).open("T1", keys(OLD).seal(TOKEN)) == TOKEN


def test_newest_key_seals() -> None:
    sealed = keys(NEW, OLD).seal(TOKEN)
    assert keys(NEW).open("T1", sealed) == TOKEN
    assert keys(NEW, OLD).is_sealed_with_newest(sealed)
    assert not keys(OLD, NEW).is_sealed_with_newest(sealed)


@pytest.mark.parametrize(
    "sealed", [keys(OLD).seal(TOKEN), "", "gAAAA", TOKEN], ids=["other key", "empty", "cut", "plain"]
)
def test_token_that_no_key_reads_names_the_setting_and_the_workspace_only(sealed: str) -> None:
    with pytest.raises(UnreadableToken) as caught:
        keys(NEW).open("T1", sealed)
    said = str(caught.value)
    assert said.startswith("TOKEN_ENCRYPTION_KEYS: no key in it reads the token of workspace T1.")
    assert caught.value.__cause__ is None
    assert not {TOKEN, NEW, OLD} & set(said.split())
    assert not isinstance(caught.value, LookupError)  # delivery would give its messages up
