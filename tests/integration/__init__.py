"""Tests with a real chain, a real store or another process on this machine."""
