"""`review`: the team's or the incident's items one by one, with their buttons, for a meeting."""

from functools import partial

import structlog
from slack_sdk.errors import SlackClientError
from slack_sdk.models.views import View

from bot.blocks.ids import Button, Modal
from bot.blocks.review import review_view
from bot.deps import Deps
from bot.domain.errors import NotFound, Refused, Unavailable, Unreadable
from bot.domain.review import WORDS, Review, ReviewKind, ReviewSubject, review_from
from bot.domain.sentence import plain, unquoted
from bot.domain.team import Team
from bot.domain.words import Text, _
from bot.slack.lookups import SLACK_IS_AWAY
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.router import Router
from handlers.shared.acting import load
from handlers.shared.item_form import likely_team, team_of
from handlers.shared.place import incident_of, place_of
from storage import changes, teams
from storage.reviews import list_for_review

USAGE = "review [stand-up | operations | incident] [team NAME]"
NO_INCIDENT = "No incident was handled in this channel. `/actionitem incident` registers one here."
NO_TEAM = "There are no teams yet. Your admin creates one: `actionitem team set`."
NOTHING = {
    ReviewKind.STAND_UP: (
        "Nothing is under way, blocked or due soon. `/actionitem review operations` shows all that is open."
    ),
    ReviewKind.OPERATIONS: "Nothing is open. `/actionitem list all` shows every item.",
    ReviewKind.INCIDENT: "This incident has no action items yet. `/actionitem new` creates one.",
}
_STEPS = {"-1": -1, "1": 1}
log = structlog.get_logger()


def register(router: Router, deps: Deps) -> None:
    """`review`, its modal's buttons, and the modal drawn anew after each change made from it."""
    router.subcommand("review", partial(_open, deps), USAGE, "goes through items one by one, for a meeting")
    router.button(Button.REVIEW, partial(_open, deps))
    router.button(Button.REVIEW_PREVIOUS, partial(_move, deps))
    router.button(Button.REVIEW_NEXT, partial(_move, deps))
    router.button(Button.REVIEW_KIND, partial(_switch, deps))
    router.redraws(Modal.REVIEW, partial(_redraw, deps))


def _open(deps: Deps, asked: Asked) -> Answer | None:
    words = asked.text.split()
    kind = WORDS.get(words[0].lower()) if words else None
    rest = words[1:] if kind else words
    if rest and (rest[0].lower() != "team" or len(rest) == 1):
        raise Refused(Text("There is no such review. Reviews: `/actionitem {usage}`.", usage=USAGE))
    place = place_of(deps, asked)
    incident = incident_of(deps, asked.workspace, place)
    team = _team(deps, asked, unquoted(plain(" ".join(rest[1:]))))
    # In an incident's channel a meeting goes through that incident.
    chosen = kind or (ReviewKind.INCIDENT if incident and not rest else ReviewKind.STAND_UP)
    review = _begun(deps, asked, chosen, team, incident.id if incident else None)
    if not review.numbers:
        return Answer(_(NOTHING[chosen]))
    asked.open(_drawn(deps, asked, review))
    return None


def _team(deps: Deps, asked: Asked, name: str) -> Team | None:
    with deps.db.read() as session:
        if name:
            return teams.get_team(session, asked.workspace, name)
        return likely_team(teams.list_teams(session, asked.workspace), asked.user)


def _begun(deps: Deps, asked: Asked, kind: ReviewKind, team: Team | None, incident: int | None) -> Review:
    if kind is ReviewKind.INCIDENT and incident is None:
        raise Refused(NO_INCIDENT)
    if kind is not ReviewKind.INCIDENT and team is None:
        raise Refused(NO_TEAM)
    viewer = deps.directory.viewer(asked.workspace, asked.user)
    team_id = team.id if team else None
    with deps.db.read() as session:
        today = deps.clock().astimezone(team.zone).date() if team else deps.clock().date()
        subject = ReviewSubject(kind, today, team_id, incident)
        return Review(kind, list_for_review(session, asked.workspace, subject, viewer), 0, team_id, incident)


def _move(deps: Deps, asked: Asked) -> None:
    _show(deps, asked, review_from(asked.metadata["review"]).moved(_STEPS.get(asked.value, 0)), asked.view["id"])


def _switch(deps: Deps, asked: Asked) -> None:
    before, kind = review_from(asked.metadata["review"]), WORDS.get(asked.value)
    if kind is None:
        raise Unreadable
    review = _begun(deps, asked, kind, team_of(deps, before.team), before.incident)
    if not review.numbers:
        raise Refused(NOTHING[kind])
    _show(deps, asked, review, asked.view["id"])


def _redraw(deps: Deps, asked: Asked, notice: str) -> None:
    """After a change that was made from the modal. The change is committed: a failure here is logged, no more."""
    # Not an id that the form carries: whoever changed it would draw their review over somebody else's modal.
    view_id = asked.view.get("root_view_id") or asked.view["id"]
    try:
        _show(deps, asked, review_from(asked.metadata["review"]), view_id, notice)
    except Refused as refused:
        log.warning("review_not_redrawn", why=refused.reason)


def _show(deps: Deps, asked: Asked, review: Review, view_id: str, notice: str = "") -> None:
    view = _drawn(deps, asked, review, notice)
    try:
        asked.client.views_update(view_id=view_id, view=view)
    except (SlackClientError, OSError) as error:
        raise Unavailable(SLACK_IS_AWAY) from error


def _drawn(deps: Deps, asked: Asked, review: Review, notice: str = "") -> View:
    try:
        item = load(deps, asked, review.number)
    # The channel became private, or they left it, while the meeting went on: the page is empty, the others stay.
    except NotFound:
        return review_view(review, None, [], str, deps.clock().date(), notice)
    with deps.db.read() as session:
        history = changes.list_changes(session, asked.workspace, item.number)
    users = {item.owner, *(change.by for change in history)}
    users |= {change.detail["owner"]["to"] for change in history if "owner" in change.detail}
    names = deps.directory.names(asked.workspace, users)
    return review_view(review, item, history, names, item.day(deps.clock()), notice)
