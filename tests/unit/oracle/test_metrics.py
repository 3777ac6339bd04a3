import pytest
from prometheus_client.parser import text_string_to_metric_families

from oracle.metrics import Metrics
from scoring.submission.image import Flag

pytestmark = pytest.mark.unit


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def numbers(metrics: Metrics) -> dict[str, float]:
    """What Prometheus would read: `name{label}` → value."""
    return {
        sample.name + "".join(f"{{{label}}}" for label in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(metrics.exposition().decode())
        for sample in family.samples
    }


def test_cycles_are_counted_by_how_they_ended() -> None:
    metrics = Metrics()
    metrics.cycle_finished(2.5, 77)
    metrics.cycle_failed()
    metrics.cycle_failed()
    read = numbers(metrics)
    assert read["judge_cycles_total{ok}"] == 1
    assert read["judge_cycles_total{failed}"] == 2
    assert read["judge_cycle_seconds_sum"] == 2.5
    assert read["judge_block_number"] == 77
    assert read["judge_last_good_cycle_timestamp_seconds"] > 1_700_000_000


def test_alerts_find_both_outcomes_before_anything_happened() -> None:
    read = numbers(Metrics())
    for name in ("judge_cycles_total", "judge_fetches_total"):
        assert read[f"{name}{{ok}}"] == read[f"{name}{{failed}}"] == 0


def test_alerts_see_the_first_reverted_transaction_and_the_first_missed_day_as_an_increase() -> (
    None
):
    metrics = Metrics()
    metrics.transactions_seen({"confirmed": 2})
    metrics.series_seen({"created": 1})
    before = numbers(metrics)
    assert before["judge_transactions{reverted}"] == before["judge_series_days{missed}"] == 0
    metrics.transactions_seen({"reverted": 1})
    metrics.series_seen({"missed": 1})
    after = numbers(metrics)
    assert after["judge_transactions{reverted}"] == after["judge_series_days{missed}"] == 1


def test_only_a_good_cycle_makes_the_daemon_young_and_ready() -> None:
    clock = Clock()
    metrics = Metrics(clock=clock)
    clock.now += 10
    metrics.cycle_failed()
    assert (metrics.ready, metrics.seconds_since_good_cycle()) == (False, 10)
    metrics.cycle_finished(1, 1)
    clock.now += 3
    assert (metrics.ready, metrics.seconds_since_good_cycle()) == (True, 3)
    metrics.cycle_failed()
    assert (metrics.ready, metrics.seconds_since_good_cycle()) == (True, 3)


def test_a_phase_that_has_become_empty_is_gone() -> None:
    metrics = Metrics()
    metrics.competitions_seen({"open": 2, "judging": 1})
    metrics.competitions_seen({"asserted": 1})
    metrics.transactions_seen({"pending": 3})
    read = numbers(metrics)
    assert "judge_competitions{open}" not in read
    assert read["judge_competitions{asserted}"] == 1
    assert read["judge_transactions{pending}"] == 3


def test_fetches_are_counted_with_their_bytes() -> None:
    metrics = Metrics()
    metrics.fetched(500)
    metrics.fetched(200)
    metrics.fetch_failed()
    read = numbers(metrics)
    assert read["judge_fetches_total{ok}"] == 2
    assert read["judge_fetches_total{failed}"] == 1
    assert read["judge_fetched_bytes_total"] == 700


def test_a_stage_is_timed_even_when_it_fails() -> None:
    metrics = Metrics()
    with metrics.stage("train"):
        pass
    with pytest.raises(ZeroDivisionError), metrics.stage("train"):
        raise ZeroDivisionError
    assert numbers(metrics)["judge_stage_seconds_count{train}"] == 2


def test_entries_are_counted_by_their_flags() -> None:
    metrics = Metrics()
    metrics.entry_judged(Flag(0))
    metrics.entry_judged(Flag.DISQUALIFIED | Flag.NOT_PNG)
    metrics.entry_judged(Flag.DISQUALIFIED | Flag.DUPLICATE)
    read = numbers(metrics)
    assert read["judge_entries_total{none}"] == 1
    assert read["judge_entries_total{disqualified}"] == 2
    assert read["judge_entries_total{not_png}"] == 1
    assert read["judge_entries_total{duplicate}"] == 1


def test_two_daemons_in_one_process_do_not_share_numbers() -> None:
    one, other = Metrics(), Metrics()
    one.cycle_failed()
    assert numbers(other)["judge_cycles_total{failed}"] == 0
