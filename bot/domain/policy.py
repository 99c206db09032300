"""What a severity asks for: when items fall due, when a post-mortem is due, when lateness is told to whom.

Pure. An item lives by the policy that was in force when it was created, an incident by the one in force when its end
was said: setting a policy changes nothing that is past. What is older than the first policy of its severity lives by
that first one, for until then there was none that could have been another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.days import IsOff, add_working_days
from bot.domain.errors import Refused
from bot.domain.words import Text

POSTMORTEM_DAYS = 5
"""Working days from the end of an incident to its post-mortem, where no policy says otherwise."""
ESCALATE_DAYS = 7
"""Days overdue after which the lead hears of it, where no policy says otherwise."""
LEADERSHIP_DAYS = 21
"""Days overdue after which leadership hears of it, where no policy says otherwise."""
SEVERITY_LIMIT = 32
"""Characters of a severity's name."""
SEVERITIES = ("SEV1 – critical", "SEV2 – major", "SEV3 – minor", "SEV4 – low")
"""The words of a workspace that has none of its own."""
DAYS = range(1, 366)
"""What a policy can ask for."""
_USUAL = {name.casefold(): name.partition(" ")[0].casefold() for name in SEVERITIES}


@dataclass(frozen=True)
class Policy:
    """What the organisation asks of a severity, in days; None: it asks for nothing of its own there.

    `due_days`: from the creation of an item to its due date at the latest. `postmortem_days`: working days from the end
    of an incident. `escalate_days`, `leadership_days`: overdue for longer than that, the lead or leadership is told.
    """

    severity: str
    due_days: int | None = None
    postmortem_days: int | None = None
    escalate_days: int | None = None
    leadership_days: int | None = None

    def due_by(self, day: date) -> date | None:
        """The last due date that it allows an item made on that day; None: any."""
        return day + timedelta(days=self.due_days) if self.due_days is not None else None


@dataclass(frozen=True)
class PolicyVersion:
    """A policy from a moment on. `is_over`: from then on there is none. `position`: its place among the severities."""

    policy: Policy
    since: datetime
    position: int = 0
    is_over: bool = False


@dataclass(frozen=True)
class Policies:
    """All policies that a workspace has and had, the oldest first."""

    versions: tuple[PolicyVersion, ...] = ()

    @property
    def current(self) -> list[Policy]:
        """Those in force, in the organisation's order."""
        latest = {severity_key(each.policy.severity): each for each in self.versions}
        kept = [each for each in latest.values() if not each.is_over]
        return [each.policy for each in sorted(kept, key=lambda each: each.position)]

    @property
    def words(self) -> tuple[str, ...]:
        """Every word for a severity that was ever the workspace's, and the usual ones."""
        return tuple(dict.fromkeys([*(each.policy.severity for each in self.versions), *SEVERITIES]))

    def of(self, severity: str, moment: datetime) -> Policy | None:
        """The policy that what began at that moment lives by; None: the workspace's severity has none."""
        of_severity = self._of(severity)
        before = [each for each in of_severity if each.since <= moment]
        found = before[-1] if before else of_severity[0] if of_severity else None
        return None if found is None or found.is_over else found.policy

    def in_force(self, severity: str, moment: datetime) -> Policy | None:
        """As `of`, but nothing from before the first policy: for figures of months in which there was none yet."""
        before = [each for each in self._of(severity) if each.since <= moment]
        return None if not before or before[-1].is_over else before[-1].policy

    def _of(self, severity: str) -> list[PolicyVersion]:
        wanted = severity_key(severity)
        return [each for each in self.versions if severity and severity_key(each.policy.severity) == wanted]


NO_POLICIES = Policies()
"""A workspace that has and had none."""


def severity_key(name: str) -> str:
    """What makes two names of a severity the same: `SEV1`, `sev1` and `SEV1 – critical`."""
    plain = " ".join(name.split()).casefold()
    return _USUAL.get(plain, plain)


def severity_words(known: Sequence[str]) -> Mapping[str, str]:
    """The words *known* by what makes two of them the same; of two for one severity the first."""
    return {severity_key(name): name for name in reversed(known)}


