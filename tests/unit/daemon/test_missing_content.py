"""What is told of content that does not come."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from oracle.daemon.judging import OperatorJudging
from oracle.errors import ContentUnavailable
from oracle.judging.prefetch import Prefetch
from oracle.metrics import Metrics
from oracle.store.embedded import EmbeddedStore
from scoring.digest import sha256
from scoring.ranking import Entry

pytestmark = pytest.mark.unit


def test_what_is_missing_is_told_in_the_same_words_each_time(tmp_path: Path) -> None:
    store, cache = EmbeddedStore(tmp_path / "store"), EmbeddedStore(tmp_path / "cache")
    target = store.put(b"the target")
    images = [sha256(b"%d" % number) for number in range(4)]
    entries = tuple(Entry(n, "0x" + "11" * 20, image, n) for n, image in enumerate(images, start=1))
    state: Any = SimpleNamespace(
        target_digest=target, reveal_ends=1000, judging_ends=2000, seed_block=0
    )
    told = set()
    with Prefetch(store, cache) as prefetch:
        judging = OperatorJudging(
            store=store,
            cache=cache,
            decode=lambda data: None,  # type: ignore[arg-type, return-value]
            work_dir=tmp_path,
            give_up_missing_fraction=0.5,
            metrics=Metrics(),
            progress=lambda stage, done, total: None,
            prefetch=prefetch,
        )
        for image in images:
            # It is asked for in the background too, and comes later in the next look's order.
            prefetch.search.asked[image] += 5
            with pytest.raises(ContentUnavailable) as raised:
                judging.fetch(state, entries, lambda: 1100)
            told.add(raised.value.what)
    assert len(told) == 1
    assert "4 of 5 images are missing" in told.pop()
