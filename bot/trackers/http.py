"""HTTP as all trackers need it: one origin and no other, one attempt for each request, and what an answer means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from time import monotonic, time
from typing import Any

import httpx

from bot.trackers.shape import Reception, TrackerTrouble

TIMEOUT_S = 20.0
BODY_LIMIT = 20_000_000
REDIRECTS = 3
SAID_SHOWN = 300
"""Characters of a tracker's own words that are kept."""
AGENT = "actionitem"
OK, TOO_MANY, UNAUTHORISED, FORBIDDEN, SERVER = 200, 429, 401, 403, 500
MISSING = (404, 410)
MOVED = (301, 302, 307, 308)
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""With these no byte of the request has left."""
LONGEST_PAUSE_S = 3600.0


@dataclass(frozen=True)
class HttpAnswer:
    """What came back, as JSON where it is JSON."""

    status: int
    json: Any
    headers: Mapping[str, str]
    text: str = ""
    url: str = ""


class Http:
    """Requests to one tracker. Threads may share it."""

    def __init__(
        self,
        base: str,
        headers: Callable[[], Mapping[str, str]],
        words: Callable[[Any], str],
        transport: httpx.BaseTransport | None = None,
        judge: Callable[[Any], TrackerTrouble | None] = lambda _json: None,
        notes: str = "",
    ) -> None:
        """`headers()` gives those of every request, and may itself ask the tracker for a token. `words(json)` finds
        what an error says, and `judge(json)` what it means where its status does not tell.
        *notes*: a header whose newest value is kept."""
        self._base = httpx.URL(base if base.endswith("/") else base + "/")
        self._headers, self._words, self._judge = headers, words, judge
        self._client = httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, transport=transport)
        self._lock = Lock()
        self._closed_until = 0.0
        self._notes, self.noted = notes, ""

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> HttpAnswer:
        """Reads; asked again, it does no harm."""
        return self.ask("GET", path, params=params)

    def ask(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        reads: bool = False,
    ) -> HttpAnswer:
        """One request. *path* is below the base, or an address of the same origin; *reads*: it changes nothing, also
        where it is a POST. Raises `TrackerTrouble`."""
        self._wait_or_refuse()
        url = self._within(path)
        for _turn in range(REDIRECTS):
            answer = self._once(method, url, json, params, headers, reads=reads)
            if answer.status not in MOVED:
                return self._judged(answer, reads=reads or method == "GET")
            # A renamed repository answers so; the method stays, and so does the origin.
            url, params = self._within(answer.headers.get("location", "")), None
        raise TrackerTrouble(Reception.REFUSED, "too many redirects")

    def _within(self, path: str) -> httpx.URL:
        try:
            url = self._base.join(path.lstrip("/") if not path.startswith("http") else path)
        except httpx.InvalidURL as error:  # too long, or with letters that no address has
            raise TrackerTrouble(Reception.REFUSED, str(error)) from error
        # Whatever a body, a header or a link says: a token never goes to another host.
        if (url.scheme, url.host, url.port) != (self._base.scheme, self._base.host, self._base.port):
            raise TrackerTrouble(Reception.REFUSED, "it points to another host")
        return url

    def _once(
        self,
        method: str,
        url: httpx.URL,
        json: Any,
        params: Mapping[str, Any] | None,
        more: Mapping[str, str] | None,
        *,
        reads: bool,
    ) -> HttpAnswer:
        headers = {"User-Agent": AGENT, **(more if more is not None else self._headers())}
        try:
            got = self._client.request(method, url, json=json, params=params, headers=headers)
        except NOT_SENT as error:
            raise TrackerTrouble(Reception.AWAY, type(error).__name__) from error
        except httpx.HTTPError as error:
            meaning = Reception.AWAY if reads or method == "GET" else Reception.UNSURE
            raise TrackerTrouble(meaning, type(error).__name__) from error
        self.noted = got.headers.get(self._notes, self.noted) if self._notes else ""
        return HttpAnswer(got.status_code, _json(got), got.headers, got.text[:SAID_SHOWN], str(got.url))

    def _judged(self, answer: HttpAnswer, *, reads: bool) -> HttpAnswer:
        if OK <= answer.status < MOVED[0]:
            self._note_spent(answer)
            return answer
        status, words = str(answer.status), self._words(answer.json)
        # GitLab's words often begin with it.
        said = (words if words.startswith(status) else f"{status} {words}").strip()[:SAID_SHOWN]
        if (pause := _pause(answer)) is not None:
            with self._lock:
                self._closed_until = monotonic() + pause
            raise TrackerTrouble(Reception.LIMITED, said, pause)
        if trouble := self._judge(answer.json):
            raise trouble
        if answer.status >= SERVER:
            raise TrackerTrouble(Reception.AWAY if reads else Reception.UNSURE, said)
        raise TrackerTrouble(_meaning(answer.status), said)

    def _note_spent(self, answer: HttpAnswer) -> None:
        """The last request that was allowed: the next would be refused."""
        if _left(answer) == "0" and (pause := _until_reset(answer)) > 0:
            with self._lock:
                self._closed_until = monotonic() + pause

    def _wait_or_refuse(self) -> None:
        with self._lock:
            left = self._closed_until - monotonic()
        if left > 0:
            raise TrackerTrouble(Reception.LIMITED, "", left)


def _meaning(status: int) -> Reception:
    if status in MISSING:
        return Reception.MISSING
    return {UNAUTHORISED: Reception.UNAUTHORISED, FORBIDDEN: Reception.FORBIDDEN}.get(status, Reception.REFUSED)


def _pause(answer: HttpAnswer) -> float | None:
    """Seconds for which the tracker wants to be left alone; None when it does not say so."""
    after = answer.headers.get("retry-after", "")
    limited = answer.status == TOO_MANY or (answer.status == FORBIDDEN and _is_limit(answer))
    if not limited and not (after and answer.status in (FORBIDDEN, SERVER + 3)):
        return None
    if after.isdigit():
        return min(float(after), LONGEST_PAUSE_S)
    return min(_until_reset(answer) or 60.0, LONGEST_PAUSE_S)


def _is_limit(answer: HttpAnswer) -> bool:
    # GitHub says 403 both for a limit and for what one may not do.
    return _left(answer) == "0" or "rate limit" in answer.text.lower()


def _left(answer: HttpAnswer) -> str:
    """Requests that are allowed before the reset; GitLab writes the header's name without “x-”."""
    return str(answer.headers.get("x-ratelimit-remaining") or answer.headers.get("ratelimit-remaining") or "")


def _until_reset(answer: HttpAnswer) -> float:
    reset = answer.headers.get("x-ratelimit-reset") or answer.headers.get("ratelimit-reset") or ""
    return max(float(reset) - time(), 1.0) if reset.isdigit() else 0.0


def _json(got: httpx.Response) -> Any:
    try:
        return got.json() if got.content else None
    except ValueError:
        return None
