"""The days of a series: a daemon of format 2 would let them pass without a word."""

import sqlalchemy as sa
from alembic import op

revision = "3"
down_revision = "2"


def upgrade() -> None:
    op.create_table(
        "series_days",
        sa.Column("chain_id", sa.BigInteger, primary_key=True),
        sa.Column("contract", sa.String(42), primary_key=True),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("opens_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("source", sa.LargeBinary(32)),
        sa.Column("target", sa.LargeBinary(32)),
        sa.Column("commitment", sa.LargeBinary(32)),
        sa.Column("deck", sa.LargeBinary(32)),
        sa.Column("card", sa.LargeBinary),
        sa.Column("competition_id", sa.String(78)),
        sa.Column("recorded_at", sa.Float, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "series_trials",
        sa.Column("chain_id", sa.BigInteger, primary_key=True),
        sa.Column("contract", sa.String(42), primary_key=True),
        sa.Column("source", sa.LargeBinary(32), primary_key=True),
        sa.Column("spec", sa.LargeBinary(32), primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        if_not_exists=True,
    )
