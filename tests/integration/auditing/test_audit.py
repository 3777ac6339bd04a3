"""An audit recomputes everything, and names whatever does not follow."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oracle.auditing.report import AuditReport
from oracle.chain.compile import load_competition
from oracle.errors import BadInput, ContentUnavailable, Mismatch, Undecidable
from oracle.judging.bundle import bundle_contents, read_index, read_page
from oracle.judging.specs import builtin_spec
from oracle.store.cid import cid_of
from scoring.digest import Digest, sha256
from scoring.exact.network import Autoencoder, Learned
from scoring.exact.proofs.choice import choose_backend
from scoring.spec import PROFILES
from tests.integration.competition_world import World, picture
from tests.tiny_specs import TINY_COMPETITION

pytestmark = pytest.mark.integration


def named(report: AuditReport, verdict: str = "mismatch") -> set[str]:
    return {check.name for check in report.checks if check.verdict == verdict}


class Bundle:
    """The published bundle, to be tampered with; pages go to a store of the tamperer's."""

    def __init__(self, world: World, folder: Path) -> None:
        self.store_flag = {"store__url": f"dir:{world.folder / 'content'},dir:{folder}"}
        self._folder = folder
        digest = Digest(world.state(1).bundle_digest)
        self.index = read_index(world.store.get(digest, max_bytes=1 << 20))
        page = Digest(bytes.fromhex(self.index["pages"][0][2:]))
        self.rows = read_page(world.store.get(page, max_bytes=1 << 20))

    def publish(self, page: Any = None) -> bytes:
        """Stores the page; returns the index that names it."""
        from oracle.store.embedded import EmbeddedStore

        data = json.dumps({"rows": self.rows} if page is None else page).encode()
        digest = EmbeddedStore(self._folder).put(data)
        self.index["pages"] = ["0x" + digest.hex()]
        return json.dumps(self.index).encode()


def test_an_honest_ranking_matches_in_every_number(judged: World) -> None:
    report = judged.audit(1)
    assert report.verdict == "ok"
    assert {check.name for check in report.checks} == {
        *("entries hash", "seed", "spec", "model hash", "ranking root", "leaf count"),
        *("first row's ticket", "first row's score", "winner's ticket", "bundle"),
    }
    assert report.to_json()["verdict"] == "ok"


def test_the_contracts_code_is_compared_with_the_sources(judged: World) -> None:
    report = judged.audit(1, check_code=True)
    assert report.verdict == "ok"
    assert "contract code" in named(report, "ok")


