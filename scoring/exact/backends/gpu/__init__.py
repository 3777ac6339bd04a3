"""Operations on a GPU that torch has not: what they take and give, and in which pieces.

`products.py` has the sums of products, `rounding.py` what is done number by number; each launches
kernels of the file of the same name in `kernels/`.
"""
