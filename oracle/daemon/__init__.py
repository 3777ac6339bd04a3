"""The operator's daemon, and what it shares with the voter's.

`schedule` starts a `cycle`; the operator's is `operator_cycle`, which takes `steps`, and the
longest of them is `judging`. `trouble` keeps one competition's errors from the others.
"""
