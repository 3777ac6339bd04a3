// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBeacon} from "../../contracts/interfaces/IBeacon.sol";
import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {Beacons} from "./support/Beacons.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {vm} from "./support/Vm.sol";

/// @notice A competition whose seed comes from a round that drand's quicknet network really published.
abstract contract CompetitionWithDrand is CompetitionTest {
    Beacons.Round internal round;
    uint256 internal id;

    /// @dev In 2023, so that the round is the one that the clock names: a minute after Revealing.
    function setUp() public override {
        super.setUp();
        round = Beacons.published(0);
        uint256 revealEnds = round.time - 60;
        vm.warp(revealEnds - 30 minutes - 1 hours - 1 days);
        ICompetition.Terms memory terms = _terms();
        terms.beacon = address(Beacons.deployQuicknet());
        id = _create(terms);
        _buy(id, _player(1));
        _warpToSaleEnd(id);
        _open(id);
        _commit(id, 1);
        _warpToRevealing(id);
        _reveal(id, 1);
        _warpToSeeding(id);
        vm.assertEq(vm.getBlockTimestamp(), revealEnds);
    }
}

contract PinSeedFromDrandTest is CompetitionWithDrand {
    function testTheSeedComesFromTheRoundThatTheClockNames() public {
        ICompetition.CompetitionView memory seen = competition.competitionOf(id);
        vm.assertEq(seen.beaconRound, round.number);
        bytes32 seed = competition.pinSeed(id, round.signature);
        vm.assertEq(
            seed,
            keccak256(abi.encode(round.randomness, seen.entriesHash, block.chainid, address(competition), id))
        );
        _assertPhase(id, ICompetition.Phase.Judging);
    }

    function testAnotherRoundsSignatureGivesNoSeed() public {
        bytes memory next = Beacons.published(1).signature;
        vm.expectRevert(abi.encodeWithSelector(IBeacon.InvalidBeaconSignature.selector, round.number));
        competition.pinSeed(id, next);
    }

    function testTheSeedCanBePinnedUntilTheJudgingDeadline() public {
        vm.warp(competition.competitionOf(id).judgingEnds - 1);
        vm.roll(vm.getBlockNumber() + 100_000);
        competition.pinSeed(id, round.signature);
        _assertPhase(id, ICompetition.Phase.Judging);
    }
}

/// @notice Apart, because builds that measure coverage are not optimized.
contract PinSeedFromDrandGasTest is CompetitionWithDrand {
    /// @dev What a transaction costs besides: 21 000, and its data, 16 a byte at most.
    function testGasOfPinning() public {
        uint256 outside = 21_000 + 16 * (4 + 3 * 32 + 128);
        (uint256 which, bytes memory signature) = (id, round.signature);
        ICompetition called = competition;
        uint256 before = gasleft();
        called.pinSeed(which, signature);
        vm.assertLe(before - gasleft() + outside, 200_000, "gas of pinSeed");
    }
}
