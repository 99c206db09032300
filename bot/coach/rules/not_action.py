"""Finds what promises no change; `describing`, `hedging` and `inquiry` say how."""

from bot.coach.model import Reason
from bot.coach.reading import Reading
from bot.coach.rules import describing, hedging, inquiry

# A question or a status is one whatever it hedges or inquires, so those come first.
_WAYS = (
    describing.question,
    describing.status_or_observation,
    hedging.hedge,
    inquiry.inquiry,
    inquiry.event,
    inquiry.inquiry_noun,
    inquiry.ticket,
)


def find(reading: Reading) -> Reason | None:
    """The first reason in the order of `_WAYS`, or None."""
    return next((found for way in _WAYS if (found := way(reading)) is not None), None)
