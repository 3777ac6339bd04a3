"""Every error that the similarity toolbox raises on purpose, as one tree.

    SimilarityError        what happened, and what to do about it
    ├── BadInput           the caller gave something unusable (exit code 2)
    │   ├── UnreadableImage    one file is missing, corrupt, too large or no image
    │   ├── NoImages           a folder or table names no image at all
    │   ├── UnknownMetric      no metric has this name
    │   └── BadDataset         a data set's layout or content is not what its format says
    ├── MissingExtra       an optional package is not installed
    ├── MissingWeights     published network weights are neither here nor reachable
    └── DownloadFailed     a museum's server did not deliver

`scoring` knows nothing of `oracle`; the command line turns these into its two-line errors.
"""

from __future__ import annotations


class SimilarityError(Exception):
    """Something went wrong; `what` says what happened and `hint` what to do about it."""

    exit_code = 1

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


class BadInput(SimilarityError):
    """The caller gave something unusable."""

    exit_code = 2


class UnreadableImage(BadInput):
    """A file is missing, corrupt, too large, or not an image."""


class NoImages(BadInput):
    """A folder or a table names no image at all."""


class UnknownMetric(BadInput):
    """No metric has this name."""


class BadDataset(BadInput):
    """A data set's layout or content is not what its format says."""


class MissingExtra(SimilarityError):
    """An optional package is not installed."""


class MissingWeights(SimilarityError):
    """Published network weights are neither on this machine nor reachable."""


class DownloadFailed(SimilarityError):
    """A server did not deliver what was asked of it."""
