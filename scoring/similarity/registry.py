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
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from scoring.progress import Progress, silent
from scoring.similarity import deep, keypoints, latent, lpips
from scoring.similarity.aggregate import Aggregate
from scoring.similarity.backbone import LAYERS
from scoring.similarity.errors import BadInput, MissingExtra, SimilarityError, UnknownMetric
from scoring.similarity.extras import installed
from scoring.similarity.histogram import GreyCorrelation, HistogramDifference
from scoring.similarity.metric import Metric
from scoring.similarity.own_judge import CalibratedScore
from scoring.similarity.pixel_error import (
    MeanSquaredError,
    PeakSignalToNoise,
    RootMeanSquaredError,
)
from scoring.similarity.structure import StructuralSimilarity, VisualInformationFidelity
from scoring.similarity.trained import (
    AutoencoderScore,
    EncoderPerceptual,
    LatentCosine,
)
from scoring.spec import PROFILES, JudgingSpec

ENTRY_POINT_GROUP = "judging_oracle.metrics"
OWN_ENCODER = "autoencoder"
NETWORKS = (*LAYERS, OWN_ENCODER)


@dataclass(frozen=True)
class MetricOptions:
    """What a metric can be told; each reads what concerns it."""

    network: str | None = None  # dps: of NETWORKS; lpips: of LAYERS
    pool: str = "spatial+mean"  # dps: of deep.POOLS
    unit_normalize: bool = False  # dps
    weights: Path | None = None  # dps, lpips: a folder that has them
    spec: JudgingSpec | None = None  # what trains: how; if not said, `latent.QUICK_SPEC` or "fast"
    progress: Progress = silent


@dataclass(frozen=True)
class Listed:
    """One line of the table."""

    name: str
    make: Callable[[MetricOptions], Metric]
    describes: Metric | type[Metric]  # has name, source, direction, range
    extra: str | None = None  # the optional packages it needs
    needs: str = ""  # what else it needs: weights, training
    package: str = ""  # who added it, if not we


def _dps(options: MetricOptions) -> Metric:
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
    return lpips.published(options.network or "alexnet", weights=options.weights)


def _spec(options: MetricOptions) -> JudgingSpec:
    return options.spec or latent.QUICK_SPEC


_DESCRIBED_DPS = deep.DeepPerceptualSimilarity
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
    Listed("dps", _dps, _DESCRIBED_DPS, needs="weights"),
    Listed("lpips", _lpips, lpips.Lpips, needs="weights"),
    Listed(
        "autoencoder",
        lambda options: AutoencoderScore(_spec(options), options.progress),
        AutoencoderScore,
        needs="training",
    ),
    Listed(
        "latent",
        lambda options: LatentCosine(_spec(options), options.progress),
        LatentCosine,
        needs="training",
    ),
    Listed(
        "calibrated",
        lambda options: CalibratedScore(options.spec or PROFILES["fast"], options.progress),
        CalibratedScore,
        needs="training",
    ),
)


def metric(name: str, options: MetricOptions | None = None) -> Metric:
    """The metric of this name. Raises `UnknownMetric`, `MissingExtra`, `MissingWeights`."""
    for listed in listed_metrics():
        if listed.name == name:
            if listed.extra is not None and not installed(listed.extra):
                raise MissingExtra(
                    f"the metric {name} needs optional packages that are not installed",
                    f"install them with: pip install 'judging-oracle[{listed.extra}]'",
                )
            return listed.make(options or MetricOptions())
    names = [listed.name for listed in listed_metrics()]
    near = difflib.get_close_matches(name, names, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(names)}"
    raise UnknownMetric(f"no metric is called {name}", hint)


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


def variants(
    name: str, network: str | None, pool: str | None, options: MetricOptions
) -> list[tuple[str, MetricOptions]]:
    """The metric with every network and pooling that was left open, each with a label."""
    check_options(name, dataclasses.replace(options, network=network))
    networks: tuple[str | None, ...] = (network,)
    if network is None and name in ("dps", "lpips"):
        networks = tuple(LAYERS)
    pools = (pool,) if pool is not None or name != "dps" else deep.POOLS
    found = []
    for chosen in networks:
        for pooling in pools:
            label = " ".join(word for word in (name, chosen, pooling) if word)
            changes: dict[str, Any] = {"network": chosen} | ({"pool": pooling} if pooling else {})
            found.append((label, dataclasses.replace(options, **changes)))
    return found
