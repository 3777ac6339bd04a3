"""The first format that was counted; no way leads to it."""

revision = "1"
down_revision = None


def upgrade() -> None:
    """Nothing: a new ledger begins with the present format."""
