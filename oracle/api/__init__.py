"""What strangers meet: the HTTP server, the players' page, uploads, reveals, health, metrics.

Everything here is limited in size, time and rate.
"""
