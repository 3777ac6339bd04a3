// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAuditorQuorum} from "../../contracts/interfaces/IAuditorQuorum.sol";
import {Quorums} from "./support/Quorums.sol";
import {QuorumTest} from "./support/QuorumTest.sol";
import {vm} from "./support/Vm.sol";

/// @notice A seat whose key is lost gets another owner, slowly; one whose owner is there only by its will.
contract QuorumReplacementTest is QuorumTest {
    address private constant HEIR = address(0x4e14);
    address private constant OTHER_HEIR = address(0x4e15);

    function _propose(address approver, address member, address successor) private {
        vm.prank(approver);
        quorum.proposeReplacement(member, successor);
    }

    /// @dev Member 0's key is lost; 1 to 3 approve.
    function _scheduled(address successor) private returns (uint40) {
        for (uint256 i = 1; i <= 3; ++i) _propose(members[i], members[0], successor);
        return quorum.replacementOf(members[0]).effectiveAt;
    }

    function _replaced() private {
        vm.warp(_scheduled(HEIR));
        quorum.replaceMember(members[0]);
    }

    function testTheThresholdSchedulesAndAMonthLaterAnyoneMakesItSo() public {
        vm.expectEmit(address(quorum));
        emit IAuditorQuorum.ReplacementApproved(members[0], HEIR, members[1]);
        _propose(members[1], members[0], HEIR);
        _propose(members[2], members[0], HEIR);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NotScheduled.selector, members[0]));
        quorum.replaceMember(members[0]);
        uint40 effectiveAt = uint40(vm.getBlockTimestamp() + 30 days);
        vm.expectEmit(address(quorum));
        emit IAuditorQuorum.ReplacementScheduled(members[0], HEIR, effectiveAt);
        _propose(members[3], members[0], HEIR);
        vm.assertEq(quorum.replacementOf(members[0]).successor, HEIR);
        vm.assertEq(quorum.REPLACEMENT_SECONDS(), 30 days);

        vm.warp(effectiveAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NotYet.selector, effectiveAt));
        quorum.replaceMember(members[0]);
        vm.warp(effectiveAt);
        vm.expectEmit(address(quorum));
        emit IAuditorQuorum.MemberReplaced(members[0], HEIR);
        vm.prank(stranger);
        quorum.replaceMember(members[0]);
        vm.assertFalse(quorum.isMember(members[0]));
        vm.assertTrue(quorum.isMember(HEIR));
        vm.assertEq(quorum.members().length, MEMBERS);
        vm.assertEq(quorum.members()[0], HEIR);
        vm.assertEq(quorum.replacementOf(members[0]).effectiveAt, 0);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NotScheduled.selector, members[0]));
        quorum.replaceMember(members[0]);
    }

    function testAnySeatCanBeTheOne() public {
        for (uint256 i = 0; i < 3; ++i) _propose(members[i], members[4], HEIR);
        _wait(30 days);
        quorum.replaceMember(members[4]);
        vm.assertEq(quorum.members()[4], HEIR);
        vm.assertEq(quorum.members()[0], members[0]);
    }

    function testAMemberHandsOverItsSeatByItself() public {
        _propose(members[0], members[0], HEIR);
        _wait(30 days);
        quorum.replaceMember(members[0]);
        vm.assertTrue(quorum.isMember(HEIR));
    }

    function testOneMembersApprovalCountsOnce() public {
        for (uint256 i = 0; i < 3; ++i) _propose(members[1], members[0], HEIR);
        vm.assertEq(quorum.replacementOf(members[0]).effectiveAt, 0);
    }

    function testApprovalsOfTwoSuccessorsDoNotAddUp() public {
        _propose(members[1], members[0], HEIR);
        _propose(members[2], members[0], HEIR);
        _propose(members[3], members[0], OTHER_HEIR);
        vm.assertEq(quorum.replacementOf(members[0]).effectiveAt, 0);
    }

    function testWhoIsThereCannotBeReplacedAgainstItsWill() public {
        _scheduled(HEIR);
        _wait(30 days - 1);
        vm.expectEmit(address(quorum));
        emit IAuditorQuorum.ReplacementRefused(members[0]);
        vm.prank(members[0]);
        quorum.refuseReplacement();
        _wait(1);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NotScheduled.selector, members[0]));
        quorum.replaceMember(members[0]);
        // Nor is what was approved before worth anything now.
        _propose(members[4], members[0], HEIR);
        _propose(members[1], members[0], HEIR);
        vm.assertEq(quorum.replacementOf(members[0]).effectiveAt, 0);
    }

    function testARefusalDropsWhatWasOnItsWayToo() public {
        _propose(members[1], members[0], HEIR);
        _propose(members[2], members[0], HEIR);
        vm.prank(members[0]);
        quorum.refuseReplacement();
        _propose(members[3], members[0], HEIR);
        vm.assertEq(quorum.replacementOf(members[0]).effectiveAt, 0);
    }

    function testOneMembersRefusalIsNobodyElses() public {
        _scheduled(HEIR);
        vm.prank(members[1]);
        quorum.refuseReplacement();
        vm.prank(stranger);
        quorum.refuseReplacement();
        vm.assertEq(quorum.replacementOf(members[0]).successor, HEIR);
    }

    function testMoreApprovalsDoNotPutItOff() public {
        uint40 effectiveAt = _scheduled(HEIR);
        _wait(1 days);
        _propose(members[4], members[0], HEIR);
        _propose(members[1], members[0], HEIR);
        _propose(members[2], members[0], HEIR);
        vm.assertEq(quorum.replacementOf(members[0]).effectiveAt, effectiveAt);
    }

    function testAnotherSuccessorTakesTheThresholdAnew() public {
        uint40 effectiveAt = _scheduled(HEIR);
        _wait(1 days);
        _propose(members[4], members[0], OTHER_HEIR);
        _propose(members[3], members[0], OTHER_HEIR);
        vm.assertEq(quorum.replacementOf(members[0]).successor, HEIR);
        _propose(members[2], members[0], OTHER_HEIR);
        vm.assertEq(quorum.replacementOf(members[0]).successor, OTHER_HEIR);
        vm.assertEq(quorum.replacementOf(members[0]).effectiveAt, effectiveAt + 1 days);
        // One alone cannot go back to the former.
        _propose(members[1], members[0], HEIR);
        vm.assertEq(quorum.replacementOf(members[0]).successor, OTHER_HEIR);
    }

    function testWhoLeftItsSeatApprovesNothing() public {
        _propose(members[0], members[4], OTHER_HEIR);
        _propose(members[1], members[4], OTHER_HEIR);
        _replaced();
        _propose(members[2], members[4], OTHER_HEIR);
        vm.assertEq(quorum.replacementOf(members[4]).effectiveAt, 0);
        _propose(HEIR, members[4], OTHER_HEIR);
        vm.assertEq(quorum.replacementOf(members[4]).successor, OTHER_HEIR);
    }

    /// @dev By a return there can be more approvals than the threshold before any of them schedules.
    function testWhoComesBackToASeatApprovesAgain() public {
        _propose(members[0], members[4], OTHER_HEIR);
        _propose(members[1], members[4], OTHER_HEIR);
        _replaced();
        _propose(members[2], members[4], OTHER_HEIR);
        _propose(HEIR, HEIR, members[0]);
        _wait(30 days);
        quorum.replaceMember(HEIR);
        vm.assertEq(quorum.replacementOf(members[4]).effectiveAt, 0);
        _propose(members[3], members[4], OTHER_HEIR);
        vm.assertEq(quorum.replacementOf(members[4]).successor, OTHER_HEIR);
    }

    function testOnlyMembersProposeAndOnlyForSeatsAndNewcomers() public {
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NotMember.selector, stranger));
        _propose(stranger, members[0], HEIR);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NotMember.selector, stranger));
        _propose(members[0], stranger, HEIR);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.InvalidSuccessor.selector, address(0)));
        _propose(members[0], members[0], address(0));
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.InvalidSuccessor.selector, members[1]));
        _propose(members[0], members[0], members[1]);
    }

    function testNobodyGetsTwoSeats() public {
        _propose(members[0], members[0], HEIR);
        _propose(members[1], members[1], HEIR);
        _wait(30 days);
        quorum.replaceMember(members[0]);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.InvalidSuccessor.selector, HEIR));
        quorum.replaceMember(members[1]);
    }

    // ----------------------------------------------------- votes and stakes

    function testTheSuccessorVotesInDisputesThatBeginAfterItStaked() public {
        uint256 before = _dispute();
        _replaced();
        uint256 unstaked = _dispute();
        Quorums.stake(quorum, HEIR);
        _wait(1);
        uint256 later = _dispute();
        vm.assertEq(quorum.electorsOf(before).length, MEMBERS);
        vm.assertEq(quorum.electorsOf(before)[0], members[0]);
        // The last second in which the former member was there is the one before.
        vm.assertEq(quorum.electorsOf(unstaked).length, MEMBERS);
        vm.assertEq(quorum.electorsOf(later).length, MEMBERS);
        vm.assertEq(quorum.electorsOf(later)[MEMBERS - 1], HEIR);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NotElector.selector, before, HEIR));
        vm.prank(HEIR);
        quorum.commitVote(before, keccak256("vote"));
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NotElector.selector, before, HEIR));
        quorum.settle(before, HEIR);
        _commit(later, HEIR, TRUTH);
    }

    function testTheReplacedAnswersForOpenDisputesAndThenGetsItsStake() public {
        uint40 effectiveAt = _scheduled(HEIR);
        vm.warp(effectiveAt - 1);
        uint256 id = _dispute();
        vm.warp(effectiveAt);
        quorum.replaceMember(members[0]);
        vm.assertEq(quorum.stakeOf(members[0]).exitsAt, effectiveAt + 37 days);
        vm.assertFalse(quorum.isActive(members[0]));
        for (uint256 i = 1; i <= 3; ++i) _commit(id, members[i], TRUTH);
        _toReveals(id);
        for (uint256 i = 1; i <= 3; ++i) _reveal(id, members[i], TRUTH);
        _deliver(id, TRUTH);
        _toRevealEnd(id);
        vm.assertEq(quorum.settle(id, members[0]), STAKE / 10);
        vm.warp(quorum.stakeOf(members[0]).exitsAt);
        vm.prank(members[0]);
        vm.assertEq(quorum.withdrawStake(stranger), STAKE - STAKE / 10);
    }

    function testAnExitThatWasBegunIsNotPutOffByTheReplacement() public {
        vm.warp(_scheduled(HEIR));
        vm.prank(members[0]);
        quorum.requestExit();
        uint40 exitsAt = quorum.stakeOf(members[0]).exitsAt;
        _wait(1 days);
        quorum.replaceMember(members[0]);
        vm.assertEq(quorum.stakeOf(members[0]).exitsAt, exitsAt);
    }

    function testWhoHadNothingStakedHasNothingToWithdraw() public {
        vm.prank(members[0]);
        quorum.requestExit();
        _wait(37 days);
        vm.prank(members[0]);
        quorum.withdrawStake(members[0]);
        _replaced();
        vm.assertEq(quorum.stakeOf(members[0]).exitsAt, 0);
    }

    function testAFormerMemberCanComeBack() public {
        _replaced();
        for (uint256 i = 1; i <= 3; ++i) _propose(members[i], HEIR, members[0]);
        _wait(37 days);
        quorum.replaceMember(HEIR);
        vm.prank(members[0]);
        quorum.withdrawStake(members[0]);
        Quorums.stake(quorum, members[0]);
        _wait(1);
        uint256 id = _dispute();
        vm.assertEq(quorum.electorsOf(id).length, MEMBERS);
        _toVerdictEnd(id);
        for (uint256 i = 0; i < MEMBERS; ++i) quorum.settle(id, members[i]);
        vm.assertEq(quorum.caseOf(id).unsettled, 0);
    }
}
