// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {vm} from "./support/Vm.sol";

contract RevealSubmissionTest is CompetitionTest {
    function _rolled(bytes32 before, uint256 ticketId) private pure returns (bytes32) {
        return keccak256(abi.encode(before, ticketId, _player(ticketId), _digest(ticketId)));
    }

    function _expectMismatch(uint256 id, uint256 ticketId, bytes32 digest, bytes32 salt) private {
        address player = competition.ticketOf(id, ticketId).player;
        bytes32 actual = competition.hashSubmission(id, ticketId, player, digest, salt);
        bytes32 expected = competition.ticketOf(id, ticketId).commitment;
        vm.expectRevert(
            abi.encodeWithSelector(ICompetition.CommitmentMismatch.selector, ticketId, expected, actual)
        );
    }

    function testRevealEntersTheSubmission() public {
        uint256 id = _revealing(2);
        vm.expectEmit(address(competition));
        emit ICompetition.SubmissionRevealed(id, 2, _player(2), _digest(2), _salt(2), _rolled(0, 2));
        _reveal(id, 2);

        vm.assertTrue(competition.ticketOf(id, 2).revealed);
        vm.assertFalse(competition.ticketOf(id, 1).revealed);
        vm.assertEq(competition.ticketOf(id, 2).commitment, _commitmentOf(id, 2));
        vm.assertEq(competition.competitionOf(id).revealed, 1);
        vm.assertEq(competition.competitionOf(id).entriesHash, _rolled(0, 2));
    }

    function testRevealRollsTheEntriesHashForward() public {
        uint256 id = _revealing(2);
        _reveal(id, 2);
        _reveal(id, 1);
        vm.assertEq(competition.competitionOf(id).entriesHash, _rolled(_rolled(0, 2), 1));
        vm.assertEq(competition.competitionOf(id).revealed, 2);
    }

    function testRevealByAStrangerEntersThePlayer() public {
        uint256 id = _revealing(1);
        vm.prank(stranger);
        _reveal(id, 1);
        vm.assertEq(competition.competitionOf(id).entriesHash, _rolled(0, 1));
    }

    function testRevealCountsTheLastCommitment() public {
        uint256 id = _opened(1);
        bytes32 other = competition.hashSubmission(id, 1, _player(1), keccak256("other"), _salt(1));
        _commit(id, 1);
        vm.prank(_player(1));
        competition.commitSubmission(id, 1, other);
        _warpToRevealing(id);
        _expectMismatch(id, 1, _digest(1), _salt(1));
        _reveal(id, 1);
        competition.revealSubmission(id, 1, keccak256("other"), _salt(1));
        vm.assertEq(competition.competitionOf(id).revealed, 1);
    }

    function testRevealTwiceReverts() public {
        uint256 id = _revealing(1);
        _reveal(id, 1);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.AlreadyRevealed.selector, 1));
        _reveal(id, 1);
    }

    function testRevealOfAnotherImageReverts(bytes32 digest, bytes32 salt) public {
        uint256 id = _revealing(1);
        vm.assume(digest != _digest(1) || salt != _salt(1));
        _expectMismatch(id, 1, digest, salt);
        competition.revealSubmission(id, 1, digest, salt);
    }

    function testRevealWithoutCommitmentReverts() public {
        uint256 id = _opened(1);
        _warpToRevealing(id);
        _expectMismatch(id, 1, _digest(1), _salt(1));
        _reveal(id, 1);
    }

    function testRevealOfACopiedCommitmentReverts() public {
        uint256 id = _opened(2);
        bytes32 copied = _commitmentOf(id, 1);
        vm.prank(_player(2));
        competition.commitSubmission(id, 2, copied);
        _warpToRevealing(id);
        _expectMismatch(id, 2, _digest(1), _salt(1));
        competition.revealSubmission(id, 2, _digest(1), _salt(1));
    }

    function testRevealWhileOpenReverts() public {
        uint256 id = _opened(1);
        _commit(id, 1);
        vm.warp(competition.competitionOf(id).openEnds - 1);
        _expectWrongPhase(id, ICompetition.Phase.Open);
        _reveal(id, 1);
    }

    function testRevealInTheLastSecondIsFine() public {
        uint256 id = _revealing(1);
        vm.warp(competition.competitionOf(id).revealEnds - 1);
        _reveal(id, 1);
        vm.assertTrue(competition.ticketOf(id, 1).revealed);
    }

    function testRevealTooLateReverts() public {
        uint256 id = _revealing(1);
        _warpToSeeding(id);
        _expectWrongPhase(id, ICompetition.Phase.Seeding);
        _reveal(id, 1);
    }

    function testRevealBeforeTheTargetIsOpenReverts() public {
        uint256 id = _opening(1);
        _expectWrongPhase(id, ICompetition.Phase.Opening);
        _reveal(id, 1);
    }
}

