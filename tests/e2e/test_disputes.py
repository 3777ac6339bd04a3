"""Six competitions in which somebody is dishonest or silent, and who gets the money.

Chain, operator's daemon, two of the quorum's three auditors, whoever deploys, disputes or wants a
refund: each is a process of its own. Only the chain's clock is moved, for all competitions
together, and only after what was waited for has happened.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest

from oracle.accounts.plan import Plan
from oracle.accounts.player import Player
from oracle.assembly.accounts import open_disputer, open_operator, open_player
from oracle.assembly.parts import open_contract
from oracle.beacon.local import LocalBeacon
from oracle.chain.amounts import parse_amount
from oracle.chain.calls import Call
from oracle.chain.commitments import RankingRow, hash_leaf
from oracle.chain.competition import CompetitionContract
from oracle.chain.merkle import StandardMerkleTree
from oracle.chain.quorum import QuorumContract
from oracle.chain.state import Assertion, CompetitionState, Phase, Verdict, VoidReason
from oracle.deployment.blueprint import quorum_blueprint
from oracle.devnet.network import QUORUM_WINDOW_SECONDS, Devnet
from oracle.store.embedded import EmbeddedStore
from scoring.digest import sha256
from scoring.submission.prepare import encode_png
from tests.e2e.judge_process import judge, running
from tests.tiny_specs import TINY_COMPETITION

# It plays six competitions, in processes of which four load torch.
pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(1800)]

WAIT_SECONDS = 600.0
WATCH_SECONDS = 10.0  # for the auditors' daemons to look, which they do every second
PRICE_WEI = 10**16


def noise(seed: int) -> bytes:
    """A picture that an autoencoder hardly reconstructs."""
    blocks = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), np.uint8)
    return encode_png(blocks.repeat(64, axis=0).repeat(64, axis=1))


def grey(shade: int) -> bytes:
    """A picture that any autoencoder reconstructs: by the recipe judged with here, it wins."""
    return encode_png(np.full((512, 512, 3), shade, np.uint8))


@dataclass
class Story:
    """Six competitions; each is called what is wrong with it."""

    devnet: Devnet
    contract: CompetitionContract
    wrong: int = 0  # asserted without the winner's image; three small holders dispute it
    honest: int = 0  # asserted rightly, and disputed by its own operator
    undecided: int = 0  # disputed, and its quorum is silent
    abandoned: int = 0  # seeded, and its operator is silent
    phantom: int = 0  # crowned is what nobody serves
    late: int = 0  # as that, and it is served once the dispute has begun
    players: list[Player] = field(default_factory=list)
    adas_gain: int = 0  # wei, while disputes were decided

    @property
    def all(self) -> tuple[int, ...]:
        return (*self.judged, self.abandoned)

    @property
    def judged(self) -> tuple[int, ...]:
        return (self.wrong, self.honest, self.undecided, self.phantom, self.late)

    @property
    def decided(self) -> tuple[int, ...]:
        """Those that the quorum votes about."""
        return (self.wrong, self.honest, self.phantom, self.late)

    @property
    def by_hand(self) -> tuple[int, ...]:
        """Those whose operator runs no daemon."""
        return (self.abandoned, self.phantom, self.late)

    @property
    def unserved(self) -> tuple[int, ...]:
        """Those in which nobody serves Ben's image when it is crowned."""
        return (self.phantom, self.late)

    def images(self, number: int) -> tuple[bytes, bytes]:
        """Ada's and Ben's."""
        plain, coarse = grey(120 + number), noise(number)
        return (coarse, plain) if number in self.unserved else (plain, coarse)

    def state(self, number: int) -> CompetitionState:
        return self.contract.state(number, self.contract.client.latest_block())

    def credit(self, name: str) -> int:
        """What the contract holds for an account of the story."""
        accounts = {
            "operator": self.devnet.operator_account,
            "disputer": self.devnet.player_accounts[2],
            "liar": self.devnet.player_accounts[3],
        }
        block = self.contract.client.latest_block()
        return self.contract.credit(accounts[name].address, block)

    def wait(self, what: str, there: Callable[[], bool]) -> None:
        ends = time.monotonic() + WAIT_SECONDS
        while not there():
            self.devnet.require_alive()
            assert time.monotonic() < ends, f"waited in vain until {what}"
            time.sleep(0.2)

    def wait_for(self, phase: Phase, *numbers: int) -> None:
        self.wait(
            f"{numbers} are {phase.name.lower()}",
            lambda: all(self.state(number).phase is phase for number in numbers),
        )

    def move_to(self, moment: Callable[[CompetitionState], int], *numbers: int) -> None:
        """Moves the clock to where the last of these competitions has come to `moment`."""
        self.devnet.move_clock_to(max(moment(self.state(number)) for number in numbers))


