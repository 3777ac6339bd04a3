"""One encrypted file of all that this machine alone knows, and the way back from it.

What is written is in `making`, what is read in `restoring`; `sealing` knows age, `archive` tar.
How a database is copied while others write to it is in `oracle.ledger.copying`.
"""
