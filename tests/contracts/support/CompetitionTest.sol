// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../../contracts/interfaces/ICompetition.sol";
import {Deployment} from "./Deployment.sol";
import {Trees} from "./Trees.sol";
import {vm} from "./Vm.sol";

/// @notice Brings a competition into any state by the same calls that its users make.
abstract contract CompetitionTest {
    uint88 internal constant PRICE = 0.1 ether;
    uint256 internal constant START = 1_900_000_000;
    bytes32 internal constant EVIDENCE = keccak256("evidence");
    bytes32 internal constant TARGET_DIGEST = keccak256("target");
    bytes32 internal constant TARGET_SALT = keccak256("target salt");

    ICompetition internal competition;
    address internal operator = _named("operator");
    address internal arbiter = _named("arbiter");
    address internal disputer = _named("disputer");
    address internal stranger = _named("stranger");

    function setUp() public virtual {
        vm.warp(START);
        vm.roll(1000);
        competition = Deployment.deploy();
    }

    // --------------------------------------------------------------- people

    function _named(string memory name) internal pure returns (address) {
        return address(uint160(uint256(keccak256(bytes(name)))));
    }

    function _player(uint256 ticketId) internal pure virtual returns (address) {
        return address(uint160(uint256(keccak256(abi.encode("player", ticketId)))));
    }

    function _digest(uint256 ticketId) internal pure returns (bytes32) {
        return keccak256(abi.encode("image", ticketId));
    }

    function _salt(uint256 ticketId) internal pure returns (bytes32) {
        return keccak256(abi.encode("salt", ticketId));
    }

    // -------------------------------------------------------------- amounts

    function _bound(uint256 value, uint256 lowest, uint256 highest) internal pure returns (uint256) {
        return lowest + (value % (highest - lowest + 1));
    }

    // ---------------------------------------------------------------- steps

    /// @dev Each competition's own: a target commitment serves once.
    function _targetSalt(uint256 id) internal pure returns (bytes32) {
        return id == 1 ? TARGET_SALT : keccak256(abi.encode(TARGET_SALT, id));
    }

    function _terms() internal view returns (ICompetition.Terms memory) {
        return
            ICompetition.Terms({
                targetCommitment: competition.hashTarget(
                    operator,
                    TARGET_DIGEST,
                    _targetSalt(competition.competitionCount() + 1)
                ),
                specDigest: keccak256("spec"),
                ticketPrice: PRICE,
                saleEnds: uint40(vm.getBlockTimestamp() + 1 days),
                openSeconds: 1 hours,
                revealSeconds: 30 minutes,
                judgingSeconds: 6 hours,
                livenessSeconds: 2 hours,
                verdictSeconds: 1 days,
                minRevealed: 1,
                maxTickets: 100,
                arbiter: arbiter,
                studio: address(0),
                promptLimit: 0,
                beacon: address(0)
            });
    }

    function _create(ICompetition.Terms memory terms) internal returns (uint256) {
        uint256 deposit = competition.depositFor(terms.ticketPrice, terms.maxTickets);
        vm.deal(operator, operator.balance + deposit);
        vm.prank(operator);
        return competition.createCompetition{value: deposit}(terms);
    }

    function _buy(uint256 id, address player) internal returns (uint256) {
        vm.deal(player, player.balance + PRICE);
        vm.prank(player);
        return competition.buyTicket{value: PRICE}(id);
    }

    function _open(uint256 id) internal {
        competition.openTarget(id, TARGET_DIGEST, _targetSalt(id));
    }

    function _commitmentOf(uint256 id, uint256 ticketId) internal view returns (bytes32) {
        address player = competition.ticketOf(id, ticketId).player;
        return competition.hashSubmission(id, ticketId, player, _digest(ticketId), _salt(ticketId));
    }

    function _commit(uint256 id, uint256 ticketId) internal {
        bytes32 commitment = _commitmentOf(id, ticketId);
        vm.prank(competition.ticketOf(id, ticketId).player);
        competition.commitSubmission(id, ticketId, commitment);
    }

    function _reveal(uint256 id, uint256 ticketId) internal {
        competition.revealSubmission(id, ticketId, _digest(ticketId), _salt(ticketId));
    }

    function _warpToSaleEnd(uint256 id) internal {
        vm.warp(competition.competitionOf(id).terms.saleEnds);
    }

    function _warpToRevealing(uint256 id) internal {
        vm.warp(competition.competitionOf(id).openEnds);
    }

    function _warpToSeeding(uint256 id) internal {
        vm.warp(competition.competitionOf(id).revealEnds);
    }

    function _warpToDeadline(uint256 id) internal {
        vm.warp(competition.competitionOf(id).judgingEnds);
    }

    function _warpToLivenessEnd(uint256 id) internal {
        vm.warp(competition.competitionOf(id).livenessEnds);
    }

    function _fixSeedBlock(uint256 id) internal returns (uint40 seedBlock) {
        seedBlock = competition.fixSeedBlock(id);
        vm.roll(uint256(seedBlock) + 1);
    }

    // ---------------------------------------------------------------- states

    function _selling() internal returns (uint256) {
        return _create(_terms());
    }

    /// @dev Tickets 1 to `tickets` belong to `_player(1)` to `_player(tickets)`.
    function _sold(uint256 tickets) internal returns (uint256 id) {
        id = _selling();
        for (uint256 i = 1; i <= tickets; ++i) _buy(id, _player(i));
    }

    function _opening(uint256 tickets) internal returns (uint256 id) {
        id = _sold(tickets);
        _warpToSaleEnd(id);
    }

    function _opened(uint256 tickets) internal returns (uint256 id) {
        id = _opening(tickets);
        _open(id);
    }

    function _revealing(uint256 tickets) internal returns (uint256 id) {
        id = _opened(tickets);
        for (uint256 i = 1; i <= tickets; ++i) _commit(id, i);
        _warpToRevealing(id);
    }

    function _seeding(uint256 tickets) internal returns (uint256 id) {
        id = _revealing(tickets);
        for (uint256 i = 1; i <= tickets; ++i) _reveal(id, i);
        _warpToSeeding(id);
    }

    function _judging(uint256 tickets) internal returns (uint256 id) {
        id = _seeding(tickets);
        _fixSeedBlock(id);
        competition.pinSeed(id, "");
    }

    function _asserted(uint256 tickets) internal returns (uint256 id) {
        id = _judging(tickets);
        _assert(id, _ranking(id, tickets, 0));
    }

    function _disputed(uint256 tickets) internal returns (uint256 id) {
        id = _asserted(tickets);
        _dispute(id);
    }

    /// @dev The disputer fills the pool alone.
    function _dispute(uint256 id) internal {
        _disputeBy(disputer, id, competition.bondOf(id));
    }

    function _disputeBy(address account, uint256 id, uint256 amount) internal {
        (bytes32 root, bytes32 model) = _assertionOf(id);
        vm.deal(account, account.balance + amount);
        vm.prank(account);
        competition.dispute{value: amount}(id, root, model, EVIDENCE);
    }

    function _supportBy(address account, uint256 id, uint256 amount) internal {
        (bytes32 root, bytes32 model) = _assertionOf(id);
        vm.deal(account, account.balance + amount);
        vm.prank(account);
        competition.support{value: amount}(id, root, model);
    }

    /// @dev What a dispute of it has to name.
    function _assertionOf(uint256 id) internal view returns (bytes32 root, bytes32 model) {
        ICompetition.CompetitionView memory seen = competition.competitionOf(id);
        return (seen.rankingRoot, seen.modelHash);
    }

    function _resolve(uint256 id, Ranking memory verdict) internal returns (uint256) {
        vm.prank(arbiter);
        return competition.resolveDispute(id, verdict.assertion, verdict.winner, verdict.salt, verdict.proof);
    }

    function _final(uint256 tickets) internal returns (uint256 id) {
        id = _asserted(tickets);
        _warpToLivenessEnd(id);
        competition.finalize(id);
    }

    function _voided(uint256 tickets) internal returns (uint256 id) {
        id = _opening(tickets);
        vm.warp(vm.getBlockTimestamp() + competition.OPENING_SECONDS());
        competition.voidCompetition(id);
    }

    // --------------------------------------------------------------- ranking

    struct Ranking {
        ICompetition.Assertion assertion;
        ICompetition.RankedEntry winner;
        bytes32 salt;
        bytes32[] proof;
    }

    function _entry(
        uint256 id,
        uint256 ticketId,
        uint32 flags
    ) internal view returns (ICompetition.RankedEntry memory) {
        return
            ICompetition.RankedEntry({
                rank: uint32(ticketId),
                ticketId: uint32(ticketId),
                player: competition.ticketOf(id, ticketId).player,
                imageDigest: _digest(ticketId),
                score: int256(ticketId) * 1000,
                flags: flags
            });
    }

    /// @dev Ticket n has rank n.
    function _ranking(
        uint256 id,
        uint256 tickets,
        uint32 winnerFlags
    ) internal view returns (Ranking memory ranking) {
        bytes32[] memory leaves = new bytes32[](tickets);
        for (uint256 i = 1; i <= tickets; ++i) {
            leaves[i - 1] = competition.hashLeaf(id, _entry(id, i, i == 1 ? winnerFlags : 0));
        }
        ranking.winner = _entry(id, 1, winnerFlags);
        ranking.salt = _salt(1);
        ranking.assertion = ICompetition.Assertion({
            entriesHash: competition.competitionOf(id).entriesHash,
            modelHash: keccak256("model"),
            rankingRoot: 0,
            leafCount: uint32(tickets),
            bundleDigest: keccak256("bundle")
        });
        (ranking.assertion.rankingRoot, ranking.proof) = Trees.rootAndFirstProof(leaves);
    }

    /// @dev What the arbiter finds instead: ticket n wins, in a tree of its own leaf.
    function _otherRanking(
        uint256 id,
        uint32 ticketId,
        uint32 flags
    ) internal view returns (Ranking memory other) {
        other = _ranking(id, competition.competitionOf(id).revealed, 0);
        other.winner = _entry(id, ticketId, flags);
        other.winner.rank = 1;
        other.salt = _salt(ticketId);
        other.assertion.modelHash = keccak256("another model");
        other.assertion.bundleDigest = keccak256("another bundle");
        other.assertion.rankingRoot = competition.hashLeaf(id, other.winner);
        other.proof = new bytes32[](0);
    }

    function _assert(uint256 id, Ranking memory ranking) internal {
        uint256 bond = competition.bondOf(id);
        vm.deal(operator, operator.balance + bond);
        vm.prank(operator);
        competition.assertRanking{value: bond}(
            id,
            ranking.assertion,
            ranking.winner,
            ranking.salt,
            ranking.proof
        );
    }

    // ------------------------------------------------------------ expecting

    function _expectWrongPhase(uint256 id, ICompetition.Phase actual) internal {
        vm.expectRevert(abi.encodeWithSelector(ICompetition.WrongPhase.selector, id, actual));
    }

    function _assertPhase(uint256 id, ICompetition.Phase expected) internal view {
        vm.assertEq(uint256(competition.phaseOf(id)), uint256(expected), "phase");
    }
}
