"""The public randomness that seeds come from: drand's rounds, fetched from relays, proven here.

`rounds` says what a round is, `signatures` proves it, `drand` asks relays; `local` is a devnet's.
"""
