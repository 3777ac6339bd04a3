// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBeacon} from "../../contracts/interfaces/IBeacon.sol";
import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {Beacons} from "./support/Beacons.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {Deployment} from "./support/Deployment.sol";
import {vm} from "./support/Vm.sol";

/// @notice A beacon with a round every ten seconds whose signature anybody can write.
contract OpenBeacon is IBeacon {
    uint256 private constant GENESIS = 1_700_000_003;

    function roundAt(uint256 time) external pure returns (uint64) {
        return uint64((time - GENESIS + 9) / 10 + 1);
    }

    function timeOf(uint64 round) external pure returns (uint256) {
        return GENESIS + (uint256(round) - 1) * 10;
    }

    function randomnessOf(uint64 round, bytes calldata signature) external pure returns (bytes32) {
        if (keccak256(signature) != keccak256(abi.encode("signed", round)))
            revert InvalidBeaconSignature(round);
        return keccak256(signature);
    }
}

/// @notice Is a contract, and has no rounds.
contract NoBeacon {
    function roundAt(uint256) external pure returns (uint64) {
        return 0;
    }
}

/// @notice Seeds from a beacon's round that the clock names.
contract SeedFromBeaconTest is CompetitionTest {
    IBeacon private beacon;

    function setUp() public override {
        super.setUp();
        beacon = new OpenBeacon();
    }

    function _seedingWithBeacon(uint32 minRevealed) private returns (uint256 id) {
        ICompetition.Terms memory terms = _terms();
        (terms.beacon, terms.minRevealed) = (address(beacon), minRevealed);
        id = _create(terms);
        vm.assertEq(competition.competitionOf(id).beaconRound, 0);
        _buy(id, _player(1));
        _warpToSaleEnd(id);
        _open(id);
        _commit(id, 1);
        _warpToRevealing(id);
        _reveal(id, 1);
        _warpToSeeding(id);
    }

    function _signature(uint256 id) private view returns (bytes memory) {
        return abi.encode("signed", competition.competitionOf(id).beaconRound);
    }

    function testTheClockNamesTheRound() public {
        uint256 id = _seedingWithBeacon(1);
        uint40 revealEnds = competition.competitionOf(id).revealEnds;
        uint64 round = competition.competitionOf(id).beaconRound;
        vm.assertEq(round, beacon.roundAt(revealEnds + 60));
        vm.assertGe(beacon.timeOf(round), revealEnds + 60);
        vm.assertLt(beacon.timeOf(round - 1), revealEnds + 60);
    }

    function testPinMakesTheSeedFromRoundAndEntries() public {
        uint256 id = _seedingWithBeacon(1);
        bytes memory signature = _signature(id);
        bytes32 randomness = keccak256(signature);
        bytes32 entriesHash = competition.competitionOf(id).entriesHash;
        bytes32 expected = keccak256(
            abi.encode(randomness, entriesHash, block.chainid, address(competition), id)
        );
        vm.expectEmit(address(competition));
        emit ICompetition.SeedPinned(id, expected, randomness);
        vm.prank(stranger);
        vm.assertEq(competition.pinSeed(id, signature), expected);
        vm.assertEq(competition.competitionOf(id).seed, expected);
        _expectWrongPhase(id, ICompetition.Phase.Judging);
        competition.pinSeed(id, signature);
        _assert(id, _ranking(id, 1, 0));
        _assertPhase(id, ICompetition.Phase.Asserted);
    }

    /// @dev No block has to be fixed, and no hash can be gone: the last second is as good as the first.
    function testThePinNeedsNoHurry(uint256 delay) public {
        uint256 id = _seedingWithBeacon(1);
        vm.warp(vm.getBlockTimestamp() + _bound(delay, 0, 6 hours - 1));
        vm.roll(vm.getBlockNumber() + 1_000_000);
        competition.pinSeed(id, _signature(id));
        _assertPhase(id, ICompetition.Phase.Judging);
    }

    function testPinWithAnotherRoundsSignatureReverts() public {
        uint256 id = _seedingWithBeacon(1);
        uint64 round = competition.competitionOf(id).beaconRound;
        vm.expectRevert(abi.encodeWithSelector(IBeacon.InvalidBeaconSignature.selector, round));
        competition.pinSeed(id, abi.encode("signed", round + 1));
        vm.expectRevert(abi.encodeWithSelector(IBeacon.InvalidBeaconSignature.selector, round));
        competition.pinSeed(id, "");
    }

    function testNoSeedBlockIsFixed() public {
        uint256 id = _seedingWithBeacon(1);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.SeedFromBeacon.selector, id, address(beacon)));
        competition.fixSeedBlock(id);
        vm.assertEq(competition.competitionOf(id).seedBlock, 0);
    }

    function testPinWithTooFewRevealsReverts() public {
        uint256 id = _seedingWithBeacon(2);
        bytes memory signature = _signature(id);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.NotEnoughReveals.selector, 1, 2));
        competition.pinSeed(id, signature);
    }

    function testPinTooLateReverts() public {
        uint256 id = _seedingWithBeacon(1);
        bytes memory signature = _signature(id);
        uint40 deadline = competition.competitionOf(id).judgingEnds;
        vm.warp(deadline);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.DeadlinePassed.selector, deadline));
        competition.pinSeed(id, signature);
        competition.voidCompetition(id);
        _assertPhase(id, ICompetition.Phase.Void);
    }

    function _expectInvalid(ICompetition.Terms memory terms, string memory field) private {
        uint256 deposit = competition.depositFor(terms.ticketPrice, terms.maxTickets);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.InvalidTerms.selector, field));
        competition.createCompetition{value: deposit}(terms);
    }

    function testABeaconIsAContractThatCountsRounds() public {
        ICompetition.Terms memory terms = _terms();
        terms.beacon = stranger;
        _expectInvalid(terms, "beacon");
        terms.beacon = address(new NoBeacon());
        _expectInvalid(terms, "beacon");
    }

    function testTheRoundComesBeforeTheDeadline() public {
        ICompetition.Terms memory terms = _shortJudging(61);
        competition.createCompetition{value: 0.02 ether}(terms);
        _expectInvalid(_shortJudging(60), "judgingSeconds");
    }

    function _shortJudging(uint32 judgingSeconds) private returns (ICompetition.Terms memory terms) {
        competition = Deployment.deploy(1, 1, 1);
        terms = _terms();
        (terms.judgingSeconds, terms.beacon, terms.maxTickets) = (judgingSeconds, address(beacon), 1);
    }

    /// @dev A round that drand's quicknet published, through the contract that checks it.
    function testARealRoundGivesTheSeed() public {
        beacon = Beacons.deployQuicknet();
        Beacons.Round memory round = Beacons.published(Beacons.ROUNDS - 1);
        // So that revealing ends a margin before the round.
        uint256 revealEnds = round.time - 60;
        vm.warp(revealEnds - 1 days - 1 hours - 30 minutes);
        uint256 id = _seedingWithBeacon(1);
        vm.assertEq(competition.competitionOf(id).revealEnds, revealEnds);
        vm.assertEq(competition.competitionOf(id).beaconRound, round.number);
        bytes32 entriesHash = competition.competitionOf(id).entriesHash;
        bytes32 expected = keccak256(
            abi.encode(round.randomness, entriesHash, block.chainid, address(competition), id)
        );
        vm.assertEq(competition.pinSeed(id, round.signature), expected);
    }
}
