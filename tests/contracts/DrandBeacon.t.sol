// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DrandBeacon} from "../../contracts/DrandBeacon.sol";
import {IBeacon} from "../../contracts/interfaces/IBeacon.sol";
import {BLS12381} from "../../contracts/libraries/BLS12381.sol";
import {Beacons} from "./support/Beacons.sol";
import {vm} from "./support/Vm.sol";

/// @notice The verifier against rounds that drand's quicknet network published, and against everything
/// that only looks like them (`tests/vectors/beacon.json`).
contract DrandBeaconTest {
    IBeacon private beacon;

    function setUp() public {
        beacon = Beacons.deployQuicknet();
    }

    /// @dev With a transaction's gas, of which a precompile that fails takes all that it gets.
    function _expectRefused(uint64 round, bytes memory signature) private {
        vm.expectRevert(abi.encodeWithSelector(IBeacon.InvalidBeaconSignature.selector, round));
        beacon.randomnessOf{gas: 300_000}(round, signature);
    }

    function _refused(string memory name) private view returns (bytes memory) {
        return vm.parseJsonBytes(Beacons.vectors(), string.concat(".refused.", name));
    }

    // ---------------------------------------------------------- signatures

    function testPublishedRoundsGiveTheRandomnessThatRelaysPublish() public view {
        for (uint256 i = 0; i < Beacons.ROUNDS; ++i) {
            Beacons.Round memory round = Beacons.published(i);
            vm.assertEq(beacon.randomnessOf(round.number, round.signature), round.randomness);
        }
    }

    function testASignatureIsGoodForItsOwnRoundOnly() public {
        Beacons.Round memory one = Beacons.published(0);
        Beacons.Round memory next = Beacons.published(1);
        _expectRefused(next.number, one.signature);
        _expectRefused(one.number, next.signature);
        _expectRefused(0, one.signature);
        _expectRefused(type(uint64).max, one.signature);
    }

    function testPointsThatAreNoSignatureAreRefused() public {
        string[6] memory names = [
            "negated",
            "notOnTheCurve",
            "outsideTheSubgroup",
            "genuinePlusSmallOrder",
            "xNotReduced",
            "infinity"
        ];
        for (uint256 i = 0; i < names.length; ++i) {
            bytes memory signature = _refused(names[i]);
            vm.assertEq(signature.length, 128);
            _expectRefused(1000, signature);
        }
    }

    function testEveryOtherEncodingIsRefused() public {
        bytes memory compressed = vm.parseJsonBytes(Beacons.vectors(), ".quicknet.rounds[0].compressed");
        bytes memory signature = Beacons.published(0).signature;
        _expectRefused(1000, compressed);
        _expectRefused(1000, "");
        _expectRefused(1000, bytes.concat(signature, hex"00"));
        _expectRefused(1000, new bytes(127));
        _expectRefused(1000, bytes.concat(signature, signature));
        // The padding that makes 64 bytes of 48 is part of the encoding.
        signature[0] = 0x01;
        _expectRefused(1000, signature);
    }

    /// @dev So one round has one randomness: whoever sends the signature cannot choose among encodings.
    function testEveryChangedByteIsRefused(uint256 index, uint8 change) public {
        bytes memory signature = Beacons.published(0).signature;
        vm.assume(change != 0);
        index %= signature.length;
        signature[index] ^= bytes1(change);
        _expectRefused(1000, signature);
    }

    // --------------------------------------------------------------- rounds

    function testRoundsComeAtTheTimesThatTheNetworkPublishesThem() public view {
        for (uint256 i = 0; i < Beacons.ROUNDS; ++i) {
            Beacons.Round memory round = Beacons.published(i);
            vm.assertEq(beacon.timeOf(round.number), round.time);
            vm.assertEq(beacon.roundAt(round.time), round.number);
        }
    }

    function testTheRoundIsTheFirstThatIsNotBefore() public view {
        uint256 genesis = Beacons.QUICKNET_GENESIS;
        vm.assertEq(beacon.roundAt(0), 1);
        vm.assertEq(beacon.roundAt(genesis), 1);
        vm.assertEq(beacon.roundAt(genesis + 1), 2);
        vm.assertEq(beacon.roundAt(genesis + 3), 2);
        vm.assertEq(beacon.roundAt(genesis + 4), 3);
    }

    function testNoTimeHasARoundBeforeIt(uint40 time) public view {
        uint64 round = beacon.roundAt(time);
        vm.assertGe(beacon.timeOf(round), time);
        if (round > 1) vm.assertLt(beacon.timeOf(round - 1), time);
    }

    function testRoundsHaveTheirLimits() public {
        vm.expectRevert(abi.encodeWithSelector(IBeacon.NoSuchRound.selector, 0));
        beacon.timeOf(0);
        uint64 last = type(uint64).max;
        uint256 end = beacon.timeOf(last);
        vm.assertEq(end, Beacons.QUICKNET_GENESIS + uint256(last - 1) * 3);
        vm.assertEq(beacon.roundAt(end), last);
        vm.expectRevert(abi.encodeWithSelector(IBeacon.NoSuchRound.selector, uint256(last) + 1));
        beacon.roundAt(end + 1);
    }

    // ----------------------------------------------------------- deployment

    function testKeyAndClockAreTheDeployed() public view {
        DrandBeacon drand = DrandBeacon(address(beacon));
        bytes memory key = vm.parseJsonBytes(Beacons.vectors(), ".quicknet.publicKey");
        vm.assertEq(keccak256(drand.publicKey()), keccak256(key));
        vm.assertEq(drand.genesis(), Beacons.QUICKNET_GENESIS);
        vm.assertEq(drand.period(), Beacons.QUICKNET_PERIOD);
    }

    function deploy(bytes calldata key, uint32 period) external {
        Beacons.deploy(key, 0, period);
    }

    function testAKeyThatCouldVerifyAnythingIsRefused() public {
        string memory json = Beacons.vectors();
        bytes memory infinity = vm.parseJsonBytes(json, ".refusedKeys.infinity");
        bytes memory stray = vm.parseJsonBytes(json, ".refusedKeys.outsideTheSubgroup");
        bytes memory key = vm.parseJsonBytes(json, ".quicknet.publicKey");
        bytes[4] memory refused = [infinity, stray, bytes.concat(key, hex"00"), new bytes(0)];
        for (uint256 i = 0; i < refused.length; ++i) {
            vm.expectRevert(DrandBeacon.InvalidPublicKey.selector);
            this.deploy(refused[i], 3);
        }
        this.deploy(key, 3);
    }

    function testAPeriodOfNothingIsRefused() public {
        bytes memory key = vm.parseJsonBytes(Beacons.vectors(), ".quicknet.publicKey");
        vm.expectRevert(DrandBeacon.InvalidPeriod.selector);
        this.deploy(key, 0);
    }
}

