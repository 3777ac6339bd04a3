"""A disputed competition, and auditors' machines that vote on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from oracle.assembly.voter import open_voting
from oracle.chain.commitments import RankingRow, hash_leaf
from oracle.chain.devnet_keys import DevnetAccount
from oracle.chain.merkle import StandardMerkleTree
from oracle.chain.quorum import Ballot
from oracle.chain.state import Assertion, CompetitionState
from oracle.voting.cycle import VotingCycle
from oracle.voting.stage import VoteStage, Windows
from scoring.digest import Digest, sha256
from scoring.spec import JudgingSpec
from tests.integration.competition_world import World, picture
from tests.integration.quorum_on_chain import Quorum, deploy_quorum_on
from tests.tiny_specs import TINY_COMPETITION


@dataclass
class Courtroom:
    """Competition 1 of a world, whose wrong ranking is disputed; a quorum of three decides."""

    world: World
    quorum: Quorum
    competition_id: int = 0

    @property
    def state(self) -> CompetitionState:
        return self.world.state(self.competition_id)

    @property
    def windows(self) -> Windows:
        return Windows.of(self.state, self.quorum.charter)

    @property
    def disputer(self) -> DevnetAccount:
        return self.world.deployed.players[7]

    def flags(self, place: int) -> dict[str, str]:
        """The machine of the auditor at a place of the quorum, as --set takes it."""
        home = f"auditor-{place}"
        key = self.world.folder / f"{home}.key"
        key.touch(mode=0o600)
        key.write_text(self.quorum.members[place].key)
        return self.world.flags(home) | {
            "chain.quorum": self.quorum.contract.address,
            "signer.key_file": str(key),
        }

    @contextmanager
    def auditor(self, place: int, **flags: Any) -> Iterator[VotingCycle]:
        """A member's daemon, as one start of it."""
        changed = {name.replace("__", "."): value for name, value in flags.items()}
        settings = self.world.settings(f"auditor-{place}", **{**self.flags(place), **changed})
        with open_voting(settings) as cycle:
            yield cycle

    def stage(self, cycle: VotingCycle) -> VoteStage:
        """What one cycle comes to, of all that happened until now."""
        self.world.settle()
        self.world.anvil.finalize()
        cycle.run()
        self.world.settle()
        return cycle.stages[self.competition_id]

    def ballot(self, place: int) -> Ballot:
        block = self.world.contract.client.latest_block()
        member = self.quorum.members[place].address
        return self.quorum.contract.ballot(self.competition_id, member, block)

    def assert_wrongly(self, bundle_digest: Digest | None = None) -> None:
        """The operator puts first what is no image, with a model and a tree made up."""
        number, world = self.competition_id, self.world
        second = world.submissions[number][1]
        row = RankingRow(1, 2, second.player.address, second.digest, -1, 0)
        tree = StandardMerkleTree([hash_leaf(world.contract.domain, number, row)])
        state = self.state
        bundle = bundle_digest or sha256(b"bundle")
        wrong = Assertion(state.entries_hash, sha256(b"model"), tree.root, state.revealed, bundle)
        calls = world.contract.calls
        call = calls.assert_ranking(number, wrong, row, second.salt, (), state.bond)
        world.deployed.act(world.deployed.operator, call)

    def dispute(self) -> None:
        """Somebody disputes, and that becomes final."""
        state = self.state
        call = self.world.contract.calls.dispute(
            self.competition_id,
            state.ranking_root,
            state.model_hash,
            sha256(b"evidence"),
            state.bond,
        )
        self.world.deployed.act(self.disputer, call)
        self.world.anvil.finalize()


def open_courtroom(
    world: World,
    *contents: bytes | Digest,
    quorum: Quorum | None = None,
    spec: JudgingSpec = TINY_COMPETITION,
) -> Courtroom:
    """A competition up to Judging; nothing is asserted yet."""
    quorum = quorum or deploy_quorum_on(world.deployed)
    room = Courtroom(world, quorum)
    room.competition_id = world.create(
        spec=spec, arbiter=quorum.contract.address, verdict_seconds=quorum.charter.seconds
    )
    with world.daemon() as daemon:
        world.play_until_judging(
            daemon, room.competition_id, *(contents or (picture(1), b"no image"))
        )
    return room
