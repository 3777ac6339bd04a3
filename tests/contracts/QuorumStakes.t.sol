// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAuditorQuorum} from "../../contracts/interfaces/IAuditorQuorum.sol";
import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {Quorums} from "./support/Quorums.sol";
import {QuorumTest} from "./support/QuorumTest.sol";
import {RevertingReceiver} from "./support/Receivers.sol";
import {vm} from "./support/Vm.sol";

/// @notice Staking, and leaving with the stake.
contract QuorumStakesTest is QuorumTest {
    function _depositFrom(address payer, address member, uint256 amount) private {
        vm.deal(payer, amount);
        vm.prank(payer);
        quorum.deposit{value: amount}(member);
    }

    function _exit(address member) private {
        vm.prank(member);
        quorum.requestExit();
    }

    function _withdraw(address member) private returns (uint256) {
        vm.prank(member);
        return quorum.withdrawStake(member);
    }

    function _unstaked() private returns (IAuditorQuorum) {
        return
            Quorums.deploy(
                ICompetition(address(disputes)),
                members,
                3,
                Quorums.Windows(1 hours, 1 hours, 10 minutes),
                STAKE
            );
    }

    // ------------------------------------------------------------- deposit

    function testAStakeGivesAVoteInDisputesThatBeginLater() public {
        quorum = _unstaked();
        uint256 before = _dispute();
        _depositFrom(members[0], members[0], STAKE);
        uint256 same = _dispute();
        vm.assertTrue(quorum.isActive(members[0]));
        _wait(1);
        uint256 later = _dispute();
        vm.assertEq(quorum.electorsOf(before).length, 0);
        vm.assertEq(quorum.electorsOf(same).length, 0);
        vm.assertEq(quorum.electorsOf(later).length, 1);
        vm.assertEq(quorum.electorsOf(later)[0], members[0]);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NotElector.selector, same, members[0]));
        vm.prank(members[0]);
        quorum.commitVote(same, keccak256("vote"));
        _commit(later, members[0], TRUTH);
    }

    function testLessThanTheStakeGivesNoVote() public {
        quorum = _unstaked();
        _depositFrom(members[0], members[0], STAKE - 2);
        vm.assertFalse(quorum.isActive(members[0]));
        vm.expectEmit(address(quorum));
        emit IAuditorQuorum.StakeDeposited(members[0], stranger, 2);
        _depositFrom(stranger, members[0], 2);
        vm.assertTrue(quorum.isActive(members[0]));
        vm.assertEq(quorum.stakeOf(members[0]).amount, STAKE);
    }

    function testMoreThanTheStakeGivesAVoteAtOnce() public {
        quorum = _unstaked();
        _depositFrom(members[0], members[0], STAKE + 1);
        vm.assertTrue(quorum.isActive(members[0]));
        vm.assertEq(quorum.stakeOf(members[0]).amount, STAKE + 1);
    }

    function testOnlyMembersHaveStakes() public {
        vm.deal(stranger, STAKE);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NotMember.selector, stranger));
        vm.prank(stranger);
        quorum.deposit{value: STAKE}(stranger);
    }

    function testPlainEtherIsTakenFromTheCompetitionOnly() public {
        vm.deal(stranger, 1);
        vm.prank(stranger);
        (bool sent, bytes memory why) = address(quorum).call{value: 1}("");
        vm.assertFalse(sent);
        vm.assertEq(
            keccak256(why),
            keccak256(abi.encodeWithSelector(IAuditorQuorum.OnlyFromCompetition.selector, stranger))
        );
        vm.deal(address(disputes), 1);
        vm.prank(address(disputes));
        (sent, ) = address(quorum).call{value: 1}("");
        vm.assertTrue(sent);
    }

    // ---------------------------------------------------------------- exit

    function testWhoLeavesIsPaidAfterTheExit() public {
        uint40 exitsAt = uint40(vm.getBlockTimestamp() + 37 days);
        vm.expectEmit(address(quorum));
        emit IAuditorQuorum.ExitRequested(members[0], exitsAt);
        _exit(members[0]);
        vm.assertEq(quorum.stakeOf(members[0]).exitsAt, exitsAt);
        vm.warp(exitsAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NotYet.selector, exitsAt));
        _withdraw(members[0]);
        vm.warp(exitsAt);
        vm.expectEmit(address(quorum));
        emit IAuditorQuorum.StakeWithdrawn(members[0], members[0], STAKE);
        vm.assertEq(_withdraw(members[0]), STAKE);
        vm.assertEq(members[0].balance, STAKE);
        vm.assertEq(address(quorum).balance, (MEMBERS - 1) * STAKE);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NotLeaving.selector, members[0]));
        _withdraw(members[0]);
    }

    function testWhoLeftCanTakeItsStakeWheneverItLikes() public {
        _exit(members[0]);
        _wait(38 days);
        vm.assertEq(_withdraw(members[0]), STAKE);
    }

    function testWhoLeavesHasNoVoteInDisputesThatBeginLater() public {
        uint256 before = _dispute();
        _exit(members[0]);
        uint256 same = _dispute();
        _wait(1);
        uint256 later = _dispute();
        vm.assertFalse(quorum.isActive(members[0]));
        vm.assertEq(quorum.electorsOf(before).length, MEMBERS);
        vm.assertEq(quorum.electorsOf(same).length, MEMBERS);
        vm.assertEq(quorum.electorsOf(later).length, MEMBERS - 1);
        _commit(before, members[0], TRUTH);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NotElector.selector, later, members[0]));
        vm.prank(members[0]);
        quorum.commitVote(later, keccak256("vote"));
    }

    function testWhoLeavesStillAnswersForWhatWasOpen() public {
        uint256 id = _dispute();
        _exit(members[4]);
        _vote(id, 4, 1);
        _deliver(id, TRUTH);
        _toRevealEnd(id);
        vm.assertEq(quorum.settle(id, members[4]), STAKE / 2);
        vm.warp(quorum.stakeOf(members[4]).exitsAt);
        vm.assertEq(_withdraw(members[4]), STAKE / 2);
    }

    function testAnExitIsNotBegunTwiceNorToppedUp() public {
        _exit(members[0]);
        uint40 exitsAt = quorum.stakeOf(members[0]).exitsAt;
        _wait(1);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.Leaving.selector, exitsAt));
        _exit(members[0]);
        vm.deal(stranger, STAKE);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.Leaving.selector, exitsAt));
        vm.prank(stranger);
        quorum.deposit{value: STAKE}(members[0]);
    }

    function testWhoHasNothingStakedCannotLeave() public {
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NothingToWithdraw.selector, stranger));
        _exit(stranger);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NotLeaving.selector, members[0]));
        _withdraw(members[0]);
    }

    function testAMemberCanStakeAgainAfterLeaving() public {
        _exit(members[0]);
        vm.warp(quorum.stakeOf(members[0]).exitsAt);
        _withdraw(members[0]);
        vm.assertTrue(quorum.isMember(members[0]));
        Quorums.stake(quorum, members[0]);
        _wait(1);
        vm.assertEq(quorum.electorsOf(_dispute()).length, MEMBERS);
    }

    function testAStakeThatIsNotTakenStays() public {
        _exit(members[0]);
        vm.warp(quorum.stakeOf(members[0]).exitsAt);
        address closed = address(new RevertingReceiver());
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.PaymentFailed.selector, closed));
        vm.prank(members[0]);
        quorum.withdrawStake(closed);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.PaymentFailed.selector, address(0)));
        vm.prank(members[0]);
        quorum.withdrawStake(address(0));
        vm.assertEq(_staked(0), STAKE);
    }
}
