"""What this machine has done: the ledger, its books and its journal, in one database.

The chain is the truth; the ledger only keeps this operator from doing a thing twice.
"""
