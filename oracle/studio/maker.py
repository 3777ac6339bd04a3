"""One prompt's image, from the words to the signed receipt."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from oracle.chain.commitments import Domain
from oracle.signing.signer import Signer
from oracle.signing.typed_data import StudioReceipt
from oracle.studio.backends.base import Backend, Parameters, Progress, no_progress
from oracle.studio.log import PromptRecord
from oracle.studio.prompt import Prompt
from oracle.studio.seeds import prompt_seed
from oracle.studio.shelf import ImageShelf
from scoring.digest import Digest, sha256


@dataclass(frozen=True)
class Made:
    """One prompt's image, which is on the shelf: its record, its receipt, and how it went."""

    record: PromptRecord
    signature: bytes
    drawing_began: float  # unix seconds
    drawing_seconds: float  # of the back end alone


@dataclass(frozen=True)
class Maker:
    """Makes one prompt's image, from the words to the signed receipt."""

    backend: Backend
    parameters: Parameters
    prepare: Callable[[bytes], bytes]  # any image file → a submission; raises `BadInput`
    shelf: ImageShelf
    signer: Signer
    domain: Domain
    public_prompts: bool
    seconds: float = 300.0  # most that one image may take
    clock: Callable[[], float] = time.time

    def make(self, prompt: Prompt, progress: Progress = no_progress) -> Made:
        """Draws, prepares, keeps and signs.

        Raises `RetryLater` when generator, decoder or disk fail, `BadInput` when what came out is
        no image.
        """
        if prompt.index is None:
            raise ValueError("the prompt's index was given back")
        seed = prompt_seed(
            self.domain.chain_id,
            self.domain.competition,
            prompt.competition_id,
            prompt.ticket_id,
            prompt.index,
        )
        began = self.clock()
        model = self.backend.model(seconds=self.seconds)
        drawn = self.backend.generate(
            prompt.text, seed, self.parameters, seconds=self.seconds, progress=progress
        )
        drawing_seconds = self.clock() - began
        image = self.prepare(drawn)
        digest = sha256(image)
        signature = self._keep_and_sign(image, digest, prompt, prompt.index)
        record = PromptRecord(
            ticket_id=prompt.ticket_id,
            index=prompt.index,
            time=int(self.clock()),
            backend=self.backend.name,
            model_digest=model.digest.hex(),
            parameters=self.parameters.as_record(),
            seed=seed,
            prompt_sha256=sha256(prompt.text.encode()),
            image_sha256=digest,
            prompt=prompt.text if self.public_prompts else None,
        )
        return Made(record, signature, began, drawing_seconds)

    def _keep_and_sign(self, image: bytes, digest: Digest, prompt: Prompt, index: int) -> bytes:
        """The receipt's signature, made while the disk takes the image."""
        with ThreadPoolExecutor(1) as beside:
            kept = beside.submit(self.shelf.put, image, digest)
            receipt = StudioReceipt(*prompt.ticket, prompt.player, digest, index)
            signature = self.signer.sign_message(receipt, self.domain)
            kept.result()
        return signature
