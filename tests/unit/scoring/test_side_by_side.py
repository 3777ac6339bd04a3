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
from scoring.parallel import Stages, in_groups, side_by_side
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


def squares(begin=lambda number: number, together=list, finish=lambda number: number**2) -> Stages:
    return Stages(begin, together, finish)


@pytest.mark.parametrize("size", [1, 2, 7])
def test_groups_give_results_in_the_order_of_the_items(threads, size):
    groups = []

    def together(group: list[int]) -> list[int]:
        groups.append(list(group))
        return group

    found = list(in_groups(squares(together=together), iter(range(17)), size))
    assert found == [number**2 for number in range(17)]
    if size > 1:
        assert [number for group in groups for number in group] == list(range(17))
        assert [len(group) for group in groups[:-1]] == [size] * (len(groups) - 1)
    assert torch.get_num_threads() == threads


def test_the_next_group_is_begun_while_one_is_looked_at(threads):
    begun = [threading.Event() for _ in range(6)]

    def begin(number: int) -> int:
        begun[number].set()
        return number

    def together(group: list[int]) -> list[int]:
        # Were nothing begun meanwhile, this would wait in vain.
        assert all(begun[number].wait(30) for number in range(min(group[0] + 6, 6)))
        return group

    assert len(list(in_groups(squares(begin, together), range(6), 3))) == 6


@pytest.mark.parametrize("part", ["begin", "finish"])
def test_an_error_of_one_of_a_group_comes_in_its_place_alone(threads, part):
    def fail(number: int) -> int:
        if number == 4:
            raise ValueError("four")
        return number

    results = in_groups(squares(**{part: fail}), iter(range(1000)), 3)
    assert [next(results) is not None for _ in range(4)] == [True] * 4
    with pytest.raises(ValueError, match="four"):
        next(results)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("image")]


def test_an_item_that_cannot_be_begun_is_shown_to_nobody(threads):
    def begin(number: int) -> int:
        return 1 // number

    def together(group: list[int]) -> list[int]:
        assert group
        return group

    with pytest.raises(ZeroDivisionError):
        list(in_groups(squares(begin, together), [0], 2))


def test_only_two_groups_are_taken_ahead(threads):
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for number in range(1000):
            taken += 1
            yield number

    with closing(in_groups(squares(), items(), 5)) as results:
        next(results)
        assert taken <= 4 * 5
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
