"""Secrets behind commitments, kept on disk until they are opened: images and votes.

Each is written before its commitment is sent, and never overwritten.
"""
