"""Whole competitions against the real daemon while something fails: see `docs/reliability.md`.

A fault is a row of data in `tests/faults/rows/`; `python -m tests.faults` plays them.
"""
