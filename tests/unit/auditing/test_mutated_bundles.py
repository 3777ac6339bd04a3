"""A good bundle with anything in it changed: `judge audit --dispute` ends with a verdict.

What is printed comes after the dispute is sent, so that no content can stand in between.
"""

from __future__ import annotations

import json
import string
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import rfc8785
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle.auditing.bundle_diff import claimed_unavailable, name_differences
from oracle.auditing.report import AuditReport
from oracle.chain.state import Phase
from oracle.cli import auditor as command
from oracle.cli.main import main
from oracle.judging.bundle import Bundle
from oracle.store.embedded import EmbeddedStore
from scoring.digest import sha256

pytestmark = pytest.mark.unit

ROWS = [
    {
        "rank": rank,
        "ticket_id": 3 - rank,
        "player": "0x" + "11" * 20,
        "image_digest": "0x" + "22" * 32,
        "score": "1234",
        "flags": 0,
        "terms": {"world": "12", "colour": "3"},
        "reconstruction": None,
        "error_map": None,
        "copy": {"of_ticket": None, "evidence": {"share": 4}},
    }
    for rank in (1, 2)
]
PAGE = rfc8785.dumps({"rows": ROWS})
INDEX: dict[str, Any] = {
    "version": 2,
    "spec": {"epochs": 40, "augmentation": {"turn": 3}},
    "seed": "0x01",
    "model_hash": "0x02",
    "epoch_digests": ["0x03", "0x04"],
    "leaf_count": 2,
    "pages": ["0x" + sha256(PAGE).hex()],
}
OWN_INDEX = rfc8785.dumps(INDEX)
OWN = Bundle(sha256(OWN_INDEX), {sha256(OWN_INDEX): OWN_INDEX, sha256(PAGE): PAGE})

# What has broken terminals, parsers and comparisons of others: markup, escapes, the edges of types.
NASTY = st.sampled_from(
    ["[/x]", "[bold]", "\x1b[2J", "\ud800", "\u202e", "%s{0}", "\0", 2**70, -1, 1e308, True, None]
)
VALUES = st.one_of(NASTY, st.text(string.printable, max_size=8), st.lists(NASTY, max_size=2))
KEYS = st.one_of(st.sampled_from(["[/x]", "\x1b[31m", "\ud800", ""]), st.text(max_size=6))


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container within `value`, with each of its keys."""
    keys = value.keys() if isinstance(value, dict) else range(len(value))
    found = [(value, key) for key in keys]
    for key in keys:
        if isinstance(value[key], dict | list):
            found += places(value[key])
    return found


@st.composite
def mutated(draw: st.DrawFn, good: Any) -> bytes:
    """The document with a few places replaced, removed or added; sometimes bytes of it too."""
    document = json.loads(rfc8785.dumps(good))
    for _ in range(draw(st.integers(1, 3))):
        container, key = draw(st.sampled_from(places(document)))
        what = draw(st.sampled_from(["replace", "remove", "add"]))
        if what == "replace":
            container[key] = draw(VALUES)
        elif what == "remove":
            del container[key]
        elif isinstance(container, dict):
            container[draw(KEYS)] = draw(VALUES)
        else:
            container.append(draw(VALUES))
        if not document:
            break
    data = bytearray(json.dumps(document).encode())
    if draw(st.booleans()):
        at = draw(st.integers(0, len(data) - 1))
        data[at] = draw(st.integers(0, 255))
    return bytes(data)


class Audit:
    """Stands where the auditor does, and differs from the bundle in one number at least."""

    contract = SimpleNamespace(client=SimpleNamespace(finalized_block=lambda: None))

    def __init__(self, index: bytes, store: EmbeddedStore) -> None:
        self.index, self.store = index, store

    def audit(self, *_: object, **__: object) -> AuditReport:
        report = AuditReport(1, Phase.ASSERTED)
        claimed_unavailable(self.index, self.store, len(ROWS))
        report.compare("bundle", sha256(self.index), OWN.digest)
        report.compare("ranking root", b"theirs", b"ours")
        name_differences(report, self.index, OWN, self.store)
        return report


def audit(monkeypatch: pytest.MonkeyPatch, auditor: Audit, *options: str) -> tuple[Result, int]:
    """What `judge audit 1` printed, and how many disputes were sent before it printed anything."""
    sent = 0

    @contextmanager
    def opened(*_: object, **__: object) -> Iterator[Audit]:
        yield auditor

    def dispute(*_: object) -> None:
        nonlocal sent
        sent += not printed

    printed: list[object] = []
    for name in ("print_json", "print_checks"):
        honest = getattr(command, name)
        monkeypatch.setattr(
            command, name, lambda value, honest=honest: (printed.append(value), honest(value))
        )
    monkeypatch.setattr("oracle.assembly.auditor.open_auditor", opened)
    monkeypatch.setattr(command, "_dispute", dispute)
    monkeypatch.setattr(command, "settings_of", lambda _: None)
    return CliRunner().invoke(main, ["audit", "1", "--dispute", *options]), sent


@settings(max_examples=60, deadline=None)
@given(index=mutated(INDEX), page=mutated({"rows": ROWS}), as_json=st.booleans())
def test_a_mutated_bundle_is_disputed_and_named(
    index: bytes, page: bytes, as_json: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = EmbeddedStore(tmp_path_factory.getbasetemp() / "mutated")
    digest = store.put(page)
    index = index.replace(sha256(PAGE).hex().encode(), digest.hex().encode())
    with pytest.MonkeyPatch.context() as monkeypatch:
        result, sent = audit(monkeypatch, Audit(index, store), *(["--json"] if as_json else []))
    assert (result.exit_code, sent) == (3, 1), result.exception
    assert "\x1b" not in result.stdout
    if as_json:
        assert json.loads(result.stdout)["verdict"] == "mismatch"
    else:
        assert "does NOT match" in result.stdout


def test_the_bundle_that_is_not_mutated_has_no_difference_of_its_own(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path)
    store.put(PAGE)
    report = AuditReport(1, Phase.ASSERTED)
    name_differences(report, OWN_INDEX, OWN, store)
    assert report.checks == []
