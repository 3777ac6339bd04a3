"""Kernels that Triton compiles for a GPU, and the operations that launch them."""