@dataclass
class Stage:
    """Plays the story. The operator's store is its own, and can lack an image."""

    story: Story
    exit_stack: ExitStack
    operators_store: EmbeddedStore
    public_store: EmbeddedStore
    configs: dict[str, Path]

    def settle_in(self) -> str:
        """Deploys another quorum, nobody of which ever votes; returns its address."""
        devnet = self.story.devnet
        charter = replace(
            devnet.charter(),
            members=tuple(account.address for account in devnet.player_accounts[-3:]),
        )
        return devnet.deploy(quorum_blueprint(charter))

    def create(self, silent_quorum: str) -> None:
        story, quorum = self.story, self.story.devnet.quorum_address
        for name, operator, arbiter in (
            ("wrong", "operator", quorum),
            ("honest", "operator", quorum),
            ("undecided", "operator", silent_quorum),
            ("abandoned", "silent", quorum),
            ("phantom", "silent", quorum),
            ("late", "silent", quorum),
        ):
            with open_operator(story.devnet.settings(operator)) as creator:
                plan = Plan(
                    image=noise(0),
                    spec=TINY_COMPETITION,
                    ticket_price_wei=PRICE_WEI,
                    sale_seconds=600,
                    open_seconds=3600,
                    reveal_seconds=1800,
                    judging_seconds=3600,
                    liveness_seconds=3600,
                    min_revealed=2,
                    max_tickets=2,
                    verdict_seconds=3 * QUORUM_WINDOW_SECONDS,
                    arbiter=arbiter,
                    beacon=story.devnet.beacon_address,
                )
                setattr(story, name, creator.create(plan)[0])

    def buy_and_open(self) -> None:
        story = self.story
        for name in ("ada", "ben"):
            player = self.exit_stack.enter_context(open_player(story.devnet.settings(name)))
            assert [player.buy(number)[0] for number in story.all] == [len(story.players) + 1] * 6
            story.players.append(player)
        story.move_to(lambda state: state.terms.sale_ends, *story.all)
        with open_operator(story.devnet.settings("silent")) as operator:
            for number in story.by_hand:
                operator.open(number)
        story.wait_for(Phase.OPEN, *story.all)

    def submit_and_reveal(self) -> None:
        """Ada is to win everywhere; her image is kept from the operator in one competition.

        Where Ben's is served by nobody it is the better one, and would win if it were.
        """
        story = self.story
        for number in story.all:
            images = story.images(number)
            for player, image in zip(story.players, images, strict=True):
                player.submit(number, image)
            if number not in story.unserved:
                self.operators_store.put(images[1])
            if number != story.wrong:
                self.operators_store.put(images[0])
        story.move_to(lambda state: state.open_ends, *story.all)
        for player in story.players:
            for number in story.all:
                player.reveal(number)
        for number in story.unserved:
            self.public_store.remove(sha256(story.images(number)[1]))
        network = LocalBeacon().network
        story.move_to(lambda state: network.time_of(state.beacon_round), *story.all)

    def judge(self) -> None:
        story = self.story
        calls = story.contract.calls
        with open_operator(story.devnet.settings("silent")) as operator:
            for number in story.by_hand:
                signed = LocalBeacon().fetch_round(story.state(number).beacon_round)
                operator.wallet.send(f"{number}:pin", calls.pin_seed(number, signed.signature))
            # So that the auditors have looked: what they never had, they can call late.
            time.sleep(WATCH_SECONDS)
            for number in story.unserved:
                operator.wallet.send(f"{number}:assert", self.crowning_ben(number))
        story.wait_for(Phase.ASSERTED, *story.judged)
        time.sleep(WATCH_SECONDS)

    def crowning_ben(self, number: int) -> Call:
        """A ranking that puts the accomplice first, with model, tree and bundle made up."""
        story, state = self.story, self.story.state(number)
        history = story.contract.history(number, story.contract.client.latest_block())
        ben = story.players[1].wallet.address
        row = RankingRow(1, 2, ben, sha256(story.images(number)[1]), -1, 0)
        tree = StandardMerkleTree([hash_leaf(story.contract.domain, number, row)])
        wrong = Assertion(
            state.entries_hash, sha256(b"model"), tree.root, state.revealed, sha256(b"bundle")
        )
        return story.contract.calls.assert_ranking(
            number, wrong, row, history.salt_of(2), (), state.bond
        )

    def dispute(self) -> None:
        """Wrong rankings by what audits found; the others by somebody who found nothing."""
        story = self.story
        report = judge(
            self.configs["disputer"],
            *("audit", story.wrong, "--dispute", "--amount", "0.004eth", "--skip-code"),
            code=3,
        )
        assert report["verdict"] == "mismatch"
        for name in ("ada", "ben"):
            judge(self.configs[name], "dispute", story.wrong, "--amount", "0.003eth")
        for number in story.unserved:
            judge(
                self.configs["disputer"],
                *("audit", number, "--dispute", "--skip-code", "--tries", 1),
                code=3,
            )
        for name, number in (("liar", story.undecided), ("operator", story.honest)):
            with open_disputer(story.devnet.settings(name)) as liar:
                state = story.state(number)
                call = story.contract.calls.dispute(
                    number, state.ranking_root, state.model_hash, sha256(b"lies"), state.bond
                )
                liar.wallet.send(f"{number}:dispute", call)
        story.wait_for(Phase.DISPUTED, *story.judged)
        self.public_store.put(story.images(story.late)[1])

    def decide(self) -> None:
        story, client = self.story, self.story.contract.client
        quorum = QuorumContract(client, story.devnet.quorum_address)
        members = [account.address for account in story.devnet.auditor_accounts[:2]]
        decided = story.decided

        def both(has: str) -> bool:
            block = client.latest_block()
            ballots = [quorum.ballot(n, m, block) for n in decided for m in members]
            return all(
                any(ballot.commitment) if has == "committed" else ballot.claimed
                for ballot in ballots
            )

        before = client.balance(story.players[0].wallet.address)
        story.wait("both auditors committed", lambda: both("committed"))
        window = QUORUM_WINDOW_SECONDS
        story.move_to(lambda state: state.dispute.disputed_at + window, *decided)
        story.wait_for(Phase.FINAL, *decided)
        story.adas_gain = client.balance(story.players[0].wallet.address) - before
        story.move_to(lambda state: state.dispute.disputed_at + 2 * window, *decided)
        story.wait("both auditors claimed", lambda: both("claimed"))
        story.move_to(lambda state: state.dispute.verdict_ends, story.undecided)
        story.wait_for(Phase.VOID, story.undecided)


