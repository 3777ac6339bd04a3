"""One frozen tree of settings, made from defaults, a file, the environment and flags.

Nothing below the command line reads a setting on its own.
"""
