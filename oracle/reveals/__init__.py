"""Revealing for players: what they hand over, and the batches in which it is sent.

A player who cannot come back in time leaves digest and salt here, and the image: it waits in
`waiting_images` until it is revealed.
"""
