"""What stands beside the workspace: steps for a newcomer, and pages elsewhere. Nothing, where nobody sets it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.state import State


@dataclass(frozen=True)
class Step:
    """One thing to try. Its button goes to *place* as *user*, and there sends *command*, if there is one.

    *find*: it looks for the first message there with that text. *jump*: it lets the time come that the button of that
    name lets come. *until*: it is done once the message does not say that any more, and *then* is its text.
    """

    title: str
    text: str
    button: str
    user: str
    place: str
    command: str = ""
    find: str = ""
    jump: str = ""
    until: str = ""
    then: str = ""


@dataclass
class Beside:
    """*links*: addresses by the words for them. All may be set while the sandbox runs."""

    steps: Sequence[Step] = ()
    links: Sequence[tuple[str, str]] = ()
    routes: Sequence[BaseRoute] = ()
    """Of pages that the sandbox serves too."""

    def route(self, state: State) -> Route:
        """Where the page asks for it."""

        async def answer(_request: Request) -> Response:
            links = [{"text": text, "href": href} for text, href in self.links]
            return JSONResponse({"steps": [_as_it_is(step, state) for step in self.steps], "links": links})

        return Route("/sandbox/beside", answer)


def _as_it_is(step: Step, state: State) -> dict[str, Any]:
    done = bool(step.until) and _is_over(step, state)
    return asdict(step) | {"text": step.then if done else step.text, "done": done}


def _is_over(step: Step, state: State) -> bool:
    channel = state.channels.get(step.place)
    seen = [one for one in channel.messages.values() if not one.only_for] if channel else []
    said = (f"{one.text} {json.dumps(one.blocks)}" for one in seen)
    found = next((text for text in said if step.find in text), None)
    return found is not None and step.until not in found
