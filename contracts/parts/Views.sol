// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICompetition} from "../interfaces/ICompetition.sol";
import {Hashing} from "../libraries/Hashing.sol";
import {Record, Records, Seat} from "../libraries/Record.sol";
import {Split} from "../libraries/Split.sol";
import {CompetitionState} from "./CompetitionState.sol";

/// @title Views
/// @notice Everything a page, an oracle or an auditor reads.
abstract contract Views is CompetitionState {
    using Records for Record;

    /// @inheritdoc ICompetition
    bytes32 public constant TARGET_TYPEHASH = Hashing.TARGET_TYPEHASH;
    /// @inheritdoc ICompetition
    bytes32 public constant SUBMISSION_TYPEHASH = Hashing.SUBMISSION_TYPEHASH;

    /// @inheritdoc ICompetition
    function competitionOf(uint256 id) external view returns (CompetitionView memory competition) {
        Record storage record = _records[id];
        competition.phase = record.phase();
        if (competition.phase == Phase.None) return competition;

        competition.outcome = record.outcome;
        competition.operator = record.operator;
        competition.terms = _termsOf(record);
        competition.targetDigest = record.targetDigest;
        competition.openEnds = record.openEnds;
        competition.revealEnds = record.revealEnds;
        competition.judgingEnds = record.judgingEnds;
        competition.livenessEnds = record.livenessEnds();
        competition.sold = record.sold;
        competition.revealed = record.revealed;
        competition.entriesHash = record.entriesHash;
        competition.seedBlock = record.seedBlock;
        competition.beaconRound = record.beaconRound;
        competition.seed = record.seed;
        competition.winnerTicket = record.winnerTicket;
        competition.modelHash = record.modelHash;
        competition.rankingRoot = record.rankingRoot;
        competition.bundleDigest = record.bundleDigest;
        competition.dispute = _disputeOf(record);
        competition.pot = record.pot();
        competition.bond = record.bond();
        competition.deposit = record.deposit();
    }

    /// @inheritdoc ICompetition
    function phaseOf(uint256 id) external view returns (Phase) {
        return _records[id].phase();
    }

    /// @inheritdoc ICompetition
    function ticketOf(uint256 id, uint256 ticketId) external view returns (TicketView memory) {
        Seat storage seat = _records[id].seats[ticketId];
        return TicketView(seat.player, seat.revealed, seat.refunded, seat.commitment);
    }

    /// @inheritdoc ICompetition
    function disputeOf(uint256 id) external view returns (Dispute memory) {
        return _disputeOf(_records[id]);
    }

    /// @inheritdoc ICompetition
    function potOf(uint256 id) external view returns (uint256) {
        return _records[id].pot();
    }

    /// @inheritdoc ICompetition
    function bondOf(uint256 id) external view returns (uint256) {
        return _records[id].bond();
    }

    /// @inheritdoc ICompetition
    function depositOf(uint256 id) external view returns (uint256) {
        return _records[id].deposit();
    }

    /// @inheritdoc ICompetition
    function depositFor(uint88 ticketPrice, uint32 maxTickets) external pure returns (uint256) {
        return Split.deposit(ticketPrice, maxTickets);
    }

    /// @inheritdoc ICompetition
    function hashTarget(
        address operator,
        bytes32 targetDigest,
        bytes32 salt
    ) external view returns (bytes32) {
        return Hashing.target(operator, targetDigest, salt);
    }

    /// @inheritdoc ICompetition
    function hashSubmission(
        uint256 id,
        uint256 ticketId,
        address player,
        bytes32 imageDigest,
        bytes32 salt
    ) external view returns (bytes32) {
        return Hashing.submission(id, ticketId, player, imageDigest, salt);
    }

    /// @inheritdoc ICompetition
    function hashLeaf(uint256 id, RankedEntry calldata entry) external view returns (bytes32) {
        return Hashing.leaf(id, entry);
    }

    /// @inheritdoc ICompetition
    function hashCommit(
        uint256 id,
        uint256 ticketId,
        bytes32 commitment,
        bytes32 replaced,
        uint256 deadline
    ) external view returns (bytes32) {
        return Hashing.commit(id, ticketId, commitment, replaced, deadline);
    }

    /// @inheritdoc ICompetition
    function hashReceipt(
        uint256 id,
        uint256 ticketId,
        address player,
        bytes32 imageDigest,
        uint32 promptIndex
    ) external view returns (bytes32) {
        return Hashing.receipt(id, ticketId, player, imageDigest, promptIndex);
    }

    function _disputeOf(Record storage record) private view returns (Dispute memory) {
        return
            Dispute({
                disputedAt: record.disputedAt,
                joinEnds: record.joinEnds(),
                verdictEnds: record.verdictEnds(),
                verdict: record.verdict,
                against: record.against,
                support: record.support
            });
    }

    function _termsOf(Record storage record) private view returns (Terms memory) {
        return
            Terms({
                targetCommitment: record.targetCommitment,
                specDigest: record.specDigest,
                ticketPrice: record.ticketPrice,
                saleEnds: record.saleEnds,
                openSeconds: record.openSeconds,
                revealSeconds: record.revealSeconds,
                judgingSeconds: record.judgingSeconds,
                livenessSeconds: record.livenessSeconds,
                verdictSeconds: record.verdictSeconds,
                minRevealed: record.minRevealed,
                maxTickets: record.maxTickets,
                arbiter: record.arbiter,
                studio: record.studio,
                promptLimit: record.promptLimit,
                beacon: record.beacon
            });
    }
}
