"""How good and how fast the judge is: quality, copies, attacks, speed, memory, settings.

Benchmarks measure and write tables; they are no tests.
"""
