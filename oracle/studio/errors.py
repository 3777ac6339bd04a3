"""What can go wrong between a prompt and its image, under the tree of `oracle.errors`.

RetryLater
├── BookUnavailable        the studio's database takes or tells nothing now
└── GeneratorFailed        no image now; the prompt counts for nothing
    ├── GeneratorDown      not reachable, overloaded, or its process died
    ├── GeneratorTooSlow   no image before the deadline
    └── BadImage           an answer that is no usable image
NeedsHuman
└── GeneratorMisconfigured the generator will refuse every prompt until somebody acts
BadInput
└── PromptRefused          these words cannot be a prompt, here or for this generator
"""

from __future__ import annotations

from oracle.errors import BadInput, NeedsHuman, RetryLater


class BookUnavailable(RetryLater):
    """The studio's database cannot be written or read now, as on a full disk."""


class GeneratorFailed(RetryLater):
    """The generator gave no image for this prompt; another try may get one."""


class GeneratorDown(GeneratorFailed):
    """The generator cannot be reached, is overloaded, or its process died."""


class GeneratorTooSlow(GeneratorFailed):
    """The generator gave no image before the deadline."""


class BadImage(GeneratorFailed):
    """The generator answered with something that is no usable image."""


class GeneratorMisconfigured(NeedsHuman):
    """The generator refuses every prompt: a wrong key, model, address or workflow."""


class PromptRefused(BadInput):
    """These words cannot be a prompt, or the generator declines to draw them."""
