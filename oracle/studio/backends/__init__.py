"""Generators of images, one file each, behind the interface of `base`; `opening` makes them."""
