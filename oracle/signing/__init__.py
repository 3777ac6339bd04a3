"""Who may sign what: keys, the policy that each is held to, and typed data.

A key signs only the calls of one contract that its role needs, up to a highest value.
"""
