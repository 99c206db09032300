"""What stands where a file is uploaded to and is no JSON of Slack's ends no export: it is tried again."""

from email.message import Message
from io import BytesIO
from typing import Any
from urllib.error import HTTPError

import pytest

from bot.domain.delivery import Meaning
from scheduler.delivery import slack_calls


class Slack:
    """As much of it as an upload asks before the bytes go."""

    def api_call(self, _method: str, **_how: Any) -> Any:
        return type("Answer", (), {"data": {"ok": True, "upload_url": "https://files.example/1", "file_id": "F1"}})


@pytest.mark.parametrize("status", [400, 403, 404, 413, 429, 500, 502])
def test_page_in_place_of_the_upload_is_tried_again(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    headers = Message()
    headers["Retry-After"] = "7"

    def refused(*_args: Any, **_more: Any) -> None:
        raise HTTPError("https://files.example/1", status, "no", headers, BytesIO(b"<html>blocked</html>"))

    monkeypatch.setattr(slack_calls, "urlopen", refused)
    with pytest.raises(slack_calls.SlackTrouble) as caught:
        slack_calls.upload(Slack(), "items.csv", b"x", title="x", alt="")  # type: ignore[arg-type]
    trouble = caught.value.trouble
    assert trouble.kind in (Meaning.UNSURE, Meaning.LATER)
    assert trouble.retry_after == (7 if status == 429 else trouble.retry_after)
