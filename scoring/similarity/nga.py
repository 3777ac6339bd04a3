"""Paintings of the National Gallery of Art, Washington, from its open-data tables.

The gallery publishes its catalogue as CSV files and its images through a IIIF server, both CC0.
A painting here is an object of which the table of dimensions measures a "painted surface", as the
retrieval source has it.
"""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests

from scoring.errors import UnreadableImage
from scoring.progress import Progress
from scoring.similarity.errors import BadDataset, DownloadFailed
from scoring.similarity.reading import read_image

TABLES_URL = "https://raw.githubusercontent.com/NationalGalleryOfArt/opendata/main/data"
PAINTED_SURFACE = "painted surface"
_MAX_TABLE_BYTES = 512 * 1024 * 1024
_MAX_IMAGE_BYTES = 64 * 1024 * 1024
_TIMEOUT_SECONDS = (10, 60)  # to connect, between two packets
_TRIES = 3


@dataclass(frozen=True)
class Painting:
    """One published picture of a painting."""

    object_id: int
    iiif_url: str

    def image_url(self, side: int) -> str:
        """Where the IIIF server has it, fitted into a square of `side` pixels."""
        return f"{self.iiif_url}/full/!{side},{side}/0/default.jpg"


@dataclass(frozen=True)
class Fetched:
    """What a download did."""

    new: int
    kept: int  # were there already
    failed: tuple[tuple[Painting, str], ...]


def paintings(objects_dimensions: Iterable[str], published_images: Iterable[str]) -> list[Painting]:
    """The primary picture of every object with a painted surface, by object id.

    Both arguments are lines of the CSV tables of that name. Raises `BadDataset` when a table lacks
    a column.
    """
    painted = {
        row["objectid"]
        for row in _rows(objects_dimensions, "objects_dimensions", "objectid", "element")
        if row["element"].strip().lower() == PAINTED_SURFACE
    }
    images = _rows(
        published_images, "published_images", "iiifurl", "viewtype", "depictstmsobjectid"
    )
    found = {
        int(row["depictstmsobjectid"]): Painting(int(row["depictstmsobjectid"]), row["iiifurl"])
        for row in images
        if row["depictstmsobjectid"] in painted and row["viewtype"] == "primary" and row["iiifurl"]
    }
    return [found[object_id] for object_id in sorted(found)]


class OpenData:
    """The gallery's two public servers, behind one small interface."""

    def __init__(self, tables_url: str = TABLES_URL, pause_seconds: float = 0.05) -> None:
        self._tables_url = tables_url
        self._pause_seconds = pause_seconds
        self._session = requests.Session()
        self._session.headers["User-Agent"] = "judging-oracle (image similarity research)"

    def paintings(self) -> list[Painting]:
        """The catalogue, downloaded. Raises `DownloadFailed`, `BadDataset`."""
        tables = [
            self._get(f"{self._tables_url}/{name}.csv", _MAX_TABLE_BYTES).decode("utf-8-sig")
            for name in ("objects_dimensions", "published_images")
        ]
        return paintings(*(io.StringIO(table, newline="") for table in tables))

    def fetch(
        self, chosen: list[Painting], folder: Path, *, side: int = 512, progress: Progress
    ) -> Fetched:
        """Pictures into `folder`, named by object id; what is there already is left alone.

        A picture that does not come or is none is reported, and the rest goes on.
        """
        folder.mkdir(parents=True, exist_ok=True)
        new = kept = 0
        failed: list[tuple[Painting, str]] = []
        for done, painting in enumerate(chosen):
            progress("downloading", done, len(chosen))
            path = folder / f"{painting.object_id}.jpg"
            if path.exists():
                kept += 1
                continue
            try:
                data = self._get(painting.image_url(side), _MAX_IMAGE_BYTES)
                read_image(data)
            except (DownloadFailed, UnreadableImage) as error:
                failed.append((painting, error.what))
                continue
            partial = path.with_suffix(".part")
            partial.write_bytes(data)
            partial.replace(path)
            new += 1
            time.sleep(self._pause_seconds)
        return Fetched(new, kept, tuple(failed))

    def _get(self, url: str, max_bytes: int) -> bytes:
        """The body, tried three times, never more than `max_bytes` of it."""
        if urlsplit(url).scheme not in ("http", "https"):
            raise DownloadFailed(f"{url} is no web address", "check the published_images table")
        problem = ""
        for attempt in range(_TRIES):
            try:
                with self._session.get(url, stream=True, timeout=_TIMEOUT_SECONDS) as response:
                    response.raise_for_status()
                    return _capped(response, max_bytes)
            except requests.RequestException as error:
                problem = str(error)
                refused = error.response is not None and error.response.status_code < 500
                if refused or attempt == _TRIES - 1:
                    break
                time.sleep(2**attempt * self._pause_seconds)
        raise DownloadFailed(f"{url} did not answer ({problem})", "check the network and repeat")


def _capped(response: requests.Response, max_bytes: int) -> bytes:
    body = bytearray()
    for chunk in response.iter_content(1 << 16):
        body += chunk
        if len(body) > max_bytes:
            raise DownloadFailed(f"{response.url} sends more than {max_bytes} bytes", "report it")
    return bytes(body)


def _rows(lines: Iterable[str], table: str, *columns: str) -> Iterator[dict[str, str]]:
    reader = csv.DictReader(lines)
    missing = set(columns) - set(reader.fieldnames or ())
    if missing:
        raise BadDataset(
            f"the table {table} has no column {sorted(missing)[0]}",
            "the gallery changed its format; report it",
        )
    yield from reader
