"""Exact integer operations, each as fast as this machine allows, all with the same bits.

`scoring.exact.backend` says what a backend is; `scoring.exact.proofs.selftest` tries each.
"""
