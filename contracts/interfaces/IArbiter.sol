// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title IArbiter
/// @notice What decides disputes by calling `ICompetition.resolveDispute`. Its fee is credited to its
/// address in the competition contract, from where anyone can have it sent by `withdraw`.
interface IArbiter {
    /// @notice Seconds from a dispute that this arbiter needs to decide. No competition can name it
    /// and give it less.
    function verdictSecondsNeeded() external view returns (uint32);

    /// @notice Seconds from a dispute in which this arbiter's decision is not known to anybody yet.
    /// Anyone can join a side of the dispute so long.
    function commitSeconds() external view returns (uint32);
}
