"""The images that a studio has made: on its shelf, or drawn again from their words."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from oracle.studio.book import PromptBook
from oracle.studio.prompt import Prompt, TicketKey
from oracle.studio.shelf import ImageShelf
from scoring.digest import Digest

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Gallery:
    """Finds an image; what an exact renderer drew is drawn again while its rules stay the same."""

    shelf: ImageShelf
    book: PromptBook
    redraw: Callable[[Prompt], bytes | None]  # as `Maker.redraw`

    def find(self, ticket: TicketKey, digest: Digest) -> bytes | None:
        """The ticket's image, or None when it is lost. Raises as `Backend.generate` does."""
        image = self.shelf.get(digest)
        if image is not None:
            return image
        for prompt in self.book.of_ticket(*ticket):
            if prompt.image_digest == digest:
                log.info("image drawn again", extra={"ticket": ticket[1], "index": prompt.index})
                return self.redraw(prompt)
        return None
