"""Everything that knows the chain: reads, events, calls, hashes, refusals, fees.

`client` is the node, `competition` and `quorum` the contracts; the rest is pure, or beneath them.
"""

import sys

import py_ecc  # noqa: F401

# py_ecc, which eth-account imports, lifts Python's recursion limit so far that deeply nested JSON,
# from a node or from anyone's content, overflows the decoder's stack and kills the process. Back at
# the default, such a document is a RecursionError. Imported here, it does not lift the limit again.
sys.setrecursionlimit(1000)
