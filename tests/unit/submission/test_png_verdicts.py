"""The vectors that the page's reader is tested with are what the strict reader says."""

from __future__ import annotations

import json

import pytest

from scoring.submission.flags import InvalidSubmission
from scoring.submission.image import UnreadableImage, prepare
from scoring.submission.png import decode_submission
from tests.vectors.make_png_verdicts import PLACE, files, vectors

pytestmark = pytest.mark.unit

_VECTORS = json.loads(PLACE.read_text(encoding="utf-8"))


def test_the_file_holds_every_case_with_its_verdict() -> None:
    made = vectors()
    assert _VECTORS.keys() == made.keys()
    for name, case in _VECTORS.items():
        # Another zlib packs other bytes; the verdict is what is compared.
        assert {**case, "file": ""} == {**made[name], "file": ""}, name


@pytest.mark.parametrize("name", sorted(_VECTORS))
def test_the_command_keeps_and_refuses_what_the_page_does(name: str) -> None:
    case, data = _VECTORS[name], files()[name]
    if case["refuses"]:
        with pytest.raises(UnreadableImage):
            prepare(data)
        with pytest.raises(InvalidSubmission):
            decode_submission(data)
        return
    prepared = prepare(data)
    assert (prepared == data) is case["keeps"]
    decode_submission(prepared)
