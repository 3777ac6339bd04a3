// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICompetition} from "../interfaces/ICompetition.sol";
import {Record} from "../libraries/Record.sol";

/// @title CompetitionState
/// @notice What is stored: competitions by id.
abstract contract CompetitionState is ICompetition {
    /// @inheritdoc ICompetition
    uint40 public constant OPENING_SECONDS = 1 hours;
    /// @inheritdoc ICompetition
    uint40 public constant MAX_PHASE_SECONDS = 30 days;
    /// @inheritdoc ICompetition
    uint40 public constant SEED_DELAY_BLOCKS = 16;

    /// @inheritdoc ICompetition
    uint40 public constant SEED_MARGIN_SECONDS = 60;

    /// @inheritdoc ICompetition
    uint256 public competitionCount;
    /// @inheritdoc ICompetition
    mapping(address operator => mapping(bytes32 targetCommitment => bool)) public isTargetUsed;
    mapping(uint256 id => Record) internal _records;
}