def severity_of(known: Sequence[str], text: str) -> str:
    """The word of those *known* that *text* names, as `sev2` or in full; "" for "". Raises `Refused` at “severity”."""
    if not text.strip():
        return ""
    if (found := severity_words(known).get(severity_key(text))) is None:
        reason = Text("There is no severity “{text}”. Severities: {known}.", text=text[:50], known=", ".join(known))
        raise Refused(reason, field="severity")
    return found


def severities(current: Sequence[Policy], chosen: str = "") -> tuple[str, ...]:
    """What can be chosen as a severity: the organisation's words in its order, else the usual ones.

    Who has policies for some of the usual severities keeps the others behind them. What an incident has, `chosen`,
    stays a choice, by its own word.
    """
    own = [policy.severity for policy in current]
    known = {severity_key(name) for name in own}
    usual = [name for name in SEVERITIES if severity_key(name) not in known]
    # Words of its own alone are a list of its own: “Critical, Major, Minor” needs no SEV4 behind it.
    words = [*own, *usual] if known <= set(_USUAL.values()) else own
    return tuple(dict.fromkeys([*words, *([chosen] if chosen else [])]))


def changed(before: Policy, given: Policy) -> Policy:
    """*before* with what is *given*; what is not keeps its value. Raises `Refused` for what cannot be meant."""
    names = ("due_days", "postmortem_days", "escalate_days", "leadership_days")
    new = {name: value for name in names if (value := getattr(given, name)) is not None}
    policy = replace(before, severity=checked_severity(given.severity), **new)
    for name in names:
        value = getattr(policy, name)
        if value is not None and value not in DAYS:
            reason = Text("A policy asks for {first} to {last} days.", first=DAYS.start, last=DAYS.stop - 1)
            raise Refused(reason, field=name)
    if leadership_after(policy) < escalated_after(policy):
        raise Refused("Leadership is told later than the lead, or on the same day. Raise its days.", "leadership_days")
    return policy


def checked_severity(text: str) -> str:
    """The name of a severity, on one line. Raises `Refused` for none, or one that is too long."""
    name = " ".join(text.split())
    if not name or len(name) > SEVERITY_LIMIT:
        raise Refused(Text("Name the severity in 1 to {limit} characters.", limit=SEVERITY_LIMIT), field="severity")
    return name


def escalated_after(policy: Policy | None) -> int:
    """Days overdue after which the lead hears of it."""
    return ESCALATE_DAYS if policy is None or policy.escalate_days is None else policy.escalate_days


def leadership_after(policy: Policy | None) -> int:
    """Days overdue after which leadership hears of it."""
    given = None if policy is None else policy.leadership_days
    # Who gives the lead a month does not want leadership told after three weeks.
    return given if given is not None else max(LEADERSHIP_DAYS, escalated_after(policy))


def postmortem_due(ended_on: date, policy: Policy | None, is_off: IsOff) -> date:
    """The last day for the post-mortem of an incident that ended on that day, both in the zone of its team."""
    given = None if policy is None else policy.postmortem_days
    return add_working_days(ended_on, POSTMORTEM_DAYS if given is None else given, is_off)


def check_due(policy: Policy | None, made_on: date, due: date, why: str) -> None:
    """Raises `Refused` at “late_because” when *due* is later than the policy allows, and nobody says why."""
    if is_late(policy, made_on, due) and not why:
        raise Refused("Say why it has to be later, or choose an earlier day.", field="late_because")


def is_late(policy: Policy | None, made_on: date, due: date) -> bool:
    """Whether *due* is later than the policy allows an item made on that day."""
    latest = policy.due_by(made_on) if policy else None
    return latest is not None and due > latest


def noted(policy: Policy | None, made_on: date, due: date, why: str) -> dict[str, Any]:
    """What the history of a new item says of the policy that applied; an exception only where it is one."""
    if policy is None:
        return {}
    latest = policy.due_by(made_on)
    said: dict[str, Any] = {"severity": policy.severity, "due_by": latest.isoformat() if latest else None}
    return {"policy": said | ({"exception": why} if is_late(policy, made_on, due) else {})}


def as_json(policies: Iterable[Policy]) -> list[dict[str, Any]]:
    """As `policy list` prints them."""
    return [dict(vars(policy)) for policy in policies]
