"""What stands beside the workspace: steps for a newcomer, and pages elsewhere. Nothing, where nobody sets it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route


@dataclass(frozen=True)
class Step:
    """One thing to try. Its button goes to *place* as *user*, and there sends *command*, if there is one.

    *find*: it looks for the first message there with that text. *jump*: it lets the time come that the button of that
    name lets come.
    """

    title: str
    text: str
    button: str
    user: str
    place: str
    command: str = ""
    find: str = ""
    jump: str = ""


@dataclass
class Beside:
    """*links*: addresses by the words for them. All may be set while the sandbox runs."""

    steps: Sequence[Step] = ()
    links: Sequence[tuple[str, str]] = ()
    routes: Sequence[BaseRoute] = ()
    """Of pages that the sandbox serves too."""

    def route(self) -> Route:
        """Where the page asks for it."""
        return Route("/sandbox/beside", self._answer)

    async def _answer(self, _request: Request) -> Response:
        links = [{"text": text, "href": href} for text, href in self.links]
        return JSONResponse({"steps": [asdict(step) for step in self.steps], "links": links})
