"""The documentation as readers get it."""
