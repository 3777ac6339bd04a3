"""The thread that makes images: one prompt after the other, whatever happens to the last one."""

from __future__ import annotations

import logging
import threading
import time

from oracle.errors import BadInput, OracleError, RetryLater
from oracle.logs import log_context
from oracle.studio.errors import BookUnavailable
from oracle.studio.maker import Maker
from oracle.studio.prompt import Prompt
from oracle.studio.service import Studio

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
