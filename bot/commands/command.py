"""What every command is written with: its options, the opened product, and one plain line when it is refused."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from bot.domain.errors import Refused

if TYPE_CHECKING:
    from bot.app import Product
    from bot.settings import Settings


YEARS = range(2000, 2101)
"""In which a command can be told that it is."""


def as_moment(text: str) -> datetime:
    """An option's text as a time. Raises `typer.BadParameter` without an offset, and beyond `YEARS`."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"“{text}” is not a time. Write it like 2026-12-07T09:00+01:00") from None
    if found.tzinfo is None:
        raise typer.BadParameter(f"“{text}” has no offset. Write it like 2026-12-07T09:00+01:00")
    if found.year not in YEARS:
        raise typer.BadParameter(f"“{text}” is too far away. Name a year from {YEARS.start} to {YEARS.stop - 1}.")
    return found


Workspace = Annotated[str | None, typer.Option("--workspace", metavar="T…", help="With several workspaces: which.")]
At = Annotated[
    datetime | None,
    typer.Option("--at", metavar="TIME", parser=as_moment, help="ISO 8601 with an offset; default: now."),
]
TeamName = Annotated[str | None, typer.Option("--team", metavar="NAME", help="One team; default: every team.")]


def configured() -> "Settings":
    """The settings, with the log set up as they say."""
    from bot.logs import configure  # noqa: PLC0415
    from bot.settings import read_settings  # noqa: PLC0415

    settings = read_settings()
    # Before anything else is opened: what is logged while it opens must already go where the settings say.
    configure(settings.log_level, settings.log_format)
    return settings


class TextArguments(TyperGroup):
    """The program, which takes no argument that is not text: else it would fail far inside, in a query or a print."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Raises `typer.BadParameter` for bytes that Python could not read as text, and carries as lone surrogates."""
        for arg in args:
            written = arg.encode("utf-8", "backslashreplace").decode()
            if written != arg:
                said = written.replace("\\udc", "\\x")  # as a shell writes such a byte
                raise typer.BadParameter(f"“{said}” is not text in UTF-8. Type it anew, or rename the file.")
        return super().parse_args(ctx, args)


@contextmanager
def opened() -> Iterator["Product"]:
    """The product, closed when the block ends."""
    from bot.app import open_product  # noqa: PLC0415

    product = open_product(configured())
    try:
        yield product
    finally:
        product.db.close()


def scoped(product: "Product", workspace: str | None) -> str:
    """The workspace that the command means."""
    from bot.commands.team import resolve_workspace  # noqa: PLC0415

    return resolve_workspace(product, workspace)


def print_line(value: Any) -> None:
    """A JSON value as a line of standard output."""
    print_text(json.dumps(value, ensure_ascii=False))


def print_text(text: str | bytes, *, newline: bool = True) -> None:
    """Text on standard output; where it cannot be written, one line says why and the command ends with 1.

    A reader who has had enough (`| head -1`) ends the command quietly, as done.
    """
    try:
        typer.echo(text, nl=newline)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # where what is still buffered may go
        # `head` has read what it wanted; a shell script with `pipefail` must not fail for it.
        if isinstance(error, BrokenPipeError):
            raise typer.Exit(0) from None
        fail(f"Standard output: {in_words(error)}")
    except UnicodeEncodeError as error:
        fail(f"Standard output is {error.encoding}, without {error.object[error.start]!a}. Set PYTHONIOENCODING=utf-8.")


@contextmanager
def plainly() -> Iterator[None]:
    """Turns what a command can be refused for into its one line on standard error."""
    # All inside, because `--help` and a mistyped option must answer at once: SQLAlchemy alone takes a second.
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

    from bot.app import NotConfigured  # noqa: PLC0415
    from bot.settings import SettingsError  # noqa: PLC0415
    from storage.engine import DATABASE_AWAY  # noqa: PLC0415
    from storage.migrate import OldSchema  # noqa: PLC0415

    try:
        yield
    except SettingsError as error:
        fail("; ".join(str(error).splitlines()))
    except (Refused, NotConfigured, OldSchema) as error:
        fail(str(error))
    except OSError as error:
        fail(in_words(error))
    # Before `DBAPIError`, of which two of these are kinds: no answer is not a refusal, and the advice is another.
    except DATABASE_AWAY as error:
        fail(f"The database did not answer ({type(error).__name__}): {_place()}. Check DATABASE_URL.")
    except DBAPIError as error:
        why = str(error.orig).partition("\n")[0]
        fail(
            f"The database {_place()} refused it: {why}. "
            "Run `actionitem check`; if all is well there, report this as our fault."
        )


def _place() -> str:
    """Which database the command was told to use."""
    from bot.settings import read_settings  # noqa: PLC0415
    from storage.engine import driver_url, place_of  # noqa: PLC0415

    # Read once more: an error of the database does not say where it came from, and no command fails twice.
    return place_of(driver_url(read_settings().database))


def in_words(error: OSError) -> str:
    """What the system refused, without its number."""
    said = error.strerror or str(error)
    return f"{error.filename}: {said}." if error.filename else f"{said}."


def fail(message: str) -> NoReturn:
    """Says *message* on standard error and ends with 1."""
    typer.echo(message, err=True)
    raise typer.Exit(1)
