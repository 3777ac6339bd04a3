"""Who makes images, one prompt after the other, whatever happens to the last one: two threads.

The worker lets the generator draw. The clerk writes down: that a prompt is being drawn, while it is
being drawn; and its image, receipt and record, while the next one is.
"""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

from oracle.errors import BadInput, ContentNotStored, OracleError, RetryLater
from oracle.logs import log_context
from oracle.studio.errors import BookUnavailable
from oracle.studio.maker import Maker, RawImage
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
    """Takes prompts off the queue on threads of its own, from `start` to `stop`."""

    def __init__(self, studio: Studio, maker: Maker, rhythm: Rhythm) -> None:
        self._studio = studio
        self._maker = maker
        self._rhythm = rhythm
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="studio worker", daemon=True)
        # One thread, so that what it is given first is written down first.
        self._clerk = ThreadPoolExecutor(1, "studio clerk")
        self._finishing: Future[None] | None = None

    def start(self) -> None:
        """Begins; what ran when the process last died is made first."""
        again = self._studio.book.recover()
        if again:
            log.info("prompts taken up again", extra={"prompts": again})
        self._studio.line.again(self._studio.book.waiting())
        self._thread.start()

    def stop(self) -> None:
        """Ends after the image that is being made."""
        self._stopping.set()
        self._studio.line.turn.set()
        self._thread.join()
        self._clerk.shutdown()
        try:
            self._settle()
        except BookUnavailable as error:
            log.error("the last image is made again", extra={"reason": error.what})

    # -------------------------------------------------------------- the worker

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._studio.line.turn.clear()
            try:
                if not self._draw_next() and not self._studio.line.turn.wait(_PATIENCE_SECONDS):
                    self._studio.line.joined(self._studio.book.waiting())
            except Exception:
                # A defect, or a full disk under the database: players wait for the next prompt.
                log.exception("a prompt could not be worked on")
                self._take_up_again()

    def _draw_next(self) -> bool:
        """Draws for the prompt whose turn it is; False when it is nobody's.

        Raises `BookUnavailable` of this prompt, or of the one before.
        """
        prompt = self._studio.line.take()
        if prompt is None:
            if self._finishing is not None and self._finishing.done():
                self._settle()
            return False
        with log_context(competition=prompt.competition_id, ticket=prompt.ticket_id):
            claim = self._clerk.submit(self._studio.book.claim, prompt)
            drawn, trouble = self._draw(prompt)
            # The clerk is through with the prompt before too, once it has come to this one.
            is_claimed = claim.result()
            self._settle()
            if drawn is not None and is_claimed:
                self._finishing = self._clerk.submit(self._finish, prompt, drawn)
                return True
            if is_claimed:
                self._studio.book.fail(prompt, trouble)
            self._end(prompt)
        return True

    def _draw(self, prompt: Prompt) -> tuple[RawImage | None, str]:
        """What was drawn, or why nothing was."""
        try:
            if self._is_over(prompt):
                raise BadInput("the hour ended before its turn", "")
            return self._maker.draw(prompt, self._studio.progress.follow(prompt)), ""
        except Exception as error:
            return None, _in_words(error)

    def _is_over(self, prompt: Prompt) -> bool:
        try:
            return self._studio.is_over(prompt)
        except RetryLater as error:
            # It was taken in time. A node that is silent for a moment takes nobody's turn.
            log.warning("drawn without the time of the chain", extra={"reason": error.what})
            return False

    def _settle(self) -> None:
        """Waits until the last image is written down. Raises `BookUnavailable` if it is not."""
        last, self._finishing = self._finishing, None
        if last is not None:
            last.result()

    def _take_up_again(self) -> None:
        """Lets what ran wait again, as soon as that can be written down."""
        while not self._stopping.wait(_PAUSE_AFTER_TROUBLE_SECONDS):
            try:
                # By the clerk, so that nothing else is written down meanwhile.
                self._clerk.submit(self._studio.book.recover).result()
                self._finishing = None
                self._studio.line.again(self._studio.book.waiting())
                return
            except BookUnavailable as error:
                log.error("no prompt is worked on", extra={"reason": error.what})

    # --------------------------------------------------------------- the clerk

    def _finish(self, prompt: Prompt, drawn: RawImage) -> None:
        with log_context(competition=prompt.competition_id, ticket=prompt.ticket_id):
            began = time.perf_counter()
            try:
                made = self._maker.finish(prompt, drawn)
                self._studio.book.finish(prompt, made.record, made.signature)
            except BookUnavailable:
                self._studio.line.turn.set()  # the prompt's own end cannot be written down either
                raise
            except Exception as error:
                self._studio.book.fail(prompt, _in_words(error))
                self._end(prompt)
                return
            self._end(prompt)
            self._rhythm.took(drawn.seconds + time.perf_counter() - began)
            facts = {
                "index": prompt.index,
                "drawing_began": drawn.began,
                "drawing_seconds": round(drawn.seconds, 6),
            }
            log.info("image made", extra=facts)
            self._tidy_up()

    def _tidy_up(self) -> None:
        try:
            self._maker.tidy_up()
        except ContentNotStored as error:
            # The player has had it told already, and gets it: it can be drawn again.
            log.warning("image not kept", extra={"reason": error.what, "hint": error.hint})

    def _end(self, prompt: Prompt) -> None:
        self._studio.progress.forget(prompt)
        self._studio.line.left(prompt)


def _in_words(error: Exception) -> str:
    """Why a prompt has no image, for its player; the log gets the rest."""
    if not isinstance(error, OracleError):
        # Whatever defect it is, trying the same words again would hold up everybody.
        log.exception("no image, unexpectedly; its index is given back", exc_info=error)
        return f"{type(error).__name__}; it was not counted"
    expected = isinstance(error, (RetryLater, BadInput))
    log.log(
        logging.WARNING if expected else logging.ERROR,
        "no image; its index is given back",
        extra={"reason": error.what, "hint": error.hint},
    )
    return f"{error.what}; it was not counted"