contract RevealSubmissionsTest is CompetitionTest {
    function _batch(
        uint256 size
    ) private pure returns (uint256[] memory ticketIds, bytes32[] memory digests, bytes32[] memory salts) {
        ticketIds = new uint256[](size);
        digests = new bytes32[](size);
        salts = new bytes32[](size);
        for (uint256 i = 0; i < size; ++i) {
            (ticketIds[i], digests[i], salts[i]) = (i + 1, _digest(i + 1), _salt(i + 1));
        }
    }

    function testRevealManyEqualsRevealOneByOne() public {
        uint256 one = _revealing(3);
        for (uint256 i = 1; i <= 3; ++i) _reveal(one, i);
        uint256 many = _revealing(3);
        (uint256[] memory ticketIds, bytes32[] memory digests, bytes32[] memory salts) = _batch(3);
        for (uint256 i = 1; i <= 3; ++i) {
            vm.expectEmit(address(competition));
            emit ICompetition.SubmissionRevealed(
                many,
                i,
                _player(i),
                _digest(i),
                _salt(i),
                _entriesHashAfter(i)
            );
        }
        competition.revealSubmissions(many, ticketIds, digests, salts);

        vm.assertEq(competition.competitionOf(many).entriesHash, competition.competitionOf(one).entriesHash);
        vm.assertEq(competition.competitionOf(many).revealed, 3);
    }

    function _entriesHashAfter(uint256 count) private pure returns (bytes32 rolled) {
        for (uint256 i = 1; i <= count; ++i)
            rolled = keccak256(abi.encode(rolled, i, _player(i), _digest(i)));
    }

    function testRevealManyAfterOneContinues() public {
        uint256 id = _revealing(3);
        _reveal(id, 1);
        uint256[] memory ticketIds = new uint256[](2);
        bytes32[] memory digests = new bytes32[](2);
        bytes32[] memory salts = new bytes32[](2);
        for (uint256 i = 0; i < 2; ++i) {
            (ticketIds[i], digests[i], salts[i]) = (i + 2, _digest(i + 2), _salt(i + 2));
        }
        competition.revealSubmissions(id, ticketIds, digests, salts);
        vm.assertEq(competition.competitionOf(id).entriesHash, _entriesHashAfter(3));
        vm.assertEq(competition.competitionOf(id).revealed, 3);
    }

    function testRevealManyWithAWrongOneRevealsNone() public {
        uint256 id = _revealing(3);
        (uint256[] memory ticketIds, bytes32[] memory digests, bytes32[] memory salts) = _batch(3);
        salts[2] = _salt(1);
        bytes32 actual = competition.hashSubmission(id, 3, _player(3), _digest(3), _salt(1));
        bytes32 expected = competition.ticketOf(id, 3).commitment;
        vm.expectRevert(
            abi.encodeWithSelector(ICompetition.CommitmentMismatch.selector, 3, expected, actual)
        );
        competition.revealSubmissions(id, ticketIds, digests, salts);
        vm.assertEq(competition.competitionOf(id).revealed, 0);
    }

    /// @dev Who sees a batch coming cannot keep its other tickets out by revealing one of them first.
    function testRevealManyPassesOverWhatSomebodyRevealedFirst() public {
        uint256 id = _revealing(3);
        (uint256[] memory ticketIds, bytes32[] memory digests, bytes32[] memory salts) = _batch(3);
        _reveal(id, 1);
        competition.revealSubmissions(id, ticketIds, digests, salts);
        vm.assertEq(competition.competitionOf(id).entriesHash, _entriesHashAfter(3));
        vm.assertEq(competition.competitionOf(id).revealed, 3);
    }

    function testRevealManyCountsATicketOnce() public {
        uint256 id = _revealing(2);
        (uint256[] memory ticketIds, bytes32[] memory digests, bytes32[] memory salts) = _batch(2);
        (ticketIds[1], digests[1], salts[1]) = (1, _digest(1), _salt(1));
        competition.revealSubmissions(id, ticketIds, digests, salts);
        vm.assertEq(competition.competitionOf(id).entriesHash, _entriesHashAfter(1));
        vm.assertEq(competition.competitionOf(id).revealed, 1);
    }

    function testRevealManyWithUnequalListsReverts() public {
        uint256 id = _revealing(3);
        (uint256[] memory ticketIds, bytes32[] memory digests, bytes32[] memory salts) = _batch(3);
        vm.expectRevert(ICompetition.LengthMismatch.selector);
        competition.revealSubmissions(id, ticketIds, new bytes32[](2), salts);
        vm.expectRevert(ICompetition.LengthMismatch.selector);
        competition.revealSubmissions(id, ticketIds, digests, new bytes32[](4));
    }

    function testRevealManyTooLateReverts() public {
        uint256 id = _revealing(1);
        _warpToSeeding(id);
        (uint256[] memory ticketIds, bytes32[] memory digests, bytes32[] memory salts) = _batch(1);
        _expectWrongPhase(id, ICompetition.Phase.Seeding);
        competition.revealSubmissions(id, ticketIds, digests, salts);
    }
}
