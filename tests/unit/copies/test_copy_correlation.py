"""Copy detection: edits of an image are found, other images are not."""

import numpy as np
import pytest

from scoring.bench.edits import EDITS
from scoring.copies.correlation import compare
from scoring.copies.sketch import sketch
from scoring.spec import JudgingSpec

pytestmark = pytest.mark.unit

THRESHOLD = JudgingSpec().remark_shapes
FOUND_EXACTLY = [
    "unchanged", "mirrored", "shifted 10 %, mirrored", "cropped to 88 %, corner", "recompressed 8",
    "grey", "inverted, mirrored", "blurred 3", "noise 30", "cropped, mirrored, recompressed",
]  # fmt: skip


@pytest.mark.parametrize("edit", FOUND_EXACTLY)
def test_an_edited_copy_is_found(scene, edit):
    original = scene(1)
    evidence = compare(sketch(EDITS[edit](original)), sketch(original))
    assert evidence is not None and abs(evidence.correlation) >= THRESHOLD
    assert evidence.mirrored == ("mirrored" in edit)


def test_a_negative_has_a_negative_correlation(scene):
    original = scene(1)
    evidence = compare(sketch(255 - original), sketch(original))
    assert evidence is not None and evidence.correlation < -THRESHOLD


def test_another_picture_is_no_copy(scene):
    for other in (2, 3, 4):
        evidence = compare(sketch(scene(1)), sketch(scene(other)))
        assert evidence is not None and abs(evidence.correlation) < THRESHOLD


def test_an_empty_picture_is_a_copy_of_nothing(scene):
    flat = np.full((512, 512, 3), 77, np.uint8)
    assert compare(sketch(flat), sketch(scene(1))) is None
    assert compare(sketch(scene(1)), sketch(flat)) is None


def test_a_framed_copy_leaves_evidence_for_a_remark(scene):
    pytest.importorskip("cv2", reason="the classic extra brings OpenCV")
    from scoring.copies.sift import SiftOriginal

    generator = np.random.default_rng(0)
    busy = scene(1) // 2 + np.kron(generator.integers(0, 120, (64, 64, 1)), np.ones((8, 8, 3)))
    original = SiftOriginal(busy.astype(np.uint8))
    assert original.evidence(EDITS["framed"](busy.astype(np.uint8))).remarkable
    assert original.evidence(EDITS["mirrored"](busy.astype(np.uint8))).variant == "mirrored"
    assert not original.evidence(scene(2)).remarkable
    assert original.evidence(np.zeros((512, 512, 3), np.uint8)).inliers == 0
