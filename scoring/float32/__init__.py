"""The published recipe as its authors wrote it, in PyTorch and float32, for comparison.

Its results repeat on one machine only; competitions use `scoring.exact`.
"""