@pytest.fixture
def compiled_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the compiler gives, without waiting for it again; `test_compile.py` compares the two."""
    monkeypatch.setattr("oracle.auditing.auditor.compile_competition", load_competition)


@pytest.mark.usefixtures("compiled_before")
def test_other_code_at_the_address_that_acts_alike_is_named(judged: World) -> None:
    client, anvil = judged.contract.client, judged.anvil
    honest = client.code(judged.contract.address, client.latest_block().hash)
    anvil.rpc("anvil_setCode", judged.contract.address, "0x" + honest.hex() + "00")
    anvil.finalize()
    try:
        assert named(judged.audit(1, check_code=True)) == {"contract code"}
    finally:
        anvil.rpc("anvil_setCode", judged.contract.address, "0x" + honest.hex())
        anvil.finalize()


def test_without_a_compiler_everything_else_is_checked(
    judged: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere() -> None:
        raise Undecidable("no compiler is here", "leave this check out with --skip-code")

    monkeypatch.setattr("oracle.auditing.auditor.compile_competition", nowhere)
    report = judged.audit(1, check_code=True)
    assert report.verdict == "unknown"
    assert [c.name for c in report.checks if c.verdict != "ok"] == ["contract code"]
    assert "--skip-code" in report.checks[0].found
    assert "bundle" in named(report, "ok")


@pytest.mark.usefixtures("compiled_before")
def test_an_address_without_the_contract_does_not_match(judged: World) -> None:
    flags = {"chain__contract": judged.deployed.players[3].address}
    with pytest.raises(Mismatch, match="is not this package's contract"):
        judged.audit(1, check_code=True, flags=flags)


@pytest.mark.parametrize(
    ("field", "value"), [("seed", "0x00"), ("model_hash", "0x11"), ("leaf_count", 7), ("more", 1)]
)
def test_a_changed_field_of_the_index_is_named(
    judged: World, tmp_path: Path, field: str, value: object
) -> None:
    bundle = Bundle(judged, tmp_path)
    bundle.index[field] = value
    index = json.dumps(bundle.index).encode()
    assert named(judged.audit(1, bundle_index=index)) == {"bundle", f"bundle: {field}"}


def test_a_changed_field_of_the_spec_is_named(judged: World) -> None:
    for field, value in (("epochs", 3), ("trust_target_features", "1"), ("more", 1)):
        bundle = Bundle(judged, judged.folder)
        bundle.index["spec"][field] = value
        index = json.dumps(bundle.index).encode()
        assert named(judged.audit(1, bundle_index=index)) == {"bundle", f"bundle: spec: {field}"}


def test_the_first_changed_epoch_is_named(judged: World) -> None:
    bundle = Bundle(judged, judged.folder)
    bundle.index["epoch_digests"][1] = "0x" + "07" * 32
    report = judged.audit(1, bundle_index=json.dumps(bundle.index).encode())
    assert named(report) == {"bundle", "bundle: epoch_digests: number 2"}
    bundle.index["epoch_digests"].pop()
    report = judged.audit(1, bundle_index=json.dumps(bundle.index).encode())
    assert named(report) == {"bundle", "bundle: epoch_digests"}


@pytest.mark.parametrize("field", ["image_digest", "reconstruction", "error_map"])
def test_another_image_in_a_row_is_named(judged: World, tmp_path: Path, field: str) -> None:
    bundle = Bundle(judged, tmp_path)
    ticket = bundle.rows[0]["ticket_id"]
    bundle.rows[0][field] = "0x" + "07" * 32
    report = judged.audit(1, bundle_index=bundle.publish(), flags=bundle.store_flag)
    assert named(report) == {"bundle", f"bundle: ticket {ticket}: {field}"}


def test_a_changed_term_is_named(judged: World, tmp_path: Path) -> None:
    bundle = Bundle(judged, tmp_path)
    ticket = bundle.rows[0]["ticket_id"]
    bundle.rows[0]["terms"]["mse"] = "1"
    report = judged.audit(1, bundle_index=bundle.publish(), flags=bundle.store_flag)
    assert named(report) == {"bundle", f"bundle: ticket {ticket}: terms: mse"}


def test_a_changed_score_and_an_added_ticket_are_named(judged: World, tmp_path: Path) -> None:
    bundle = Bundle(judged, tmp_path)
    changed = bundle.rows[1]["ticket_id"]
    bundle.rows[1]["score"] = "1"
    bundle.rows.append({**bundle.rows[0], "ticket_id": 99})
    report = judged.audit(1, bundle_index=bundle.publish(), flags=bundle.store_flag)
    assert named(report) == {"bundle", f"bundle: ticket {changed}: score", "bundle: ticket 99"}


@pytest.mark.parametrize(
    "page",
    [[], {"rows": 1}, {"rows": [1]}, {"rows": [{"ticket_id": [], "flags": 0}]}, {"rows": [{}]}],
)
def test_a_malformed_page_is_a_mismatch_and_no_crash(
    judged: World, tmp_path: Path, page: object
) -> None:
    bundle = Bundle(judged, tmp_path)
    index = bundle.publish(page)
    report = judged.audit(1, bundle_index=index, flags=bundle.store_flag)
    assert named(report) == {"bundle", "bundle pages"}


@pytest.mark.parametrize(
    "pages", ["0x00", ["0x00"] * 2, ["not hex"], [{}], [["0x" + "00" * 32] * 99][0]]
)
def test_pages_that_cannot_be_are_not_fetched(judged: World, tmp_path: Path, pages: object) -> None:
    bundle = Bundle(judged, tmp_path)
    bundle.index["pages"] = pages
    report = judged.audit(1, bundle_index=json.dumps(bundle.index).encode())
    assert named(report) == {"bundle", "bundle pages"}


@pytest.mark.parametrize("index", [b"", b"no json", b"[]", b"{}", b"[" * 100_000])
def test_a_malformed_index_is_a_mismatch_and_no_crash(judged: World, index: bytes) -> None:
    assert named(judged.audit(1, bundle_index=index)) == {"bundle", "bundle index"}


def test_a_page_that_nobody_has_is_unknown_beside_the_mismatch(judged: World) -> None:
    bundle = Bundle(judged, judged.folder)
    bundle.index["pages"] = ["0x" + "00" * 32]
    report = judged.audit(1, bundle_index=json.dumps(bundle.index).encode())
    assert named(report, "unknown") == {"bundle pages"}
    assert report.verdict == "mismatch"


def test_another_root_is_named(judged: World) -> None:
    assert named(judged.audit(1, ranking_root=bytes(32))) == {"ranking root"}


def hide(world: World, digest: Digest) -> tuple[Path, Path]:
    """Takes a block out of the store; returns where it is and where it was."""
    name = cid_of(digest)
    path = world.folder / "content" / "blocks" / name[-3:] / name
    return path.rename(path.with_suffix(".hidden")), path


MISSING: dict[str, Callable[[World], Digest]] = {
    "ticket 2": lambda world: sha256(picture(2)),
    "the target": lambda world: Digest(world.state(1).target_digest),
    "the spec": lambda world: TINY_COMPETITION.digest(),
}


@pytest.mark.parametrize("what", MISSING)
def test_who_ranks_must_show_what_nobody_serves_is_a_mismatch(
    judged: World, tmp_path: Path, what: str
) -> None:
    hidden, path = hide(judged, MISSING[what](judged))
    try:
        report = judged.audit(1, home=str(tmp_path / "fresh"))
    finally:
        hidden.rename(path)
    assert f"availability of {what}" in named(report)
    assert report.verdict == "mismatch"
    assert {"entries hash", "seed"} <= named(report, "ok"), "what could be checked was"
    if what == "ticket 2":
        assert "ranking root" in named(report)
        assert {"model hash", "spec"} <= named(report, "ok")


def test_with_a_source_that_does_not_work_it_is_unknown(
    judged: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(self: object) -> None:
        raise ContentUnavailable("the store is down", "start it")

    hidden, path = hide(judged, sha256(picture(2)))
    monkeypatch.setattr("oracle.store.embedded.EmbeddedStore.check", down)
    try:
        report = judged.audit(1, home=str(tmp_path / "fresh"))
    finally:
        hidden.rename(path)
    assert named(report, "unknown") == {"availability of ticket 2"}
    assert report.verdict == "unknown"
    assert "model hash" in named(report, "ok"), "the training needs no submission"
    assert report.judgement is None


@pytest.mark.parametrize("what", ["ticket 2", "the target"])
def test_a_tampered_image_in_the_store_is_as_good_as_none(
    judged: World, tmp_path: Path, what: str
) -> None:
    hidden, path = hide(judged, MISSING[what](judged))
    path.write_bytes(picture(5))
    try:
        report = judged.audit(1, home=str(tmp_path / "fresh"))
    finally:
        hidden.replace(path)
    assert f"availability of {what}" in named(report)


def test_the_operator_serves_everything_that_it_judged(judged: World) -> None:
    digest = Digest(judged.state(1).bundle_digest)
    contents = set(bundle_contents(digest, lambda part: judged.store.get(part, max_bytes=1 << 21)))
    images = {sha256(picture(1)), sha256(picture(2)), sha256(b"no image")}
    assert images | {Digest(judged.state(1).target_digest)} <= contents
    for part in contents:
        assert judged.store.get(part, max_bytes=1 << 21)


def test_a_built_in_spec_needs_no_store() -> None:
    for spec in PROFILES.values():
        assert builtin_spec(spec.digest()) is spec
    assert builtin_spec(TINY_COMPETITION.digest()) is None


def test_a_bundle_that_nobody_has_does_not_matter_when_everything_else_matches(
    judged: World, tmp_path: Path
) -> None:
    hidden, path = hide(judged, Digest(judged.state(1).bundle_digest))
    try:
        assert judged.audit(1).verdict == "ok"
    finally:
        hidden.rename(path)


def test_an_asserted_bundle_that_nobody_has_and_that_differs_is_a_mismatch(world: World) -> None:
    report = asserted_by_a_liar(world, bundle_digest=b"\x07" * 32)
    assert named(report) == {"bundle"}
    assert named(report, "unknown") == {"bundle contents"}


def test_a_false_assertion_on_the_chain_is_named(world: World) -> None:
    report = asserted_by_a_liar(world, model_hash=b"\x07" * 32)
    assert named(report) == {"model hash"}


def test_one_changed_weight_of_the_operators_training_is_named(world: World) -> None:
    competition_id = world.create()
    choose_backend(spec=TINY_COMPETITION)  # an honest machine's: its proofs train, too
    honest = Autoencoder.learn

    def learn(self: Autoencoder, pixels: Any, rate: float) -> Learned:
        learned = honest(self, pixels, rate)
        if self.steps == 2:  # of the three in the first epoch
            weight = self.parameters[0]
            values = self.backend.numpy(weight.values)
            values.flat[0] += 1 / 1024  # by one unit in the last place a step can undo it
            weight.values = self.backend.array(values)
        return learned

    with world.daemon() as daemon, pytest.MonkeyPatch.context() as patch:
        patch.setattr(Autoencoder, "learn", learn)
        world.play_until_asserted(daemon, competition_id, picture(1))
    names = named(world.audit(competition_id))
    assert {"model hash", "bundle: model_hash", "bundle: epoch_digests: number 1"} <= names


def asserted_by_a_liar(world: World, **lie: bytes) -> AuditReport:
    """An operator that publishes an honest bundle and asserts something else."""
    from oracle.chain.entries import row_of
    from oracle.daemon.assertions import Assertions
    from oracle.judging.judgement import assertion_of
    from oracle.ledger.ledger import Step

    competition_id = world.create()
    with world.daemon() as daemon, pytest.MonkeyPatch.context() as patch:

        def facts(
            self: Assertions, state: Any, judgement: Any, bundle: Any, salt: bytes
        ) -> dict[str, str]:
            assertion = dataclasses.replace(assertion_of(judgement, bundle.digest), **lie)
            winner, proof = row_of(judgement.winner), judgement.winner_proof()
            call = self.contract.calls.assert_ranking(
                state.id, assertion, winner, salt, proof, bond_wei=state.bond
            )
            root = judgement.tree.root.hex()
            return {"calldata": call.data.hex(), "value_wei": str(state.bond), "ranking_root": root}

        patch.setattr(Assertions, "facts", facts)
        world.play_until_asserted(daemon, competition_id, picture(1))
        assert Step.ASSERTION_SENT in daemon.cycle.ledger.steps(competition_id)
    return world.audit(competition_id)


def test_nothing_asserted_yet_is_the_askers_mistake(world: World) -> None:
    competition_id = world.create()
    world.anvil.finalize()
    with pytest.raises(BadInput, match="no asserted ranking that is final, its phase is selling"):
        world.audit(competition_id)
    with pytest.raises(BadInput, match="its phase is none"):
        world.audit(99)


def test_an_unknown_judging_spec_cannot_be_decided(
    judged: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scoring.errors import InvalidSpec

    def unknown(data: bytes) -> None:
        raise InvalidSpec("spec: judge is 'of the future'")

    monkeypatch.setattr("oracle.judging.judgement.JudgingSpec.from_json", unknown)
    with pytest.raises(Undecidable, match="does not know the judging spec"):
        judged.audit(1)


def test_the_seed_is_recomputed(judged: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oracle.auditing.auditor.derive_seed", lambda *_: b"\x01" * 32)
    assert named(judged.audit(1)) == {"seed"}


def test_logs_that_do_not_lead_to_the_stored_entries_are_a_mismatch(
    judged: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = type(judged.contract).history

    def without_a_reveal(self: Any, *arguments: Any) -> Any:
        whole = history(self, *arguments)
        return dataclasses.replace(whole, reveals=whole.reveals[:-1])

    monkeypatch.setattr(type(judged.contract), "history", without_a_reveal)
    with pytest.raises(Mismatch, match="the logs hold 2 reveals"):
        judged.audit(1)


def test_the_compiler_and_the_committed_artifact_agree_on_what_is_deployed(judged: World) -> None:
    client = judged.contract.client
    code = client.code(judged.contract.address, client.latest_block().hash)
    assert len(code) == len(load_competition().deployed_bytecode)
