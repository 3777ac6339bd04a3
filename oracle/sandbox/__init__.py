"""Where a stranger's image is opened: in a process without files, sockets or much memory.

The two jails import this package inside that process, so nothing else may be imported here.
"""
