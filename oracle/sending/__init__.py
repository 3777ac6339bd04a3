"""A transaction from its intent until it is final: attempts, fees, replacements, nonces.

`sender` is the one writer of an account's nonces; `wallet` sends and waits for a person.
"""
