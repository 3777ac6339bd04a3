"""The first format, and the only one so far; books from before it was counted are of it."""

revision = "1"
down_revision = None


def upgrade() -> None:
    """Nothing: a new book begins with the present format."""
