"""The dear steps of the judge once more, compiled by numba: the same integers, sooner."""