def settings_of_everybody(devnet: Devnet, operators_store: Path) -> dict[str, Path]:
    """Settings files. All read the public store, and what the operator serves; it reads its own."""
    players = dict(
        zip(("ada", "ben", "disputer", "liar", "silent"), devnet.player_accounts, strict=False)
    )
    auditors = {f"auditor-{n}": a for n, a in enumerate(devnet.auditor_accounts[:2], start=1)}
    public = f'url = "dir:{devnet.store_folder}"'
    configs = {}
    for name, account in (players | auditors).items():
        configs[name] = path = devnet.write_settings(name, account)
        text = path.read_text()
        assert public in text
        path.write_text(text.replace(public, f'{public}\ngateways = ["{devnet.gateway}"]'))
    path = devnet.settings_path("operator")
    own = f'url = "dir:{operators_store}"'
    text = path.read_text().replace(public, own)
    path.write_text(
        text.replace(
            "[judge]\n", "[judge]\ngive_up_missing_fraction = 0\ngive_up_after_seconds = 0\n"
        )
    )
    return configs


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("disputes")
    with ExitStack() as exit_stack:
        devnet = exit_stack.enter_context(Devnet(folder / "devnet"))
        configs = settings_of_everybody(devnet, folder / "operators-content")
        devnet.start_daemon()
        for name in ("auditor-1", "auditor-2"):
            exit_stack.enter_context(running(configs[name], folder / f"{name}.log", "watch"))
        story = Story(devnet, open_contract(devnet.settings("operator")))
        store = EmbeddedStore(folder / "operators-content")
        public = EmbeddedStore(devnet.store_folder)
        stage = Stage(story, exit_stack, store, public, configs)
        try:
            stage.create(stage.settle_in())
            stage.buy_and_open()
            stage.submit_and_reveal()
            stage.judge()
            stage.dispute()
            stage.decide()
        except BaseException:
            for log in (*folder.glob("*.log"), devnet.folder / "daemon.log"):
                print(f"--- {log.name}\n{log.read_text()[-6000:]}")
            raise
        yield story


