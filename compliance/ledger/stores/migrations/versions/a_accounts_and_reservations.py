"""Accounts, reservations, movements and acts, and the revision of the world that they rest on.

Instants are microseconds since 1970 in UTC, amounts parts of the account's unit: both stores answer the same.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger
TEXT = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")  # both stores order by code points
NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "world_head",
        sa.Column("id", sa.Integer, sa.CheckConstraint("id = 1"), primary_key=True),
        sa.Column("revision", BIG, nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
    )
    op.execute("INSERT INTO world_head (id, revision, sha256) VALUES (1, 0, '')")
    op.create_table(
        "world_changes",
        sa.Column("revision", BIG, primary_key=True, autoincrement=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("change", TEXT, nullable=False),
    )
    op.create_table(
        "accounts",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("name", TEXT, nullable=False, unique=True),
        *(sa.Column(part, TEXT, nullable=False) for part in ("pack", "rule", "holder", "holder_key", "period")),
        *(sa.Column(part, TEXT, nullable=False) for part in ("kind", "unit", "standing")),
        sa.Column("scale", BIG, nullable=False),
        sa.Column("binds", sa.Integer, nullable=False),
        sa.Column("capacity", BIG, nullable=False),
        *(sa.Column(side, BIG, nullable=False) for side in ("recorded", "reserved", "committed")),
        sa.Column("at", BIG, nullable=False),
        sa.CheckConstraint("recorded >= 0 AND reserved >= 0 AND committed >= 0", name="nothing_below_zero"),
    )
    op.create_table(
        "reservations",
        sa.Column("id", TEXT, primary_key=True),
        *(
            sa.Column(part, TEXT, nullable=False)
            for part in ("request_key", "fingerprint", "state", "orders", "answer")
        ),
        sa.Column("revision", BIG, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("expires", BIG),
        sa.Column("changed", BIG, nullable=False),
    )
    still = sa.text("state = 'reserved'")
    op.create_index("reservations_that_expire", "reservations", ["expires"], postgresql_where=still, sqlite_where=still)
    op.create_table(
        "movements",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("at", BIG, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("reservation", TEXT, nullable=False),
        sa.Column("account", NUMBER, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("target", TEXT, nullable=False),
        sa.Column("amount", BIG, sa.CheckConstraint("amount >= 0"), nullable=False),
        sa.Column("room", BIG, nullable=False),
        sa.Column("binds", sa.Integer, nullable=False),
        sa.Column("act", BIG, nullable=False),
        sa.CheckConstraint("source <> target", name="from_one_side_to_another"),
    )
    op.create_index("movements_of_reservation", "movements", ["reservation"])
    op.create_table(
        "purchases",
        sa.Column("purchase", TEXT, primary_key=True),
        sa.Column("reservation", TEXT, primary_key=True),
    )
    op.create_table(
        "acts",
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("request_key", TEXT, unique=True),
        sa.Column("fingerprint", TEXT, nullable=False),
        sa.Column("at", BIG, nullable=False),
        *(sa.Column(part, TEXT, nullable=False) for part in ("reservation", "kind", "actor", "reason")),
    )
    op.create_index("acts_on_reservation", "acts", ["reservation"])


def downgrade() -> None:
    for table in ("acts", "purchases", "movements", "reservations", "accounts", "world_changes", "world_head"):
        op.drop_table(table)
