// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {Split} from "../../contracts/libraries/Split.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {RevertingReceiver} from "./support/Receivers.sol";
import {Vm, vm} from "./support/Vm.sol";

contract ResolveDisputeTest is CompetitionTest {
    function _expectRefusal(uint256 id, Ranking memory verdict, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(arbiter);
        competition.resolveDispute(id, verdict.assertion, verdict.winner, verdict.salt, verdict.proof);
    }

    function testTheSameRankingUpholds() public {
        uint256 id = _disputed(3);
        Ranking memory verdict = _ranking(id, 3, 0);
        uint256 bond = competition.bondOf(id);
        vm.expectEmit(address(competition));
        emit ICompetition.DisputeResolved(id, true, verdict.assertion, verdict.winner, bond / 2);
        vm.assertEq(_resolve(id, verdict), bond / 2);

        _assertPhase(id, ICompetition.Phase.Resolved);
        vm.assertEq(uint256(competition.disputeOf(id).verdict), uint256(ICompetition.Verdict.Upheld));
        vm.assertEq(competition.creditOf(operator), 2 * bond - bond / 2);
        vm.assertEq(competition.creditOf(arbiter), 0);
        vm.assertEq(competition.creditOf(competition.BURNED()), bond / 2);
        vm.assertEq(competition.claimOf(id, disputer), 0);
        competition.finalize(id);
        uint256 earned = 2 * bond - bond / 2 + competition.potOf(id) / 5 + competition.depositOf(id);
        vm.assertEq(competition.creditOf(operator), earned);
        vm.assertEq(_player(1).balance, competition.potOf(id) - competition.potOf(id) / 5);
    }

    function testAnotherBundleUpholdsAndChangesNothing() public {
        uint256 id = _disputed(2);
        Ranking memory verdict = _ranking(id, 2, 0);
        verdict.assertion.bundleDigest = keccak256("another bundle");
        _resolve(id, verdict);
        vm.assertEq(uint256(competition.disputeOf(id).verdict), uint256(ICompetition.Verdict.Upheld));
        vm.assertEq(competition.competitionOf(id).bundleDigest, keccak256("bundle"));
    }

    function testAnotherRankingReplaces() public {
        uint256 id = _disputed(3);
        Ranking memory verdict = _otherRanking(id, 2, 0);
        uint256 bond = competition.bondOf(id);
        uint256 pot = competition.potOf(id);
        uint256 lost = bond + pot / 5;
        vm.expectEmit(address(competition));
        emit ICompetition.DisputeResolved(id, false, verdict.assertion, verdict.winner, lost / 2);
        _resolve(id, verdict);

        ICompetition.CompetitionView memory seen = competition.competitionOf(id);
        vm.assertEq(uint256(seen.dispute.verdict), uint256(ICompetition.Verdict.Replaced));
        vm.assertEq(seen.winnerTicket, 2);
        vm.assertEq(seen.modelHash, verdict.assertion.modelHash);
        vm.assertEq(seen.rankingRoot, verdict.assertion.rankingRoot);
        vm.assertEq(seen.bundleDigest, verdict.assertion.bundleDigest);
        vm.assertEq(competition.claimBond(id, disputer), bond + lost - lost / 2);
        vm.assertEq(competition.creditOf(competition.BURNED()), lost / 2);
        uint256 prize = pot - pot / 5 + competition.depositOf(id);
        vm.expectEmit(address(competition));
        emit ICompetition.CompetitionFinalized(id, 2, _player(2), prize, 0);
        competition.finalize(id);
        // Who lied has nothing of it, and the winner the deposit.
        vm.assertEq(competition.creditOf(operator), 0);
        vm.assertEq(_player(2).balance, prize);
        vm.assertEq(_player(1).balance, 0);
        vm.assertEq(address(competition).balance, lost / 2);
    }

    function testAnotherModelHashReplaces() public {
        uint256 id = _disputed(2);
        Ranking memory verdict = _ranking(id, 2, 0);
        verdict.assertion.modelHash = keccak256("another model");
        _resolve(id, verdict);
        vm.assertEq(uint256(competition.disputeOf(id).verdict), uint256(ICompetition.Verdict.Replaced));
    }

    /// @dev A dishonest tree can have two first ranks under one root.
    function testAnotherWinnerUnderTheSameRootReplaces() public {
        uint256 id = _judging(2);
        Ranking memory lie = _otherRanking(id, 1, 0);
        Ranking memory truth = _otherRanking(id, 2, 0);
        (bytes32 one, bytes32 two) = (lie.assertion.rankingRoot, truth.assertion.rankingRoot);
        bytes32 root = one < two ? keccak256(abi.encode(one, two)) : keccak256(abi.encode(two, one));
        (lie.assertion.rankingRoot, truth.assertion.rankingRoot) = (root, root);
        (lie.proof, truth.proof) = (new bytes32[](1), new bytes32[](1));
        (lie.proof[0], truth.proof[0]) = (two, one);
        _assert(id, lie);
        _dispute(id);
        _resolve(id, truth);
        vm.assertEq(uint256(competition.disputeOf(id).verdict), uint256(ICompetition.Verdict.Replaced));
        vm.assertEq(competition.competitionOf(id).winnerTicket, 2);
    }

    function testAVerdictWithoutWinnerVoids() public {
        uint256 id = _disputed(2);
        _resolve(id, _otherRanking(id, 1, 1));
        vm.assertEq(competition.competitionOf(id).winnerTicket, 0);
        vm.recordLogs();
        vm.expectEmit(address(competition));
        emit ICompetition.CompetitionVoided(id, ICompetition.VoidReason.NoWinner);
        competition.finalize(id);
        vm.assertEq(competition.creditOf(operator), 0);
        // The expected event and its model above: no event of nothing credited to anybody.
        vm.assertEq(vm.getRecordedLogs().length, 2);
        competition.refund(id, 1);
        competition.refund(id, 2);
        // No fee where nobody wins; the deposit is the players'.
        vm.assertEq(_player(1).balance, PRICE + competition.depositOf(id) / 2);
        vm.assertEq(_player(2).balance, PRICE + competition.depositOf(id) / 2);
        uint256 bond = competition.bondOf(id);
        vm.assertEq(competition.claimBond(id, disputer), bond + bond / 2);
        vm.assertEq(address(competition).balance, competition.creditOf(competition.BURNED()));
    }

    function testAnUpheldVerdictWithoutWinnerGivesTheBondBack() public {
        uint256 id = _judging(1);
        _assert(id, _ranking(id, 1, 1));
        _dispute(id);
        _resolve(id, _ranking(id, 1, 1));
        uint256 bond = competition.bondOf(id);
        competition.finalize(id);
        _assertPhase(id, ICompetition.Phase.Void);
        vm.assertEq(competition.creditOf(operator), 2 * bond - bond / 2 + competition.depositOf(id));
        vm.assertEq(competition.refundOf(id, 1), PRICE);
    }

    /// @dev An operator that disputes itself loses half a bond when upheld, and all that it staked but half
    /// of bond and fee when replaced.
    function testSelfDisputeCosts(bool upheld) public {
        uint256 id = _asserted(2);
        uint256 bond = competition.bondOf(id);
        uint256 fee = competition.potOf(id) / 5;
        disputer = operator;
        _dispute(id);
        _resolve(id, upheld ? _ranking(id, 2, 0) : _otherRanking(id, 2, 0));
        if (!upheld) competition.claimBond(id, operator);
        competition.finalize(id);
        uint256 held = competition.creditOf(operator) + operator.balance;
        uint256 staked = 2 * bond + competition.depositOf(id);
        if (upheld) vm.assertEq(held, staked + fee - bond / 2);
        else vm.assertEq(held, bond + (bond + fee) / 2);
    }

    function testADisputerThatRefusesMoneyHoldsNothingUp() public {
        disputer = address(new RevertingReceiver());
        uint256 id = _disputed(1);
        _resolve(id, _otherRanking(id, 1, 0));
        competition.finalize(id);
        _assertPhase(id, ICompetition.Phase.Final);
        competition.claimBond(id, disputer);
        vm.assertGt(competition.creditOf(disputer), 0);
    }

    function testResolveByAnyoneElseReverts(address caller) public {
        uint256 id = _disputed(1);
        vm.assume(caller != arbiter);
        Ranking memory verdict = _ranking(id, 1, 0);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.NotArbiter.selector, id, caller));
        vm.prank(caller);
        competition.resolveDispute(id, verdict.assertion, verdict.winner, verdict.salt, verdict.proof);
    }

    function testResolveInTheLastSecondIsFine() public {
        uint256 id = _disputed(1);
        vm.warp(competition.disputeOf(id).verdictEnds - 1);
        _resolve(id, _ranking(id, 1, 0));
        _assertPhase(id, ICompetition.Phase.Resolved);
    }

    function testResolveTooLateReverts() public {
        uint256 id = _disputed(1);
        uint40 verdictEnds = competition.disputeOf(id).verdictEnds;
        vm.warp(verdictEnds);
        _expectRefusal(
            id,
            _ranking(id, 1, 0),
            abi.encodeWithSelector(ICompetition.DeadlinePassed.selector, verdictEnds)
        );
    }

    function testResolveOfNothingReverts() public {
        uint256 id = _asserted(1);
        _expectRefusal(
            id,
            _ranking(id, 1, 0),
            abi.encodeWithSelector(ICompetition.WrongPhase.selector, id, ICompetition.Phase.Asserted)
        );
    }

    function testAVerdictMustFitTheEntrySet() public {
        uint256 id = _disputed(2);
        Ranking memory verdict = _ranking(id, 2, 0);
        bytes32 expected = verdict.assertion.entriesHash;
        verdict.assertion.entriesHash = 0;
        _expectRefusal(
            id,
            verdict,
            abi.encodeWithSelector(ICompetition.EntriesHashMismatch.selector, expected, bytes32(0))
        );
        verdict = _ranking(id, 2, 0);
        verdict.assertion.leafCount = 1;
        _expectRefusal(id, verdict, abi.encodeWithSelector(ICompetition.LeafCountMismatch.selector, 2, 1));
        verdict = _ranking(id, 2, 0);
        verdict.winner = _entry(id, 2, 0);
        _expectRefusal(id, verdict, abi.encodeWithSelector(ICompetition.WinnerRankNotFirst.selector, 2));
        verdict = _otherRanking(id, 3, 0);
        _expectRefusal(id, verdict, abi.encodeWithSelector(ICompetition.WinnerNotEntered.selector, 3));
        verdict = _ranking(id, 2, 0);
        verdict.winner.score += 1;
        _expectRefusal(id, verdict, abi.encodeWithSelector(ICompetition.WinnerProofInvalid.selector));
        verdict = _ranking(id, 2, 0);
        verdict.salt = _salt(2);
        _expectRefusal(id, verdict, abi.encodeWithSelector(ICompetition.WinnerImageMismatch.selector, 1));
    }

    /// @dev The operator chose the arbiter: its bond is the ticket holders', its deposit its own.
    function testNoVerdictVoidsAndForfeitsTheBond() public {
        uint256 id = _disputed(2);
        uint256 bond = competition.bondOf(id);
        vm.warp(competition.disputeOf(id).verdictEnds - 1);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.NothingToVoid.selector, id));
        competition.voidCompetition(id);
        vm.warp(competition.disputeOf(id).verdictEnds);
        vm.expectEmit(address(competition));
        emit ICompetition.CompetitionVoided(id, ICompetition.VoidReason.NoVerdict);
        competition.voidCompetition(id);
        vm.assertEq(competition.creditOf(operator), competition.depositOf(id));
        vm.assertEq(competition.claimBond(id, disputer), bond);
        competition.refund(id, 1);
        vm.assertEq(_player(1).balance, PRICE + bond / 2);
        competition.refund(id, 2);
        vm.assertEq(address(competition).balance, competition.creditOf(operator));
    }

    function testALostBondIsSplitWithoutRest(uint256 lost) public pure {
        (uint256 gain, uint256 arbiterFee) = Split.lostStake(lost);
        vm.assertEq(gain + arbiterFee, lost);
        vm.assertEq(arbiterFee, lost / 2);
    }

    /// @dev Of what is lost, an account that arbitrates gets nothing, and the operator no share of nothing.
    function testNoCreditOfNothingIsAnnounced() public {
        uint256 id = _disputed(2);
        Ranking memory verdict = _otherRanking(id, 2, 0);
        vm.recordLogs();
        _resolve(id, verdict);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        uint256 credits;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] == ICompetition.Credited.selector) ++credits;
        }
        vm.assertEq(credits, 1); // what is burned
    }
}
