"""From a closed entry set to a published bundle: fetch, train, score, rank, publish.

The daemon and every auditor run this same code.
"""
