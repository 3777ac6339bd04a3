"""Sharing work among threads: every part once, and the faster way in the end."""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from scoring.exact.backends import threads as sharing
from scoring.exact.backends.threads import Threads

OFTEN = 12
COUNT = 8


@pytest.fixture
def threads() -> Threads:
    return Threads(2)


def test_every_part_is_done_once_however_it_is_shared(threads):
    values = np.arange(COUNT)
    for _ in range(OFTEN):
        parts = threads.share(lambda x, lo, hi: int(x[lo:hi].sum()), COUNT, values)
        assert sum(parts) == values.sum()


def test_sums_are_gathered_however_they_are_shared(threads):
    def add(values, total, lo, hi):
        total += values[lo:hi].sum(axis=0)

    values = np.arange(2 * COUNT).reshape(COUNT, 2)
    for _ in range(OFTEN):
        (totals,) = threads.gather(add, COUNT, (values,), (np.zeros(2, np.int64),))
        assert np.array_equal(totals.sum(axis=0), values.sum(axis=0))


@pytest.mark.parametrize(("slow", "parts"), [("small spans", 1), ("large spans", 2)])
def test_what_is_faster_is_done_in_the_end(threads, slow, parts):
    def work(lo, hi):
        small = hi - lo < COUNT
        time.sleep(0.02 if small == (slow == "small spans") else 0)

    done = [len(threads.share(work, COUNT)) for _ in range(OFTEN)]
    assert done[: OFTEN // 2] == [2, 1] * (OFTEN // 4)
    assert set(done[OFTEN // 2 :]) == {parts}


def test_what_has_become_faster_is_found_out(threads, monkeypatch):
    monkeypatch.setattr(sharing, "_TRIED_AGAIN", 2 * OFTEN)
    busy = True

    def work(lo, hi):
        time.sleep(0.02 if busy == (hi - lo < COUNT) else 0)

    before = [len(threads.share(work, COUNT)) for _ in range(2 * OFTEN)]
    busy = False
    after = [len(threads.share(work, COUNT)) for _ in range(2 * OFTEN)]
    assert (before[-1], after[-1]) == (1, 2)


def test_many_threads_may_begin_before_the_first_has_ended(threads):
    def work(lo, hi):
        time.sleep(0.05)

    with ThreadPoolExecutor(OFTEN) as pool:
        parts = list(pool.map(lambda _: len(threads.share(work, COUNT)), range(2 * OFTEN)))
    assert {1, 2} == set(parts)


def test_a_thread_that_works_alone_shares_nothing(threads):
    def count(_):
        return {len(threads.share(lambda lo, hi: None, COUNT)) for _ in range(OFTEN)}

    with ThreadPoolExecutor(1, initializer=sharing.work_alone) as pool:
        assert pool.submit(count, None).result() == {1}


def test_work_of_another_size_is_tried_for_itself(threads):
    def work(values, lo, hi):
        time.sleep(0.02 if values.size > COUNT and hi - lo == COUNT else 0)

    for _ in range(OFTEN):
        threads.share(work, COUNT, np.zeros(COUNT))
    for _ in range(OFTEN):
        last = threads.share(work, COUNT, np.zeros(2 * COUNT))
    assert len(last) == 2
