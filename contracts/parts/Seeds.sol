// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICompetition} from "../interfaces/ICompetition.sol";
import {BlockHashes} from "../libraries/BlockHashes.sol";
import {Hashing} from "../libraries/Hashing.sol";
import {Record, Records} from "../libraries/Record.sol";
import {CompetitionState} from "./CompetitionState.sol";

/// @title Seeds
/// @notice The seed: a block fixed once the entry set is closed, and its hash.
abstract contract Seeds is CompetitionState {
    using Records for Record;

    /// @inheritdoc ICompetition
    function fixSeedBlock(uint256 id) external returns (uint40 seedBlock) {
        Record storage record = _records[id];
        _checkSeeding(id, record);
        if (record.seedBlock != 0) revert SeedBlockAlreadyFixed(record.seedBlock);
        if (record.revealed < record.minRevealed)
            revert NotEnoughReveals(record.revealed, record.minRevealed);

        seedBlock = uint40(block.number) + SEED_DELAY_BLOCKS;
        record.seedBlock = seedBlock;

        emit SeedBlockFixed(id, seedBlock);
    }

    /// @inheritdoc ICompetition
    function pinSeed(uint256 id) external returns (bytes32 seed) {
        Record storage record = _records[id];
        uint40 seedBlock = record.seedBlock;
        if (seedBlock == 0) {
            _checkSeeding(id, record);
            revert SeedBlockNotFixed();
        }
        if (block.timestamp >= record.judgingEnds) revert DeadlinePassed(record.judgingEnds);
        if (record.seed != 0) revert WrongPhase(id, record.phase());
        bytes32 blockHash = BlockHashes.hashOf(seedBlock);
        if (blockHash == 0) {
            if (block.number <= seedBlock) revert SeedBlockNotReached(seedBlock, block.number);
            revert SeedBlockHashGone(seedBlock);
        }

        seed = Hashing.seed(blockHash, record.entriesHash, id);
        record.seed = seed;

        emit SeedPinned(id, seed);
    }

    /// @dev Holds from the end of Revealing to the judging deadline, whether the seed is pinned or not.
    /// No need to look at the outcome: before the deadline the only way to an end is TooFewReveals, and
    /// then no seed block can be fixed; nor at the assertion, for which the seed is pinned.
    function _checkSeeding(uint256 id, Record storage record) private view {
        uint40 revealEnds = record.revealEnds;
        if (revealEnds == 0 || block.timestamp < revealEnds) revert WrongPhase(id, record.phase());
        if (block.timestamp >= record.judgingEnds) revert DeadlinePassed(record.judgingEnds);
    }
}
