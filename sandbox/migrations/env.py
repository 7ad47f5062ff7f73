"""Where Alembic begins: `sandbox.core.schema` hands in the connection, inside its transaction."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, render_as_batch=True)
context.run_migrations()
