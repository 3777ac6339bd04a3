"""What can be drawn: one file per family of things, each with a table of its kinds by name."""
