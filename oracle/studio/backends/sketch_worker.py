"""The process that draws sketches: words and a seed in, submissions out, until stdin ends.

`python -m oracle.studio.backends.sketch_worker`. What is said on its pipes stands at
`oracle.studio.backends.frames`.
"""

from __future__ import annotations

import json
from typing import BinaryIO

from oracle.studio.backends.frames import (
    FAILED,
    IMAGE,
    MAX_ASK_BYTES,
    READY,
    own_pipes,
    read_frame,
    write_frame,
)
from oracle.studio.sketch.drawing import draw, drawing_digest
from scoring.submission.stored_png import encode_stored


def serve(pipe_in: BinaryIO, pipe_out: BinaryIO) -> None:
    """Answers frame by frame."""
    draw("a house", 0)  # what is loaded once
    write_frame(pipe_out, READY, drawing_digest().hex().encode())
    while (frame := read_frame(pipe_in, MAX_ASK_BYTES)) is not None:
        ask = json.loads(frame[1])
        try:
            kind, body = IMAGE, encode_stored(draw(ask["prompt"], ask["seed"]))
        except Exception as error:
            # A defect in the rules costs this prompt, and no other.
            kind, body = FAILED, f"{type(error).__name__}: {error}"[:500].encode()
        write_frame(pipe_out, kind, body)


if __name__ == "__main__":
    serve(*own_pipes())
