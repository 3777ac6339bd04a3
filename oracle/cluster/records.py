"""Workers' results as bytes: canonical JSON, and the raw arrays that images are compared by."""

from __future__ import annotations

import dataclasses
import json
import struct
from typing import Any

import numpy as np
import rfc8785

from oracle.judging.crew import Pictures
from scoring.copies.blocks import Shared
from scoring.copies.correlation import Correlation
from scoring.copies.findings import Evidence, Remark
from scoring.copies.grain import Grain, SharedGrain
from scoring.copies.look import Detail, Look
from scoring.copies.matches import Recognition
from scoring.copies.patches import SharedPatches
from scoring.copies.sketch import Sketch
from scoring.digest import Digest
from scoring.submission.image import Flag
from scoring.workers import Points

_EVIDENCE: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (Correlation, Recognition, SharedPatches)
}


def pack_look(look: Look | Flag) -> bytes:
    """One look; `unpack_look` reads it."""
    if isinstance(look, Flag):
        return _packed({"flags": int(look)})
    header: dict[str, Any] = {"pixels": look.pixels.hex()}
    detail = look.detail
    if detail is None:
        return _packed(header)
    header["of_target"] = [
        [type(remark.evidence).__name__, dataclasses.asdict(remark.evidence)]
        for remark in detail.of_target
    ]
    grain = detail.grain
    raw = (
        grain.lighter.astype("<u8").tobytes(),
        grain.mirrored.astype("<u8").tobytes(),
        np.packbits(grain.telling).tobytes(),
        detail.outline.grids.tobytes(),
    )
    header["sizes"] = [len(part) for part in raw]
    header["grids"] = list(detail.outline.grids.shape)
    return _packed(header) + b"".join(raw)


def unpack_look(data: bytes) -> Look | Flag:
    """What `pack_look` wrote."""
    header, raw = _unpacked(data)
    if "flags" in header:
        return Flag(header["flags"])
    pixels = Digest(bytes.fromhex(header["pixels"]))
    if "sizes" not in header:
        return Look(pixels, None)
    parts, at = [], 0
    for size in header["sizes"]:
        parts.append(raw[at : at + size])
        at += size
    lighter, mirrored = (np.frombuffer(part, "<u8").astype(np.uint64) for part in parts[:2])
    telling = np.unpackbits(np.frombuffer(parts[2], np.uint8), count=len(lighter)).astype(np.bool_)
    grids = np.frombuffer(parts[3], np.uint8).reshape(header["grids"])
    remarks = tuple(Remark(None, _evidence(kind, fields)) for kind, fields in header["of_target"])
    detail = Detail(pixels, Grain(lighter, mirrored, telling), Sketch(grids), remarks)
    return Look(pixels, detail)


def pack_score(points: Points, pictures: Pictures) -> bytes:
    """One score; `unpack_score` reads it."""
    return _packed(
        {
            # Strings: RFC 8785 numbers are doubles, a score may be wider.
            "value": str(points.value),
            "terms": {name: str(value) for name, value in points.terms.items()},
            "names": list(points.terms),  # in the order of the judge
            "pictures": [pictures.reconstruction.hex(), pictures.error_map.hex()],
        }
    )


def unpack_score(data: bytes) -> tuple[Points, Pictures]:
    """What `pack_score` wrote."""
    header, _ = _unpacked(data)
    terms = {name: int(header["terms"][name]) for name in header["names"]}
    reconstruction, error_map = (Digest(bytes.fromhex(text)) for text in header["pictures"])
    return Points(int(header["value"]), terms), Pictures(reconstruction, error_map)


def pack_shared(shared: Shared) -> bytes:
    """What a comparison found; `unpack_shared` reads it."""
    found = {
        name: [
            [image, original, dataclasses.asdict(evidence)]
            for image, (original, evidence) in by_image.items()
        ]
        for name, by_image in (("copies", shared.copies), ("likes", shared.likes))
    }
    return _packed(found)


def unpack_shared(data: bytes) -> Shared:
    """What `pack_shared` wrote."""
    header, _ = _unpacked(data)
    copies = {image: (of, SharedGrain(**facts)) for image, of, facts in header["copies"]}
    likes = {image: (of, _correlation(facts)) for image, of, facts in header["likes"]}
    return Shared(copies, likes)


def _evidence(kind: str, facts: dict[str, Any]) -> Evidence:
    if kind == Correlation.__name__:
        return _correlation(facts)
    found: Evidence = _EVIDENCE[kind](**facts)
    return found


def _correlation(facts: dict[str, Any]) -> Correlation:
    return Correlation(**(facts | {"shift": tuple(facts["shift"])}))


def _packed(header: dict[str, Any]) -> bytes:
    text = rfc8785.dumps(header)
    return struct.pack("<I", len(text)) + text


def _unpacked(data: bytes) -> tuple[dict[str, Any], bytes]:
    (length,) = struct.unpack_from("<I", data)
    header: dict[str, Any] = json.loads(data[4 : 4 + length])
    return header, data[4 + length :]
