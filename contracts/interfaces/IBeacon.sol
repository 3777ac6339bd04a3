// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title IBeacon
/// @notice A public source of randomness in numbered rounds, one every few seconds, each unpredictable
/// until its time and then the same for all. Competitions take their seeds from the round that the clock
/// names.
/// @dev Has no state that can change: what a round's randomness is, nobody can choose or delay here.
interface IBeacon {
    error InvalidBeaconSignature(uint64 round);
    error NoSuchRound(uint256 round);

    /// @notice The first round that comes at `time` or later; round 1 for times before the beacon began.
    /// @param time unix seconds
    function roundAt(uint256 time) external view returns (uint64 round);

    /// @notice When a round comes, in unix seconds. Rounds are counted from 1.
    function timeOf(uint64 round) external view returns (uint256 time);

    /// @notice A round's randomness, proven by its signature. Reverts with `InvalidBeaconSignature` for any other.
    /// @param signature in the encoding that the beacon names
    function randomnessOf(uint64 round, bytes calldata signature) external view returns (bytes32 randomness);
}
