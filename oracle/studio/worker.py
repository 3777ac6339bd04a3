"""The thread that makes images: one prompt after the other, whatever happens to the last one."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from oracle.chain.commitments import Domain
from oracle.errors import BadInput, OracleError, RetryLater
from oracle.logs import log_context
from oracle.signing.signer import Signer
from oracle.signing.typed_data import StudioReceipt
from oracle.studio.backends.base import Backend, Parameters, Progress, no_progress
from oracle.studio.errors import BookUnavailable
from oracle.studio.log import PromptRecord
from oracle.studio.prompt import Prompt
from oracle.studio.seeds import prompt_seed
from oracle.studio.service import Studio
from oracle.studio.shelf import ImageShelf
from scoring.digest import Digest, sha256

log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 0.5
_PAUSE_AFTER_TROUBLE_SECONDS = 2.0
_REMEMBERED_IMAGES = 20


class Rhythm:
    """How long an image takes, by the last ones."""

    def __init__(self, first_guess_seconds: float) -> None:
        self._last: list[float] = [first_guess_seconds]
        self._lock = threading.Lock()

    def took(self, seconds: float) -> None:
        with self._lock:
            self._last = [*self._last, seconds][-_REMEMBERED_IMAGES:]

    def seconds_per_image(self) -> float:
        with self._lock:
            return sum(self._last) / len(self._last)


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


class Worker:
    """Takes prompts off the queue on a thread of its own, from `start` to `stop`."""

    def __init__(self, studio: Studio, maker: Maker, rhythm: Rhythm) -> None:
        self._studio = studio
        self._maker = maker
        self._rhythm = rhythm
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="studio worker", daemon=True)

    def start(self) -> None:
        """Begins; what ran when the process last died is made first."""
        again = self._studio.book.recover()
        if again:
            log.info("prompts taken up again", extra={"prompts": again})
        self._studio.line.joined(self._studio.book.waiting())
        self._thread.start()

    def stop(self) -> None:
        """Ends after the image that is being made."""
        self._stopping.set()
        self._studio.wake.set()
        self._thread.join()

    def work_once(self) -> bool:
        """Makes the image of the prompt that has waited longest; False when none waits."""
        prompt = self._studio.book.claim()
        if prompt is None:
            return False
        with log_context(competition=prompt.competition_id, ticket=prompt.ticket_id):
            try:
                self._make(prompt)
            except BookUnavailable:
                raise  # the prompt's own end cannot be written down either
            except Exception as error:
                # Whatever defect it is, trying the same words again would hold up everybody.
                log.exception("no image, unexpectedly; its index is given back")
                self._studio.book.fail(prompt, f"{type(error).__name__}; it was not counted")
            finally:
                self._studio.progress.forget(prompt)
        self._studio.line.left(prompt)
        return True

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._studio.wake.clear()
            try:
                worked = self.work_once()
            except Exception:
                # A defect, or a full disk under the database: players wait for the next prompt.
                log.exception("a prompt could not be worked on")
                self._take_up_again()
                continue
            if not worked:
                self._studio.wake.wait(_PATIENCE_SECONDS)

    def _take_up_again(self) -> None:
        """Lets what ran wait again, as soon as that can be written down."""
        while not self._stopping.wait(_PAUSE_AFTER_TROUBLE_SECONDS):
            try:
                self._studio.book.recover()
                return
            except BookUnavailable as error:
                log.error("no prompt is worked on", extra={"reason": error.what})

    def _make(self, prompt: Prompt) -> None:
        began = time.monotonic()
        try:
            if self._studio.is_over(prompt):
                raise BadInput("the hour ended before its turn", "")
            made = self._maker.make(prompt, self._studio.progress.follow(prompt))
        except (RetryLater, BadInput) as error:
            self._give_back(prompt, error)
        except OracleError as error:
            log.error("no image", extra={"reason": error.what, "hint": error.hint})
            self._give_back(prompt, error)
        else:
            self._rhythm.took(time.monotonic() - began)
            self._studio.book.finish(prompt, made.record, made.signature)
            facts = {
                "index": prompt.index,
                "drawing_began": made.drawing_began,
                "drawing_seconds": round(made.drawing_seconds, 6),
            }
            log.info("image made", extra=facts)

    def _give_back(self, prompt: Prompt, error: OracleError) -> None:
        log.warning("no image; its index is given back", extra={"reason": error.what})
        self._studio.book.fail(prompt, f"{error.what}; it was not counted")
