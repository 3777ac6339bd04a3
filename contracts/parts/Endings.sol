// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICompetition} from "../interfaces/ICompetition.sol";
import {Record, Records, Seat} from "../libraries/Record.sol";
import {Split} from "../libraries/Split.sol";
import {CompetitionState} from "./CompetitionState.sol";
import {Credits} from "./Credits.sol";

/// @title Endings
/// @notice Paying the winner, voiding, and refunding tickets.
abstract contract Endings is CompetitionState, Credits {
    using Records for Record;

    /// @inheritdoc ICompetition
    function finalize(uint256 id) external {
        Record storage record = _records[id];
        Phase actual = record.phase();
        if (actual != Phase.Asserted && actual != Phase.Resolved) revert WrongPhase(id, actual);
        uint40 livenessEnds = record.livenessEnds();
        if (actual == Phase.Asserted && block.timestamp < livenessEnds) revert LivenessNotOver(livenessEnds);

        bool replaced = record.verdict == Verdict.Replaced;
        // A disputed bond has been settled with the verdict.
        uint256 bond = record.verdict == Verdict.None ? record.bond() : 0;
        uint256 deposit = record.deposit();
        uint32 winnerTicket = record.winnerTicket;
        if (winnerTicket == 0) {
            _void(id, record, VoidReason.NoWinner);
            if (!replaced) _credit(record.operator, deposit + bond);
            return;
        }

        record.outcome = Outcome.Final;
        address winner = record.seats[winnerTicket].player;
        (uint256 prize, uint256 fee) = Split.prizeAndFee(record.pot());
        // The fee of a replaced ranking has been settled with the verdict too.
        if (replaced) (prize, fee) = (prize + deposit, 0);

        emit CompetitionFinalized(id, winnerTicket, winner, prize, fee);

        if (!replaced) _credit(record.operator, fee + deposit + bond);
        _pushOrCredit(winner, prize);
    }

    /// @inheritdoc ICompetition
    function voidCompetition(uint256 id) external {
        Record storage record = _records[id];
        Phase actual = record.phase();
        bool judgingOver = block.timestamp >= record.judgingEnds;
        if (actual == Phase.Opening && block.timestamp >= record.saleEnds + OPENING_SECONDS) {
            _void(id, record, VoidReason.TargetNotOpened);
            _credit(record.operator, record.deposit());
        } else if (actual == Phase.Seeding && record.revealed < record.minRevealed) {
            _void(id, record, VoidReason.TooFewReveals);
            _credit(record.operator, record.deposit());
        } else if (actual == Phase.Seeding && judgingOver) {
            _void(id, record, VoidReason.SeedMissing);
        } else if (actual == Phase.Judging && judgingOver) {
            _void(id, record, VoidReason.OracleSilent);
        } else if (actual == Phase.Disputed && block.timestamp >= record.verdictEnds()) {
            _void(id, record, VoidReason.NoVerdict);
            _credit(record.operator, record.deposit());
        } else {
            revert NothingToVoid(id);
        }
    }

    /// @inheritdoc ICompetition
    function refund(uint256 id, uint256 ticketId) external {
        Record storage record = _records[id];
        if (record.outcome != Outcome.Void) revert WrongPhase(id, record.phase());
        Seat storage seat = record.seats[ticketId];
        address player = seat.player;
        if (player == address(0)) revert UnknownTicket(id, ticketId);
        if (seat.refunded) revert AlreadyRefunded(ticketId);

        seat.refunded = true;
        uint256 amount = refundOf(id, ticketId);

        emit TicketRefunded(id, ticketId, player, amount);

        _pushOrCredit(player, amount);
    }

    /// @inheritdoc ICompetition
    function refundOf(uint256 id, uint256 ticketId) public view returns (uint256) {
        Record storage record = _records[id];
        if (record.outcome != Outcome.Void || ticketId == 0 || ticketId > record.sold) return 0;
        return record.ticketPrice + Split.equalShare(record.forfeited(), record.sold, ticketId);
    }

    function _void(uint256 id, Record storage record, VoidReason reason) private {
        record.outcome = Outcome.Void;
        record.voidReason = reason;

        emit CompetitionVoided(id, reason);
    }
}
