"""Reminding players by Web Push: "your hour begins", "revealing ends", the result.

A browser's `subscription` is kept in the `book`; the `desk` looks when a `reminder` is due, on a
thread of its own, and the `courier` encrypts each one and hands it to the browser's push service.
"""
