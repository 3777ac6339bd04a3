"""What shows that the arithmetic is the same: on this machine, and in two trainings.

`selftest` tries every backend, `report` is what it found; `bisect` finds where trainings part.
"""
