"""Generators of images, one file each, behind one interface.

`base` is the interface; `opening` makes the generator that the settings name.
"""
