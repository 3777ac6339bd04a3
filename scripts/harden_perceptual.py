#!/usr/bin/env python
"""Trains the perceptual network to stand still where pixels move by 8 levels, without labels.

    scripts/harden_perceptual.py CHECKPOINT --images DIR [--images DIR …] [--minutes 60]
    scripts/harden_perceptual.py CHECKPOINT --write NETWORK.bin

The objective is that of FARE (Schlarmann et al. 2024, "Robust CLIP"): whatever a change of at most
ε a channel can make of a picture's features, they shall be those that the original network gives
the unchanged picture. Distances are those of the judge: directions of sums at the deeper depths,
and of every position at two others. The original is the network that ships.

A run goes on from CHECKPOINT and writes it every minute, all or nothing; a killed one loses that
minute. It may go on elsewhere, on a GPU or without one. What was reached so far stands, a line of
JSON for each measurement, in CHECKPOINT.jsonl:

    pull     of the distance between two strangers, the share that an attack at ε = 8/255 removes
    drift    how far unchanged pictures are from where the original put them, in that distance
    auc      of a picture's altered copy before a stranger

all three on pictures that training does not see (every eighth). `--write` quantises the network
like the shipped one.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click
import numpy as np
import torch
from build_perceptual import quantise, scale_group
from PIL import Image, ImageFilter, ImageOps
from torch.nn.functional import conv2d, hardtanh, max_pool2d, normalize

from scoring.calibrated.moved import COMPARED
from scoring.calibrated.network_file import Network
from scoring.calibrated.perceptual import (
    ACTIVATION_MAX,
    BGR_MEAN,
    CONVOLUTIONS,
    FIRES,
    FORMAT,
    POOL_BEFORE,
    TAPS,
    shipped_network,
)
from scoring.calibrated.pictures import PERCEPTUAL_SIDE
from scoring.calibrated.terms import SUMMED

LARGEST_SIDE = 384  # pixels of a picture that are kept; crops are 128
BATCH = 16
STEPS = 3  # of the attack in training
EPSILON = 8.0  # levels
LEARNING_RATE = 1e-4
CALM = 1.0  # how much the unchanged picture counts beside the attacked one
AVERAGE = 0.998  # of the weights, from step to step
LEAST_PICTURES = 16
MEASURED_PAIRS = 16
MEASURED_STEPS = 40
KINDS = frozenset({".jpg", ".jpeg", ".png", ".webp"})
Parameters = dict[str, torch.Tensor]


def parameters_of(network: Network, device: torch.device | str = "cpu") -> Parameters:
    """A network in whole numbers as torch's convolutions take it, with the shifts multiplied in."""
    found = {}
    for shape in CONVOLUTIONS:
        layer = network.layers[shape.name]
        unit = 2.0 ** -layer.shift.astype(np.float64)
        kernel = (layer.weight * unit).reshape(shape.kernel, shape.kernel, -1, shape.outputs)
        straight = torch.from_numpy(kernel.transpose(3, 2, 0, 1)).float()
        # As processors like it: half as long again otherwise.
        found[f"{shape.name}.weight"] = straight.contiguous(memory_format=torch.channels_last)
        found[f"{shape.name}.bias"] = torch.from_numpy(layer.bias * unit).float()
    return {name: value.to(device) for name, value in found.items()}


def file_of(parameters: Parameters) -> bytes:
    """The canonical file of the network in whole numbers that is nearest; activations keep their
    units. ValueError where sums would be too large."""
    weights = {}
    for shape in CONVOLUTIONS:
        weight, bias = (
            parameters[f"{shape.name}.{part}"].cpu().double().numpy() for part in ("weight", "bias")
        )
        kernel = weight.transpose(2, 3, 1, 0)
        weights[shape.name] = (kernel.reshape(shape.depth, shape.outputs), bias)
    units = {scale_group(shape.name): 0 for shape in CONVOLUTIONS}
    data = FORMAT.encode(quantise(weights, units))
    FORMAT.decode(data)
    return data


