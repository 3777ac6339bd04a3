"""How large the blocks are that `byte_block.py` multiplies, and what they are made of."""

ROWS = COLUMNS = 32
"""Of a block: two by two tiles."""
TILE = 16
"""Rows of a tile, and its columns of int32."""
STEP = 64
"""How many products of a row and a column are summed at once: the bytes in a row of a tile."""
