"""Face detection: the published boxes where the weights are, sound answers everywhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from scoring.similarity import mtcnn
from scoring.similarity.errors import MissingWeights
from scoring.similarity.faces import crop_to_faces, face_cropper
from scoring.similarity.mtcnn import FaceDetector
from scoring.similarity.reading import read_image
from scoring.submission.image import Pixels
from tests.unit.similarity.pictures import photo

pytestmark = pytest.mark.unit


class Pretender:
    """Finds what it is told."""

    def __init__(self, *boxes: tuple[int, int, int, int]) -> None:
        self._boxes = list(boxes)

    def boxes(self, pixels: Pixels) -> list[tuple[int, int, int, int]]:
        return self._boxes


def test_the_crop_encloses_every_face(cat: Pixels) -> None:
    crop = crop_to_faces(cat, Pretender((10, 20, 30, 40), (50, 5, 60, 25)))
    assert crop.faces == 2
    assert crop.pixels.tolist() == cat[5:40, 10:60].tolist()


def test_without_a_face_the_whole_picture_counts(cat: Pixels) -> None:
    crop = crop_to_faces(cat, Pretender())
    assert crop.faces == 0
    assert crop.pixels is cat


# What facenet-pytorch 2.6.0 finds with the same weights, rounded.
FACENET = {
    "photos/mpl_grace_hopper.jpg": [(174, 120, 356, 341)],
    "pearl/girl_with_a_pearl_earring.jpg": [(155, 118, 307, 317)],
    "paintings/las_meninas.jpg": [
        (364, 319, 384, 344),
        (268, 292, 286, 315),
        (101, 260, 116, 282),
        (341, 265, 356, 286),
        (211, 335, 225, 355),
        (307, 275, 320, 294),
    ],
    "paintings/great_wave.jpg": [],
}


@pytest.fixture(scope="module")
def detector(shared_data: Path) -> FaceDetector:
    return FaceDetector.published(shared_data / "weights")


@pytest.mark.parametrize("name", list(FACENET))
def test_boxes_are_those_of_facenet_pytorch(name: str, detector, shared_data: Path) -> None:
    found = sorted(detector.boxes(read_image(shared_data / name)))
    assert np.array(found) == pytest.approx(np.array(sorted(FACENET[name])), abs=1)


def test_a_face_on_a_public_photo_is_found(detector: FaceDetector) -> None:
    import skimage.data

    (box,) = detector.boxes(skimage.data.astronaut())
    assert box == pytest.approx((181, 62, 268, 172), abs=1)


def test_pictures_too_small_or_empty_hold_no_face(detector: FaceDetector) -> None:
    assert detector.boxes(np.zeros((1, 1, 3), np.uint8)) == []
    assert detector.boxes(np.zeros((1, 400, 3), np.uint8)) == []
    assert detector.boxes(np.zeros((90, 90, 3), np.uint8)) == []


def test_the_cropper_cuts_a_photo_to_its_face(shared_data: Path) -> None:
    picture = read_image(shared_data / "photos/mpl_grace_hopper.jpg")
    cut = face_cropper(shared_data / "weights")(picture)
    assert cut.shape[0] == pytest.approx(221, abs=2)


def test_untrained_networks_propose_without_failing() -> None:
    torch.manual_seed(0)
    nets = (mtcnn._Proposal(), mtcnn._Refinement(), mtcnn._Output())
    states = [net.state_dict() for net in nets]
    states[0]["conv4_1.bias"] = torch.tensor([-1.0, 1.0])  # sees a face everywhere
    for state, head in zip(states[1:], ("dense5_1", "dense6_1"), strict=True):
        state[f"{head}.bias"] = torch.tensor([-9.0, 9.0])
    detector = FaceDetector(*states)
    picture = photo("chelsea", 60)
    for left, top, right, bottom in detector.boxes(picture):
        assert 0 <= left < right <= 60
        assert 0 <= top < bottom <= 60


def test_weights_of_another_network_are_refused() -> None:
    with pytest.raises(MissingWeights, match="P-Net"):
        FaceDetector({}, {}, {})
