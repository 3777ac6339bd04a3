"""Everything that checks the project; the folders mirror those that they test."""
