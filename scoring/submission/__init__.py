"""What a submission is: the strict PNG format, its reader and writer, and how to prepare one.

Decoding processes import this package, so nothing else may be imported here.
"""
