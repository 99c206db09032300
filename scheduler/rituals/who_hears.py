"""Of whom a morning has anything to say: everybody else is passed over without a transaction of their own."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from scheduler.rituals.round import Round
from scheduler.rituals.to_decide import who_decides
from storage.morning_items import list_leads, list_owners, list_teams_to_mention
from storage.orphans import list_teams_of_orphans


def who_hears(session: Session, round_: Round) -> list[str]:
    """Who lives in the zone and may have to be told something: owners, then leads, then who is to decide."""
    place = (session, round_.workspace, round_.zone)
    owners = list_owners(*place, round_.day, round_.now)
    leads = _of_whose_teams(session, round_, list_leads(*place))
    return list(dict.fromkeys([*owners, *leads, *who_decides(session, round_)]))


def _of_whose_teams(session: Session, round_: Round, leads: Collection[str]) -> list[str]:
    """The leads of teams of which there may be something to say: of most there is nothing."""
    here = set(leads)
    led = [team for team in round_.teams.values() if team.lead in here and round_.team_id in (None, team.id)]
    theirs = [team.id for team in led]
    stirring = list_teams_to_mention(session, round_.workspace, theirs, round_.day, round_.now)
    stirring |= list_teams_of_orphans(session, theirs)
    told = {team.lead for team in led if team.id in stirring}
    return [lead for lead in leads if lead in told]
