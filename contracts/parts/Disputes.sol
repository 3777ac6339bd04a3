// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICompetition} from "../interfaces/ICompetition.sol";
import {Record, Records} from "../libraries/Record.sol";
import {Split} from "../libraries/Split.sol";
import {Credits} from "./Credits.sol";
import {Rankings} from "./Rankings.sol";

/// @title Disputes
/// @notice Disputing an asserted ranking, and the arbiter's verdict.
abstract contract Disputes is Rankings, Credits {
    using Records for Record;

    /// @inheritdoc ICompetition
    function dispute(uint256 id, bytes32 evidenceDigest) external payable {
        Record storage record = _records[id];
        if (record.assertedAt == 0 || record.disputedAt != 0 || record.outcome != Outcome.None)
            revert WrongPhase(id, record.phase());
        uint40 livenessEnds = record.livenessEnds();
        if (block.timestamp >= livenessEnds) revert DeadlinePassed(livenessEnds);
        uint256 bond = Split.bond(record.pot());
        if (msg.value != bond) revert WrongBond(msg.value, bond);

        record.disputer = msg.sender;
        record.disputedAt = uint40(block.timestamp);

        emit RankingDisputed(id, msg.sender, evidenceDigest, bond, record.verdictEnds());
    }

    /// @inheritdoc ICompetition
    function resolveDispute(
        uint256 id,
        Assertion calldata verdict,
        RankedEntry calldata winner,
        bytes32[] calldata proof
    ) external returns (uint256 arbiterFee) {
        Record storage record = _records[id];
        _checkResolvable(id, record);
        _checkAssertion(record, verdict);
        _checkWinner(id, record, winner, proof, verdict.rankingRoot);

        bool upheld = _agrees(record, verdict, winner);
        record.verdict = upheld ? Verdict.Upheld : Verdict.Replaced;
        if (!upheld) _setRanking(record, verdict, winner);
        uint256 gain;
        (gain, arbiterFee) = Split.bondOfLoser(Split.bond(record.pot()));

        emit DisputeResolved(id, upheld, verdict, winner, arbiterFee);

        _settle(record, upheld, gain, arbiterFee);
    }

    function _checkResolvable(uint256 id, Record storage record) private view {
        Phase actual = record.phase();
        if (actual != Phase.Disputed) revert WrongPhase(id, actual);
        if (msg.sender != record.arbiter) revert NotArbiter(id, msg.sender);
        uint40 verdictEnds = record.verdictEnds();
        if (block.timestamp >= verdictEnds) revert DeadlinePassed(verdictEnds);
    }

    /// @dev The bundle only explains; whoever asserted the same ranking asserted the truth.
    function _agrees(
        Record storage record,
        Assertion calldata verdict,
        RankedEntry calldata winner
    ) private view returns (bool) {
        return
            verdict.rankingRoot == record.rankingRoot &&
            verdict.modelHash == record.modelHash &&
            _winnerOf(winner) == record.winnerTicket;
    }

    /// @dev An upheld assertion's own bond comes back when the competition ends, as without a dispute.
    function _settle(Record storage record, bool upheld, uint256 gain, uint256 arbiterFee) private {
        if (upheld) _credit(record.operator, gain);
        else _credit(record.disputer, Split.bond(record.pot()) + gain);
        _credit(record.arbiter, arbiterFee);
    }
}
