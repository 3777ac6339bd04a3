"""`judge`, the one command: it parses and prints, and holds no logic.

`main` lists the commands and the module of each; what they work with comes from `oracle.assembly`.
"""

from oracle.cli.main import main

__all__ = ["main"]
