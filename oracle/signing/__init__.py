"""Who may sign what: keys, the policy that each is held to, and typed data.

A key signs only what its role needs: named calls of one contract, up to a highest value.
"""
