"""Steps in their order: format 1 counted FETCHED before SEEDED, and DISPUTED after the ends."""

from alembic import op

revision = "2"
down_revision = "1"


def upgrade() -> None:
    # Moved out of the way first: two steps must never have one number, not even for a moment.
    op.execute("UPDATE steps SET step = step + 100")
    op.execute(
        "UPDATE steps SET step = CASE step"
        " WHEN 103 THEN 4 WHEN 104 THEN 3"  # FETCHED, SEEDED
        " WHEN 110 THEN 11 WHEN 111 THEN 12 WHEN 112 THEN 10"  # FINALIZED, VOID, DISPUTED
        " ELSE step - 100 END"
    )
    op.create_index(
        "steps_by_step",
        "steps",
        ["chain_id", "contract", "step", "competition_id"],
        if_not_exists=True,
    )
