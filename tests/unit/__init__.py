"""Quick tests, without a network or another process."""
