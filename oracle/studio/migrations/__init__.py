"""How a studio's book gets from each format to the next, as `oracle.ledger.migrations` does.

Whoever changes `schema.py` adds the next file here and raises `schema.REVISION`.
"""
