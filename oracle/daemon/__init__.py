"""The operator's daemon: a schedule of cycles, and what a cycle does with each competition.

`schedule` starts `cycle`, which takes `steps`; the longest of them is in `judging`.
"""
