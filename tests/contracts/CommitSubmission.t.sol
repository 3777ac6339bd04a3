// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {vm} from "./support/Vm.sol";

contract CommitSubmissionTest is CompetitionTest {
    bytes32 private constant COMMITMENT = keccak256("commitment");

    function testCommitIsKept() public {
        uint256 id = _opened(2);
        vm.expectEmit(address(competition));
        emit ICompetition.SubmissionCommitted(id, 2, _player(2), COMMITMENT);
        vm.prank(_player(2));
        competition.commitSubmission(id, 2, COMMITMENT);
        vm.assertEq(competition.ticketOf(id, 2).commitment, COMMITMENT);
        vm.assertEq(competition.ticketOf(id, 1).commitment, 0);
    }

    function testCommitReplacesTheFormerOne() public {
        uint256 id = _opened(1);
        _commit(id, 1);
        vm.prank(_player(1));
        competition.commitSubmission(id, 1, COMMITMENT);
        vm.assertEq(competition.ticketOf(id, 1).commitment, COMMITMENT);
    }

    function testCommitOfNothingReverts() public {
        uint256 id = _opened(1);
        vm.expectRevert(ICompetition.EmptyCommitment.selector);
        vm.prank(_player(1));
        competition.commitSubmission(id, 1, 0);
    }

    function testCommitForAnothersTicketReverts(address caller) public {
        uint256 id = _opened(1);
        vm.assume(caller != _player(1));
        vm.expectRevert(abi.encodeWithSelector(ICompetition.NotTicketHolder.selector, id, 1, caller));
        vm.prank(caller);
        competition.commitSubmission(id, 1, COMMITMENT);
    }

    function testCommitForATicketNobodyBoughtReverts() public {
        uint256 id = _opened(1);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.NotTicketHolder.selector, id, 2, stranger));
        vm.prank(stranger);
        competition.commitSubmission(id, 2, COMMITMENT);
    }

    function testCommitInTheLastSecondIsFine() public {
        uint256 id = _opened(1);
        vm.warp(competition.competitionOf(id).openEnds - 1);
        _commit(id, 1);
        vm.assertEq(competition.ticketOf(id, 1).commitment, _commitmentOf(id, 1));
    }

    function testCommitBeforeTheTargetIsOpenReverts() public {
        uint256 id = _opening(1);
        _expectWrongPhase(id, ICompetition.Phase.Opening);
        vm.prank(_player(1));
        competition.commitSubmission(id, 1, COMMITMENT);
    }

    function testCommitWhileRevealingReverts() public {
        uint256 id = _revealing(1);
        _expectWrongPhase(id, ICompetition.Phase.Revealing);
        vm.prank(_player(1));
        competition.commitSubmission(id, 1, COMMITMENT);
    }
}
