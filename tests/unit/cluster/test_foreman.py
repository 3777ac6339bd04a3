"""A worker's end is no verdict: jobs go to another, a hang is reported, memory stays bounded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import pytest

from oracle.cluster.engine import WorkerFailed, WorkerLost
from oracle.cluster.foreman import ASK_AGAIN, Foreman, Job
from oracle.errors import RetryLater

pytestmark = pytest.mark.unit


@dataclass(eq=False)
class Asked:
    hand: int
    method: str
    arguments: tuple[object, ...]

    @property
    def numbers(self) -> list[int]:
        assert isinstance(self.arguments[0], list)
        return self.arguments[0]


@dataclass(eq=False)
class PlayedCluster:
    """Workers that double numbers; each wait is a second of its clock."""

    size: int = 2
    hanging: set[object] = field(default_factory=set)  # numbers that are never answered
    dying: dict[object, int] = field(default_factory=dict)  # how many workers a number ends
    failing: set[object] = field(default_factory=set)
    short: set[object] = field(default_factory=set)  # numbers that an answer leaves out
    deaf: bool = False  # no worker ever becomes ready
    now: float = 0.0
    hired: int = 0
    dismissed: list[int] = field(default_factory=list)
    most_at_once: int = 0
    closed: bool = False
    asked: list[list[int]] = field(default_factory=list)  # what was answered, or ended a worker

    def capacity(self) -> int:
        return self.size

    def share(self, value: object) -> object:
        return value

    def hire(self, place: int) -> int:
        self.hired += 1
        return self.hired

    def ask(self, hand: int, method: str, *arguments: object) -> Asked:
        return Asked(hand, method, arguments)

    def wait(self, answers: Sequence[Asked], seconds: float) -> Sequence[Asked]:
        self.now += seconds
        self.most_at_once = max(self.most_at_once, sum(a.method == "double" for a in answers))
        # The last that was asked answers first, so that order is the foreman's doing.
        there = [a for a in reversed(answers) if not self._silent(a)]
        return sorted(there, key=lambda asked: asked.method != "prepare")[:1]

    def _silent(self, asked: Asked) -> bool:
        return self.deaf if asked.method == "prepare" else bool(self.hanging & set(asked.numbers))

    def result(self, asked: Asked) -> object:
        if asked.method == "prepare":
            return "ready"
        self.asked.append(asked.numbers)
        for number in asked.numbers:
            if self.dying.get(number, 0):
                self.dying[number] -= 1
                raise WorkerLost("killed")
        if self.failing & set(asked.numbers):
            raise WorkerFailed("no memory left")
        return [2 * number for number in asked.numbers if number not in self.short]

    def dismiss(self, hand: int) -> None:
        self.dismissed.append(hand)

    def close(self) -> None:
        self.closed = True


def foreman_of(cluster: PlayedCluster) -> Foreman:
    return Foreman(
        lambda: cluster,
        briefing=None,
        accept=lambda said: "",
        patience_seconds=20.0,
        start_seconds=100.0,
        clock=lambda: cluster.now,
    )


def jobs(count: int, kept: list[int] | None = None) -> Iterator[Job]:
    for number in range(count):

        def keep(answer: int) -> int:
            if kept is not None:
                kept.append(answer)
            return answer

        yield Job(f"number {number}", "double", partial(int, number), keep)


def test_results_come_in_order_whoever_answers_first() -> None:
    cluster = PlayedCluster(size=3)
    assert list(foreman_of(cluster).run(jobs(20), 2)) == [2 * number for number in range(20)]
    assert cluster.most_at_once == 3


def test_what_is_begun_is_bounded_however_much_there_is() -> None:
    cluster, made = PlayedCluster(hanging={0}), list[int]()

    def counted() -> Iterator[Job]:
        for number, job in enumerate(jobs(10_000)):
            made.append(number)
            yield job

    with pytest.raises(RetryLater):
        next(foreman_of(cluster).run(counted(), 4))
    # The first one hangs: until it is set aside, nine are made, and then one for each that is done.
    assert cluster.most_at_once == 2
    seen: list[int] = []
    running = foreman_of(PlayedCluster()).run(counted(), 4)
    made.clear()
    for _ in range(5):
        seen.append(next(running))
    assert len(made) <= 5 + 9


def test_an_answer_that_is_none_yet_is_asked_for_again_with_what_was_missing() -> None:
    cluster, given = PlayedCluster(), list[int]()

    def jobs_of_two_tries() -> Iterator[Job]:
        for number in range(6):
            tries = iter((number, number + 100))

            def thing(tries: Iterator[int] = tries) -> int:
                given.append(next(tries))
                return given[-1]

            yield Job(
                f"number {number}",
                "double",
                thing,
                lambda answer: ASK_AGAIN if answer < 100 else answer,
            )

    found = list(foreman_of(cluster).run(jobs_of_two_tries(), 2))
    assert found == [2 * (number + 100) for number in range(6)]
    assert sorted(given) == [*range(6), *range(100, 106)]


def test_a_job_whose_worker_dies_is_done_by_another() -> None:
    cluster = PlayedCluster(dying={3: 2, 5: 1})
    foreman = foreman_of(cluster)
    assert list(foreman.run(jobs(8), 2)) == [2 * number for number in range(8)]
    assert foreman.counts.lost == 3
    assert foreman.counts.workers == 2


def test_a_job_that_hangs_two_workers_is_no_verdict_and_all_others_are_kept() -> None:
    cluster, kept = PlayedCluster(hanging={4}), list[int]()
    foreman = foreman_of(cluster)
    with pytest.raises(RetryLater, match="number 4"):
        list(foreman.run(jobs(10, kept), 2))
    assert sorted(kept) == [2 * number for number in range(10) if number != 4]
    assert foreman.counts.lost == 2, "a third worker is not given up for it"


def test_a_job_that_kills_every_worker_is_given_up_too() -> None:
    cluster = PlayedCluster(dying={1: 1_000})
    with pytest.raises(RetryLater, match="number 1"):
        list(foreman_of(cluster).run(jobs(4), 2))


def test_several_jobs_go_into_a_question_where_a_worker_takes_them() -> None:
    cluster = PlayedCluster(size=2)
    foreman = foreman_of(cluster)
    foreman.at_once = lambda said: {"double": 4}
    running = foreman.run(jobs(50), 2)
    assert list(running) == [2 * number for number in range(50)]
    sizes = [len(numbers) for numbers in cluster.asked]
    # The first question is asked before it is known how many a worker takes, and few are left last.
    assert max(sizes) == 4 and sizes.count(4) >= 10
    assert sum(sizes) == 50


def test_of_several_that_a_worker_died_over_none_is_blamed_and_each_is_asked_alone() -> None:
    cluster = PlayedCluster(size=1, dying={6: 1})
    foreman = foreman_of(cluster)
    foreman.at_once = lambda said: {"double": 4}
    assert list(foreman.run(jobs(30), 2)) == [2 * number for number in range(30)]
    [lost] = [numbers for numbers in cluster.asked if 6 in numbers and len(numbers) > 1]
    for number in lost:
        assert [number] in cluster.asked
    assert foreman.counts.lost == 1


@pytest.mark.parametrize("trouble", ["hanging", "failing"])
def test_among_several_the_one_that_makes_trouble_is_found_and_named(trouble: str) -> None:
    cluster, kept = PlayedCluster(size=2, **{trouble: {5}}), list[int]()  # type: ignore[arg-type]
    foreman = foreman_of(cluster)
    foreman.at_once = lambda said: {"double": 4}
    with pytest.raises(RetryLater, match="number 5"):
        list(foreman.run(jobs(12, kept), 2))
    if trouble == "hanging":
        assert sorted(kept) == [2 * number for number in range(12) if number != 5]
    assert foreman.counts.lost <= 3, "the question of several, and twice alone"


@pytest.mark.parametrize("at_once", [1, 4])
def test_an_answer_that_leaves_something_out_is_kept_by_nobody(at_once: int) -> None:
    cluster, kept = PlayedCluster(size=1, short={5}), list[int]()
    foreman = foreman_of(cluster)
    foreman.at_once = lambda said: {"double": at_once}
    with pytest.raises(RetryLater, match="number 5: it answered 0 of 1"):
        list(foreman.run(jobs(9, kept), 2))
    assert kept == sorted(kept), "no number has another's answer"


@pytest.mark.parametrize(("said", "most"), [(0, 1), (-7, 1), (10**9, 256)])
def test_what_a_worker_says_it_takes_at_once_is_bounded(said: int, most: int) -> None:
    cluster = PlayedCluster(size=1)
    foreman = foreman_of(cluster)
    foreman.at_once = lambda _: {"double": said}
    assert list(foreman.run(jobs(600), 2)) == [2 * number for number in range(600)]
    assert max(map(len, cluster.asked)) == most


def test_what_two_workers_cannot_do_is_said_with_their_words() -> None:
    cluster = PlayedCluster(failing={2})
    with pytest.raises(RetryLater, match="number 2: no memory left"):
        list(foreman_of(cluster).run(jobs(4), 2))


def test_a_cluster_without_a_ready_worker_is_said_and_not_waited_for_for_ever() -> None:
    cluster = PlayedCluster(deaf=True)
    with pytest.raises(RetryLater, match="none was ready within 100 s"):
        list(foreman_of(cluster).run(jobs(1), 2))
    assert cluster.now < 200


def test_a_worker_that_would_give_other_bits_is_left_out_and_the_others_go_on() -> None:
    said: list[object] = []

    def refuse_the_first(answer: object) -> str:
        said.append(answer)
        return "another judge" if len(said) == 1 else ""

    cluster = PlayedCluster(size=2)
    foreman = foreman_of(cluster)
    foreman.accept = refuse_the_first
    assert list(foreman.run(jobs(6), 2)) == [0, 2, 4, 6, 8, 10]
    assert (foreman.counts.workers, cluster.hired) == (1, 2), "its place is left empty"


def test_where_every_worker_would_give_other_bits_nothing_is_judged() -> None:
    foreman = foreman_of(PlayedCluster())
    foreman.accept = lambda answer: "another judge"
    with pytest.raises(RetryLater, match="another judge"):
        list(foreman.run(jobs(1), 2))


def test_a_machine_that_goes_between_two_stages_costs_no_job_its_turn() -> None:
    """Its idle workers are found out to be gone one by one, all by the same job."""
    cluster = PlayedCluster(size=12, dying={0: 12})
    assert list(foreman_of(cluster).run(jobs(3), 2)) == [0, 2, 4]


def test_who_knows_everything_needs_no_cluster() -> None:
    def fail() -> PlayedCluster:
        raise AssertionError("the cluster was joined")

    foreman = Foreman(fail, briefing=None, accept=lambda said: "")
    assert list(foreman.run((Job.done_before("", n) for n in range(5)), 2)) == [0, 1, 2, 3, 4]


def test_stopping_ends_every_worker() -> None:
    cluster = PlayedCluster(size=3)
    foreman = foreman_of(cluster)
    next(foreman.run(jobs(100), 2))
    foreman.close()
    assert sorted(cluster.dismissed) == [1, 2, 3]
    assert cluster.closed
