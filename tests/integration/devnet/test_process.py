"""The devnet's processes: one that ends by itself is named, with the log that says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from oracle.devnet.process import JudgeProcess, wait_until
from oracle.errors import DevnetFailed

pytestmark = pytest.mark.integration


def test_a_process_that_does_not_start_is_named_with_its_log(tmp_path: Path) -> None:
    process = JudgeProcess("the daemon", tmp_path / "daemon.log")
    with pytest.raises(DevnetFailed, match="the daemon ended with status 2") as caught:
        process.start(tmp_path / "none.toml", "run", answers_at="http://127.0.0.1:9/healthz")
    assert str(tmp_path / "daemon.log") in caught.value.hint
    assert "none.toml" in (tmp_path / "daemon.log").read_text()
    process.stop()
    process.require()  # what was stopped on purpose is not missed


def test_what_is_waited_for_in_vain_is_said() -> None:
    with pytest.raises(DevnetFailed, match="in vain for the moon"):
        wait_until(lambda: False, 0.1, "the moon")
