"""`postmortem-check`: each working day, in an incident's channel, whether its post-mortem or its items are missing.

Where an incident has no channel its lead is asked in a direct message; without a lead of its own, the team's.

It is asked once, and again each week until it is answered; the second time the team's lead is told too.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from bot.blocks import postmortem_check as blocks
from bot.blocks.parts import as_dicts
from bot.domain.messages import Message, Post
from bot.domain.postmortem_check import LEAD_TOLD_FROM, Followed
from bot.domain.subjects import POSTMORTEM_CHECK, PostmortemAsk
from bot.domain.words import _
from bot.services.days_off import days_off
from bot.slack.names import speaking_to
from scheduler.calendar import working_days
from scheduler.rituals.kinds import TeamRitual, of_few
from scheduler.rituals.occasion import Occasion
from storage.incidents import find_incident, find_seen_incident
from storage.policies import list_policies
from storage.postmortems import list_teams_to_follow, list_to_follow, record_asked


def say(session: Session, on: Occasion) -> list[Message]:
    """A message for each incident of the team that is to be asked about today, and one for the lead where it is asked
    again; none when nothing is missing."""
    return [message for each in _to_ask(session, on) for message in _asking(session, on, each)]


def follow(session: Session, on: Occasion, said: Sequence[Message]) -> list[Message]:
    """Keeps what was asked; a question of an earlier week loses its buttons."""
    earlier: list[Message] = []
    for message in said:
        ask = PostmortemAsk.read_key(message.key)
        incident = find_incident(session, on.team.workspace, ask.incident_id) if ask else None
        if ask is None or incident is None:
            continue
        if incident.asked_on and incident.asked_team and incident.asked_on < ask.day:
            past = PostmortemAsk(incident.asked_team, incident.id, incident.asked_on)
            earlier.append(past.live(Followed(incident, on.team, has_items=False).asked_at))
        record_asked(session, incident.id, on.team.id, ask.day)
    return earlier


def _to_ask(session: Session, on: Occasion) -> Iterator[Followed]:
    today, off = on.now.astimezone(on.team.zone).date(), days_off(on.team)
    found = list_to_follow(session, on.team)
    policies = list_policies(session, on.team.workspace) if found else None
    for each in found:
        # A ritual that is asked for by name may run on a day off; then it waits like the others.
        if policies and not off(today) and each.is_asked(policies, today, off):
            yield each


def _asking(session: Session, on: Occasion, followed: Followed) -> Iterator[Message]:
    today, incident = on.now.astimezone(on.team.zone).date(), followed.incident
    times, ask = followed.time_on(today), PostmortemAsk(on.team.id, incident.id, today)
    due = followed.due(list_policies(session, on.team.workspace), days_off(on.team))
    # Else it would not be asked about.
    assert due is not None
    to, lead = followed.asked_at, on.team.lead
    with speaking_to(session, incident.workspace, to):
        text = blocks.question(followed, due, times)
        asked = Post(ask.key, to, text, as_dicts(blocks.asked(followed, text)))
    yield asked
    if times < LEAD_TOLD_FROM or to == lead:
        return
    # `named`: where the lead has left, the team's channel reads it, which may not know of a private incident.
    if find_seen_incident(session, incident.workspace, incident.id, on.named):
        with speaking_to(session, incident.workspace, lead):
            said = blocks.to_lead(followed, times)
            # Without a channel there is no other place in which the lead could answer.
            answers = [] if incident.channel else as_dicts(blocks.asked(followed, said))
        yield Post(ask.to_lead, lead, said, answers)


RITUAL = TeamRitual(
    name=POSTMORTEM_CHECK,
    when="working days at 10:00, and again each week until it is answered",
    to="the incident's channel, without one its lead; the second time also the team's lead",
    rhythm=working_days(10),
    say=say,
    follow=follow,
    to_lead=True,
    together=of_few(say, list_teams_to_follow, follow),
    called=lambda team: _("the question for a post-mortem of {team}", team=team),
)
