// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {vm} from "./support/Vm.sol";

contract OpenTargetTest is CompetitionTest {
    function testOpenStartsTheClockNow(uint256 delay) public {
        uint256 id = _opening(1);
        vm.warp(vm.getBlockTimestamp() + _bound(delay, 0, competition.OPENING_SECONDS() - 1));
        uint40 openEnds = uint40(vm.getBlockTimestamp() + 1 hours);
        vm.expectEmit(address(competition));
        emit ICompetition.TargetOpened(id, TARGET_DIGEST, openEnds, openEnds + 30 minutes);
        _open(id);

        ICompetition.CompetitionView memory opened = competition.competitionOf(id);
        vm.assertEq(opened.targetDigest, TARGET_DIGEST);
        vm.assertEq(opened.openEnds, openEnds);
        vm.assertEq(opened.revealEnds, openEnds + 30 minutes);
        vm.assertEq(opened.judgingEnds, openEnds + 30 minutes + 6 hours);
        _assertPhase(id, ICompetition.Phase.Open);
    }

    function testOpenByAStrangerWhoHoldsTheSaltIsFine() public {
        uint256 id = _opening(1);
        vm.prank(stranger);
        _open(id);
        _assertPhase(id, ICompetition.Phase.Open);
    }

    function testOpenAnotherTargetReverts() public {
        uint256 id = _opening(1);
        bytes32 other = keccak256("another target");
        bytes32 expected = competition.competitionOf(id).terms.targetCommitment;
        bytes32 actual = competition.hashTarget(operator, other, TARGET_SALT);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.TargetMismatch.selector, expected, actual));
        competition.openTarget(id, other, TARGET_SALT);
    }

    function testOpenOfACopiedCommitmentReverts() public {
        ICompetition.Terms memory terms = _terms();
        uint256 deposit = competition.depositFor(terms.ticketPrice, terms.maxTickets);
        vm.deal(stranger, deposit);
        vm.prank(stranger);
        uint256 id = competition.createCompetition{value: deposit}(terms);
        _warpToSaleEnd(id);
        bytes32 actual = competition.hashTarget(stranger, TARGET_DIGEST, TARGET_SALT);
        vm.expectRevert(
            abi.encodeWithSelector(ICompetition.TargetMismatch.selector, terms.targetCommitment, actual)
        );
        _open(id);
    }

    function testOpenDuringTheSaleReverts() public {
        uint256 id = _sold(1);
        _expectWrongPhase(id, ICompetition.Phase.Selling);
        _open(id);
    }

    function testOpenTwiceReverts() public {
        uint256 id = _opened(1);
        _expectWrongPhase(id, ICompetition.Phase.Open);
        _open(id);
    }

    function testOpenTooLateReverts() public {
        uint256 id = _opening(1);
        uint40 deadline = uint40(vm.getBlockTimestamp() + competition.OPENING_SECONDS());
        vm.warp(deadline);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.DeadlinePassed.selector, deadline));
        _open(id);
    }

    function testOpenAfterVoidReverts() public {
        uint256 id = _voided(1);
        _expectWrongPhase(id, ICompetition.Phase.Void);
        _open(id);
    }

    function testOpenOfNoCompetitionReverts() public {
        _expectWrongPhase(7, ICompetition.Phase.None);
        _open(7);
    }
}
