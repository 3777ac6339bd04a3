"""A wrong ranking is disputed with the audit's report and replaced; the right winner is paid."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from oracle.assembly.accounts import open_disputer
from oracle.auditing.report import AuditReport
from oracle.chain.commitments import RankingRow, hash_leaf
from oracle.chain.entries import row_of
from oracle.chain.merkle import StandardMerkleTree
from oracle.chain.state import Assertion, Phase
from oracle.errors import BadInput
from oracle.ledger.ledger import Step
from scoring.digest import Digest, sha256
from tests.integration.competition_world import PRICE_WEI, World, picture

pytestmark = pytest.mark.integration


def settings_flags(world: World, folder: Path) -> dict[str, str]:
    """An auditor's machine, with an account of its own."""
    key = folder / "auditor.key"
    key.touch(mode=0o600)
    key.write_text(world.deployed.players[7].key)
    return world.flags("auditor") | {"signer.key_file": str(key)}


def wrongly_asserted(world: World, arbiter: str) -> int:
    """A competition in which the operator put a file that is no image first."""
    number = world.create(arbiter=arbiter)
    with world.daemon() as daemon:
        world.play_until_judging(daemon, number, picture(1), b"no image")
    state = world.state(number)
    second = world.submissions[number][1]
    row = RankingRow(1, 2, second.player.address, second.digest, -1, 0)
    tree = StandardMerkleTree([hash_leaf(world.contract.domain, number, row)])
    wrong = Assertion(state.entries_hash, sha256(b"model"), tree.root, 2, sha256(b"bundle"))
    call = world.contract.calls.assert_ranking(number, wrong, row, second.salt, (), state.bond)
    world.deployed.act(world.deployed.operator, call)
    world.anvil.finalize()
    return number


def judge(flags: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "oracle"]
    for name, value in flags.items():
        command += ["--set", f"{name}={value}"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("JUDGE_")}
    return subprocess.run(
        [*command, *arguments], capture_output=True, text=True, timeout=200, env=environment
    )


def test_an_auditors_process_disputes_and_the_rightful_winner_is_paid(
    world: World, tmp_path: Path
) -> None:
    arbiter = world.deployed.players[8]
    number = wrongly_asserted(world, arbiter.address)
    done = judge(settings_flags(world, tmp_path), "audit", str(number), "--dispute", "--skip-code")
    assert done.returncode == 3, done.stderr
    assert "disputed in 0x" in done.stderr
    state = world.state(number)
    assert state.phase is Phase.DISPUTED
    assert state.dispute.against == state.dispute.support == state.bond
    history = world.contract.history(number, world.contract.client.latest_block())
    (paid,) = history.funded
    assert (paid.account, paid.amount) == (world.deployed.players[7].address, state.bond)
    evidence = world.store.get(Digest(paid.evidence_digest), max_bytes=1 << 20)
    assert b"ranking root" in evidence

    world.anvil.finalize()
    report = world.audit(number, home="arbiter")
    judged = report.judgement
    assert judged is not None and judged.winner.entry.ticket_id != 2
    verdict = Assertion(
        state.entries_hash, judged.model_hash, judged.tree.root, 2, sha256(b"the arbiter's")
    )
    call = world.contract.calls.resolve_dispute(
        number,
        verdict,
        row_of(judged.winner),
        history.salt_of(judged.winner.entry.ticket_id),
        judged.winner_proof(),
    )
    world.deployed.act(arbiter, call)
    winner = world.deployed.players[judged.winner.entry.ticket_id - 1].address
    before = world.contract.client.balance(winner)
    with world.daemon() as daemon:
        for _ in range(3):
            world.cycle(daemon)
        assert Step.DISPUTED in daemon.cycle.ledger.steps(number)
        assert Step.FINALIZED in daemon.cycle.ledger.steps(number)
        assert world.cycle(daemon).seen == 0, "disputed or not, what has ended is left alone"
    final = world.state(number)
    assert final.phase is Phase.FINAL
    prize = final.pot - final.pot // 5 + final.deposit
    assert world.contract.client.balance(winner) - before == prize


def test_an_auditor_whose_own_store_and_disk_have_trouble_disputes_all_the_same(
    world: World, tmp_path: Path
) -> None:
    number = wrongly_asserted(world, world.deployed.players[8].address)
    flags = settings_flags(world, tmp_path)
    flags["store.url"] = "kubo:/ip4/127.0.0.1/tcp/9," + flags["store.url"]  # nobody listens there
    work_dir = Path(flags["judge.work_dir"])
    work_dir.mkdir(exist_ok=True)
    (work_dir / "evidence").write_text("a file where a folder should be")
    done = judge(flags, "audit", str(number), "--dispute", "--skip-code")
    assert done.returncode == 3, done.stderr
    assert world.state(number).phase is Phase.DISPUTED
    assert "disputed in 0x" in done.stderr
    assert "the report is not kept" in done.stderr and "is not published" in done.stderr
    assert "ranking root" in done.stdout


def test_what_was_found_is_printed_though_nothing_can_be_paid(world: World, tmp_path: Path) -> None:
    number = wrongly_asserted(world, world.deployed.players[8].address)
    world.to_time(world.state(number).liveness_ends)
    flags = settings_flags(world, tmp_path)
    done = judge(flags, "audit", str(number), "--dispute", "--skip-code")
    assert (done.returncode, "cannot be joined in a dispute" in done.stderr) == (2, True)
    assert "ranking root" in done.stdout and "does NOT match" in done.stdout


def test_without_a_verdict_the_daemon_voids_and_the_operators_bond_is_the_players(
    world: World, tmp_path: Path
) -> None:
    number = wrongly_asserted(world, world.deployed.players[8].address)
    flags = settings_flags(world, tmp_path)
    assert judge(flags, "audit", str(number), "--dispute", "--skip-code").returncode == 3
    state = world.state(number)
    world.to_time(state.dispute.verdict_ends)
    with world.daemon() as daemon:
        world.cycle(daemon)
    assert world.state(number).phase is Phase.VOID
    block = world.contract.client.latest_block()
    disputer, operator = world.deployed.players[7].address, world.deployed.operator.address
    assert world.contract.claim(number, disputer, block) == state.bond
    assert world.contract.credit(operator, block) == state.deposit
    assert world.contract.refund(number, 1, block) == PRICE_WEI + state.bond // 2


def test_a_report_without_a_mismatch_disputes_nothing(world: World, tmp_path: Path) -> None:
    flags = {k.replace(".", "__"): v for k, v in settings_flags(world, tmp_path).items()}
    with (
        open_disputer(world.settings("auditor", **flags)) as disputer,
        pytest.raises(BadInput, match="nothing to dispute"),
    ):
        disputer.dispute(AuditReport(1, Phase.ASSERTED))