/// @notice Which of two roots a compressed point means, at the very edge, where no real point is.
contract CompressionTest {
    bytes32 private constant HALF_HIGH = bytes32(uint256(0x0d0088f51cbff34d258dd3db21a5d66b));
    uint256 private constant HALF_LOW = 0xb23ba5c279c2895fb39869507b587b120f55ffff58a9ffffdcff7fffffffd555;

    function firstByte(bytes calldata point) external pure returns (bytes1) {
        bytes memory compressed = BLS12381.compress(point);
        vm.assertEq(compressed.length, 48);
        return compressed[0];
    }

    function _at(uint256 yLow) private view returns (bytes1) {
        return this.firstByte(abi.encodePacked(new bytes(64), HALF_HIGH, yLow));
    }

    function testTheLargerRootIsAboveTheMiddle() public view {
        vm.assertTrue(_at(HALF_LOW) == 0x80);
        vm.assertTrue(_at(HALF_LOW + 1) == 0xa0);
        vm.assertTrue(_at(0) == 0x80);
    }
}

/// @notice Apart, because builds that measure coverage are not optimized.
contract DrandBeaconGasTest {
    function testGasOfVerifying() public {
        IBeacon beacon = Beacons.deployQuicknet();
        bytes memory signature = Beacons.published(0).signature;
        uint256 before = gasleft();
        beacon.randomnessOf(1000, signature);
        vm.assertLe(before - gasleft(), 135_000, "gas of randomnessOf");
    }
}
