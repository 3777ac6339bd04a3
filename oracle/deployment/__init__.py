"""Putting the contracts on a chain, at the same address everywhere, and the book of where.

`blueprint` says what and where, `deploy` sends and verifies; `book` is the file `judge address`
and `judge deploy` speak of.
"""
