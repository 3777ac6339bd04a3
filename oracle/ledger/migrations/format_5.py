"""Last errors, refused attempts, the writer's number, and the competitions that logs told of."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "5"
down_revision = "4"


def _scope() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("chain_id", sa.BigInteger, primary_key=True),
        sa.Column("contract", sa.String(42), primary_key=True),
    )


def upgrade() -> None:
    op.create_table(
        "troubles",
        *_scope(),
        sa.Column("competition_id", sa.String(78), primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("hint", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.Float, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "refused_attempts",
        *_scope(),
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("words", sa.Text, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "writers",
        sa.Column("name", sa.String(20), primary_key=True),
        sa.Column("fence", sa.BigInteger, nullable=False),
        sa.Column("holder", sa.String(200), nullable=False),
        sa.Column("taken_at", sa.Float, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "known_competitions",
        *_scope(),
        sa.Column("competition_id", sa.BigInteger, primary_key=True),
        sa.Column("operator", sa.String(42), nullable=False),
        sa.Column("created_block", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
        if_not_exists=True,
    )
    op.create_table(
        "log_cursors",
        *_scope(),
        sa.Column("block_number", sa.BigInteger, nullable=False),
        sa.Column("block_hash", sa.LargeBinary(32), nullable=False),
        if_not_exists=True,
    )
