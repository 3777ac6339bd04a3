// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAuditorQuorum} from "../../contracts/interfaces/IAuditorQuorum.sol";
import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {QuorumTest} from "./support/QuorumTest.sol";
import {Quorums} from "./support/Quorums.sol";
import {vm} from "./support/Vm.sol";

/// @notice Deploying a quorum, and voting.
contract AuditorQuorumTest is QuorumTest {
    uint256 private id;

    function setUp() public override {
        super.setUp();
        id = _dispute();
    }

    // --------------------------------------------------------------- votes

    function testTheResultThatEnoughRevealedIsDelivered() public {
        for (uint256 i = 0; i < 3; ++i) _commit(id, members[i], TRUTH);
        _toReveals(id);
        _reveal(id, members[0], TRUTH);
        _reveal(id, members[1], TRUTH);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.QuorumNotReached.selector, 2, 3));
        _deliver(id, TRUTH);
        (ICompetition.Assertion memory result, ICompetition.RankedEntry memory winner) = _result(TRUTH);
        vm.expectEmit(address(quorum));
        emit IAuditorQuorum.VoteRevealed(id, members[2], _hash(TRUTH), result, winner, _work(TRUTH));
        _reveal(id, members[2], TRUTH);
        vm.assertEq(quorum.votesFor(id, _hash(TRUTH)), 3);
        vm.assertEq(quorum.caseOf(id).revealed, 3);
        _deliver(id, TRUTH);
        vm.assertEq(quorum.caseOf(id).verdictHash, _hash(TRUTH));
    }

    function testEqualResultsOfOtherWorkDoNotAddUp() public {
        for (uint256 i = 0; i < 2; ++i) _commit(id, members[i], TRUTH);
        (ICompetition.Assertion memory result, ICompetition.RankedEntry memory winner) = _result(TRUTH);
        bytes32 copied = quorum.hashResult(result, winner, _work(LIE));
        bytes32 commitment = quorum.hashVote(id, members[2], copied, SALT);
        vm.prank(members[2]);
        quorum.commitVote(id, commitment);
        _toReveals(id);
        for (uint256 i = 0; i < 2; ++i) _reveal(id, members[i], TRUTH);
        vm.prank(members[2]);
        quorum.revealVote(id, result, winner, _work(LIE), SALT);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.QuorumNotReached.selector, 2, 3));
        _deliver(id, TRUTH);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.QuorumNotReached.selector, 1, 3));
        quorum.deliver(id, result, winner, _work(LIE), 0, new bytes32[](0));
    }

    function testACommitmentCanBeReplaced() public {
        _commit(id, members[0], LIE);
        bytes32 commitment = quorum.hashVote(id, members[0], _hash(TRUTH), SALT);
        vm.expectEmit(address(quorum));
        emit IAuditorQuorum.VoteCommitted(id, members[0], commitment);
        vm.prank(members[0]);
        quorum.commitVote(id, commitment);
        vm.assertEq(quorum.ballotOf(id, members[0]).commitment, commitment);
        _toReveals(id);
        _reveal(id, members[0], TRUTH);
        vm.assertEq(quorum.ballotOf(id, members[0]).commitment, 0);
        vm.assertEq(quorum.ballotOf(id, members[0]).resultHash, _hash(TRUTH));
    }

    function testACopiedCommitmentIsWorthless() public {
        _commit(id, members[0], TRUTH);
        bytes32 copied = quorum.ballotOf(id, members[0]).commitment;
        vm.prank(members[1]);
        quorum.commitVote(id, copied);
        _toReveals(id);
        _reveal(id, members[0], TRUTH);
        bytes32 own = quorum.hashVote(id, members[1], _hash(TRUTH), SALT);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.VoteMismatch.selector, copied, own));
        _reveal(id, members[1], TRUTH);
    }

    function testARevealOfAnythingElseIsRefused() public {
        bytes32[2] memory others = [bytes32(uint256(1)), bytes32(type(uint256).max)];
        for (uint256 i = 0; i < 2; ++i) {
            vm.prank(members[i]);
            quorum.commitVote(id, others[i]);
        }
        _toReveals(id);
        for (uint256 i = 0; i < 2; ++i) {
            bytes32 own = quorum.hashVote(id, members[i], _hash(TRUTH), SALT);
            vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.VoteMismatch.selector, others[i], own));
            _reveal(id, members[i], TRUTH);
        }
    }

    function testARevealCountsOnce() public {
        _commit(id, members[0], TRUTH);
        _toReveals(id);
        _reveal(id, members[0], TRUTH);
        bytes32 again = quorum.hashVote(id, members[0], _hash(TRUTH), SALT);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.VoteMismatch.selector, bytes32(0), again));
        _reveal(id, members[0], TRUTH);
        vm.assertEq(quorum.votesFor(id, _hash(TRUTH)), 1);
    }

    function testStrangersHaveNoVote() public {
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NotElector.selector, id, stranger));
        vm.prank(stranger);
        quorum.commitVote(id, keccak256("vote"));
    }

    function testAnEmptyCommitmentIsRefused() public {
        vm.expectRevert(IAuditorQuorum.EmptyCommitment.selector);
        vm.prank(members[0]);
        quorum.commitVote(id, 0);
    }

    function testNothingIsVotedOnBeforeADispute() public {
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NotDisputed.selector, id + 1));
        vm.prank(members[0]);
        quorum.commitVote(id + 1, keccak256("vote"));
    }

    function testCommitmentsEndAndRevealsDoNotOverlap() public {
        uint40 commitEnds = disputes.disputeOf(id).disputedAt + 1 hours;
        uint40 revealEnds = commitEnds + 1 hours;
        _commit(id, members[0], TRUTH);
        vm.warp(commitEnds - 1);
        _commit(id, members[0], TRUTH);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NotRevealing.selector, commitEnds, revealEnds));
        _reveal(id, members[0], TRUTH);
        vm.warp(commitEnds);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.CommitWindowOver.selector, commitEnds));
        vm.prank(members[1]);
        quorum.commitVote(id, keccak256("late"));
        vm.warp(revealEnds);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NotRevealing.selector, commitEnds, revealEnds));
        _reveal(id, members[0], TRUTH);
    }

    function testRevealsAreTakenToTheLastSecond() public {
        _commit(id, members[0], TRUTH);
        _toRevealEnd(id);
        vm.warp(vm.getBlockTimestamp() - 1);
        _reveal(id, members[0], TRUTH);
        vm.assertEq(quorum.caseOf(id).revealed, 1);
    }

    /// @dev Whenever somebody comes first, it is the same case.
    function testTheWindowsCountFromTheDispute(uint256 waited) public {
        uint40 disputedAt = disputes.disputeOf(id).disputedAt;
        _wait(waited % 1 hours);
        _commit(id, members[0], TRUTH);
        IAuditorQuorum.Case memory dispute = quorum.caseOf(id);
        vm.assertEq(dispute.disputedAt, disputedAt);
        vm.assertEq(dispute.commitEnds, disputedAt + 1 hours);
        vm.assertEq(dispute.revealEnds, disputedAt + 2 hours);
        vm.assertEq(dispute.verdictEnds, disputedAt + VERDICT_SECONDS);
        vm.assertEq(dispute.unsettled, MEMBERS);
    }

    // ---------------------------------------------------------- deployment

    function testMembersThresholdAndWindowsAreTheDeployed() public view {
        vm.assertEq(keccak256(abi.encode(quorum.members())), keccak256(abi.encode(members)));
        vm.assertEq(quorum.threshold(), 3);
        vm.assertEq(quorum.stakeWei(), STAKE);
        vm.assertTrue(quorum.isMember(members[2]));
        vm.assertFalse(quorum.isMember(stranger));
        vm.assertEq(address(quorum.competition()), address(disputes));
        vm.assertEq(quorum.commitSeconds(), 1 hours);
        vm.assertEq(quorum.revealSeconds(), 1 hours);
        vm.assertEq(quorum.deliverSeconds(), 10 minutes);
        vm.assertEq(quorum.verdictSecondsNeeded(), 2 hours + 10 minutes);
    }

    function deploy(
        address[] calldata members_,
        uint256 threshold,
        Quorums.Windows calldata windows,
        uint256 stakeWei
    ) external {
        Quorums.deploy(ICompetition(address(disputes)), members_, threshold, windows, stakeWei);
    }

    function testAMinorityOrMoreThanAllIsNoQuorum() public {
        for (uint256 threshold = 0; threshold < 8; ++threshold) {
            bool fits = threshold >= 3 && threshold <= 5;
            if (!fits)
                vm.expectRevert(
                    abi.encodeWithSelector(IAuditorQuorum.InvalidThreshold.selector, threshold, 5)
                );
            this.deploy(members, threshold, Quorums.Windows(1, 1, 1), 1);
        }
    }

    /// @dev Of four, two are no majority: two results could both reach it.
    function testHalfOfAnEvenNumberIsNoQuorum() public {
        members.pop();
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.InvalidThreshold.selector, 2, 4));
        this.deploy(members, 2, Quorums.Windows(1, 1, 1), 1);
        this.deploy(members, 3, Quorums.Windows(1, 1, 1), 1);
    }

    function testMembersAreDistinctAndNotNobody() public {
        members[1] = members[0];
        vm.expectRevert(IAuditorQuorum.InvalidMembers.selector);
        this.deploy(members, 3, Quorums.Windows(1, 1, 1), 1);
        members[1] = address(0);
        vm.expectRevert(IAuditorQuorum.InvalidMembers.selector);
        this.deploy(members, 3, Quorums.Windows(1, 1, 1), 1);
    }

    function testNoWindowIsEmpty() public {
        Quorums.Windows[3] memory empty = [
            Quorums.Windows(0, 1, 1),
            Quorums.Windows(1, 0, 1),
            Quorums.Windows(1, 1, 0)
        ];
        for (uint256 i = 0; i < 3; ++i) {
            vm.expectRevert(IAuditorQuorum.InvalidWindows.selector);
            this.deploy(members, 3, empty[i], 1);
        }
    }

    function testNothingAtStakeIsNoQuorum() public {
        vm.expectRevert(IAuditorQuorum.InvalidStake.selector);
        this.deploy(members, 3, Quorums.Windows(1, 1, 1), 0);
    }
}
