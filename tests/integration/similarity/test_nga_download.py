"""The National Gallery's tables and images, from a server on this machine that plays theirs."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import skimage.data
from click.testing import CliRunner
from PIL import Image

from oracle.cli.main import main
from scoring.similarity.errors import BadDataset, DownloadFailed
from scoring.similarity.nga import OpenData, Painting, paintings

pytestmark = pytest.mark.integration

# Rows as the gallery writes them, the columns that are not read shortened to a few.
DIMENSIONS = """objectid,element,dimensiontype,dimension,unitname
10,painted surface,width,60.0,centimeters
10,painted surface,height,80.0,centimeters
10,overall,width,70.0,centimeters
11,overall,height,30.0,centimeters
12,painted surface,width,10.0,centimeters
13,painted surface,width,10.0,centimeters
14,Painted Surface,width,12.0,centimeters
"""
IMAGES = """uuid,iiifurl,iiifthumburl,viewtype,sequence,width,height,maxpixels,depictstmsobjectid
a,{iiif}/a,{iiif}/a/full/!200,primary,0.0,3000,4000,,10
b,{iiif}/b,{iiif}/b/full/!200,alternate,1.0,3000,4000,,10
c,{iiif}/c,{iiif}/c/full/!200,primary,0.0,100,100,,11
d,{iiif}/missing,{iiif}/d/full/!200,primary,0.0,100,100,,12
e,{iiif}/broken,{iiif}/e/full/!200,primary,0.0,100,100,,13
f,{iiif}/f,{iiif}/f/full/!200,primary,0.0,100,100,,14
"""


class Museum(BaseHTTPRequestHandler):
    """Serves the two tables, and any image but the missing and the broken one."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        base = f"http://{self.headers['Host']}"
        if self.path.endswith("objects_dimensions.csv"):
            self._answer(DIMENSIONS.encode())
        elif self.path.endswith("published_images.csv"):
            self._answer(("\ufeff" + IMAGES.format(iiif=f"{base}/iiif")).encode())
        elif "missing" in self.path:
            self.send_error(404)
        elif "broken" in self.path:
            self._answer(b"not a picture")
        else:
            buffer = io.BytesIO()
            Image.fromarray(skimage.data.coffee()).resize((64, 48)).save(buffer, "JPEG")
            self._answer(buffer.getvalue())

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def museum() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    handler = type("Handler", (Museum,), {"asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/data", asked
        server.shutdown()
        thread.join()


def test_only_primary_pictures_of_painted_surfaces_are_chosen() -> None:
    found = paintings(DIMENSIONS.splitlines(), IMAGES.format(iiif="https://x").splitlines())
    assert [painting.object_id for painting in found] == [10, 12, 13, 14]
    assert found[0].image_url(512) == "https://x/a/full/!512,512/0/default.jpg"


def test_a_changed_table_is_an_error() -> None:
    with pytest.raises(BadDataset, match="objects_dimensions has no column element"):
        paintings(["objectid,part", "1,x"], [])


def test_pictures_are_fetched_once_and_bad_ones_reported(museum, tmp_path: Path) -> None:
    url, asked = museum
    source = OpenData(url, pause_seconds=0)
    chosen = source.paintings()
    first = source.fetch(chosen, tmp_path, side=64, progress=lambda *_: None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["10.jpg", "14.jpg"]
    assert (first.new, first.kept) == (2, 0)
    assert [painting.object_id for painting, _ in first.failed] == [12, 13]
    assert "/iiif/a/full/!64,64/0/default.jpg" in asked
    asked.clear()
    again = source.fetch(chosen, tmp_path, side=64, progress=lambda *_: None)
    assert (again.new, again.kept) == (0, 2)
    assert all("missing" in path or "broken" in path for path in asked)


def test_the_command_downloads_and_says_what_failed(museum, tmp_path: Path) -> None:
    run = CliRunner().invoke(
        main, ["nga", str(tmp_path / "g"), "--tables-url", museum[0], "--json", "--side", "32"]
    )
    assert json.loads(run.stdout) == {"new": 2, "kept": 0, "failed": 2}
    assert "left out 12" in run.stderr
    assert run.exit_code == 1
    one = CliRunner().invoke(
        main, ["nga", str(tmp_path / "g"), "--tables-url", museum[0], "--limit", "1"]
    )
    assert one.exit_code == 0
    assert "1 there already" in one.stderr


def test_a_server_that_is_not_there_is_an_error_after_three_tries() -> None:
    source = OpenData("http://127.0.0.1:9", pause_seconds=0)
    with pytest.raises(DownloadFailed, match="did not answer"):
        source.paintings()


def test_only_web_addresses_are_followed(tmp_path: Path) -> None:
    here = Painting(1, "file:///etc/hostname?")
    fetched = OpenData().fetch([here], tmp_path, progress=lambda *_: None)
    assert "no web address" in fetched.failed[0][1]


def test_an_endless_answer_is_cut(museum, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scoring.similarity.nga._MAX_TABLE_BYTES", 20)
    with pytest.raises(DownloadFailed, match="more than 20 bytes"):
        OpenData(museum[0]).paintings()
