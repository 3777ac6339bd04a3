"""The report stands alone, shows everyone, and no name can break out of it."""

from __future__ import annotations

import base64
import dataclasses
import io
import re

import numpy as np
import pytest
from PIL import Image

from scoring.digest import sha256
from scoring.float32.judge import FloatJudge
from scoring.judge import score
from scoring.ranking import Entry, ScoredEntry, rank
from scoring.render import (
    AuditResult,
    Fact,
    Payout,
    ReportData,
    ReportEntry,
    Transaction,
    colour_heatmap,
    render_contact_sheet,
    render_heatmap,
    render_report,
)
from scoring.submission.image import Flag
from tests.unit import png_files as png

pytestmark = pytest.mark.unit
ADDRESS = "0x52908400098527886E0F7030069857D2E4169EE7"


@pytest.fixture
def data(tiny_model: FloatJudge) -> ReportData:
    result = score(tiny_model, png.photo("coffee"))
    scored = [
        ScoredEntry(Entry(4, ADDRESS, sha256(b"a"), 1), 1_234_567, terms={"mse": 5, "a_b": 6}),
        ScoredEntry(Entry(5, "<script>alert(1)</script>", sha256(b"b"), 2), 2_000_000),
        ScoredEntry(Entry(6, ADDRESS, sha256(b"c"), 3), 0, Flag.DISQUALIFIED | Flag.CORRUPT),
    ]
    pictures = (png.photo("coffee"), result.reconstruction, result.error_map)
    entries = [
        ReportEntry(ranked) if ranked.disqualified else ReportEntry(ranked, *pictures)
        for ranked in rank(scored)
    ]
    return ReportData(
        png.photo(), entries, tiny_model.spec, tiny_model.model.seed, tiny_model.digest()
    )


def test_the_page_shows_ranks_scores_and_reasons(data: ReportData) -> None:
    page = render_report(data)
    assert page.index("0x529084…169EE7") < page.index("is damaged")
    assert "1\u202f234\u202f567" in page and "a b&nbsp;6 · mse&nbsp;5" in page
    assert data.model_hash.hex() in page and data.seed.hex() in page
    assert page.count("no picture") == 1
    assert "Payout" not in page and "Transactions" not in page


def test_the_page_loads_nothing_and_runs_nothing(data: ReportData) -> None:
    page = render_report(data)
    sources = re.findall(r"""(?:src|href)\s*=\s*["']([^"']{0,30})""", page)
    assert len(sources) == 7
    assert all(source.startswith("data:image/jpeg;base64,") for source in sources)
    assert "http" not in page and "<script" not in page and "@import" not in page


def test_every_picture_on_the_page_is_one(data: ReportData) -> None:
    for encoded in re.findall(r"base64,([^\"]+)", render_report(data)):
        with Image.open(io.BytesIO(base64.b64decode(encoded))) as image:
            assert image.size in ((512, 512), (256, 256))


def test_names_and_facts_are_escaped(data: ReportData) -> None:
    evil = "\"><img src=x onerror='alert(1)'>"
    page = render_report(
        dataclasses.replace(
            data,
            title=evil,
            facts=[Fact(evil, evil)],
            payouts=[Payout(evil, evil, evil)],
            transactions=[Transaction(evil, evil, 1)],
            audit=AuditResult(False, evil),
        )
    )
    assert "<img src=x" not in page and "onerror='" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_what_the_chain_says_is_shown(data: ReportData) -> None:
    page = render_report(
        dataclasses.replace(
            data,
            title="Competition 7",
            facts=[Fact("Contract", ADDRESS)],
            payouts=[Payout("winner", ADDRESS, "0.8 ETH")],
            transactions=[Transaction("assertRanking", "0x" + "ab" * 32, 111_777)],
            audit=AuditResult(True, "The audit agrees."),
        )
    )
    for text in ("<title>Competition 7", f">{ADDRESS}<", "0.8 ETH", "0x" + "ab" * 32,
                 "111\u202f777", "✓ The audit agrees."):  # fmt: skip
        assert text in page


@pytest.mark.parametrize("kept", [0, -1], ids=["nobody", "only disqualified"])
def test_a_competition_that_nobody_won_has_a_page(data: ReportData, kept: int) -> None:
    entries = data.entries[kept:] if kept else []
    page = render_report(dataclasses.replace(data, entries=entries))
    assert "No entry qualified." in page


def test_the_heatmap_is_brighter_where_the_error_is_larger() -> None:
    levels = np.arange(256, dtype=np.uint8)[None]
    brightness = colour_heatmap(levels).astype(int) @ (299, 587, 114)
    assert (np.diff(brightness[0]) >= 0).all()
    assert brightness[0, 0] < 10_000 and brightness[0, 128] == brightness[0, 255] > 230_000
    with Image.open(io.BytesIO(render_heatmap(levels))) as image:
        assert image.size == (256, 1) and image.mode == "RGB"


def test_the_contact_sheet_has_a_row_for_the_target_and_everyone(data: ReportData) -> None:
    with Image.open(io.BytesIO(render_contact_sheet(png.photo(), data.entries))) as sheet:
        assert sheet.size == (528, 4 * 198 + 12)
        pixels = np.asarray(sheet)
    assert pixels[100:150, 100:150].std() > 10  # the target
    assert (pixels[-150:, :] == 255).all()  # the last one has no pictures
