"""GitHub as the place of the code: pull requests, deployments, files and workflows of the repository."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from zlib import crc32

from bot.trackers.github_shapes import deployment_of, is_production, list_of, pull_of
from bot.trackers.http import Http
from bot.trackers.shape import Event, Reception, TrackerTrouble, moment, part

NOT_TOLD = (Reception.MISSING, Reception.FORBIDDEN, Reception.REFUSED)
"""What GitHub says where the token may not read it, or the place has none."""
DEPLOYMENTS_READ = 30
LOOKED_BACK = timedelta(days=1)
"""When one is waited for the first time."""
SHA = re.compile(r"[0-9a-f]{7,40}")
BRANCH_PARTS = 4
"""Slashes that the name of a branch in an address may have."""


@dataclass(frozen=True)
class ReadUntil:
    """How far changes were read: `TIME`, or `TIME|SEEN,SEEN|DEPLOYED`.

    `seen`: what changed in exactly that second, as it was (`mark_of`), for it is listed again; and deployments that
    succeeded in the second `deployed`, which is as `time`, of deployments.
    """

    time: str
    seen: frozenset[str] = frozenset()
    deployed: str = ""

    @classmethod
    def read(cls, text: str) -> "ReadUntil":
        """From the text."""
        time, seen, deployed = [*text.split("|", 2), "", ""][:3]
        return cls(time, frozenset(seen.split(",")) - {""}, deployed)

    @property
    def text(self) -> str:
        """As it is kept."""
        if not self.seen and not self.deployed:
            return self.time
        return "|".join((self.time, ",".join(sorted(self.seen)), self.deployed))

    def is_seen(self, issue: Mapping[str, Any]) -> bool:
        """Whether the last page had it as it is."""
        return issue.get("updated_at") == self.time and mark_of(issue) in self.seen


def mark_of(issue: Mapping[str, Any]) -> str:
    """An issue or pull request as it is: more than its time, which counts seconds."""
    pull = part(issue, "pull_request")
    said = repr(
        [issue.get(name) for name in ("title", "state", "body", "comments", "labels")] + [pull.get("merged_at")]
    )
    return f"{issue.get('number')}.{crc32(said.encode()):08x}"


class GitHubCode:
    """See the module. Methods as of `CodeHost`."""

    def __init__(self, http: Http, place: str) -> None:
        self._http, self._place, self._reads_pulls = http, f"repos/{place}", True

    def pull(self, issue: Mapping[str, Any]) -> Event:
        """The pull request that a list of issues showed; its branch costs a request."""
        found = pull_of(self._whole(issue))
        return Event("", pull=found, by=found.by)

    def _whole(self, issue: Mapping[str, Any]) -> Mapping[str, Any]:
        if self._reads_pulls:
            try:
                whole = self._http.get(f"{self._place}/pulls/{issue['number']}").json
            except TrackerTrouble as error:
                if error.meaning not in NOT_TOLD:
                    raise
                # Without that right title and text are told all the same, and nothing is asked in vain again.
                self._reads_pulls = error.meaning is Reception.MISSING
            else:
                if isinstance(whole, dict) and "number" in whole:
                    return whole
        return issue

    def deployed_since(self, cursor: ReadUntil) -> tuple[list[Event], ReadUntil]:
        """Deployments to production that succeeded since, and how far they were read: with the same `time`."""
        try:
            listed = list_of(self._http.get(f"{self._place}/deployments", {"per_page": DEPLOYMENTS_READ}).json)
        except TrackerTrouble as error:
            if error.meaning not in NOT_TOLD:
                raise
            return [], replace(cursor, seen=frozenset())
        since = cursor.deployed or (moment(cursor.time) - LOOKED_BACK).strftime("%Y-%m-%dT%H:%M:%SZ")
        found = [each for each in listed if is_production(each) and _changed(each) >= since]
        known = {str(each["id"]) for each in found if f"d{each['id']}" in cursor.seen}
        events = [event for each in found if str(each["id"]) not in known and (event := self._succeeded(each))]
        until = max([since, *map(_changed, found)])
        # What is still under way is asked about again, also where it succeeds within the same second.
        done = known | {event.deployment.ref for event in events if event.deployment}
        seen = {f"d{each['id']}" for each in found if _changed(each) == until and str(each["id"]) in done}
        return events, replace(cursor, seen=frozenset(seen), deployed=until)

    def _succeeded(self, deployment: Mapping[str, Any]) -> Event | None:
        statuses = list_of(self._http.get(f"{self._place}/deployments/{deployment['id']}/statuses").json)
        # The next deployment makes this one “inactive”: what it was stays so.
        done = next((each for each in statuses if each.get("state") == "success"), None)
        made = deployment_of(deployment, done.get("created_at")) if done else None
        return Event("", deployment=made) if made else None

    def holds(self, deployed: str, sha: str) -> bool:
        """What is behind or beside it does not have it."""
        if deployed == sha:
            return True
        try:
            found = self._http.get(f"{self._place}/compare/{sha}...{deployed}", {"per_page": 1}).json or {}
        except TrackerTrouble as error:
            if error.meaning not in NOT_TOLD:
                raise
            return False
        return found.get("status") in ("ahead", "identical")

    def find_guard(self, path: str) -> bool | None:
        """On the branch that counts, else where the address says."""
        if path.startswith("actions/workflows/"):
            return self._workflow(path)
        _kind, rest = path.split("/", 1)
        if any(self._is_there(*each) for each in _candidates(rest)):
            return True
        # GitHub says “Not Found” also where the token may not read the code.
        return False if self._is_there("", "") else None

    def _workflow(self, path: str) -> bool | None:
        try:
            found = self._http.get(f"{self._place}/{quote(path)}").json or {}
        except TrackerTrouble as error:
            if error.meaning is not Reception.MISSING:
                if error.meaning in NOT_TOLD:
                    return None
                raise
            return False if self._is_there("", "") else None
        return bool(found.get("state", "active") == "active")

    def _is_there(self, file: str, branch: str) -> bool:
        params = {"ref": branch} if branch else {}
        try:
            self._http.get(f"{self._place}/contents/{quote(file)}", params)
        except TrackerTrouble as error:
            if error.meaning not in NOT_TOLD:
                raise
            return False
        return True


def _candidates(rest: str) -> Sequence[tuple[str, str]]:
    """Where the file of `main/tests/a.py` may be, as file and branch: the names of branches may have slashes.

    First on the default branch: an address of one commit is good for ever, and a branch is gone once it is merged.
    """
    parts = rest.split("/")
    first = ("/".join(parts[1:]), "")
    if SHA.fullmatch(parts[0]) or parts[0] == "HEAD":
        return [first]
    splits = range(1, min(len(parts), BRANCH_PARTS + 1))
    return [first, *(("/".join(parts[at:]), "/".join(parts[:at])) for at in splits)]


def _changed(deployment: Mapping[str, Any]) -> str:
    return str(deployment.get("updated_at") or deployment.get("created_at") or "")
