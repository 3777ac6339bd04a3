"""One encrypted file of all that this machine alone knows, and the way back from it.

What is written is in `making`, what is read in `restoring`; `sealing` knows age, `archive` tar, and
`databases` how a database is copied while others write to it.
"""
