"""The demo's target and its players: who types what, and who tries something else."""

from __future__ import annotations

from dataclasses import dataclass

from oracle.studio.backends.base import Parameters
from oracle.studio.backends.sketch import SketchBackend

PROMPT_LIMIT = 100
TARGET_WORDS = (
    "a red house on a green hill, a big tree on the left, a white dog on the right, "
    "a yellow sun and white clouds in a blue sky"
)
_TARGET_SEED = 1
_SECONDS = 60.0


@dataclass(frozen=True)
class Part:
    """One player of the demo: types `prompts` and submits the last image, unless told otherwise."""

    name: str
    story: str
    prompts: tuple[str, ...]
    reveals: bool = True
    uploads_target: bool = False  # submits the target's own file, for which nobody signed


def target_image() -> bytes:
    """The target: a scene that the sketch back end draws; its words are not told to anybody."""
    return SketchBackend().generate(TARGET_WORDS, _TARGET_SEED, Parameters(), seconds=_SECONDS)


def cast() -> tuple[Part, ...]:
    """Eight players: some see much in the target, some little, and some try something."""
    return (
        Part(
            "Ada",
            "gets closer in four prompts",
            (
                "a house",
                "a red house on a hill",
                "a red house on a green hill, a tree on the left, blue sky",
                TARGET_WORDS,
            ),
        ),
        Part(
            "Ben",
            "sees house, hill and tree",
            ("a red house on a green hill, a big tree on the left, blue sky with white clouds",),
        ),
        Part("Cleo", "sees a house by the sea", ("a white house by the sea, blue sky",)),
        Part("Dan", "types a dog", ("a white dog",)),
        Part("Eve", "types a city at night", ("a city skyline at night with a full moon",)),
        Part(
            "Finn",
            f"uses all {PROMPT_LIMIT} prompts and is refused one more",
            tuple(f"a red house and {number} trees" for number in range(1, PROMPT_LIMIT + 1)),
        ),
        Part("Gus", "uploads the target itself, without a receipt", (), uploads_target=True),
        Part("Hana", "never reveals", ("a green hill and a blue sky",), reveals=False),
    )
