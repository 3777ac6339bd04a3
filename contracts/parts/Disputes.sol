// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICompetition} from "../interfaces/ICompetition.sol";
import {Record, Records} from "../libraries/Record.sol";
import {Split} from "../libraries/Split.sol";
import {Credits} from "./Credits.sol";
import {Rankings} from "./Rankings.sol";

/// @title Disputes
/// @notice Paying against and for an asserted ranking, the arbiter's verdict, and what each side gets.
abstract contract Disputes is Rankings, Credits {
    using Records for Record;

    /// @inheritdoc ICompetition
    function dispute(
        uint256 id,
        bytes32 rankingRoot,
        bytes32 modelHash,
        bytes32 evidenceDigest
    ) external payable {
        Record storage record = _records[id];
        Phase actual = record.phase();
        if (actual != Phase.Asserted && actual != Phase.Disputed) revert WrongPhase(id, actual);
        uint40 deadline = actual == Phase.Asserted ? record.livenessEnds() : record.joinEnds();
        _checkContribution(record, rankingRoot, modelHash, deadline);

        uint256 pool = record.against + msg.value;
        record.against = uint128(pool);
        record.contributions[msg.sender].against += uint128(msg.value);

        emit DisputeFunded(id, msg.sender, msg.value, pool, evidenceDigest);

        if (actual == Phase.Asserted && pool >= record.bond()) _openDispute(id, record);
    }

    /// @inheritdoc ICompetition
    function support(uint256 id, bytes32 rankingRoot, bytes32 modelHash) external payable {
        Record storage record = _records[id];
        Phase actual = record.phase();
        if (actual != Phase.Disputed) revert WrongPhase(id, actual);
        _checkContribution(record, rankingRoot, modelHash, record.joinEnds());

        uint256 pool = record.support + msg.value;
        record.support = uint128(pool);
        record.contributions[msg.sender].support += uint128(msg.value);

        emit RankingSupported(id, msg.sender, msg.value, pool);
    }

    /// @inheritdoc ICompetition
    function resolveDispute(
        uint256 id,
        Assertion calldata verdict,
        RankedEntry calldata winner,
        bytes32 winnerSalt,
        bytes32[] calldata proof
    ) external returns (uint256 arbiterFee) {
        Record storage record = _records[id];
        _checkResolvable(id, record);
        _checkAssertion(record, verdict);
        _checkWinner(id, record.seats[winner.ticketId], winner, winnerSalt);
        _checkProof(id, winner, proof, verdict.rankingRoot);

        bool upheld = _agrees(record, verdict, winner);
        record.verdict = upheld ? Verdict.Upheld : Verdict.Replaced;
        if (!upheld) _setRanking(record, verdict, winner);
        uint256 gain;
        (gain, arbiterFee) = Split.lostStake(_lostStake(record, upheld));

        emit DisputeResolved(id, upheld, verdict, winner, arbiterFee);

        _settle(record, upheld, gain);
        address arbiter = record.arbiter;
        _credit(arbiter.code.length > 0 ? arbiter : BURNED, arbiterFee);
    }

    /// @inheritdoc ICompetition
    function claimBond(uint256 id, address account) external returns (uint256 amount) {
        Record storage record = _records[id];
        amount = claimOf(id, account);
        if (amount == 0) revert NothingToClaim(id, account);

        if (record.verdict != Verdict.None) {
            // Both fit: they are shares of what is there.
            record.payoutLeft -= uint128(amount);
            record.stakesLeft -= uint128(_winningStake(record, account));
        }
        delete record.contributions[account];

        emit BondClaimed(id, account, amount);

        _pushOrCredit(account, amount);
    }

    /// @inheritdoc ICompetition
    function contributionOf(uint256 id, address account) external view returns (Contribution memory) {
        return _records[id].contributions[account];
    }

    /// @inheritdoc ICompetition
    function claimOf(uint256 id, address account) public view returns (uint256) {
        Record storage record = _records[id];
        if (record.verdict != Verdict.None) {
            uint256 stake = _winningStake(record, account);
            // What is left is at least the stakes that are left: each gets back no less than it paid.
            return stake == 0 ? 0 : (record.payoutLeft * stake) / record.stakesLeft;
        }
        bool over =
            record.disputedAt == 0
                ? block.timestamp >= record.livenessEnds() // the pool did not fill
                : record.outcome == Outcome.Void; // no verdict came
        Contribution storage paid = record.contributions[account];
        return over ? uint256(paid.against) + paid.support : 0;
    }

    function _checkContribution(
        Record storage record,
        bytes32 rankingRoot,
        bytes32 modelHash,
        uint40 deadline
    ) private view {
        if (msg.value == 0) revert NothingPaid();
        if (block.timestamp >= deadline) revert DeadlinePassed(deadline);
        if (rankingRoot != record.rankingRoot || modelHash != record.modelHash)
            revert AssertionChanged(record.rankingRoot, record.modelHash);
    }

    function _openDispute(uint256 id, Record storage record) private {
        record.disputedAt = uint40(block.timestamp);
        record.support = uint128(record.bond());

        emit RankingDisputed(
            id,
            record.rankingRoot,
            record.modelHash,
            record.joinEnds(),
            record.verdictEnds()
        );
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

    /// @dev Who lied loses the fee too. Where nobody wins there is none: all tickets are refunded.
    function _lostStake(Record storage record, bool upheld) private view returns (uint256) {
        if (upheld) return record.against;
        if (record.winnerTicket == 0) return record.support;
        return record.support + Split.feeOf(record.pot());
    }

    /// @dev The operator's bond is the first stake of its side, and its share is credited here.
    function _settle(Record storage record, bool upheld, uint256 gain) private {
        uint256 stakes = upheld ? record.support : record.against;
        uint256 payout = stakes + gain;
        uint256 share = 0;
        if (upheld) {
            uint256 bond = record.bond();
            share = (payout * bond) / stakes;
            stakes -= bond;
        }
        record.payoutLeft = uint128(payout - share);
        record.stakesLeft = uint128(stakes);

        _credit(record.operator, share);
    }

    function _winningStake(Record storage record, address account) private view returns (uint256) {
        Contribution storage paid = record.contributions[account];
        return record.verdict == Verdict.Upheld ? paid.support : paid.against;
    }
}
