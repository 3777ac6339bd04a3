"""Every error that the similarity toolbox raises on purpose, as one tree.

    ScoringError
    └── SimilarityError        what happened, and what to do about it (exit code 1)
        ├── BadInput           the caller gave something unusable (exit code 2)
        │   ├── NoImages           a folder or table names no image at all
        │   ├── UnknownMetric      no metric has this name
        │   └── BadDataset         a data set's layout or content is not what its format says
        ├── MissingExtra       an optional package is not installed
        ├── NoCacheFolder      nothing can be kept for the next time
        ├── MissingWeights     published network weights are neither here nor reachable
        └── DownloadFailed     a museum's server did not deliver

A single file that is no image raises `scoring.errors.UnreadableImage`, as everywhere.
"""

from __future__ import annotations

from scoring.errors import ScoringError


class SimilarityError(ScoringError):
    """The toolbox cannot do what was asked."""

    exit_code = 1


class BadInput(SimilarityError):
    """The caller gave something unusable."""

    exit_code = 2


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


class NoCacheFolder(SimilarityError):
    """This account has no folder for what is kept from one call to the next."""


class DownloadFailed(SimilarityError):
    """A server did not deliver what was asked of it."""
