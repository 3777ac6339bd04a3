// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {HistoryMock} from "./support/HistoryMock.sol";
import {vm} from "./support/Vm.sol";

contract PinSeedTest is CompetitionTest {
    address private constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;

    function _seed(uint256 id, bytes32 blockHash) private view returns (bytes32) {
        bytes32 entriesHash = competition.competitionOf(id).entriesHash;
        return keccak256(abi.encode(blockHash, entriesHash, block.chainid, address(competition), id));
    }

    function testPinMakesTheSeedFromBlockAndEntries() public {
        uint256 id = _seeding(2);
        uint40 seedBlock = _fixSeedBlock(id);
        bytes32 blockHash = blockhash(seedBlock);
        bytes32 expected = _seed(id, blockHash);
        vm.expectEmit(address(competition));
        emit ICompetition.SeedPinned(id, expected, blockHash);
        vm.prank(stranger);
        vm.assertEq(competition.pinSeed(id, ""), expected);
        vm.assertTrue(blockHash != 0);
        vm.assertEq(competition.competitionOf(id).seed, expected);
        _assertPhase(id, ICompetition.Phase.Judging);
    }

    function testPinTwiceReverts() public {
        uint256 id = _judging(1);
        _expectWrongPhase(id, ICompetition.Phase.Judging);
        competition.pinSeed(id, "");
    }

    function testPinAfterTheAssertionReverts() public {
        uint256 id = _asserted(1);
        _expectWrongPhase(id, ICompetition.Phase.Asserted);
        competition.pinSeed(id, "");
    }

    function testPinWithoutFixedBlockReverts() public {
        uint256 id = _seeding(1);
        vm.expectRevert(ICompetition.SeedBlockNotFixed.selector);
        competition.pinSeed(id, "");
    }

    function testPinInTheSeedBlockReverts() public {
        uint256 id = _seeding(1);
        uint40 seedBlock = competition.fixSeedBlock(id);
        vm.roll(seedBlock);
        vm.expectRevert(
            abi.encodeWithSelector(ICompetition.SeedBlockNotReached.selector, seedBlock, uint256(seedBlock))
        );
        competition.pinSeed(id, "");
    }

    function testPinLaterTakesTheHashFromHistory(uint256 delay) public {
        uint256 id = _seeding(1);
        uint40 seedBlock = competition.fixSeedBlock(id);
        bytes32 blockHash = keccak256("old block");
        vm.etch(HISTORY, address(new HistoryMock()).code);
        HistoryMock(HISTORY).set(seedBlock, blockHash);
        vm.roll(seedBlock + _bound(delay, 257, 8191));
        vm.assertEq(competition.pinSeed(id, ""), _seed(id, blockHash));
    }

    function testPinWithTheHashGoneReverts() public {
        uint256 id = _seeding(1);
        uint40 seedBlock = competition.fixSeedBlock(id);
        vm.etch(HISTORY, address(new HistoryMock()).code);
        vm.roll(seedBlock + 8192);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.SeedBlockHashGone.selector, seedBlock));
        competition.pinSeed(id, "");
    }

    function testPinOnAChainWithoutHistoryReverts() public {
        uint256 id = _seeding(1);
        uint40 seedBlock = competition.fixSeedBlock(id);
        vm.etch(HISTORY, "");
        vm.roll(seedBlock + 257);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.SeedBlockHashGone.selector, seedBlock));
        competition.pinSeed(id, "");
    }

    function testPinAfterTheDeadlineReverts() public {
        uint256 id = _seeding(1);
        _fixSeedBlock(id);
        uint40 deadline = competition.competitionOf(id).judgingEnds;
        vm.warp(deadline);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.DeadlinePassed.selector, deadline));
        competition.pinSeed(id, "");
    }

    function testPinWhileRevealingReverts() public {
        uint256 id = _revealing(1);
        _expectWrongPhase(id, ICompetition.Phase.Revealing);
        competition.pinSeed(id, "");
    }
}
