"""Mutated images: what a stranger could hand in by accident or on purpose.

`python -m tests.faults.mutants [--count 10000] [--seed N]` opens them in the decoder's jail, and
compares every verdict with the one of the decoding itself.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable

import click

from oracle.sandbox.decoder import SandboxedDecoder
from scoring.submission.image import InvalidSubmission, decode_submission
from tests.integration.competition_world import picture

Mutation = Callable[[random.Random, bytearray], None]


def _flip(dice: random.Random, data: bytearray) -> None:
    for _ in range(dice.choice((1, 1, 8, 64))):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def _cut(dice: random.Random, data: bytearray) -> None:
    del data[dice.randrange(len(data)) :]


def _remove(dice: random.Random, data: bytearray) -> None:
    begin = dice.randrange(len(data))
    del data[begin : begin + dice.randrange(1, 64)]


def _insert(dice: random.Random, data: bytearray) -> None:
    where = dice.randrange(len(data) + 1)
    data[where:where] = dice.randbytes(dice.randrange(1, 64))


def _repeat(dice: random.Random, data: bytearray) -> None:
    begin = dice.randrange(len(data))
    data[begin:begin] = data[begin : begin + dice.randrange(1, 2048)]


def _header(dice: random.Random, data: bytearray) -> None:
    data[dice.randrange(8, 33)] = dice.randrange(256)  # IHDR: size, depth, colours, interlacing


MUTATIONS: tuple[Mutation, ...] = (_flip, _cut, _remove, _insert, _repeat, _header)


def mutant(dice: random.Random, image: bytes) -> bytes:
    """The image after one mutation, or two; never empty."""
    data = bytearray(image)
    for _ in range(dice.choice((1, 1, 2))):
        dice.choice(MUTATIONS)(dice, data)
        if len(data) < 2:
            return bytes(data) or b"\x89"
    return bytes(data)


def verdict(decode: Callable[[bytes], object], data: bytes) -> str:
    """Why it is no submission, or that it is one."""
    try:
        decode(data)
    except InvalidSubmission as error:
        return str(error.flag.name)
    return "VALID"


@click.command()
@click.option("--count", default=10_000, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(count: int, seed: int) -> None:
    """Opens them all, and says what was found."""
    dice, found, started = random.Random(seed), Counter[str](), time.monotonic()
    with SandboxedDecoder() as decoder:
        for number in range(count):
            data = mutant(dice, picture(number % 50))
            inside = verdict(decoder.decode, data)
            assert inside == verdict(decode_submission, data), f"seed {seed}, number {number}"
            found[inside] += 1
        assert verdict(decoder.decode, picture(0)) == "VALID"
    verdicts = ", ".join(f"{name} {many}" for name, many in found.most_common())
    click.echo(f"{count} mutants in {time.monotonic() - started:.0f} s: {verdicts}")


if __name__ == "__main__":
    main()
