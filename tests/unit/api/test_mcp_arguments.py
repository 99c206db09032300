"""What an assistant's key may be: what no database holds is refused before anything is done."""

import pytest
from pydantic import ValidationError

from bot.api.mcp_writing import UpdateArguments


@pytest.mark.parametrize("key", ["a\x00", "\ud800", "", "x" * 256])
def test_key_that_cannot_be_kept_is_refused(key: str) -> None:
    with pytest.raises(ValidationError):
        UpdateArguments.model_validate({"number": 1, "text": "It fires.", "idempotency_key": key})
