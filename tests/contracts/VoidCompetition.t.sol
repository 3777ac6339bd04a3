// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {vm} from "./support/Vm.sol";

contract VoidCompetitionTest is CompetitionTest {
    function _expectVoid(uint256 id, ICompetition.VoidReason reason) private {
        vm.expectEmit(address(competition));
        emit ICompetition.CompetitionVoided(id, reason);
        vm.prank(stranger);
        competition.voidCompetition(id);
        _assertPhase(id, ICompetition.Phase.Void);
        vm.assertEq(uint256(competition.competitionOf(id).outcome), uint256(ICompetition.Outcome.Void));
    }

    function _expectNothingToVoid(uint256 id) private {
        vm.expectRevert(abi.encodeWithSelector(ICompetition.NothingToVoid.selector, id));
        competition.voidCompetition(id);
    }

    function testVoidWhenTheTargetIsNotOpened() public {
        uint256 id = _opening(1);
        uint256 deadline = vm.getBlockTimestamp() + competition.OPENING_SECONDS();
        vm.warp(deadline - 1);
        _expectNothingToVoid(id);
        vm.warp(deadline);
        _expectVoid(id, ICompetition.VoidReason.TargetNotOpened);
    }

    function testVoidWhenTooFewRevealed() public {
        uint256 id = _revealing(1);
        vm.warp(competition.competitionOf(id).revealEnds - 1);
        _expectNothingToVoid(id);
        _warpToSeeding(id);
        _expectVoid(id, ICompetition.VoidReason.TooFewReveals);
    }

    function testVoidWhenTooFewRevealedEvenAfterTheDeadline() public {
        uint256 id = _revealing(1);
        _warpToDeadline(id);
        _expectVoid(id, ICompetition.VoidReason.TooFewReveals);
    }

    function testVoidWhenNobodyFixedTheSeedBlock() public {
        uint256 id = _seeding(1);
        _expectNothingToVoid(id);
        _warpToDeadline(id);
        _expectVoid(id, ICompetition.VoidReason.SeedMissing);
    }

    function testVoidWhenNobodyPinnedTheSeed() public {
        uint256 id = _seeding(1);
        _fixSeedBlock(id);
        vm.warp(competition.competitionOf(id).judgingEnds - 1);
        _expectNothingToVoid(id);
        _warpToDeadline(id);
        _expectVoid(id, ICompetition.VoidReason.SeedMissing);
    }

    function testVoidWhenTheOracleIsSilent() public {
        uint256 id = _judging(1);
        vm.warp(competition.competitionOf(id).judgingEnds - 1);
        _expectNothingToVoid(id);
        _warpToDeadline(id);
        _expectVoid(id, ICompetition.VoidReason.OracleSilent);
    }

    /// @dev Before anything is revealed nobody has lost more than time: the deposit comes back.
    function testVoidBeforeReveals() public {
        uint256 id = _opening(2);
        vm.warp(vm.getBlockTimestamp() + competition.OPENING_SECONDS());
        competition.voidCompetition(id);
        vm.assertEq(competition.creditOf(operator), 2 ether);
        vm.assertEq(competition.refundOf(id, 1), PRICE);
        uint256 other = _revealing(2);
        _warpToSeeding(other);
        competition.voidCompetition(other);
        vm.assertEq(competition.creditOf(operator), 4 ether);
        vm.assertEq(competition.refundOf(other, 2), PRICE);
    }

    /// @dev Silence after the reveals: the deposit is the ticket holders', to the wei.
    function testSilenceForfeitsTheDeposit() public {
        uint256 unpinned = _seeding(3);
        uint256 silent = _judging(3);
        _warpToDeadline(silent);
        for (uint256 i = 0; i < 2; ++i) {
            uint256 id = i == 0 ? unpinned : silent;
            vm.assertEq(competition.refundOf(id, 1), 0);
            competition.voidCompetition(id);
            vm.assertEq(competition.creditOf(operator), 0);
            // 2 ether among three: the first two get the odd wei.
            vm.assertEq(competition.refundOf(id, 1), PRICE + 2 ether / uint256(3) + 1);
            vm.assertEq(competition.refundOf(id, 2), PRICE + 2 ether / uint256(3) + 1);
            vm.assertEq(competition.refundOf(id, 3), PRICE + 2 ether / uint256(3));
            vm.assertEq(competition.refundOf(id, 0), 0);
            vm.assertEq(competition.refundOf(id, 4), 0);
            vm.expectEmit(address(competition));
            emit ICompetition.TicketRefunded(id, 3, _player(3), PRICE + 2 ether / uint256(3));
            for (uint256 ticketId = 3; ticketId > 0; --ticketId) competition.refund(id, ticketId);
        }
        vm.assertEq(address(competition).balance, 0);
        vm.assertEq(_player(3).balance, 2 * (PRICE + 2 ether / uint256(3)));
    }

    function testVoidWhileSellingReverts() public {
        _expectNothingToVoid(_sold(1));
    }

    function testVoidWhileOpenReverts() public {
        _expectNothingToVoid(_opened(1));
    }

    function testVoidOfAnAssertedRankingReverts() public {
        uint256 id = _asserted(1);
        _warpToDeadline(id);
        _expectNothingToVoid(id);
    }

    function testVoidAfterTheEndReverts() public {
        uint256 id = _final(1);
        _warpToDeadline(id);
        _expectNothingToVoid(id);
        _expectNothingToVoid(_voided(1));
    }

    function testVoidOfNoCompetitionReverts() public {
        _expectNothingToVoid(7);
    }
}
