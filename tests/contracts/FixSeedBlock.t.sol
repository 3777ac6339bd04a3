// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {vm} from "./support/Vm.sol";

contract FixSeedBlockTest is CompetitionTest {
    function testFixSetsABlockAhead() public {
        uint256 id = _seeding(1);
        uint40 expected = uint40(vm.getBlockNumber()) + competition.SEED_DELAY_BLOCKS();
        vm.expectEmit(address(competition));
        emit ICompetition.SeedBlockFixed(id, expected);
        vm.prank(stranger);
        vm.assertEq(competition.fixSeedBlock(id), expected);
        vm.assertEq(competition.competitionOf(id).seedBlock, expected);
        _assertPhase(id, ICompetition.Phase.Seeding);
    }

    function testFixTwiceReverts() public {
        uint256 id = _seeding(1);
        uint40 seedBlock = competition.fixSeedBlock(id);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.SeedBlockAlreadyFixed.selector, seedBlock));
        competition.fixSeedBlock(id);
    }

    function testFixAfterThePinReverts() public {
        uint256 id = _judging(1);
        uint40 seedBlock = competition.competitionOf(id).seedBlock;
        vm.expectRevert(abi.encodeWithSelector(ICompetition.SeedBlockAlreadyFixed.selector, seedBlock));
        competition.fixSeedBlock(id);
    }

    function testFixWithTooFewRevealsReverts() public {
        ICompetition.Terms memory terms = _terms();
        terms.minRevealed = 2;
        uint256 id = _create(terms);
        _buy(id, _player(1));
        _warpToSaleEnd(id);
        _open(id);
        _commit(id, 1);
        _warpToRevealing(id);
        _reveal(id, 1);
        _warpToSeeding(id);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.NotEnoughReveals.selector, 1, 2));
        competition.fixSeedBlock(id);
    }

    function testFixBeforeRevealingEndsReverts() public {
        uint256 id = _revealing(1);
        _reveal(id, 1);
        vm.warp(competition.competitionOf(id).revealEnds - 1);
        _expectWrongPhase(id, ICompetition.Phase.Revealing);
        competition.fixSeedBlock(id);
    }

    function testFixBeforeTheTargetIsOpenReverts() public {
        uint256 id = _opening(1);
        _expectWrongPhase(id, ICompetition.Phase.Opening);
        competition.fixSeedBlock(id);
    }

    function testFixAfterTheDeadlineReverts() public {
        uint256 id = _seeding(1);
        uint40 deadline = competition.competitionOf(id).judgingEnds;
        vm.warp(deadline);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.DeadlinePassed.selector, deadline));
        competition.fixSeedBlock(id);
    }
}
