"""The votes of one member of an auditors' quorum: recompute, commit, reveal, deliver, claim.

`cycle` looks at every dispute; `voter` takes one vote further.
"""
