"""What a shared link tells: read from chain and digests, and drawn without a stranger's tricks."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image

from oracle.api.share.picture import SIZE, _system_fonts, draw_result
from oracle.api.share.result import Result, Results, Winner, plain
from oracle.chain.competition import CompetitionContract
from oracle.chain.state import Phase
from oracle.errors import ContentUnavailable
from oracle.store.base import ContentStore
from scoring.digest import Digest, sha256
from tests.unit.scenes import Scene

pytestmark = pytest.mark.unit

PLAYER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
TARGET, IMAGE = Digest(bytes([1] * 32)), Digest(bytes([2] * 32))


class Shelf:
    """Content by its digest, as a store keeps it."""

    def __init__(self) -> None:
        self.blocks: dict[bytes, bytes] = {}

    def put(self, value: object) -> Digest:
        data = json.dumps(value).encode()
        self.blocks[sha256(data)] = data
        return sha256(data)

    def get(self, digest: Digest, *, max_bytes: int) -> bytes:
        if digest not in self.blocks:
            raise ContentUnavailable("nowhere", "wait")
        return self.blocks[digest]


def bundle(shelf: Shelf, *rows: dict[str, Any], judge: object = "calibrated") -> Digest:
    page = shelf.put({"rows": list(rows)})
    spec = {"judge": judge}
    return shelf.put(
        {"version": 2, "pages": ["0x" + page.hex()], "spec": spec, "seed": "", "model_hash": ""}
    )


def row(ticket: int = 7, score: object = "38999", image: object = None) -> dict[str, Any]:
    digest = "0x" + IMAGE.hex() if image is None else image
    return {"ticket_id": ticket, "flags": 0, "score": score, "image_digest": digest}


def results(
    shelf: Shelf,
    phase: Phase = Phase.FINAL,
    bundle_digest: bytes = bytes(32),
    card: dict[str, str] | None = None,
    target: bytes = TARGET,
) -> Results:
    state = SimpleNamespace(
        phase=phase,
        target_digest=target,
        winner_ticket=7,
        bundle_digest=bundle_digest,
        revealed=5,
        terms=SimpleNamespace(sale_ends=0),
    )
    contract = SimpleNamespace(
        client=SimpleNamespace(latest_block=lambda: None, finalized_block=lambda: None),
        state=lambda number, block: state,
        ticket=lambda number, ticket, block: SimpleNamespace(player=PLAYER),
    )
    return Results(
        cast(CompetitionContract, contract),
        cast(ContentStore, shelf),
        lambda number, opens_at: f"No. {number} · 28 November",
        lambda number, digest: card or {},
    )


def test_a_final_competition_tells_who_won_and_how_near() -> None:
    shelf = Shelf()
    digest = bundle(shelf, row(ticket=3, score="1"), row())
    found = results(shelf, bundle_digest=digest, card={"title": "Night"}).of(12)
    assert found is not None
    assert found.winner == Winner(7, PLAYER, IMAGE, "0.039")
    assert (found.is_ranked, found.revealed) == (True, 5)
    assert found.headline == "No. 12 · 28 November: Night"
    assert found.sentence == "The closest image is by 0xf39F…2266, at a distance of 0.039."


@pytest.mark.parametrize(
    ("judge", "score", "said"),
    [
        ("calibrated", "-38999", "−0.039"),
        ("autoencoder-mse", "1500000", "0.0015"),
        ("constructor", "12", "12"),
        (None, "12", "12"),
        ("calibrated", "9" * 400, ""),
        ("calibrated", "1e9", ""),
        ("calibrated", "--1", ""),
        ("calibrated", None, ""),
    ],
)
def test_a_distance_is_said_as_on_the_page_or_not_at_all(
    judge: object, score: object, said: str
) -> None:
    shelf = Shelf()
    digest = bundle(shelf, row(score=score), judge=judge)
    found = results(shelf, bundle_digest=digest).of(12)
    assert found is not None and found.winner is not None
    assert found.winner.distance == said


@pytest.mark.parametrize(
    "spoil",
    [
        lambda shelf: bytes(32),
        lambda shelf: bundle(shelf),
        lambda shelf: bundle(shelf, row(ticket=8)),
        lambda shelf: bundle(shelf, row(image="0xab")),
        lambda shelf: shelf.put({"version": 2, "pages": 7, "spec": 1, "seed": 0, "model_hash": 0}),
        lambda shelf: shelf.put([]),
    ],
)
def test_without_its_bundle_the_chain_still_tells_who_won(spoil: Any) -> None:
    shelf = Shelf()
    found = results(shelf, bundle_digest=spoil(shelf)).of(12)
    assert found is not None
    assert found.winner == Winner(7, PLAYER, None, "")
    assert found.sentence == "The closest image is by 0xf39F…2266."


def test_before_the_end_nobody_is_called_the_winner_and_a_sealed_target_has_no_title() -> None:
    shelf = Shelf()
    sealed = results(shelf, Phase.SELLING, card={"title": "Night"}, target=bytes(32)).of(1)
    assert sealed is not None
    assert (sealed.winner, sealed.target, sealed.title) == (None, None, "")
    void = results(shelf, Phase.VOID, bundle_digest=bytes([3] * 32)).of(1)
    assert void is not None and not void.is_ranked
    assert "refunded" in void.sentence
    assert results(shelf, Phase.NONE).of(1) is None


def test_a_title_is_one_line_that_cannot_turn_the_writing_around() -> None:
    assert plain("a\u202eb\n\x00c \u200b d", 80) == "a b c d"
    assert plain("x" * 200, 80) == "x" * 79 + "…"


def result(title: str = "", distance: str = "0.039") -> Result:
    return Result(
        12, "No. 12 · 28 November", title, False, TARGET, Winner(7, PLAYER, IMAGE, distance)
    )


def pixels(png: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(png)) as picture:
        assert (picture.format, picture.size, picture.mode) == ("PNG", SIZE, "RGB")
        return np.asarray(picture)


def test_the_picture_shows_target_and_winner_side_by_side(scene: Scene) -> None:
    shown = pixels(draw_result(result(), scene(1), scene(2)))
    left, right = shown[60:460, 60:460], shown[60:460, 490:890]
    for tile, seed in ((left, 1), (right, 2)):
        small = np.asarray(
            Image.fromarray(scene(seed)).resize((400, 400), Image.Resampling.LANCZOS)
        )
        assert np.array_equal(tile, small)


def test_an_image_that_is_not_here_leaves_its_place_empty(scene: Scene) -> None:
    whole = pixels(draw_result(result(), scene(1), scene(2)))
    half = pixels(draw_result(result(), scene(1), None))
    assert np.array_equal(whole[:, :490], half[:, :490])
    assert not np.array_equal(whole[60:460, 490:890], half[60:460, 490:890])


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No fonts but Pillow's own."""
    monkeypatch.setattr("oracle.api.share.picture.SYSTEM_FONTS", ())
    _system_fonts.cache_clear()
    yield
    _system_fonts.cache_clear()


@pytest.mark.usefixtures("bare_machine")
@pytest.mark.parametrize("title", ["夜の絵", "🌃", "ليل", "a\uffff"])
def test_a_title_that_the_font_cannot_write_is_left_out_rather_than_boxes(
    title: str, scene: Scene
) -> None:
    assert draw_result(result(title), scene(1), None) == draw_result(result(), scene(1), None)


@pytest.mark.parametrize("title", ["Night", "<script>alert(1)</script>", "W" * 80])
def test_any_title_that_it_can_write_stays_inside_the_picture(title: str, scene: Scene) -> None:
    shown = pixels(draw_result(result(title), scene(1), None))
    bare = pixels(draw_result(result(), scene(1), None))
    assert not np.array_equal(shown[575:625], bare[575:625])
    assert np.array_equal(shown[:, 1160:], bare[:, 1160:])
