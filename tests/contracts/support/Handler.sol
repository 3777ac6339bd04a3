// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../../contracts/interfaces/ICompetition.sol";
import {Deployment} from "./Deployment.sol";
import {
    BombingReceiver,
    BurningReceiver,
    Forcer,
    ReenteringReceiver,
    RevertingReceiver
} from "./Receivers.sol";
import {Trees} from "./Trees.sol";
import {vm} from "./Vm.sol";

/// @notice Does what users and attackers do, in any order and at any time, and keeps its own books.
/// Every call is attempted whether it can succeed or not; the books follow only what succeeded.
contract Handler {
    ICompetition public immutable competition = Deployment.deploy(1, 1, 1);
    address public constant operator = address(0x09e7a702);
    address public constant arbiter = address(0xa4b17e4);
    address public constant disputer = address(0xd159);
    address public constant backer = address(0xbac4);
    address public constant sponsor = address(0x5b0450);
    address public constant vault = address(0xfa17);
    address[] public players;

    // The books.
    uint256 public forced;
    uint256 public operatorFunded;
    uint256 public operatorWon;
    uint256 public operatorLost;
    uint256 public burned;
    mapping(uint256 id => uint256) public disputes;
    /// What can still be claimed of a competition's contributions, and is not the operator's bond.
    mapping(uint256 id => uint256) public unclaimed;
    /// What the ticket holders of a voided competition share of the operator's money.
    mapping(uint256 id => uint256) public forfeited;
    mapping(uint256 id => uint256) public refunded;
    mapping(address player => uint256) public funded;
    mapping(address player => uint256) public spent;
    mapping(address player => uint256) public earned;
    mapping(address player => uint256) public moved;
    mapping(uint256 id => uint256) public refunds;
    mapping(uint256 id => uint256) public commits;
    mapping(uint256 id => mapping(uint256 ticketId => bool)) private _committed;
    mapping(uint256 id => bytes32) private _seedSeen;
    mapping(uint256 id => bytes32) private _entriesSealed;
    mapping(uint256 id => ICompetition.Phase) private _phaseSeen;
    mapping(ICompetition.Phase phase => uint256) public reached;

    constructor() {
        vm.warp(1_900_000_000);
        vm.roll(1000);
        for (uint256 i = 1; i <= 3; ++i) players.push(address(uint160(0xA11CE000 + i)));
        players.push(address(new RevertingReceiver()));
        players.push(address(new BurningReceiver()));
        players.push(address(new BombingReceiver()));
        ReenteringReceiver reentering = _addReentering();
        reentering.arm(address(competition), abi.encodeCall(ICompetition.withdraw, (address(reentering))));
        _addReentering().arm(address(competition), abi.encodeCall(ICompetition.refund, (1, 1)));
        _addReentering().arm(address(competition), abi.encodeCall(ICompetition.finalize, (1)));
        for (uint256 i = 0; i < 3; ++i) create(i, i);
    }

    function _addReentering() private returns (ReenteringReceiver reentering) {
        reentering = new ReenteringReceiver();
        players.push(address(reentering));
    }

    /// @dev After every action: states only advance, seeds and closed entry sets never change.
    modifier watched() {
        _;
        _watchAll();
    }

    // ---------------------------------------------------------------- world

    function advance(uint256 id) public watched {
        ICompetition.CompetitionView memory now_ = competition.competitionOf(_pickId(id));
        uint256 next;
        if (now_.phase == ICompetition.Phase.Selling) next = now_.terms.saleEnds;
        else if (now_.phase == ICompetition.Phase.Opening)
            next = now_.terms.saleEnds + competition.OPENING_SECONDS();
        else if (now_.phase == ICompetition.Phase.Open) next = now_.openEnds;
        else if (now_.phase == ICompetition.Phase.Revealing) next = now_.revealEnds;
        else if (now_.phase == ICompetition.Phase.Asserted) next = now_.livenessEnds;
        else if (now_.phase == ICompetition.Phase.Disputed) next = now_.dispute.verdictEnds;
        else next = now_.judgingEnds;
        if (next > vm.getBlockTimestamp()) vm.warp(next);
        vm.roll(vm.getBlockNumber() + 20);
    }

    function wait(uint256 time, uint256 blocks) public watched {
        vm.warp(vm.getBlockTimestamp() + (time % 1 hours));
        vm.roll(vm.getBlockNumber() + (blocks % 300));
    }

    function force(uint256 amount) public watched {
        amount = amount % 1 ether;
        vm.deal(address(this), amount);
        new Forcer{value: amount}(payable(address(competition)));
        forced += amount;
    }

    /// @dev Some steps of an ordinary course, so that ends are reached often.
    function hurry(uint256 id, uint256 steps) public {
        for (uint256 i = 0; i < 1 + (steps % 9); ++i) _step(id);
    }

    function _step(uint256 id) private {
        ICompetition.Phase phase = competition.phaseOf(_pickId(id));
        if (phase == ICompetition.Phase.Selling) {
            for (uint256 i = 0; i < 3; ++i) buy(id, id / 7 + i);
        }
        if (phase == ICompetition.Phase.Opening) open(id);
        if (phase == ICompetition.Phase.Open) commitAll(id);
        if (phase == ICompetition.Phase.Revealing) {
            if (id % 2 == 0) revealAll(id);
            else revealBatch(id, 0);
        }
        if (phase == ICompetition.Phase.Seeding) {
            fixSeedBlock(id);
            pinSeed(id);
        }
        if (phase == ICompetition.Phase.Judging) assertRanking(id, id / 11, id % 5 == 0);
        if (phase == ICompetition.Phase.Asserted && id % 3 == 0) return dispute(id, id, false);
        if (phase == ICompetition.Phase.Selling || phase == ICompetition.Phase.Open) advance(id);
        if (phase == ICompetition.Phase.Revealing || phase == ICompetition.Phase.Asserted) advance(id);
        if (phase == ICompetition.Phase.Asserted || phase == ICompetition.Phase.Resolved) finalize(id);
        if (phase == ICompetition.Phase.Disputed) {
            support(id, id / 19);
            resolve(id, id / 17, id % 2 == 0, id % 5 == 0);
        }
        if (phase == ICompetition.Phase.Final) claim(id, id / 7);
        if (phase == ICompetition.Phase.Void) refund(id, id / 13);
    }

    // -------------------------------------------------------------- actions

    function create(uint256 price, uint256 durations) public watched {
        if (competition.competitionCount() >= 5) return;
        ICompetition.Terms memory terms = ICompetition.Terms({
            targetCommitment: competition.hashTarget(
                operator,
                keccak256("target"),
                bytes32(competition.competitionCount() + 1)
            ),
            specDigest: keccak256("spec"),
            ticketPrice: uint88(1 + (price % 1 ether)),
            saleEnds: uint40(vm.getBlockTimestamp() + 1 + (durations % 1 hours)),
            openSeconds: uint32(1 + (durations % 30 minutes)),
            revealSeconds: uint32(1 + (durations % 40 minutes)),
            judgingSeconds: uint32(1 + (durations % 50 minutes)),
            livenessSeconds: uint32(1 + (durations % 60 minutes)),
            verdictSeconds: uint32(1 + (durations % 70 minutes)),
            minRevealed: uint32(1 + (durations % 2)),
            maxTickets: uint32(3 + (durations % 9)),
            arbiter: arbiter,
            studio: address(0),
            promptLimit: 0,
            beacon: address(0)
        });
        uint256 deposit = (uint256(terms.ticketPrice) * terms.maxTickets) / 5;
        vm.deal(operator, operator.balance + deposit);
        operatorFunded += deposit;
        vm.prank(operator);
        competition.createCompetition{value: deposit}(terms);
    }

    function buy(uint256 id, uint256 who) public watched {
        id = _pickId(id);
        address player = players[who % players.length];
        uint256 price = competition.competitionOf(id).terms.ticketPrice;
        vm.deal(player, player.balance + price);
        funded[player] += price;
        vm.prank(player);
        try competition.buyTicket{value: price}(id) {
            spent[player] += price;
        } catch {}
    }

    /// @dev Somebody else pays; what the ticket earns is the player's all the same.
    function buyFor(uint256 id, uint256 who) public watched {
        id = _pickId(id);
        uint256 price = competition.competitionOf(id).terms.ticketPrice;
        vm.deal(sponsor, price);
        vm.prank(sponsor);
        try competition.buyTicketFor{value: price}(id, players[who % players.length]) {} catch {}
    }

    function open(uint256 id) public watched {
        id = _pickId(id);
        try competition.openTarget(id, keccak256("target"), bytes32(id)) {} catch {}
    }

    function commit(uint256 id, uint256 ticketId, uint256 who) public watched {
        id = _pickId(id);
        ticketId = _pickTicket(id, ticketId);
        address owner = competition.ticketOf(id, ticketId).player;
        // Mostly the holder, sometimes somebody else; the zero address signs nothing.
        address caller = owner == address(0) || who % 8 == 0 ? players[who % players.length] : owner;
        bytes32 commitment = competition.hashSubmission(id, ticketId, owner, _digest(ticketId), 0);
        vm.prank(caller);
        try competition.commitSubmission(id, ticketId, commitment) {
            vm.assertEq(caller, owner);
            if (!_committed[id][ticketId]) ++commits[id];
            _committed[id][ticketId] = true;
        } catch {}
    }

    function commitAll(uint256 id) public {
        id = _pickId(id);
        uint256 sold = competition.competitionOf(id).sold;
        for (uint256 i = 1; i <= sold; ++i) commit(id - 1, i - 1, 1);
    }

    function reveal(uint256 id, uint256 ticketId) public watched {
        id = _pickId(id);
        ticketId = _pickTicket(id, ticketId);
        try competition.revealSubmission(id, ticketId, _digest(ticketId), 0) {} catch {}
    }

    function revealAll(uint256 id) public {
        id = _pickId(id);
        uint256 sold = competition.competitionOf(id).sold;
        for (uint256 i = 1; i <= sold; ++i) reveal(id - 1, i - 1);
    }

    /// @dev From `first` on, and `first` twice.
    function revealBatch(uint256 id, uint256 first) public watched {
        id = _pickId(id);
        first = _pickTicket(id, first);
        uint256 sold = competition.competitionOf(id).sold;
        if (first > sold) return;
        uint256 size = sold - first + 2;
        uint256[] memory ticketIds = new uint256[](size);
        bytes32[] memory digests = new bytes32[](size);
        for (uint256 i = 0; i < size; ++i) {
            ticketIds[i] = i + 1 == size ? first : first + i;
            digests[i] = _digest(ticketIds[i]);
        }
        try competition.revealSubmissions(id, ticketIds, digests, new bytes32[](size)) {} catch {}
    }

    function fixSeedBlock(uint256 id) public watched {
        try competition.fixSeedBlock(_pickId(id)) {
            vm.roll(vm.getBlockNumber() + 17);
        } catch {}
    }

    function pinSeed(uint256 id) public watched {
        id = _pickId(id);
        try competition.pinSeed(id, "") {
            vm.assertGe(vm.getBlockTimestamp(), competition.competitionOf(id).revealEnds);
        } catch {}
    }

    function assertRanking(uint256 id, uint256 who, bool disqualified) public watched {
        id = _pickId(id);
        uint256 bond = competition.bondOf(id);
        (
            ICompetition.Assertion memory assertion,
            ICompetition.RankedEntry memory winner,
            bytes32[] memory proof
        ) = _ranking(id, who, disqualified);
        vm.deal(operator, operator.balance + bond);
        operatorFunded += bond;
        vm.prank(operator);
        try competition.assertRanking{value: bond}(id, assertion, winner, 0, proof) {} catch {}
    }

    /// @dev The disputer or a backer pays anything up to twice the bond; `small` seldom fills the pool.
    function dispute(uint256 id, uint256 amount, bool small) public watched {
        id = _pickId(id);
        ICompetition.CompetitionView memory now_ = competition.competitionOf(id);
        address account = amount % 3 == 0 ? backer : disputer;
        if (small) amount = 1 + (amount % (now_.bond / 4));
        else amount = now_.bond + (amount % now_.bond);
        vm.deal(account, amount);
        vm.prank(account);
        try competition.dispute{value: amount}(id, now_.rankingRoot, now_.modelHash, keccak256("evidence")) {
            vm.assertLt(
                vm.getBlockTimestamp(),
                now_.dispute.disputedAt == 0 ? now_.livenessEnds : now_.dispute.joinEnds
            );
            unclaimed[id] += amount;
            bool opened = now_.dispute.disputedAt == 0 && competition.disputeOf(id).disputedAt != 0;
            if (opened) vm.assertEq(++disputes[id], 1);
        } catch {}
    }

    function support(uint256 id, uint256 amount) public watched {
        id = _pickId(id);
        ICompetition.CompetitionView memory now_ = competition.competitionOf(id);
        amount = 1 + (amount % now_.bond);
        vm.deal(backer, amount);
        vm.prank(backer);
        try competition.support{value: amount}(id, now_.rankingRoot, now_.modelHash) {
            vm.assertLt(vm.getBlockTimestamp(), now_.dispute.joinEnds);
            unclaimed[id] += amount;
        } catch {}
    }

    /// @dev Upholds the one-leaf ranking that was asserted when `other` names its winner again.
    function resolve(uint256 id, uint256 who, bool other, bool disqualified) public watched {
        id = _pickId(id);
        ICompetition.CompetitionView memory before = competition.competitionOf(id);
        (
            ICompetition.Assertion memory verdict,
            ICompetition.RankedEntry memory winner,
            bytes32[] memory proof
        ) = _ranking(id, other ? who : _asserted(id), disqualified);
        vm.prank(arbiter);
        try competition.resolveDispute(id, verdict, winner, 0, proof) returns (uint256 fee) {
            bool upheld = competition.disputeOf(id).verdict == ICompetition.Verdict.Upheld;
            uint256 lost = before.dispute.against;
            if (!upheld) lost = before.dispute.support + (disqualified ? 0 : before.pot / 5);
            vm.assertEq(fee, lost / 2);
            burned += fee;
            if (upheld) {
                uint256 payout = before.dispute.support + lost - fee;
                uint256 share = (payout * before.bond) / before.dispute.support;
                operatorWon += share - before.bond;
                unclaimed[id] = payout - share;
            } else {
                operatorLost += before.bond + before.deposit;
                unclaimed[id] = before.dispute.against + lost - fee;
                if (disqualified) forfeited[id] = before.deposit;
            }
        } catch {}
    }

    function claim(uint256 id, uint256 who) public watched {
        id = _pickId(id);
        address account = who % 2 == 0 ? disputer : backer;
        ICompetition.Contribution memory paid = competition.contributionOf(id, account);
        ICompetition.Verdict verdict = competition.disputeOf(id).verdict;
        try competition.claimBond(id, account) returns (uint256 amount) {
            if (verdict == ICompetition.Verdict.Upheld) vm.assertGe(amount, paid.support);
            else if (verdict == ICompetition.Verdict.Replaced) vm.assertGe(amount, paid.against);
            else vm.assertEq(amount, uint256(paid.against) + paid.support);
            unclaimed[id] -= amount;
        } catch {}
    }

    function finalize(uint256 id) public watched {
        id = _pickId(id);
        ICompetition.CompetitionView memory before = competition.competitionOf(id);
        try competition.finalize(id) {
            if (before.phase == ICompetition.Phase.Asserted)
                vm.assertGe(vm.getBlockTimestamp(), before.livenessEnds);
            if (before.winnerTicket == 0) return;
            uint256 prize = before.pot - before.pot / 5;
            if (before.dispute.verdict == ICompetition.Verdict.Replaced) prize += before.deposit;
            earned[competition.ticketOf(id, before.winnerTicket).player] += prize;
        } catch {}
    }

    function voidCompetition(uint256 id) public watched {
        id = _pickId(id);
        ICompetition.CompetitionView memory before = competition.competitionOf(id);
        try competition.voidCompetition(id) {
            bool enough = before.revealed >= before.terms.minRevealed;
            if (before.phase == ICompetition.Phase.Disputed) forfeited[id] = before.bond;
            else if (before.revealEnds != 0 && enough) forfeited[id] = before.deposit;
            operatorLost += forfeited[id];
        } catch {}
    }

    function refund(uint256 id, uint256 ticketId) public watched {
        id = _pickId(id);
        ticketId = _pickTicket(id, ticketId);
        try competition.refund(id, ticketId) {
            ++refunds[id];
            ICompetition.CompetitionView memory now_ = competition.competitionOf(id);
            uint256 amount = now_.terms.ticketPrice + forfeited[id] / now_.sold;
            if (ticketId <= forfeited[id] % now_.sold) ++amount;
            refunded[id] += amount;
            earned[competition.ticketOf(id, ticketId).player] += amount;
        } catch {}
    }

    function withdraw(uint256 who) public watched {
        address account = players[who % players.length];
        if (who % 4 == 0) account = who % 8 == 0 ? operator : disputer;
        if (who % 16 == 3) account = backer;
        // As much gas as somebody would pay: a receiver that burns it all burns its caller's.
        try competition.withdraw{gas: 1_000_000}(account) {} catch {}
    }

    function withdrawTo(uint256 who) public watched {
        address player = players[who % players.length];
        uint256 credit = competition.creditOf(player);
        vm.prank(player);
        try competition.withdrawTo(vault) {
            moved[player] += credit;
        } catch {}
    }

    // -------------------------------------------------------------- picking

    /// @dev What `_pickTicket` makes the asserted winner of; anything when there is none.
    function _asserted(uint256 id) private view returns (uint256) {
        uint256 winnerTicket = competition.competitionOf(id).winnerTicket;
        return winnerTicket == 0 ? 0 : winnerTicket - 1;
    }

    function playerCount() external view returns (uint256) {
        return players.length;
    }

    function _pickId(uint256 id) private view returns (uint256) {
        return 1 + (id % competition.competitionCount());
    }

    /// @dev Now and then one that was not sold.
    function _pickTicket(uint256 id, uint256 ticketId) private view returns (uint256) {
        return 1 + (ticketId % (uint256(competition.competitionOf(id).sold) + 1));
    }

    function _digest(uint256 ticketId) private pure returns (bytes32) {
        return keccak256(abi.encode(ticketId));
    }

    function _ranking(
        uint256 id,
        uint256 who,
        bool disqualified
    )
        private
        view
        returns (
            ICompetition.Assertion memory assertion,
            ICompetition.RankedEntry memory winner,
            bytes32[] memory proof
        )
    {
        ICompetition.CompetitionView memory now_ = competition.competitionOf(id);
        uint256 ticketId = _pickTicket(id, who);
        winner = ICompetition.RankedEntry({
            rank: 1,
            ticketId: uint32(ticketId),
            player: competition.ticketOf(id, ticketId).player,
            imageDigest: _digest(ticketId),
            score: 0,
            flags: disqualified ? 1 : 0
        });
        bytes32[] memory leaves = new bytes32[](1);
        leaves[0] = competition.hashLeaf(id, winner);
        assertion.entriesHash = now_.entriesHash;
        assertion.leafCount = now_.revealed;
        (assertion.rankingRoot, proof) = Trees.rootAndFirstProof(leaves);
    }

    function _watchAll() private {
        for (uint256 id = 1; id <= competition.competitionCount(); ++id) _watch(id);
    }

    function _watch(uint256 id) private {
        ICompetition.CompetitionView memory now_ = competition.competitionOf(id);
        ICompetition.Phase former = _phaseSeen[id];
        vm.assertLe(uint256(former), uint256(now_.phase), "phase went back");
        if (former == ICompetition.Phase.Final || former == ICompetition.Phase.Void) {
            vm.assertEq(uint256(former), uint256(now_.phase), "the end did not last");
        }
        if (former != now_.phase) ++reached[now_.phase];
        _phaseSeen[id] = now_.phase;

        if (_seedSeen[id] != 0) vm.assertEq(_seedSeen[id], now_.seed);
        _seedSeen[id] = now_.seed;
        if (now_.revealEnds == 0 || vm.getBlockTimestamp() < now_.revealEnds)
            vm.assertEq(now_.seed, bytes32(0));
        else if (_entriesSealed[id] != 0) vm.assertEq(_entriesSealed[id], now_.entriesHash);
        else _entriesSealed[id] = now_.entriesHash;
    }
}
