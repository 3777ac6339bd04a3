"""A whole world on one machine: chain, store, contract, daemon, and a competition to watch.

`judge devnet` and `scripts/demo` run it; its keys are published and refused elsewhere.
"""
