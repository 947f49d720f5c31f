"""Sessions of people who signed in to the pages, so that every worker knows them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TEXT = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "desk_sessions",
        sa.Column("token", TEXT, primary_key=True),
        sa.Column("key_sha256", TEXT, nullable=False),
        sa.Column("made", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
    )
    op.create_index("desk_sessions_seen", "desk_sessions", ["seen"])


def downgrade() -> None:
    op.drop_table("desk_sessions")
