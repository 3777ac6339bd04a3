"""Re-running a judging from the chain and hashes alone, and naming whatever differs.

It needs no key and no ledger, and it takes nobody's word.
"""