def features(parameters: Parameters, images: torch.Tensor) -> list[torch.Tensor]:
    """(N, 3, 128, 128) RGB in 0 … 255 to feature maps (N, C, h, w) at TAPS."""
    images = images.contiguous(memory_format=torch.channels_last)

    def run(name: str, x: torch.Tensor, stride: int = 1) -> torch.Tensor:
        weight, bias = parameters[f"{name}.weight"], parameters[f"{name}.bias"]
        sums = conv2d(x, weight, bias, stride, padding=weight.shape[2] // 2)
        return hardtanh(sums, 0, ACTIVATION_MAX)  # a clamp, whose slopes torch gives in one pass

    means = torch.tensor(BGR_MEAN, dtype=images.dtype, device=images.device).reshape(1, 3, 1, 1)
    x = run("conv1", images.flip(1) - means, stride=2)
    found = {"conv1": x}
    for name in FIRES:
        if name in POOL_BEFORE:
            x = max_pool2d(x, 3, 2, ceil_mode=True)
        squeezed = run(f"{name}/squeeze1x1", x)
        wide = (run(f"{name}/expand1x1", squeezed), run(f"{name}/expand3x3", squeezed))
        x = found[name] = torch.cat(wide, dim=1)
    return [found[name].float() for name in TAPS]


def apart(a: list[torch.Tensor], b: list[torch.Tensor]) -> torch.Tensor:
    """The judge's distances between the pictures of two batches, added up: (N,)."""
    sums = [
        (normalize(x.mean((2, 3)), dim=1) - normalize(y.mean((2, 3)), dim=1)).square().sum(1)
        for x, y in zip(a[SUMMED], b[SUMMED], strict=True)
    ]
    places = [
        (normalize(x, dim=1, eps=1e-3) - normalize(y, dim=1, eps=1e-3)).square().sum(1).mean((1, 2))
        for x, y in zip(a[COMPARED], b[COMPARED], strict=True)
    ]
    return torch.stack(sums + places).sum(0)


def attacked(
    parameters: Parameters,
    images: torch.Tensor,
    wanted: list[torch.Tensor],
    sign: int,
    steps: int,
) -> torch.Tensor:
    """Pictures moved by at most EPSILON levels, away from `wanted` (sign 1) or towards it (-1)."""
    change = torch.empty_like(images).uniform_(-EPSILON, EPSILON)
    for step in range(steps):
        change.requires_grad_(True)
        reached = features(parameters, (images + change).clamp(0, 255))
        (slope,) = torch.autograd.grad(apart(reached, wanted).sum(), change)
        pace = sign * 2.5 * EPSILON / steps * (1 - 0.9 * step / steps)
        change = (change.detach() + pace * slope.sign()).clamp(-EPSILON, EPSILON)
    return (images + change).clamp(0, 255)


def pictures_in(folders: tuple[Path, ...]) -> list[Image.Image]:
    """Every picture, made small; in the order of their paths. What cannot be read is named."""
    files = sorted(
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix.lower() in KINDS and path.is_file()
    )
    found = []
    for path in files:
        try:
            with Image.open(path) as picture:
                picture.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
                small = ImageOps.contain(picture.convert("RGB"), (2 * LARGEST_SIDE, LARGEST_SIDE))
        except (OSError, ValueError, Image.DecompressionBombError) as error:
            click.echo(f"left out: {path}: {error}", err=True)
            continue
        if min(small.size) >= PERCEPTUAL_SIDE // 2:
            found.append(small)
    return found


@dataclass
class Crops:
    """Crops of pictures, altered by chance."""

    pictures: list[Image.Image]
    random: np.random.Generator

    def batch(self, count: int) -> torch.Tensor:
        """(count, 3, 128, 128) in 0 … 255."""
        chosen = self.random.integers(len(self.pictures), size=count)
        return torch.stack([self.altered(self.crop(self.pictures[i])) for i in chosen])

    def crop(self, picture: Image.Image) -> Image.Image:
        """A square of 30 to 100 % of the shorter side, anywhere."""
        side = round(min(picture.size) * self.random.uniform(0.3, 1))
        left = self.random.integers(picture.width - side + 1)
        top = self.random.integers(picture.height - side + 1)
        box = (left, top, left + side, top + side)
        return picture.resize((PERCEPTUAL_SIDE,) * 2, Image.Resampling.BICUBIC, box)

    def altered(self, crop: Image.Image) -> torch.Tensor:
        """Mirrored, brighter, greyer, softer: what the judge's views meet."""
        if self.random.random() < 0.5:
            crop = ImageOps.mirror(crop)
        if self.random.random() < 0.4:
            crop = crop.filter(ImageFilter.BoxBlur(int(self.random.integers(1, 4))))
        if self.random.random() < 0.15:
            crop = ImageOps.autocontrast(crop.convert("L"), 2).convert("RGB")
        values = np.asarray(crop, np.float32)
        gains, shift = self.random.uniform(0.8, 1.2, 3), self.random.uniform(-20, 20)
        changed = np.clip((values - 128) * gains + 128 + shift, 0, 255).astype(np.float32)
        return torch.from_numpy(changed).permute(2, 0, 1)


@dataclass
class Hardening:
    """One training, as far as it is."""

    original: Parameters
    own: Parameters
    average: Parameters
    optimizer: torch.optim.Optimizer
    calm: float
    step: int = 0
    seconds: float = 0.0  # of a core's time, or of a GPU's, all runs together
    losses: list[torch.Tensor] = field(default_factory=list)  # since the last measurement

    @classmethod
    def begin(
        cls, original: Parameters, rate: float = LEARNING_RATE, calm: float = CALM
    ) -> Hardening:
        """From the original network."""
        own = {name: value.clone().requires_grad_(True) for name, value in original.items()}
        average = {name: value.clone() for name, value in original.items()}
        return cls(original, own, average, torch.optim.Adam(own.values(), rate), calm)

    @property
    def device(self) -> torch.device:
        """Where all of it is."""
        return next(iter(self.own.values())).device

    def resume(self, path: Path) -> None:
        """From what `save` wrote."""
        state = torch.load(path, weights_only=True, map_location=self.device)
        with torch.no_grad():
            for name, value in self.own.items():
                value.copy_(state["own"][name])
        self.average = state["average"]
        self.optimizer.load_state_dict(state["optimizer"])
        self.calm, self.step, self.seconds = state["calm"], state["step"], state["seconds"]

    def save(self, path: Path) -> None:
        """All or nothing."""
        state = {
            "own": {name: value.detach() for name, value in self.own.items()},
            "average": self.average,
            "optimizer": self.optimizer.state_dict(),
            "calm": self.calm,
            "step": self.step,
            "seconds": self.seconds,
        }
        beside = path.with_suffix(path.suffix + ".part")
        torch.save(state, beside)
        os.replace(beside, path)

    def advance(self, images: torch.Tensor) -> None:
        """One step on one batch, in which nothing waits for a GPU."""
        fixed = {name: value.detach() for name, value in self.own.items()}
        # Twice as fast; measured is without it.
        with torch.autocast(self.device.type, torch.bfloat16):
            with torch.no_grad():
                wanted = features(self.original, images)
            moved = attacked(fixed, images, wanted, 1, STEPS)
            seen = features(self.own, torch.cat([moved, images]))
        both = apart(seen, [torch.cat([x, x]) for x in wanted])
        loss = both[: len(images)].mean() + self.calm * both[len(images) :].mean()
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        with torch.no_grad():
            for name, value in self.average.items():
                value.lerp_(self.own[name], 1 - min(AVERAGE, self.step / (self.step + 10)))
        self.step += 1
        self.losses.append(loss.detach())

    def clock(self) -> float:
        """Seconds of what computes, since some moment; a GPU has done everything by then."""
        if self.device.type == "cpu":
            return time.process_time()
        torch.cuda.synchronize(self.device)
        return time.perf_counter()

    def measure(self, crops: list[torch.Tensor]) -> dict[str, float]:
        """The lines of the curve; `crops`: strangers, their targets, altered copies of these."""
        strangers, targets, altered = (crop.to(self.device) for crop in crops)
        torch.manual_seed(0)
        with torch.no_grad():
            at_targets = features(self.average, targets)
            before = apart(features(self.average, strangers), at_targets)
            copies = apart(features(self.average, altered), at_targets)
            moved = apart(at_targets, features(self.original, targets))
        closer = attacked(self.average, strangers, at_targets, -1, MEASURED_STEPS)
        with torch.no_grad():
            after = apart(features(self.average, closer), at_targets)
        ordered = (copies[:, None] < before[None, :]).float().mean()
        line = {
            "step": self.step,
            "minutes": self.seconds / 60,
            "loss": float(torch.stack(self.losses).mean()) if self.losses else float("nan"),
            "pull": float((1 - after / before).mean()),
            "pull_worst": float((1 - after / before).max()),
            "drift": float((moved / before).mean()),
            "auc": float(ordered),
        }
        self.losses.clear()
        return {name: round(value, 4) for name, value in line.items()}


def measured_crops(pictures: list[Image.Image]) -> list[torch.Tensor]:
    """Of unseen pictures: strangers, targets, and altered copies of the targets."""
    crops = Crops(pictures, np.random.default_rng(1))
    order = crops.random.permutation(len(pictures))
    chosen = [crops.crop(pictures[order[i % len(order)]]) for i in range(2 * MEASURED_PAIRS)]
    plain = [torch.from_numpy(np.asarray(c, np.float32).copy()).permute(2, 0, 1) for c in chosen]
    altered = [crops.altered(crop) for crop in chosen[MEASURED_PAIRS:]]
    groups = (plain[:MEASURED_PAIRS], plain[MEASURED_PAIRS:], altered)
    return [torch.stack(group) for group in groups]


def device_named(name: str) -> torch.device:
    """The device to train on. Raises UsageError where there is none such."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise click.UsageError(f"--device {name} cannot be used: {error}") from error
    if device.type not in {"cpu", "cuda"}:
        raise click.UsageError(f"--device {name} cannot be used: name cpu, cuda or cuda:N")
    return device


def until(minutes: float) -> Iterator[None]:
    """Again and again, until so many minutes are over."""
    end = time.monotonic() + 60 * minutes
    while time.monotonic() < end:
        yield


@click.command(help=__doc__.split("\n")[0])
@click.argument("checkpoint", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--images",
    "folders",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    help="A folder of pictures; may be given again.",
)
@click.option("--minutes", type=click.FloatRange(0), default=60.0, show_default=True)
@click.option(
    "--rate",
    type=click.FloatRange(0, min_open=True),
    default=LEARNING_RATE,
    show_default=True,
    help="Of learning. A run that goes on keeps what it began with.",
)
@click.option(
    "--calm",
    type=click.FloatRange(0),
    default=CALM,
    show_default=True,
    help="How much the unchanged picture counts beside the attacked one. Is kept, too.",
)
@click.option(
    "--device",
    default="auto",
    show_default=True,
    help="cpu, cuda or cuda:N; auto takes a GPU if there is one.",
)
@click.option(
    "--write",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Quantise what was reached into this file, and train no further.",
)
def main(
    checkpoint: Path,
    folders: tuple[Path, ...],
    minutes: float,
    rate: float,
    calm: float,
    device: str,
    write: Path | None,
) -> None:
    where = device_named(device)
    training = Hardening.begin(parameters_of(shipped_network(), where), rate, calm)
    if checkpoint.exists():
        training.resume(checkpoint)
    elif write is not None:
        raise click.UsageError(f"{checkpoint} is not there: train first, without --write")
    if write is not None:
        write.write_bytes(file_of(training.average))
        return
    pictures = pictures_in(folders)
    unseen = pictures[::8]
    if len(pictures) < LEAST_PICTURES:
        raise click.UsageError(f"{len(pictures)} pictures are too few: name folders by --images")
    seen = [picture for i, picture in enumerate(pictures) if i % 8]
    click.echo(f"{len(seen)} pictures to train on, {len(unseen)} to measure on", err=True)
    crops, measured = Crops(seen, np.random.default_rng(training.step + 2)), measured_crops(unseen)
    torch.manual_seed(training.step)

    def note() -> None:
        line = json.dumps(training.measure(measured))
        with checkpoint.with_suffix(".jsonl").open("a") as curve:
            curve.write(line + "\n")
        click.echo(line, err=True)

    if training.step == 0:
        note()
    saved = noted = time.monotonic()
    for _ in until(minutes):
        images = crops.batch(BATCH).to(where)
        began = training.clock()
        training.advance(images)
        training.seconds += training.clock() - began
        now = time.monotonic()
        if now - saved > 60:
            training.save(checkpoint)
            saved = now
        if now - noted > 300:
            note()
            noted = now
    training.save(checkpoint)
    note()


if __name__ == "__main__":
    main()
