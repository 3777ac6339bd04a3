"""What shows that the arithmetic is the same: self-test, table of settings, bisection of runs."""
