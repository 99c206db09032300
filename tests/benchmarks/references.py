"""The reference apps: the least that Bolt can do over the product's own adapter.

`python -m tests.benchmarks.references modal|insert DATABASE_URL`: opens a constant modal, or inserts one row.
"""

import os
import sys
from typing import Any

import uvicorn
from prometheus_client import CollectorRegistry
from slack_bolt import Ack
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from sqlalchemy import Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.slack.requests import SlackApp
from bot.web import web_app
from storage.engine import Database

VIEW = {
    "type": "modal",
    "callback_id": "constant",
    "title": {"type": "plain_text", "text": "Constant"},
    "submit": {"type": "plain_text", "text": "Create"},
    "blocks": [
        {
            "type": "input",
            "block_id": f"field{number}",
            "label": {"type": "plain_text", "text": f"Field {number}"},
            "element": {"type": "plain_text_input", "action_id": "value"},
        }
        for number in range(13)
    ],
}


class Base(DeclarativeBase):
    """Its own metadata."""


class Row(Base):
    """One row."""

    __tablename__ = "reference_rows"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)


def bolt_app() -> SlackApp:
    """Bolt as the product configures it, with the least authorization."""
    return SlackApp(
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        authorize=lambda: AuthorizeResult(
            enterprise_id=None, team_id="T0BENCH", bot_user_id="U0BOT", bot_id="B0BOT", bot_token="xoxb-bench"
        ),
        client=WebClient(base_url=os.environ["SLACK_API_URL"], retry_handlers=[]),
        process_before_response=True,
    )


def opening() -> SlackApp:
    """`/actionitem` opens a constant modal."""
    app = bolt_app()

    @app.command("/actionitem")
    def command(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=VIEW)
        ack()

    return app


def inserting(database: Database) -> SlackApp:
    """A submitted modal inserts one row."""
    app = bolt_app()
    Base.metadata.create_all(database.engine)

    @app.view("new")
    def submitted(ack: Ack, body: dict[str, Any]) -> None:
        with database.begin() as session:
            session.add(Row(text=body["view"]["state"]["values"]["title"]["title"]["value"]))
        ack()

    return app


def main() -> None:
    """Serves until it is ended; prints its address."""
    kind, url = sys.argv[1:3]
    app = opening() if kind == "modal" else inserting(Database(url))
    config = uvicorn.Config(
        web_app(app, lambda: {"ready": True}, CollectorRegistry()), port=0, log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    listening = config.bind_socket()
    listening.listen(2048)
    print("http://{}:{}".format(*listening.getsockname()), flush=True)
    server.run(sockets=[listening])


if __name__ == "__main__":
    main()
