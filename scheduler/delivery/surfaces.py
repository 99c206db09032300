"""What delivery does for surfaces that are no messages: draws them as they are now, and publishes them."""

from slack_sdk import WebClient
from slack_sdk.models.views import View

from bot.deps import Deps
from bot.domain.surfaces import (
    AskedAbout,
    CanvasOf,
    DeployedTo,
    ExportFor,
    GuardOf,
    HomeOf,
    StepOf,
    TicketOf,
    WebhookTo,
)
from bot.domain.words import speaking
from bot.languages import catalogue
from bot.services.guards import GuardWatch
from bot.services.home import publish_home
from bot.services.production_questions import redraws_questions
from bot.services.tracker_clients import TrackerClients
from scheduler.delivery import slack_calls
from scheduler.delivery.canvases import canvas_refresher
from scheduler.delivery.deployments import deployed_refresher
from scheduler.delivery.drawing import Refresher
from scheduler.delivery.exports import sends_exports
from scheduler.delivery.tickets import ticket_refresher
from scheduler.delivery.workflow_steps import completes_steps


def _webhooks(deps: Deps) -> Refresher:
    def send(workspace: str, ref: str, client: WebClient) -> None:
        from scheduler.delivery.webhooks import sends_webhooks  # noqa: PLC0415 – most workspaces have none

        sends_webhooks(deps)(workspace, ref, client)

    return send


def refreshers(deps: Deps) -> dict[str, Refresher]:
    """A refresher for every kind of surface, by what stands before the colon of its key."""

    def refresh_home(workspace: str, user: str, client: WebClient) -> None:
        def publish(view: View) -> None:
            slack_calls.publish(client, user, view.to_dict())

        # A home has one reader, whoever made the change that redraws it (P12).
        with speaking(catalogue(deps.directory.locale(workspace, user))):
            while not publish_home(deps, workspace, user, publish):
                pass  # something changed while it was drawn, and counts on this drawing

    clients = TrackerClients(deps.settings)
    watch = GuardWatch(deps, clients)

    def look_at_guard(workspace: str, ref: str, _client: WebClient) -> None:
        watch.look(workspace, GuardOf.read(ref).number)

    return {
        HomeOf.kind: refresh_home,
        ExportFor.kind: sends_exports(deps),
        CanvasOf.kind: canvas_refresher(deps),
        StepOf.kind: completes_steps(deps),
        WebhookTo.kind: _webhooks(deps),
        TicketOf.kind: ticket_refresher(deps, clients),
        DeployedTo.kind: deployed_refresher(deps, clients),
        GuardOf.kind: look_at_guard,
        AskedAbout.kind: redraws_questions(deps),
    }
