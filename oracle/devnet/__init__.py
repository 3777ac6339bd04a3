"""A whole world on one machine: chain, store, contract, daemon, and a competition to watch."""
