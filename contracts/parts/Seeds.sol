// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBeacon} from "../interfaces/IBeacon.sol";
import {ICompetition} from "../interfaces/ICompetition.sol";
import {BlockHashes} from "../libraries/BlockHashes.sol";
import {Hashing} from "../libraries/Hashing.sol";
import {Record, Records} from "../libraries/Record.sol";
import {CompetitionState} from "./CompetitionState.sol";

/// @title Seeds
/// @notice The seed: from a beacon's round that the clock names, or from the hash of a block that is fixed
/// once the entry set is closed.
abstract contract Seeds is CompetitionState {
    using Records for Record;

    /// @inheritdoc ICompetition
    function fixSeedBlock(uint256 id) external returns (uint40 seedBlock) {
        Record storage record = _records[id];
        _checkSeeding(id, record);
        if (record.beacon != address(0)) revert SeedFromBeacon(id, record.beacon);
        if (record.seedBlock != 0) revert SeedBlockAlreadyFixed(record.seedBlock);

        seedBlock = uint40(block.number) + SEED_DELAY_BLOCKS;
        record.seedBlock = seedBlock;

        emit SeedBlockFixed(id, seedBlock);
    }

    /// @inheritdoc ICompetition
    function pinSeed(uint256 id, bytes calldata signature) external returns (bytes32 seed) {
        Record storage record = _records[id];
        _checkSeeding(id, record);
        if (record.seed != 0) revert WrongPhase(id, record.phase());
        address beacon = record.beacon;
        // Nobody can know the round's signature before its time, so the clock needs no check.
        bytes32 source =
            beacon == address(0)
                ? _seedBlockHash(record.seedBlock)
                : IBeacon(beacon).randomnessOf(record.beaconRound, signature);

        seed = Hashing.seed(source, record.entriesHash, id);
        record.seed = seed;

        emit SeedPinned(id, seed, source);
    }

    function _seedBlockHash(uint40 seedBlock) private view returns (bytes32 blockHash) {
        if (seedBlock == 0) revert SeedBlockNotFixed();
        blockHash = BlockHashes.hashOf(seedBlock);
        if (blockHash == 0) {
            if (block.number <= seedBlock) revert SeedBlockNotReached(seedBlock, block.number);
            revert SeedBlockHashGone(seedBlock);
        }
    }

    /// @dev Holds from the end of Revealing to the judging deadline, whether the seed is pinned or not.
    /// No need to look at the outcome: before the deadline the only way to an end is TooFewReveals; nor at
    /// the assertion, for which the seed is pinned.
    function _checkSeeding(uint256 id, Record storage record) private view {
        uint40 revealEnds = record.revealEnds;
        if (revealEnds == 0 || block.timestamp < revealEnds) revert WrongPhase(id, record.phase());
        if (block.timestamp >= record.judgingEnds) revert DeadlinePassed(record.judgingEnds);
        if (record.revealed < record.minRevealed)
            revert NotEnoughReveals(record.revealed, record.minRevealed);
    }
}
