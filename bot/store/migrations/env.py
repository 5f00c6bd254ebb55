"""What alembic runs: the steps, on a connection that is in a transaction already."""

from alembic import context

from bot.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot alter most of a table: alembic makes a new one and moves the rows.
    render_as_batch=True,
)
context.run_migrations()
