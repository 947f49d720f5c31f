"""Brings the schema of a store to the newest step (alembic), once, whoever opens it first.

A store that a newer version wrote is refused. Alembic is imported only where there is a step to take.
"""

from __future__ import annotations

from pathlib import Path

from compliance.ledger.ledger_problems import LedgerError

HEAD = "0004"
"""The newest step; a test holds it against the folder."""
STEPS = Path(__file__).parent / "migrations"


def migrate(url: str, current: str | None) -> None:
    """Takes the steps from `current` (none yet without) to `HEAD`; `url` is one of SQLAlchemy.

    Raises `LedgerError` for a store of a newer version. The caller sees to it that one process does it at a time.
    """
    if current == HEAD:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from sqlalchemy import create_engine, pool

    config = Config()
    config.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise LedgerError("store_newer", f"the store has the schema `{current}`, which this version does not know")
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
