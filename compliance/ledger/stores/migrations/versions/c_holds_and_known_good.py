"""Holds and the acts on them, known-good entries, and what was last told of what is open."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger
TEXT = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")  # both stores order by code points
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "holds",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("strictness", sa.Integer, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("changed", BIG, nullable=False),
    )
    op.create_index("holds_on_subject", "holds", ["subject"])
    waiting = sa.text("state IN ('held', 'escalated', 'awaiting_second')")
    op.create_index("holds_that_wait", "holds", ["strictness", "at"], postgresql_where=waiting, sqlite_where=waiting)
    op.create_table(
        "hold_acts",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("hold", TEXT, sa.ForeignKey("holds.id"), nullable=False),
        sa.Column("at", BIG, nullable=False),
        *(sa.Column(part, TEXT, nullable=False) for part in ("act", "actor", "code", "reason", "state")),
    )
    op.create_index("acts_on_hold", "hold_acts", ["hold"])
    op.create_table(
        "known_good",
        sa.Column("id", TEXT, primary_key=True),
        *(sa.Column(part, TEXT, nullable=False) for part in ("subject", "facts", "state", "actor", "code", "reason")),
        sa.Column("second", TEXT, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("until", BIG, nullable=False),
    )
    op.create_index("known_good_subject", "known_good", ["subject"])
    op.create_table(
        "verdicts",
        sa.Column("subject", TEXT, primary_key=True),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("at", BIG, nullable=False),
    )


def downgrade() -> None:
    for table in ("verdicts", "known_good", "hold_acts", "holds"):
        op.drop_table(table)
