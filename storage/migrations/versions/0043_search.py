"""Search finds by an index of letters

Runs before the new code starts: it only adds, so the old code runs beside it. The index is filled by serving
processes, in pieces.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0043"
down_revision: str | None = "0042"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TEXTS = ("title", "details", "root_cause", "reference_links")
# Triggers, for whatever writes an item: also the version before, which knows nothing of the index.
NOTE = "INSERT INTO search_changes (workspace, number, said) "
CHANGED = "search_notes_changes", "search_notes_new"


def upgrade() -> None:
    """To this revision."""
    op.create_table(
        "search_grams",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("gram", sa.LargeBinary(), nullable=False),
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("items", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "gram", "block", name=op.f("pk_search_grams")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_progress",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("indexed", sa.Integer(), nullable=False),
        sa.Column("watched", sa.Integer(), nullable=False),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["workspace"], ["workspaces.id"], name=op.f("fk_search_progress_workspace_workspaces")),
        sa.PrimaryKeyConstraint("workspace", name=op.f("pk_search_progress")),
    )
    op.create_table(
        "search_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_changes")),
    )
    op.create_index("ix_search_changes_number", "search_changes", ["workspace", "number"])
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()


def _sqlite() -> None:
    changed, new = CHANGED
    differs = " OR ".join(f"OLD.{text} <> NEW.{text}" for text in TEXTS)
    said = " || char(10) || ".join(f"OLD.{text}" for text in TEXTS)
    watched = "SELECT 1 FROM search_progress WHERE workspace = NEW.workspace AND watched >= NEW.number"
    op.execute(
        f"CREATE TRIGGER {changed} AFTER UPDATE OF {', '.join(TEXTS)} ON items WHEN {differs} "
        f"BEGIN {NOTE} VALUES (NEW.workspace, NEW.number, {said}); END"
    )
    op.execute(
        f"CREATE TRIGGER {new} AFTER INSERT ON items WHEN EXISTS ({watched}) "  # noqa: S608 – no value of anybody's
        f"BEGIN {NOTE} VALUES (NEW.workspace, NEW.number, ''); END"
    )


def _postgresql() -> None:
    changed, new = CHANGED
    differs = " OR ".join(f"OLD.{text} <> NEW.{text}" for text in TEXTS)
    said = " || chr(10) || ".join(f"OLD.{text}" for text in TEXTS)
    op.execute(
        f"CREATE FUNCTION {changed}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{NOTE} VALUES (NEW.workspace, NEW.number, {said}); RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {changed} AFTER UPDATE OF {', '.join(TEXTS)} ON items FOR EACH ROW WHEN ({differs}) "
        f"EXECUTE FUNCTION {changed}()"
    )
    # Once for each statement: an import brings thousands of items with one.
    op.execute(
        f"CREATE FUNCTION {new}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # noqa: S608 – no value of anybody's
        f"{NOTE} SELECT made.workspace, made.number, '' FROM made "
        "JOIN search_progress AS known ON known.workspace = made.workspace AND known.watched >= made.number; "
        "RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {new} AFTER INSERT ON items REFERENCING NEW TABLE AS made FOR EACH STATEMENT "
        f"EXECUTE FUNCTION {new}()"
    )
