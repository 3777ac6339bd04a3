"""`judge`, the one command. This package parses and prints; it holds no logic."""

from oracle.cli.main import main

__all__ = ["main"]
