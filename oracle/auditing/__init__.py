"""Re-running a judging from the chain and hashes alone, and naming whatever differs.

It needs no key, no ledger and nobody's word.
"""
