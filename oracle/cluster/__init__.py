"""One case's images, looked at, compared and scored by many machines, on Ray.

`crew.py` is the way in. The driver holds little and writes down what came; `worker.py` runs there.
"""
