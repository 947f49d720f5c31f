"""Runs the steps on the connection that `compliance.ledger.stores.schema_steps` gives."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transaction_per_migration=False)
with context.begin_transaction():
    context.run_migrations()
