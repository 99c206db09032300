"""`weekly-digest`: once a week, in the team's channel, how its items stand."""

from collections.abc import Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.blocks import digest as blocks
from bot.blocks.parts import as_dicts
from bot.domain.digest import ASIDE, Digest, chosen, week_at
from bot.domain.item import Item
from bot.domain.messages import Message, Post
from bot.domain.ritual_keys import RitualOf
from bot.domain.subjects import WEEKLY_DIGEST, PastDigest
from bot.domain.words import _, speaking
from bot.languages import catalogue
from bot.slack.names import names_in
from scheduler.calendar import WEEKLY
from scheduler.rituals.kinds import TeamRitual, Together
from scheduler.rituals.occasion import Occasion
from storage import items
from storage.digests import (
    Counted,
    count_figures,
    count_named,
    list_answered,
    list_awaiting,
    list_first,
)
from storage.guards import list_losers, list_lost
from storage.people import read_people
from storage.shown import find_last_shown, record_shown
from storage.waiting import costs_of, list_families, list_linked

NAME = WEEKLY_DIGEST
"""Also the beginning of its key, by which last week's digest is found again (`PastDigest`)."""
SINCE_LAST = timedelta(days=7)
Lost = tuple[Item, str, bool]
"""Whose guard is gone, its address, and whether it was there once."""


def say(session: Session, on: Occasion) -> list[Message]:
    """The digest of the team as it stands in *session*: one message. Reads only this team's items."""
    return say_all(session, [on])[0]


def say_all(session: Session, occasions: Sequence[Occasion]) -> list[list[Message]]:
    """As `say`, for many teams, each in its language: what every digest needs is read for all of them at once."""
    alike: dict[Hashable, list[Occasion]] = {}
    for on in occasions:
        # What is named where outsiders read is asked for by itself: it is another question for each such channel.
        alone = on.team.id if on.named != on.viewer else None
        alike.setdefault((week_at(on.now, on.team.zone), alone), []).append(on)
    found = {on.team.id: digest for some in alike.values() for on, digest in _digests(session, some)}
    read_people(session, {(on.team.workspace, user) for on in occasions for user in _people(found[on.team.id])})
    return [[_drawn(session, on, found[on.team.id])] for on in occasions]


def _drawn(session: Session, on: Occasion, shown: Digest) -> Post:
    names = names_in(session, on.team.workspace, _people(shown))
    with speaking(catalogue(on.team.language)):
        text, drawn = blocks.digest_text(shown), blocks.digest(shown, names)
    return Post(RitualOf(NAME, str(on.team.id), on.period).value, on.team.channel, text, as_dicts(drawn))


def _people(shown: Digest) -> set[str]:
    owners = {item.owner for item in (*shown.items, *shown.answered)}
    return owners | {ask.asked_by for item in shown.awaiting if (ask := item.request)}


def _digests(session: Session, occasions: Sequence[Occasion]) -> Iterator[tuple[Occasion, Digest]]:
    """Of teams that have the same week; of one alone, where outsiders are in its channel."""
    teams, now, named = [on.team for on in occasions], occasions[0].now, occasions[0].named
    week = week_at(now, teams[0].zone)
    counted = count_figures(session, teams, week, now - SINCE_LAST)
    beside = {on.team.id: _beside(session, on, counted[on.team.id]) for on in occasions}
    spare = max(len(found.waiting[:ASIDE]) for found in beside.values())
    came_back = {incident for found in beside.values() for incident in found.came_back}
    only = named if named != occasions[0].viewer else None
    first = list_first(session, teams, week, spare, came_back, only)
    losers = list_losers(session, [team.id for team in teams])
    for on in occasions:
        team_id = on.team.id
        lost = _lost(session, on) if team_id in losers else []
        yield on, _digest(session, on, counted[team_id], beside[team_id], first[team_id], lost)


@dataclass(frozen=True)
class _Beside:
    """What few teams have: items about which a request waits, and incidents that came back."""

    waiting: Sequence[Item] = ()
    came_back: Collection[int] = ()


def _beside(session: Session, on: Occasion, counted: Counted) -> _Beside:
    place = (session, on.team.workspace)
    # One more than is shown: so the digest knows whether there are more.
    waiting = list_awaiting(*place, [on.team.id], on.named, ASIDE + 1) if counted.waits else []
    linked = list_linked(*place, on.team.id) if counted.linked else set()
    return _Beside(waiting, list_families(*place, on.named, linked).keys() if linked else ())


def _digest(
    session: Session, on: Occasion, counted: Counted, beside: _Beside, first: list[Item], lost: Sequence[Lost]
) -> Digest:
    team, named, today = on.team, on.named, on.now.astimezone(on.team.zone).date()
    # With guests in the channel less is named than counted; the difference is said, so that the figures add up.
    unnamed = counted.figures.open - count_named(session, team, named) if named != on.viewer else 0
    awaiting = beside.waiting[:ASIDE]
    costs = costs_of(session, team.workspace, first, named, on.now) if beside.came_back else {}
    return Digest(
        team.name,
        on.now,
        today,
        counted.figures,
        chosen(first, today, {item.number for item in awaiting}, costs),
        awaiting,
        list_answered(session, team, on.now - SINCE_LAST, named, ASIDE) if counted.answered else [],
        unnamed,
        more_wait=len(beside.waiting) > ASIDE,
        lost=lost,
        costs=costs,
    )


def _lost(session: Session, on: Occasion) -> list[Lost]:
    found = list_lost(session, on.team.workspace, on.team.id, on.named, ASIDE)
    known = items.list_numbered(session, on.team.workspace, [number for number, _url, _seen in found])
    return [(known[number], url, seen) for number, url, seen in found]


def follow(session: Session, on: Occasion, said: Sequence[Message]) -> list[Message]:
    """Last week's digest loses its buttons; this week's is kept until the next one comes."""
    return follow_all(session, [(on, said)])[0]


def follow_all(session: Session, said: Sequence[tuple[Occasion, Sequence[Message]]]) -> list[list[Message]]:
    """As `follow`, for many teams."""
    past = find_last_shown(session, NAME, {on.team.id: on.period for on, _messages in said})
    posts = [(on, post) for on, messages in said for post in messages if isinstance(post, Post)]
    shown = ((on.team, on.period, {"to": post.to, "text": post.text, "blocks": post.blocks}) for on, post in posts)
    record_shown(session, NAME, shown)
    # A live message under the key that it was posted with, so delivery edits that one and posts nothing.
    return [
        [PastDigest(on.team.id, past[on.team.id][0]).live(past[on.team.id][1])] if on.team.id in past else []
        for on, _messages in said
    ]


RITUAL = TeamRitual(
    name=NAME,
    when="once a week at the team's digest time",
    to="the team's channel",
    rhythm=WEEKLY,
    say=say,
    follow=follow,
    together=Together(say_all, follow_all),
    called=lambda team: _("the weekly digest of {team}", team=team),
)
