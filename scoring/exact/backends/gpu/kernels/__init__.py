"""What runs on the GPU: kernels in Triton's language, in which parameters have no types.

A kernel is one program of many, each of which does a tile; `_names` are parts of several kernels.
"""
