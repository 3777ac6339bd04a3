"""What runs on the GPU: Triton's language, in which parameters have no types."""
