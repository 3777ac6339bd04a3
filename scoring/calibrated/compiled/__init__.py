"""The calibrated judge's inner loops, compiled by numba where it is installed.

The same integers as the plain path, which is tried against it at every start.
"""
