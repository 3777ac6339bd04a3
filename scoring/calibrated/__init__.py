"""The calibrated judge: distances to the target, each measured against known distances.

`judge` is its face; `terms` names what is measured, `calibration` turns it into a score.
"""
