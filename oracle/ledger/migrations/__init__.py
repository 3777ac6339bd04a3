"""How a ledger gets from each format to the next: one file for one step, named by where it leads.

Alembic reads them (`oracle.ledger.upgrading`), each with `op`, in one transaction for all. A file
says what was true in its day and imports nothing of `schema.py`, which goes on changing. Whoever
changes `schema.py` adds the next file, raises `schema.REVISION`, and lays a ledger of the last
format beside the tests (`tests/vectors/ledgers/write.py`).
"""
