"""What the sandbox refuses: to the app in Slack's words, to people in a sentence."""

from typing import Any


class SlackError(Exception):
    """The Web API's refusal: `error` is Slack's name for it, `details` the places and reasons.

    `details` appear in `response_metadata.messages`, `extra` beside `error`.
    """

    def __init__(self, error: str, details: list[str] | None = None, **extra: Any) -> None:
        super().__init__(error)
        self.error = error
        self.details = details or []
        self.extra = extra


class CannotDo(Exception):
    """A person asked for what cannot be done; `status` is 404 for what is not there, else 400."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
