"""The one table of metrics: ours, and those that other packages add.

    from scoring.similarity.registry import metric
    from scoring.similarity.reading import read_image
    metric("ssim")(read_image("a.png"), read_image("b.png"))

A package adds its own by an entry point in the group `judging_oracle.metrics`, which names a class
or a function that gives a `scoring.similarity.metric.Metric` when called without arguments.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from scoring.installing import install_command
from scoring.progress import Progress, silent
from scoring.similarity import about, keypoints
from scoring.similarity.about import LAYERS, NETWORKS, OWN_ENCODER, POOLS, About
from scoring.similarity.aggregate import Aggregate
from scoring.similarity.errors import BadInput, MissingExtra, SimilarityError, UnknownMetric
from scoring.similarity.extras import installed
from scoring.similarity.histogram import GreyCorrelation, HistogramDifference
from scoring.similarity.metric import Metric
from scoring.similarity.pixel_error import (
    MeanSquaredError,
    PeakSignalToNoise,
    RootMeanSquaredError,
)
from scoring.similarity.structure import StructuralSimilarity, VisualInformationFidelity
from scoring.spec import PROFILES, JudgingSpec

ENTRY_POINT_GROUP = "judging_oracle.metrics"


@dataclass(frozen=True)
class MetricOptions:
    """What a metric can be told; each reads what concerns it."""

    network: str | None = None  # dps: of NETWORKS; lpips: of LAYERS
    pool: str = "spatial+mean"  # dps: of POOLS
    unit_normalize: bool = False  # dps
    weights: Path | None = None  # dps, lpips: a folder that has them
    spec: JudgingSpec | None = None  # what trains: how; if not said, `latent.QUICK_SPEC` or "fast"
    progress: Progress = silent


@dataclass(frozen=True)
class Listed:
    """One line of the table."""

    name: str
    make: Callable[[MetricOptions], Metric]
    describes: About | Metric | type[Metric]  # has source, direction, range
    extra: str | None = None  # the optional packages it needs
    needs: str = ""  # what else it needs: weights, training
    package: str = ""  # who added it, if not we


# What needs PyTorch is imported when it is made: a list of metrics does not wait for it.


def _dps(options: MetricOptions) -> Metric:
    from scoring.similarity import deep
    from scoring.similarity.trained import EncoderPerceptual

    network = options.network or "squeezenet"
    if network == OWN_ENCODER:
        return EncoderPerceptual(
            _spec(options), options.progress, options.pool, unit_normalize=options.unit_normalize
        )
    return deep.published(
        network,
        options.pool,
        unit_normalize=options.unit_normalize,
        weights=options.weights,
    )


def _lpips(options: MetricOptions) -> Metric:
    from scoring.similarity import lpips

    return lpips.published(options.network or "alexnet", weights=options.weights)


def _autoencoder(options: MetricOptions) -> Metric:
    from scoring.similarity.trained import AutoencoderScore

    return AutoencoderScore(_spec(options), options.progress)


def _latent(options: MetricOptions) -> Metric:
    from scoring.similarity.trained import LatentCosine

    return LatentCosine(_spec(options), options.progress)


def _calibrated(options: MetricOptions) -> Metric:
    from scoring.similarity.own_judge import CalibratedScore

    return CalibratedScore(options.spec or PROFILES["fast"], options.progress)


def _spec(options: MetricOptions) -> JudgingSpec:
    from scoring.similarity import latent

    return options.spec or latent.QUICK_SPEC


_OURS = (
    Listed("mse", lambda _: MeanSquaredError(), MeanSquaredError),
    Listed("rmse", lambda _: RootMeanSquaredError(), RootMeanSquaredError),
    Listed("psnr", lambda _: PeakSignalToNoise(), PeakSignalToNoise),
    Listed("histogram", lambda _: HistogramDifference(), HistogramDifference),
    Listed("pearson", lambda _: GreyCorrelation(), GreyCorrelation),
    Listed("ssim", lambda _: StructuralSimilarity(), StructuralSimilarity, "classic"),
    Listed("vifp", lambda _: VisualInformationFidelity(), VisualInformationFidelity, "classic"),
    Listed("orb", lambda _: keypoints.orb(), keypoints.orb(), "classic"),
    Listed("sift", lambda _: keypoints.sift(), keypoints.sift(), "classic"),
    Listed("aggregate", lambda _: Aggregate(), Aggregate, "classic"),
    Listed("dps", _dps, about.DPS, needs="weights"),
    Listed("lpips", _lpips, about.LPIPS, needs="weights"),
    Listed("autoencoder", _autoencoder, about.AUTOENCODER, needs="training"),
    Listed("latent", _latent, about.LATENT, needs="training"),
    Listed("calibrated", _calibrated, about.CALIBRATED, needs="training"),
)


def metric(name: str, options: MetricOptions | None = None) -> Metric:
    """The metric of this name. Raises `UnknownMetric`, `MissingExtra`, `MissingWeights`."""
    listed = _listed(name)
    if listed.extra is not None and not installed(listed.extra):
        raise MissingExtra(
            f"the metric {name} needs optional packages that are not installed",
            f"install them with: {install_command(listed.extra)}",
        )
    return listed.make(options or MetricOptions())


def _listed(name: str) -> Listed:
    table = {listed.name: listed for listed in listed_metrics()}
    if name not in table:
        near = difflib.get_close_matches(name, table, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(table)}"
        raise UnknownMetric(f"no metric is called {name}", hint)
    return table[name]


def listed_metrics() -> list[Listed]:
    """Every metric, ours first, then those of other packages by name."""
    ours = {listed.name for listed in _OURS}
    added = entry_points(group=ENTRY_POINT_GROUP)
    theirs = [_from(point) for point in sorted(added, key=lambda point: point.name)]
    # Nobody can replace one of ours: a number that was quoted must mean the same everywhere.
    return [*_OURS, *(listed for listed in theirs if listed.name not in ours)]


def _from(point: EntryPoint) -> Listed:
    package = point.dist.name if point.dist is not None else "another package"
    try:
        made = point.load()()
        if not isinstance(made, Metric):
            raise TypeError("it is no metric: it lacks a name, source, direction or range")
    except Exception as error:
        # Foreign code fails as it likes; one broken package must not take ours down with it.
        problem = f"the metric {point.name} of {package} does not load: {error}"
        return Listed(point.name, _failing(problem), _Broken(point.name, problem), package=package)
    return Listed(point.name, lambda _: made, made, package=package)


def _failing(problem: str) -> Callable[[MetricOptions], Metric]:
    def fail(_: MetricOptions) -> Metric:
        raise SimilarityError(problem, "update or remove that package")

    return fail


class _Broken(MeanSquaredError):
    """Stands in the table for a metric that does not load."""

    def __init__(self, name: str, problem: str) -> None:
        self.name, self.source = name, problem


def check_options(name: str, options: MetricOptions) -> None:
    """Refuses a network that this metric cannot use. Raises `BadInput`."""
    allowed = {"dps": NETWORKS, "lpips": tuple(LAYERS)}.get(name, ())
    if options.network is not None and options.network not in allowed:
        choose = f"choose one of {', '.join(allowed)}" if allowed else "leave --network out"
        raise BadInput(f"the metric {name} cannot use the network {options.network}", choose)


# Which metrics read an option of `judge compare`.
_READERS = {
    "network": ("dps", "lpips"),
    "pool": ("dps",),
    "unit_normalize": ("dps",),
    "weights": ("dps", "lpips"),
    "profile": ("dps", "autoencoder", "latent", "calibrated"),
}


def check_read(names: Collection[str], given: Collection[str]) -> None:
    """Refuses an unknown metric, and an option that none of these reads. Raises `BadInput`."""
    for name in names:
        _listed(name)
    for option in given:
        readers = _READERS[option]
        if not set(readers) & set(names):
            flag = "--" + option.replace("_", "-")
            raise BadInput(
                f"{flag} changes nothing in what is measured: {', '.join(names)}",
                f"leave it out, or measure one of {', '.join(readers)}",
            )


def variants(
    name: str, network: str | None, pool: str | None, options: MetricOptions
) -> list[tuple[str, MetricOptions]]:
    """The metric with every network and pooling that was left open, each with a label."""
    check_options(name, dataclasses.replace(options, network=network))
    networks: tuple[str | None, ...] = (network,)
    if network is None and name in ("dps", "lpips"):
        networks = tuple(LAYERS)
    pools = (pool,) if pool is not None or name != "dps" else POOLS
    found = []
    for chosen in networks:
        for pooling in pools:
            label = " ".join(word for word in (name, chosen, pooling) if word)
            changes: dict[str, Any] = {"network": chosen} | ({"pool": pooling} if pooling else {})
            found.append((label, dataclasses.replace(options, **changes)))
    return found
