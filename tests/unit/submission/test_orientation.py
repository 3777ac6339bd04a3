"""A picture is turned as browsers turn it, however its EXIF data is written."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from scoring.submission.orientation import orientation

pytestmark = pytest.mark.unit

_SHORT, _LONG = 3, 4


def exif(turn: int, kind: int = _SHORT, values: int = 1, order: str = "<") -> bytes:
    start = b"II*\0" if order == "<" else b"MM\0*"
    number = struct.pack(
        f"{order}I" if kind == _LONG else f"{order}HH", *([turn], [turn, 0])[kind == _SHORT]
    )
    entry = struct.pack(f"{order}HHI", 0x0112, kind, values) + number
    return start + struct.pack(f"{order}IH", 8, 1) + entry + bytes(4)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_the_standards_own_form_is_read_in_both_byte_orders(turn: int, order: str) -> None:
    assert orientation(exif(turn, order=order)) == turn
    assert orientation(b"Exif\0\0" + exif(turn, order=order)) == turn


@pytest.mark.parametrize("turn", range(1, 9))
def test_what_pillow_writes_is_read(turn: int) -> None:
    data = Image.Exif()
    data[0x010F], data[0x0112] = "a maker", turn
    assert orientation(data.tobytes()) == turn


@pytest.mark.parametrize(
    "data",
    [
        exif(6, kind=_LONG),
        exif(6, values=2),
        exif(0),
        exif(9),
        exif(6)[:18],
        b"II*\0\xff\xff\xff\xff",
        b"nothing of TIFF",
        b"",
    ],
)
def test_what_browsers_do_not_turn_by_is_upright(data: bytes) -> None:
    assert orientation(data) == 1


@given(st.binary(max_size=200))
def test_whatever_the_data_is_there_is_an_answer(rest: bytes) -> None:
    assert 1 <= orientation(b"MM\0*\0\0\0\x08" + rest) <= 8
