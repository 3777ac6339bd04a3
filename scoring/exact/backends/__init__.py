"""Fast ways to the integers of `reference.py`; which of them a machine may use, it has to show."""
