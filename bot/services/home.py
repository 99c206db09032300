"""The App Home, read and drawn for whoever publishes it: the event of opening it, or delivery after a change.

Reads by one query for each section, then every shown item once. Decides nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from slack_sdk.models.views import View
from sqlalchemy.orm import Session

from bot.blocks.home import AWAITING_SHOWN, MINE_SHOWN, THEIRS_SHOWN, home
from bot.deps import Deps
from bot.domain.errors import Unavailable
from bot.domain.home import Filters, Home, HomePage, filters_from
from bot.domain.incident import Incident
from bot.domain.item import Item
from bot.domain.lifecycle import OPEN
from bot.domain.measures import Measured, MeasureKey, measure
from bot.domain.messages import Refresh
from bot.domain.month import month_of
from bot.domain.person import Person
from bot.domain.queries import Today, Viewer, Wanted, today_of
from bot.domain.surfaces import AskedAbout, CanvasOf, HomeOf, refresh_of
from bot.domain.team import Team
from storage import incidents, items, teams
from storage.home import list_awaiting
from storage.items import FoundItems
from storage.reports import count, scopes_of
from storage.surfaces import SurfaceRecord, find_surface, mark_surfaces, record_published
from storage.themes import list_known_themes
from storage.thresholds import list_thresholds

Publish = Callable[[View], object]


def stale_surfaces(session: Session, item: Item, team: Team | None, others: Iterable[str] = ()) -> list[Refresh]:
    """What shows *item* and must be drawn anew: the App Homes that were ever opened, and its incident's canvas.

    *team* is the item's; `others` are people who see it for another reason, such as who owned it until now.
    """
    people = {item.owner, item.created_by, *item.collaborators, *others}
    if item.request:  # also once it is decided or withdrawn: it awaited them until now
        people |= {item.request.approver, item.request.asked_by}
    if team:
        people |= {team.lead, *team.members}
    # Of these, `mark_surfaces` takes those that were ever opened.
    homes = [HomeOf(user).key for user in people if user]
    canvas = [CanvasOf(item.incident_id).key] if item.incident_id else []
    asked = AskedAbout(item.number).key
    # An idea makes no canvas of its incident's: it is no commitment yet (R26).
    return mark_surfaces(session, item.workspace, [*homes, *canvas, asked], create=[] if item.is_idea else canvas)


def publish_home(deps: Deps, workspace: str, user: str, publish: Publish, *, request: str = "") -> bool:
    """Draws the Home of who opened theirs before and publishes it; returns whether that is the newest state.

    `request`: the key of the request that waits for it; what changed meanwhile is then left to delivery. Without one,
    it is delivery that asks: it draws only what is old, and again when something changed meanwhile.
    """
    surface = _surface(deps, workspace, user)
    # Delivery comes for each change; of several at once the first drawing showed them all.
    if surface is None or (surface.is_fresh and not request):
        return True
    # Outside any transaction: what it asks of Slack may take seconds.
    view = draw_home(deps, workspace, user, filters_from(surface.kept), fresh=not request)
    if not request and _surface(deps, workspace, user) != surface:
        return False  # Slack may show a newer one already: nobody shall see it turn back
    publish(view)
    with deps.db.begin() as session:
        is_newest = record_published(session, workspace, surface)
        if request and not is_newest:
            deps.outbox.enqueue(session, workspace, f"{surface.key}:{request}", [refresh_of(surface.key)])
    return is_newest


def _surface(deps: Deps, workspace: str, user: str) -> SurfaceRecord | None:
    with deps.db.read() as session:
        return find_surface(session, workspace, HomeOf(user).key)


def draw_home(deps: Deps, workspace: str, user: str, filters: Filters, *, fresh: bool) -> View:
    """The view as *user* sees it now. `fresh`: nobody waits, so Slack is asked again which channels they are in."""
    viewer = deps.directory.viewer(workspace, user, fresh=fresh)
    person = _person(deps, workspace, user)
    shown = read_home(deps, workspace, viewer, person, filters)
    seen = [*(item for _, item in shown.awaiting), *shown.mine.items, *shown.theirs.items]
    names = deps.directory.names(workspace, _people(seen))
    return home(shown, names, deps.clock(), user)


def read_home(deps: Deps, workspace: str, viewer: Viewer, person: Person | None, filters: Filters) -> Home:
    """Everything that the Home shows, in one transaction."""
    now = deps.clock()
    with deps.db.read() as session:
        every = teams.list_teams(session, workspace)
        today = today_of(every, now)
        known = teams_of(every, viewer, person)
        team = next((each for each in known if each.id == filters.team), known[0] if known else None)
        awaiting, waiting = list_awaiting(session, workspace, viewer, now=now, limit=AWAITING_SHOWN)
        wanted = Wanted(states=OPEN, owner=viewer.user)
        mine, filters = _mine(session, workspace, wanted, viewer, today, filters)
        theirs, filters = _theirs(session, workspace, viewer, today, team, filters)
        numbers = [*(number for _, number in awaiting), *mine.numbers, *theirs.numbers]
        found = items.list_numbered(session, workspace, numbers)
        themes = list_known_themes(session, workspace, viewer) if team else []
        figures = _measures(session, team, viewer, now) if team else {}
        choices = _incidents(session, workspace, viewer, filters.incident) if team else []
    return Home(
        awaiting=[(why, found[number]) for why, number in awaiting if number in found],
        waiting=waiting,
        mine=_page(found, mine, filters.mine),
        filters=filters,
        teams=known,
        team=team,
        theirs=_page(found, theirs, filters.theirs),
        incidents=choices,
        themes=themes,
        measures=figures,
        configures=bool(person and person.is_admin) or any(each.lead == viewer.user for each in every),
    )


def _mine(
    session: Session, workspace: str, wanted: Wanted, viewer: Viewer, today: Today, filters: Filters
) -> tuple[FoundItems, Filters]:
    """The page that was chosen; the first one when it is gone."""

    def look(offset: int) -> FoundItems:
        return items.find_page(
            session, workspace, wanted, viewer, today=today, limit=MINE_SHOWN, offset=offset, urgent_first=True
        )

    # Items may have been done since the page was chosen, which lies beyond the end then.
    found = look(filters.mine)
    if found.total or not filters.mine:
        return found, filters
    return look(0), replace(filters, mine=0)


def _theirs(
    session: Session, workspace: str, viewer: Viewer, today: Today, team: Team | None, filters: Filters
) -> tuple[FoundItems, Filters]:
    if team is None:
        return FoundItems(), filters
    wanted = filters.wanted(team, today)

    def look(offset: int) -> FoundItems:
        return items.find_page(session, workspace, wanted, viewer, today=today, limit=THEIRS_SHOWN, offset=offset)

    found = look(filters.theirs)
    if found.total or not filters.theirs:
        return found, filters
    return look(0), replace(filters, theirs=0)


def _incidents(session: Session, workspace: str, viewer: Viewer, chosen: int | None) -> list[Incident]:
    """The one that was chosen, which is shown; else the newest, which shows that there are some to choose from."""
    found = incidents.find_seen_incident(session, workspace, chosen, viewer) if chosen else None
    return [found] if found else incidents.list_incidents(session, workspace, viewer, 1)


def _measures(session: Session, team: Team, viewer: Viewer, now: datetime) -> Mapping[MeasureKey, Measured]:
    """The team's measures of the running month, as far as the reader may see its items."""
    scopes = scopes_of(session, team.workspace, team)
    tally = count(session, team.workspace, scopes, month_of(now, team.zone), now, viewer)
    return measure(tally, list_thresholds(session, team.workspace))


def _page(found: dict[int, Item], page: FoundItems, offset: int) -> HomePage:
    shown = [found[number] for number in page.numbers if number in found]
    return HomePage(shown, page.total, page.overdue, offset)


def teams_of(every: list[Team], viewer: Viewer, person: Person | None) -> list[Team]:
    """Those that the reader belongs to; an admin who is in none sees them all."""
    own = [team for team in every if team.includes(viewer.user)]
    return every if not own and person and person.is_admin else own


def _people(shown: list[Item]) -> set[str]:
    asked = {item.request.asked_by for item in shown if item.request and item.request.is_pending}
    return {item.owner for item in shown} | {item.created_by for item in shown} | asked


def _person(deps: Deps, workspace: str, user: str) -> Person | None:
    try:
        return deps.directory.person(workspace, user)
    except Unavailable:
        return None
