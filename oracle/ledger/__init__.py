"""What this machine has done, in one database: steps, transactions, pins, reveals, a series' days.

The chain is the truth; the ledger only keeps this machine from doing a thing twice.
"""
