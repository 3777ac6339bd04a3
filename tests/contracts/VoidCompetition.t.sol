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
