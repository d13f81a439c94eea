"""What alembic runs: the migrations, on the connection that it is given."""

from __future__ import annotations

from alembic import context

from portfolio_scan.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=context.config.attributes["version_table"],
    # SQLite alters a table by writing it anew.
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