def test_a_wrong_ranking_is_replaced_and_the_rightful_winner_is_paid(story: Story) -> None:
    state = story.state(story.wrong)
    history = story.contract.history(story.wrong, story.contract.client.latest_block())
    assert history.asserted is not None and history.finalized is not None
    assert history.asserted.winner.ticket_id == 2
    assert (state.phase, state.dispute.verdict, state.winner_ticket) == (
        Phase.FINAL,
        Verdict.REPLACED,
        1,
    )
    ada = story.players[0].wallet.address
    prize = state.pot - state.pot // 5 + state.deposit
    assert (history.finalized.winner, history.finalized.prize) == (ada, prize)
    assert story.adas_gain == 4 * prize - state.deposit, "three times so, and once undisputedly"


def test_three_small_holders_share_what_the_liar_loses_by_what_they_paid(story: Story) -> None:
    state = story.state(story.wrong)
    lost = state.bond + state.pot // 5
    won = state.bond + lost - lost // 2
    for name, paid in (("disputer", 4), ("ada", 3), ("ben", 3)):
        printed = judge(story.devnet.settings_path(name), "claim-bond", story.wrong)
        assert parse_amount(printed["amount"].lower().replace(" ", "")) == won * paid // 10


@pytest.mark.parametrize("which", ["phantom", "late"])
def test_what_nobody_served_in_time_wins_nothing(story: Story, which: str) -> None:
    number = getattr(story, which)
    state = story.state(number)
    assert (state.dispute.verdict, state.winner_ticket) == (Verdict.REPLACED, 1)
    history = story.contract.history(number, story.contract.client.latest_block())
    assert history.resolved is not None
    assert history.resolved.winner.ticket_id == 1


def test_an_operator_that_disputes_itself_ends_below_an_honest_one(story: Story) -> None:
    state = story.state(story.honest)
    assert (state.phase, state.dispute.verdict, state.winner_ticket) == (
        Phase.FINAL,
        Verdict.UPHELD,
        1,
    )
    # Of the two bonds that it paid there a half is the auditors'. The bonds of the wrong and of the
    # undecided ranking are gone, and of the wrong one the deposit too.
    fee, back = state.pot // 5, 2 * state.bond - state.bond // 2
    assert story.credit("operator") == fee + back + 2 * state.deposit


def test_a_silent_quorum_gives_the_disputer_all_back_and_the_operators_bond_to_the_players(
    story: Story,
) -> None:
    state = story.state(story.undecided)
    refunded_to_everybody(story, story.undecided, VoidReason.NO_VERDICT, state.bond)
    printed = judge(story.devnet.settings_path("liar"), "claim-bond", story.undecided)
    assert parse_amount(printed["amount"].lower().replace(" ", "")) == state.bond


def test_a_silent_operator_pays_its_deposit_to_the_players(story: Story) -> None:
    assert story.state(story.abandoned).phase is Phase.JUDGING, "nobody has voided it"
    deposit = story.state(story.abandoned).deposit
    refunded_to_everybody(story, story.abandoned, VoidReason.ORACLE_SILENT, deposit)


def refunded_to_everybody(story: Story, number: int, reason: VoidReason, forfeited: int) -> None:
    """One player's command gets both tickets refunded, and voids the competition if need be."""
    each = PRICE_WEI + forfeited // 2
    config = story.devnet.settings_path("ada")
    before = story.contract.client.balance(story.players[1].wallet.address)
    for ticket in (1, 2):
        assert judge(config, "refund", number, "--ticket", ticket)["ticket"] == ticket
    history = story.contract.history(number, story.contract.client.latest_block())
    assert history.voided is not None and history.voided.reason is reason
    assert [refund.amount for refund in history.refunds] == [each] * 2
    assert story.contract.client.balance(story.players[1].wallet.address) - before == each
