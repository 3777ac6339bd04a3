"""Putting the contracts on a chain, at the same address everywhere, and the book of where.

`deploy` sends and verifies; `book` is the file that `judge address` reads.
"""
