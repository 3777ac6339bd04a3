// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICompetition} from "../interfaces/ICompetition.sol";
import {Hashing} from "../libraries/Hashing.sol";
import {Merkle} from "../libraries/Merkle.sol";
import {Record, Records, Seat} from "../libraries/Record.sol";
import {Split} from "../libraries/Split.sol";
import {CompetitionState} from "./CompetitionState.sol";

/// @title Rankings
/// @notice Asserting a ranking, and what makes any ranking acceptable.
abstract contract Rankings is CompetitionState {
    using Records for Record;

    /// @inheritdoc ICompetition
    uint256 public constant MIN_BOND = Split.MIN_BOND;

    uint32 private constant DISQUALIFIED = 1;

    /// @inheritdoc ICompetition
    function assertRanking(
        uint256 id,
        Assertion calldata assertion,
        RankedEntry calldata winner,
        bytes32 winnerSalt,
        bytes32[] calldata proof
    ) external payable {
        Record storage record = _records[id];
        _checkAssertable(id, record);
        _checkAssertion(record, assertion);
        _checkWinner(id, record.seats[winner.ticketId], winner, winnerSalt);
        _checkProof(id, winner, proof, assertion.rankingRoot);

        record.assertedAt = uint40(block.timestamp);
        _setRanking(record, assertion, winner);

        emit RankingAsserted(id, msg.sender, assertion, winner, msg.value);
    }

    function _checkAssertable(uint256 id, Record storage record) private view {
        // No need to look at the outcome: with a seed and no assertion, nothing ends before the deadline.
        if (record.seed == 0 || record.assertedAt != 0) revert WrongPhase(id, record.phase());
        if (msg.sender != record.operator) revert NotOperator(id, msg.sender);
        if (block.timestamp >= record.judgingEnds) revert DeadlinePassed(record.judgingEnds);
        uint256 bond = record.bond();
        if (msg.value != bond) revert WrongBond(msg.value, bond);
    }

    function _checkAssertion(Record storage record, Assertion calldata assertion) internal view {
        if (assertion.entriesHash != record.entriesHash)
            revert EntriesHashMismatch(record.entriesHash, assertion.entriesHash);
        if (assertion.leafCount != record.revealed)
            revert LeafCountMismatch(record.revealed, assertion.leafCount);
    }

    /// @dev The image is the one that the ticket's player committed to, whoever revealed it.
    function _checkWinner(
        uint256 id,
        Seat storage seat,
        RankedEntry calldata winner,
        bytes32 winnerSalt
    ) internal view {
        if (winner.rank != 1) revert WinnerRankNotFirst(winner.rank);
        if (!seat.revealed || seat.player != winner.player) revert WinnerNotEntered(winner.ticketId);
        bytes32 commitment = Hashing.submission(
            id,
            winner.ticketId,
            winner.player,
            winner.imageDigest,
            winnerSalt
        );
        if (commitment != seat.commitment) revert WinnerImageMismatch(winner.ticketId);
    }

    function _checkProof(
        uint256 id,
        RankedEntry calldata winner,
        bytes32[] calldata proof,
        bytes32 rankingRoot
    ) internal view {
        if (Merkle.rootOf(Hashing.leaf(id, winner), proof) != rankingRoot) revert WinnerProofInvalid();
    }

    /// @dev Nobody wins when even the first rank is disqualified.
    function _winnerOf(RankedEntry calldata first) internal pure returns (uint32) {
        return first.flags & DISQUALIFIED == 0 ? first.ticketId : 0;
    }

    function _setRanking(
        Record storage record,
        Assertion calldata assertion,
        RankedEntry calldata first
    ) internal {
        record.winnerTicket = _winnerOf(first);
        record.modelHash = assertion.modelHash;
        record.rankingRoot = assertion.rankingRoot;
        record.bundleDigest = assertion.bundleDigest;
    }
}
