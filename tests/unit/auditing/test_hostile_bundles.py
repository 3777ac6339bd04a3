"""Whatever an operator publishes as its bundle, the audit ends in a verdict that can be printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.auditing.availability import MAX_NAMED, check_shown
from oracle.auditing.bundle_diff import claimed_unavailable, name_differences
from oracle.auditing.report import AuditReport, AuditVerdict
from oracle.chain.state import Phase
from oracle.cli.output import print_table
from oracle.judging.bundle import MAX_PART_BYTES, Bundle
from oracle.judging.fetch import Fetched
from oracle.store.embedded import EmbeddedStore
from scoring.digest import Digest, sha256
from scoring.ranking import Entry

pytestmark = pytest.mark.unit

OWN_INDEX = rfc8785.dumps(
    {"version": 2, "pages": [], "spec": {"a": 1}, "seed": "0x1", "model_hash": "0x2"}
)
OWN_DIGEST = sha256(OWN_INDEX)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
hostile_indexes = st.one_of(
    st.binary(max_size=200),
    json_values.map(lambda value: json.dumps(value).encode()),
    st.fixed_dictionaries(
        {name: json_values for name in ("version", "pages", "spec", "seed", "model_hash")},
        optional={"[/x]": json_values, "epoch_digests": json_values, "\ud800": json_values},
    ).map(lambda value: json.dumps(value).encode()),
)


@settings(max_examples=150, deadline=None)
@given(index=hostile_indexes, page=st.binary(max_size=100) | json_values.map(json.dumps))
def test_no_bundle_stops_an_audit_from_naming_what_differs(
    index: bytes, page: bytes | str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = EmbeddedStore(tmp_path_factory.getbasetemp() / "hostile")
    digest = store.put(page.encode() if isinstance(page, str) else page)
    own = Bundle(OWN_DIGEST, {OWN_DIGEST: OWN_INDEX})
    for hostile in (
        index,
        index.replace(b'"pages": []', f'"pages": ["0x{digest.hex()}"]'.encode()),
    ):
        report = AuditReport(1, Phase.ASSERTED)
        assert claimed_unavailable(hostile, store, 1) in (None, frozenset())
        report.compare("bundle", b"theirs", b"ours")
        name_differences(report, hostile, own, store)
        assert report.verdict is AuditVerdict.MISMATCH
        assert len(rfc8785.dumps(report.to_json())) < MAX_PART_BYTES
        print_table(("check",), [(check.name + check.claimed,) for check in report.checks])


def test_a_key_that_looks_like_markup_is_printed_as_it_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_table(("check",), [("bundle: [/x] [bold]and\x1b[31m more",)])
    printed = capsys.readouterr().out
    assert "bundle: [/x] [bold]and" in printed
    assert "\x1b" not in printed


def test_a_bundle_that_differs_everywhere_gives_a_report_that_fits_into_a_block() -> None:
    document = {f"key {number}": "x" * 5000 for number in range(5000)}
    hostile = json.dumps(
        document | {"version": 2, "pages": [], "spec": {}, "seed": "", "model_hash": ""}
    )
    report = AuditReport(1, Phase.ASSERTED)
    own = Bundle(OWN_DIGEST, {OWN_DIGEST: OWN_INDEX})
    name_differences(report, hostile.encode(), own, EmbeddedStore(Path("nowhere")))
    assert report.verdict is AuditVerdict.MISMATCH
    assert len(rfc8785.dumps(report.to_json())) < MAX_PART_BYTES


ENTRIES = tuple(Entry(n, "0x" + "11" * 20, sha256(b"%d" % n), n) for n in range(1, 30_001))
HIDDEN = frozenset(entry.image_digest for entry in ENTRIES)


def shown(
    missing: frozenset[Digest], called: range, why_down: str = ""
) -> tuple[AuditReport, bool]:
    """What an audit says where nobody serves `missing`, and the operator calls `called` that."""
    report = AuditReport(1, Phase.ASSERTED)
    fetched = Fetched(EmbeddedStore(Path("nowhere")), frozenset(), dict.fromkeys(missing, "no"))
    known = check_shown(report, ENTRIES, fetched, frozenset(called), why_down)
    assert len(rfc8785.dumps(report.to_json())) < MAX_PART_BYTES
    return report, known


@pytest.mark.parametrize(
    ("missing", "called", "why_down", "verdict", "known"),
    [
        (frozenset(), range(1, 30_001), "", AuditVerdict.MISMATCH, True),
        (HIDDEN, range(0), "", AuditVerdict.MISMATCH, True),
        (HIDDEN, range(0), "the node is down", AuditVerdict.UNKNOWN, False),
        (HIDDEN, range(1, 30_001), "", AuditVerdict.OK, True),
    ],
    ids=["all are called unavailable", "nobody serves any", "unknown", "as the operator says"],
)
def test_thirty_thousand_images_give_a_report_that_fits_into_a_block_and_counts_them(
    missing: frozenset[Digest], called: range, why_down: str, verdict: AuditVerdict, known: bool
) -> None:
    report, is_known = shown(missing, called, why_down)
    assert (report.verdict, is_known) == (verdict, known)
    assert len(report.checks) == MAX_NAMED + 1
    assert report.checks[0].name == "availability of ticket 1"
    assert report.checks[-1].name == f"availability of {30_000 - MAX_NAMED} more tickets"
    assert {check.verdict for check in report.checks} == {verdict}


def test_one_lie_among_thirty_thousand_true_words_is_named() -> None:
    found = ENTRIES[-1]
    report, _ = shown(HIDDEN - {found.image_digest}, range(1, 30_001))
    assert report.verdict is AuditVerdict.MISMATCH
    (lie,) = (check for check in report.checks if check.verdict is AuditVerdict.MISMATCH)
    assert lie.name == f"availability of ticket {found.ticket_id}"
