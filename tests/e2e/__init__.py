"""Whole competitions, in processes of their own."""
