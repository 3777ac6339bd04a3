"""The demo, as scripts/demo runs it: one competition, one audit that agrees, one that does not."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from oracle.devnet.process import clean_environment

pytestmark = [pytest.mark.e2e, pytest.mark.slow]  # it plays a whole competition and audits it twice

SECONDS = 1200  # before it hangs for sure; on two quiet cores it takes three to four minutes


def _ignore_ctrl_c() -> None:
    """As a shell does for what a script starts in the background."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class Demo:
    """`scripts/demo --keep`, from when it says that it stays up."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self._log = out.with_suffix(".log")
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "oracle.devnet.demo", "--keep", "--out", str(out)],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                # Two threads, as at a user's, so that images are judged side by side.
                env=clean_environment() | {"COLUMNS": "200", "OMP_NUM_THREADS": "2"},
                preexec_fn=_ignore_ctrl_c,
            )

    @property
    def text(self) -> str:
        return self._log.read_text()

    def wait_until_it_stays(self) -> None:
        ends = time.monotonic() + SECONDS
        while "Ctrl-C ends it" not in self.text:
            assert self.process.poll() is None, f"it ended:\n{self.text}"
            assert time.monotonic() < ends, f"it did not come to its end:\n{self.text}"
            time.sleep(0.2)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(90)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    demo = Demo(tmp_path_factory.mktemp("demo") / "out")
    try:
        demo.wait_until_it_stays()
        yield demo
    finally:
        demo.stop()


@pytest.mark.timeout(SECONDS + 60)
def test_it_says_that_everything_held(demo: Demo) -> None:
    assert "Everything held" in demo.text
    assert re.search(r"was paid 0\.\d+ ETH: 80 % of 0\.08 ETH, to the wei", demo.text)
    assert "The audit names what differs and exits with 3" in demo.text
    assert "ranking root: claimed" in demo.text
    for call in ("createCompetition", "buyTicket", "assertRanking", "finalize"):
        assert call in demo.text
    assert "Finn, once more: all 100 prompts of this ticket are used" in demo.text
    assert re.search(r"Gus cannot reveal: .*receipt", demo.text)
    assert "not revealed" in demo.text
    assert "The studio's log holds" in demo.text


def test_the_report_is_one_page_that_asks_nobody_for_anything(demo: Demo) -> None:
    page = (demo.out / "report.html").read_text()
    paid = re.search(r"^(\w+) was paid", demo.text, re.MULTILINE)
    assert paid is not None
    assert f"{paid[1]}, winner (80 %)" in page
    assert "A stranger&#39;s audit" in page or "A stranger's audit" in page
    assert page.count("data:image/jpeg;base64,") >= 7
    loaded = re.findall(r"""(?:src|href)\s*=\s*["']?([^"'>\s]+)""", page)
    assert [where for where in loaded if not where.startswith(("data:", "#"))] == []


def test_chain_daemon_and_content_stay_up(demo: Demo) -> None:
    found = re.search(r"content and health (http://[\d.:]+\d)", demo.text)
    assert found is not None
    session = requests.Session()
    session.trust_env = False
    assert session.get(f"{found[1]}/healthz", timeout=20).json()["status"] == "ok"
    assert "judge_competitions" in session.get(f"{found[1]}/metrics", timeout=20).text


def test_the_folder_of_a_running_devnet_is_not_taken_by_another(demo: Demo) -> None:
    command = [sys.executable, "-m", "oracle.devnet.demo", "--out", str(demo.out)]
    second = subprocess.run(command, capture_output=True, text=True, env=clean_environment())
    assert second.returncode != 0
    assert "another devnet runs in" in second.stderr


def test_ctrl_c_ends_it_and_leaves_no_process_behind(demo: Demo) -> None:
    children = psutil.Process(demo.process.pid).children(recursive=True)
    assert {"anvil"} <= {child.name() for child in children}
    demo.stop()
    assert demo.process.returncode == 0, demo.text
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []
