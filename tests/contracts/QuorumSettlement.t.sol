// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAuditorQuorum} from "../../contracts/interfaces/IAuditorQuorum.sol";
import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {QuorumTest} from "./support/QuorumTest.sol";
import {Quorums} from "./support/Quorums.sol";
import {RevertingReceiver} from "./support/Receivers.sol";
import {vm} from "./support/Vm.sol";

/// @notice What a dispute costs and pays each member.
contract QuorumSettlementTest is QuorumTest {
    function _expectNotDecided(uint256 id) private {
        IAuditorQuorum.Case memory dispute = quorum.caseOf(id);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAuditorQuorum.NotDecided.selector,
                dispute.revealEnds,
                dispute.verdictEnds
            )
        );
    }

    // ------------------------------------------------------ with a verdict

    function testTheVerdictTakesFromTheWrongAndTheSilent() public {
        uint256 id = _dispute();
        _vote(id, 3, 1); // the fifth is silent
        _deliver(id, TRUTH);
        _toRevealEnd(id);
        for (uint256 i = 0; i < MEMBERS; ++i) {
            uint256 expected =
                i < 3
                    ? 0
                    : i == 3
                        ? STAKE / 2
                        : STAKE / 10;
            vm.expectEmit(address(quorum));
            emit IAuditorQuorum.VoteSettled(id, members[i], expected);
            vm.assertEq(quorum.settle(id, members[i]), expected);
            vm.assertEq(_staked(i), STAKE - expected);
            vm.assertEq(quorum.isActive(members[i]), expected == 0);
            vm.assertTrue(quorum.ballotOf(id, members[i]).settled);
        }
        uint256 reward = FEE + STAKE / 2 + STAKE / 10;
        vm.assertEq(quorum.caseOf(id).reward, reward);
        vm.assertEq(quorum.caseOf(id).unsettled, 0);
        vm.assertEq(_claim(id, members[1]), reward / 3);
    }

    function testWhoCopiesTheResultWithoutTheWorkVotesAgainstIt() public {
        uint256 other = _dispute();
        for (uint256 i = 0; i < 3; ++i) _commit(other, members[i], TRUTH);
        bytes32 commitment = quorum.hashVote(other, members[3], _hashWithoutWork(), SALT);
        vm.prank(members[3]);
        quorum.commitVote(other, commitment);
        _toReveals(other);
        for (uint256 i = 0; i < 3; ++i) _reveal(other, members[i], TRUTH);
        _revealWithoutWork(other, members[3]);
        _deliver(other, TRUTH);
        _toRevealEnd(other);
        vm.assertEq(quorum.settle(other, members[3]), STAKE / 2);
    }

    function testACommitmentThatIsNotRevealedCostsHalf() public {
        uint256 id = _dispute();
        _commit(id, members[4], TRUTH);
        _vote(id, 3, 0);
        _deliver(id, TRUTH);
        _toRevealEnd(id);
        vm.assertEq(quorum.settle(id, members[4]), STAKE / 2);
        vm.assertEq(quorum.settle(id, members[3]), STAKE / 10);
    }

    function testARevealAfterTheDeliveryIsRightOrWrongAllTheSame() public {
        uint256 id = _dispute();
        for (uint256 i = 0; i < 3; ++i) _commit(id, members[i], TRUTH);
        _commit(id, members[3], TRUTH);
        _commit(id, members[4], LIE);
        _toReveals(id);
        for (uint256 i = 0; i < 3; ++i) _reveal(id, members[i], TRUTH);
        _deliver(id, TRUTH);
        _expectNotDecided(id);
        quorum.settle(id, members[0]);
        _reveal(id, members[3], TRUTH);
        _reveal(id, members[4], LIE);
        _toRevealEnd(id);
        vm.assertEq(quorum.settle(id, members[3]), 0);
        vm.assertEq(quorum.settle(id, members[4]), STAKE / 2);
        uint256 reward = FEE + STAKE / 2;
        vm.assertEq(_claim(id, members[3]), reward / 4);
    }

    function testClaimingSettlesWhoIsNotSettledYet() public {
        uint256 id = _dispute();
        _vote(id, 3, 2);
        _deliver(id, TRUTH);
        _toRevealEnd(id);
        quorum.settle(id, members[3]);
        uint256 reward = FEE + STAKE;
        vm.expectEmit(address(quorum));
        emit IAuditorQuorum.VoteSettled(id, members[4], STAKE / 2);
        vm.assertEq(_claim(id, members[0]), reward / 3);
        vm.assertEq(quorum.caseOf(id).unsettled, 0);
        vm.assertEq(_staked(4), STAKE / 2);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.AlreadySettled.selector, id, members[4]));
        quorum.settle(id, members[4]);
    }

    function testTheLastToClaimGetsTheDust() public {
        uint256 id = _dispute();
        _vote(id, 3, 1);
        _deliver(id, TRUTH);
        _toRevealEnd(id);
        uint256 reward = FEE + STAKE / 2 + STAKE / 10;
        vm.assertGt(reward % 3, 0);
        for (uint256 i = 0; i < MEMBERS; ++i) quorum.settle(id, members[i]);
        for (uint256 i = 0; i < 3; ++i) {
            uint256 share = quorum.caseOf(id).reward / (3 - i);
            vm.assertEq(quorum.caseOf(id).claimsLeft, i == 0 ? 0 : 3 - i);
            vm.expectEmit(address(quorum));
            emit IAuditorQuorum.RewardClaimed(id, members[i], members[i], share);
            vm.assertEq(_claim(id, members[i]), share);
            vm.assertEq(members[i].balance, share);
        }
        vm.assertEq(quorum.caseOf(id).reward, 0);
        vm.assertEq(address(quorum).balance, 3 * STAKE + STAKE / 2 + (STAKE - STAKE / 10));
    }

    function testWhoWasWrongOrHasClaimedClaimsNothing() public {
        uint256 id = _dispute();
        _vote(id, 3, 1);
        _deliver(id, TRUTH);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NothingToClaim.selector, id, members[3]));
        _claim(id, members[3]);
        _expectNotDecided(id);
        _claim(id, members[0]);
        _toRevealEnd(id);
        _claim(id, members[0]);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NothingToClaim.selector, id, members[0]));
        _claim(id, members[0]);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NothingToClaim.selector, id, stranger));
        _claim(id, stranger);
    }

    function testARewardThatIsNotTakenStays() public {
        uint256 id = _dispute();
        _vote(id, 3, 0);
        _deliver(id, TRUTH);
        _toRevealEnd(id);
        address closed = address(new RevertingReceiver());
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.PaymentFailed.selector, closed));
        vm.prank(members[0]);
        quorum.claim(id, closed);
        vm.assertGt(_claim(id, members[0]), 0);
    }

    function testAVerdictWithoutAFeeIsDelivered() public {
        uint256 id = disputes.open(address(quorum), 0, VERDICT_SECONDS);
        _vote(id, 3, 1);
        _deliver(id, TRUTH);
        _toRevealEnd(id);
        vm.assertEq(_claim(id, members[0]), (STAKE / 2 + STAKE / 10) / 3);
    }

    function testTheFeeIsFetchedWithTheVerdict() public {
        disputes.credit(address(quorum), 7);
        uint256 id = _dispute();
        _vote(id, 3, 0);
        vm.expectEmit(address(quorum));
        emit IAuditorQuorum.VerdictDelivered(id, _hash(TRUTH), FEE);
        _deliver(id, TRUTH);
        vm.assertEq(disputes.creditOf(address(quorum)), 0);
        vm.assertEq(address(quorum).balance, MEMBERS * STAKE + FEE + 7);
        vm.assertEq(quorum.caseOf(id).reward, FEE);
    }

    // --------------------------------------------------- without a verdict

    function testWithoutAVerdictWhoHidOrWasSilentLosesAndItIsBurned() public {
        uint256 id = _dispute();
        _commit(id, members[4], TRUTH);
        _vote(id, 2, 1); // the fourth is silent
        _toRevealEnd(id);
        _expectNotDecided(id);
        quorum.settle(id, members[4]);
        _toVerdictEnd(id);
        vm.assertEq(quorum.settle(id, members[0]), 0);
        vm.assertEq(quorum.settle(id, members[2]), 0);
        vm.assertEq(quorum.settle(id, members[3]), STAKE / 10);
        vm.assertEq(BURNED.balance, STAKE / 10);
        vm.assertEq(quorum.settle(id, members[4]), STAKE / 2);
        vm.assertEq(BURNED.balance, STAKE / 10 + STAKE / 2);
        vm.assertEq(quorum.caseOf(id).reward, 0);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NothingToClaim.selector, id, members[0]));
        _claim(id, members[0]);
        // Who voted for nothing did not vote for the verdict that never came.
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NothingToClaim.selector, id, members[3]));
        _claim(id, members[3]);
    }

    /// @dev So a stranger cannot have members punished for a dispute that cannot be judged.
    function testWhereNobodyVotedSilenceCostsNothing() public {
        uint256 id = _dispute();
        _toVerdictEnd(id);
        vm.expectCall(BURNED, 0, "", 0); // nothing is sent where nothing is lost
        for (uint256 i = 0; i < MEMBERS; ++i) vm.assertEq(quorum.settle(id, members[i]), 0);
        vm.assertEq(quorum.caseOf(id).unsettled, 0);
        vm.assertEq(address(quorum).balance, MEMBERS * STAKE);
    }

    function testWhereNobodyRevealedAHiddenVoteCostsHalf() public {
        uint256 id = _dispute();
        _commit(id, members[0], TRUTH);
        _toVerdictEnd(id);
        vm.assertEq(quorum.settle(id, members[0]), STAKE / 2);
        vm.assertEq(quorum.settle(id, members[1]), 0);
    }

    // ------------------------------------------------------------- edges

    function testNothingIsSettledBeforeItIsDecided() public {
        uint256 id = _dispute();
        vm.expectRevert(
            abi.encodeWithSelector(
                IAuditorQuorum.NotDecided.selector,
                disputes.disputeOf(id).disputedAt + 2 hours,
                disputes.disputeOf(id).verdictEnds
            )
        );
        quorum.settle(id, members[0]);
        _vote(id, 3, 0);
        _toRevealEnd(id);
        vm.warp(vm.getBlockTimestamp() - 1);
        _deliver(id, TRUTH);
        _expectNotDecided(id);
        quorum.settle(id, members[0]);
        _wait(1);
        quorum.settle(id, members[0]);
    }

    function testOnlyElectorsAreSettledAndOnce() public {
        uint256 id = _dispute();
        _toVerdictEnd(id);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NotElector.selector, id, stranger));
        quorum.settle(id, stranger);
        quorum.settle(id, members[0]);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.AlreadySettled.selector, id, members[0]));
        quorum.settle(id, members[0]);
    }

    function testNobodyIsSettledForADisputeBeforeAnotherArbiter() public {
        uint256 id = disputes.open(stranger, FEE, VERDICT_SECONDS);
        _toVerdictEnd(id);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.OtherArbiter.selector, id, stranger));
        quorum.settle(id, members[0]);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.OtherArbiter.selector, id, stranger));
        vm.prank(members[0]);
        quorum.commitVote(id, keccak256("vote"));
    }

    function testWhatWasNeverDisputedHasNoElectors() public {
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NotDisputed.selector, 1));
        quorum.settle(1, members[0]);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NotDisputed.selector, 1));
        quorum.electorsOf(1);
    }

    function testNobodyLosesMoreThanItsStake() public {
        uint256[3] memory ids = [_dispute(), _dispute(), _dispute()];
        for (uint256 i = 0; i < 3; ++i) {
            for (uint256 j = 0; j < 4; ++j) _commit(ids[i], members[j], j < 3 ? TRUTH : LIE);
        }
        _toReveals(ids[0]);
        for (uint256 i = 0; i < 3; ++i) {
            for (uint256 j = 0; j < 4; ++j) _reveal(ids[i], members[j], j < 3 ? TRUTH : LIE);
            _deliver(ids[i], TRUTH);
        }
        _toRevealEnd(ids[0]);
        vm.assertEq(quorum.settle(ids[0], members[3]), STAKE / 2);
        vm.assertEq(quorum.settle(ids[1], members[3]), STAKE / 2);
        vm.assertEq(quorum.settle(ids[2], members[3]), 0);
        vm.assertEq(_staked(3), 0);
        vm.assertEq(_claim(ids[2], members[0]), (FEE + STAKE / 10) / 3);
    }

    /// @dev A stake above the least keeps its owner in the quorum after a fault.
    function testWhoStakedMoreStaysActive() public {
        Quorums.stake(quorum, members[4]);
        uint256 id = _dispute();
        _vote(id, 3, 0);
        _deliver(id, TRUTH);
        _toRevealEnd(id);
        vm.assertEq(quorum.settle(id, members[4]), STAKE / 10);
        vm.assertTrue(quorum.isActive(members[4]));
        quorum.settle(id, members[3]);
        vm.assertFalse(quorum.isActive(members[3]));
        vm.deal(stranger, STAKE);
        vm.prank(stranger);
        quorum.deposit{value: STAKE / 10}(members[3]);
        vm.assertTrue(quorum.isActive(members[3]));
    }

    function testWhoIsInactiveAnswersForNothingThatBeginsThen() public {
        uint256 id = _dispute();
        _vote(id, 3, 0);
        _deliver(id, TRUTH);
        _toRevealEnd(id);
        quorum.settle(id, members[4]);
        uint256 open = _dispute();
        _wait(1);
        uint256 later = _dispute();
        vm.assertEq(quorum.electorsOf(open).length, MEMBERS);
        vm.assertEq(quorum.electorsOf(later).length, MEMBERS - 1);
    }

    // ------------------------------------------------------------- helpers

    function _hashWithoutWork() private view returns (bytes32) {
        (ICompetition.Assertion memory result, ICompetition.RankedEntry memory winner) = _result(TRUTH);
        return quorum.hashResult(result, winner, 0);
    }

    function _revealWithoutWork(uint256 id, address member) private {
        (ICompetition.Assertion memory result, ICompetition.RankedEntry memory winner) = _result(TRUTH);
        vm.prank(member);
        quorum.revealVote(id, result, winner, 0, SALT);
    }
}
