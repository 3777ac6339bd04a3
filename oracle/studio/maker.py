"""One prompt's image, from the words to the signed receipt."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from oracle.chain.commitments import Domain
from oracle.errors import ContentNotStored
from oracle.signing.signer import Signer
from oracle.signing.typed_data import StudioReceipt
from oracle.studio.backends.base import Backend, Model, Parameters, Progress, no_progress
from oracle.studio.log import PromptRecord
from oracle.studio.prompt import Prompt
from oracle.studio.seeds import prompt_seed
from oracle.studio.shelf import ImageShelf
from scoring.digest import Digest, sha256


@dataclass(frozen=True)
class RawImage:
    """What a back end made of a prompt, as it came out."""

    image: bytes
    model: Model
    seed: int
    began: float  # unix seconds
    seconds: float  # of the back end alone


@dataclass(frozen=True)
class Made:
    """One prompt's image, which the shelf has: its record and its receipt."""

    record: PromptRecord
    signature: bytes


@dataclass(frozen=True)
class Maker:
    """Makes a prompt's image in two steps: one may be kept while the next is being drawn."""

    backend: Backend
    parameters: Parameters
    prepare: Callable[[bytes], bytes]  # any image file → a submission; raises `BadInput`
    shelf: ImageShelf
    signer: Signer
    domain: Domain
    public_prompts: bool
    seconds: float = 300.0  # most that one image may take
    clock: Callable[[], float] = time.time

    def draw(self, prompt: Prompt, progress: Progress = no_progress) -> RawImage:
        """Lets the back end draw. Raises `RetryLater`, `BadInput` as the back end does."""
        seed = prompt_seed(
            self.domain.chain_id,
            self.domain.competition,
            prompt.competition_id,
            prompt.ticket_id,
            _index(prompt),
        )
        began, clock = self.clock(), time.perf_counter()
        model = self.backend.model(seconds=self.seconds)
        image = self.backend.generate(
            prompt.text, seed, self.parameters, seconds=self.seconds, progress=progress
        )
        return RawImage(image, model, seed, began, time.perf_counter() - clock)

    def finish(self, prompt: Prompt, drawn: RawImage) -> Made:
        """Prepares, keeps and signs what was drawn.

        Raises `RetryLater` when decoder or disk fail, `BadInput` when what came out is no image.
        """
        image = self.prepare(drawn.image)
        digest = sha256(image)
        signature = self._keep_and_sign(image, digest, prompt, drawn.model)
        record = PromptRecord(
            ticket_id=prompt.ticket_id,
            index=_index(prompt),
            time=int(self.clock()),
            backend=self.backend.name,
            model_digest=drawn.model.digest.hex(),
            parameters=self.parameters.as_record(),
            seed=drawn.seed,
            prompt_sha256=sha256(prompt.text.encode()),
            image_sha256=digest,
            prompt=prompt.text if self.public_prompts else None,
        )
        return Made(record, signature)

    def tidy_up(self) -> None:
        """Puts away what was finished before the disk had it; raises `ContentNotStored`."""
        self.shelf.put_held()

    def redraw(self, prompt: Prompt) -> bytes | None:
        """A finished prompt's image again, from its words; None where none is drawn like that.

        Raises as `draw` and `finish` do.
        """
        if not self.backend.model(seconds=self.seconds).is_exact:
            return None
        image = self.prepare(self.draw(prompt).image)
        digest = sha256(image)
        if digest != prompt.image_digest:
            return None
        with contextlib.suppress(ContentNotStored):
            self.shelf.put(image, digest)
        return image

    def _keep_and_sign(self, image: bytes, digest: Digest, prompt: Prompt, model: Model) -> bytes:
        """The receipt's signature; the disk has what cannot be drawn again by then."""
        receipt = StudioReceipt(*prompt.ticket, prompt.player, digest, _index(prompt))
        if model.is_exact:
            self.shelf.hold(image, digest)
            return self.signer.sign_message(receipt, self.domain)
        with ThreadPoolExecutor(1) as beside:
            kept = beside.submit(self.shelf.put, image, digest)
            signature = self.signer.sign_message(receipt, self.domain)
            kept.result()
        return signature


def _index(prompt: Prompt) -> int:
    if prompt.index is None:
        raise ValueError("the prompt's index was given back")
    return prompt.index
