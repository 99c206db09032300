"""Alembic's entry: runs the migrations on the connection that `storage.migrate` hands over."""

from alembic import context

import storage.approval_tables
import storage.delivery_tables
import storage.installation_tables
import storage.ritual_tables
import storage.span_tables
import storage.surface_tables
import storage.tables
import storage.threshold_tables  # noqa: F401 – each registers its tables
from storage.base import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
