"""Practice rounds: a stranger's image, scored by the judge of a competition that is over.

Models are on the `shelf`; the `room` takes one image after another to a `worker` of low priority.
"""
