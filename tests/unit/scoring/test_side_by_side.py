"""Scoring several images at once: the order, the threads, errors in the middle."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import torch

from oracle.assembly.parts import use_threads
from oracle.deadline import within
from scoring.exact.backends.fused import FusedBackend
from scoring.parallel import side_by_side
from scoring.submission.prepare import encode_png


@pytest.fixture(params=[1, 2, 4])
def threads(request) -> Iterator[int]:
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


def test_results_come_in_the_order_of_the_items(threads):
    waits = [threading.Event() for _ in range(12)]

    def work(number: int) -> int:
        # Each but a thread's worth ends only after the one behind it: never in order by itself.
        if threads > 1 and number % threads != threads - 1 and number < 11:
            assert waits[number + 1].wait(30)
        waits[number].set()
        return number * number

    assert list(side_by_side(work, range(12))) == [number * number for number in range(12)]


def test_each_item_has_one_torch_thread_and_afterwards_all_is_as_before(threads):
    patience = sys.getswitchinterval()
    facts = side_by_side(lambda _: (torch.get_num_threads(), sys.getswitchinterval()), range(8))
    (number, shorter) = set(facts).pop()
    assert number == 1 and (shorter < patience or threads == 1)
    assert (torch.get_num_threads(), sys.getswitchinterval()) == (threads, patience)


def test_an_error_comes_in_its_items_place_and_ends_it(threads):
    def work(number: int) -> int:
        if number == 3:
            raise ValueError("three")
        return number

    results = side_by_side(work, iter(range(1000)))
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ValueError, match="three"):
        next(results)
    assert torch.get_num_threads() == threads


def test_a_consumer_that_fails_leaves_nothing_behind(threads):
    def fail() -> None:
        raise OSError("the disk is full")

    caught = None
    try:
        with closing(side_by_side(lambda number: number, range(1000))) as results:
            next(results)
            within(5, fail)  # whose errors refer to themselves, so that they are collected late
    except OSError as error:
        caught = error
    assert caught and torch.get_num_threads() == threads
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("image")]
    assert _of_another_thread(torch.get_num_threads) == threads


def _of_another_thread(ask):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(ask).result()


def test_only_a_few_items_are_taken_ahead(threads):
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for number in range(1000):
            taken += 1
            yield number

    results = side_by_side(lambda number: number, items())
    next(results)
    assert taken <= threads + 1
    results.close()
    assert torch.get_num_threads() == threads


def test_a_small_judging_never_loads_torch(tmp_path: Path) -> None:
    """It takes longer to load than the first epochs take, and the compiled kernels do without."""
    noise = np.random.default_rng(5).integers(0, 256, (2, 512, 512, 3), dtype=np.uint8)
    files = [tmp_path / f"{number}.png" for number in range(2)]
    for file, pixels in zip(files, noise, strict=True):
        file.write_bytes(encode_png(pixels))
    program = (
        "import sys; from pathlib import Path; from scoring.standalone import score_files; "
        "from tests.tiny_specs import TINIEST_COMPETITION as tiny; "
        "found = score_files(Path(sys.argv[1]), [Path(sys.argv[2])], tiny, bytes(32)); "
        "print(len(found.ranking), 'torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, files)],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert done.stdout.split() == ["1", "False"]


def test_the_threads_that_an_operator_sets_are_those_that_train(
    monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    use_threads(3)
    assert FusedBackend().threads.count == torch.get_num_threads() == 3
    use_threads(0)
    assert FusedBackend().threads.count == 3
