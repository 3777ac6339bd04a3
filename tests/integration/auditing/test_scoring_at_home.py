"""The line that the page gives for a practice round at home makes the very judge of the ranking."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from oracle.cli.main import main
from oracle.judging.bundle import read_index, read_page
from scoring.digest import Digest
from tests.integration.competition_world import World

pytestmark = pytest.mark.integration


def test_judge_score_with_seed_and_spec_gives_the_scores_of_the_ranking(
    judged: World, tmp_path: Path
) -> None:
    def save(name: str, digest: bytes) -> str:
        path = tmp_path / name
        path.write_bytes(judged.store.get(Digest(digest), max_bytes=1 << 20))
        return str(path)

    state = judged.state(1)
    index = read_index(judged.store.get(Digest(state.bundle_digest), max_bytes=1 << 20))
    page = Digest(bytes.fromhex(index["pages"][0][2:]))
    rows = read_page(judged.store.get(page, max_bytes=1 << 20))
    images = {
        save(f"{row['ticket_id']}.png", bytes.fromhex(row["image_digest"][2:])): row["score"]
        for row in rows
    }
    target, spec = (
        save("target.png", state.target_digest),
        save("spec.json", state.terms.spec_digest),
    )
    line = ("score", "--seed", "0x" + state.seed.hex(), "--spec", spec, target, *images, "--json")
    result = json.loads(CliRunner().invoke(main, line).stdout)
    assert len(images) == 3
    assert {row["path"]: str(row["score"]) for row in result["ranking"]} == images
    assert result["model_hash"].removeprefix("0x") == state.model_hash.hex()
