"""What can be drawn: one file per family of things.

Each file has a table of its kinds by name.
"""
