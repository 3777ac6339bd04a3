"""What a person does by hand: as operator, as player, as somebody who disputes, or watching.

Each is one account on one contract; `judge` puts a command on top.
"""
