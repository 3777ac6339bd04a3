// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IArbiter} from "../interfaces/IArbiter.sol";
import {IBeacon} from "../interfaces/IBeacon.sol";
import {ICompetition} from "../interfaces/ICompetition.sol";
import {Record, Records} from "../libraries/Record.sol";
import {Split} from "../libraries/Split.sol";
import {CompetitionState} from "./CompetitionState.sol";

/// @title Sales
/// @notice Creating competitions and selling their tickets.
abstract contract Sales is CompetitionState {
    using Records for Record;

    /// @inheritdoc ICompetition
    uint32 public immutable minRevealSeconds;
    /// @inheritdoc ICompetition
    uint32 public immutable minJudgingSeconds;
    /// @inheritdoc ICompetition
    uint32 public immutable minLivenessSeconds;

    constructor(uint32 minRevealSeconds_, uint32 minJudgingSeconds_, uint32 minLivenessSeconds_) {
        minRevealSeconds = minRevealSeconds_;
        minJudgingSeconds = minJudgingSeconds_;
        minLivenessSeconds = minLivenessSeconds_;
    }

    /// @inheritdoc ICompetition
    function createCompetition(Terms calldata terms) external payable returns (uint256 id) {
        uint256 deposit = Split.deposit(terms.ticketPrice, terms.maxTickets);
        if (msg.value != deposit) revert WrongDeposit(msg.value, deposit);
        _checkTerms(terms);
        uint24 joinSeconds = _joinSeconds(terms);
        if (isTargetUsed[msg.sender][terms.targetCommitment])
            revert TargetCommitmentUsed(terms.targetCommitment);

        isTargetUsed[msg.sender][terms.targetCommitment] = true;
        id = ++competitionCount;
        Record storage record = _records[id];
        record.operator = msg.sender;
        _setDurations(record, terms, joinSeconds);
        record.ticketPrice = terms.ticketPrice;
        record.maxTickets = terms.maxTickets;
        record.minRevealed = terms.minRevealed;
        record.promptLimit = terms.promptLimit;
        record.arbiter = terms.arbiter;
        if (terms.studio != address(0)) record.studio = terms.studio;
        if (terms.beacon != address(0)) record.beacon = terms.beacon;
        record.targetCommitment = terms.targetCommitment;
        record.specDigest = terms.specDigest;

        emit CompetitionCreated(id, msg.sender, terms);
    }

    /// @inheritdoc ICompetition
    function buyTicket(uint256 id) external payable returns (uint256 ticketId) {
        return _buy(id, msg.sender);
    }

    /// @inheritdoc ICompetition
    function buyTicketFor(uint256 id, address player) external payable returns (uint256 ticketId) {
        if (player == address(0)) revert InvalidPlayer();
        return _buy(id, player);
    }

    function _buy(uint256 id, address player) private returns (uint256 ticketId) {
        Record storage record = _records[id];
        // No need to look at the outcome: nothing can end before the sale does.
        if (block.timestamp >= record.saleEnds) revert WrongPhase(id, record.phase());
        if (msg.value != record.ticketPrice) revert WrongPrice(msg.value, record.ticketPrice);
        if (record.sold == record.maxTickets) revert SoldOut(id, record.maxTickets);

        ticketId = ++record.sold;
        record.seats[ticketId].player = player;

        emit TicketBought(id, ticketId, player);
    }

    /// @dev Checked to be at most `MAX_PHASE_SECONDS`, which 24 bits hold.
    function _setDurations(Record storage record, Terms calldata terms, uint24 joinSeconds) private {
        record.saleEnds = terms.saleEnds;
        record.openSeconds = uint24(terms.openSeconds);
        record.revealSeconds = uint24(terms.revealSeconds);
        record.judgingSeconds = uint24(terms.judgingSeconds);
        record.livenessSeconds = uint24(terms.livenessSeconds);
        record.verdictSeconds = uint24(terms.verdictSeconds);
        record.joinSeconds = joinSeconds;
    }

    /// @dev One line per term: a list, not a maze.
    // slither-disable-next-line cyclomatic-complexity
    function _checkTerms(Terms calldata terms) private view {
        if (terms.targetCommitment == 0) revert InvalidTerms("targetCommitment");
        if (terms.specDigest == 0) revert InvalidTerms("specDigest");
        if (terms.ticketPrice == 0) revert InvalidTerms("ticketPrice");
        if (terms.saleEnds <= block.timestamp || terms.saleEnds > block.timestamp + MAX_PHASE_SECONDS)
            revert InvalidTerms("saleEnds");
        if (_isOutside(terms.openSeconds, 1)) revert InvalidTerms("openSeconds");
        if (_isOutside(terms.revealSeconds, minRevealSeconds)) revert InvalidTerms("revealSeconds");
        if (_isOutside(terms.judgingSeconds, minJudgingSeconds)) revert InvalidTerms("judgingSeconds");
        if (_isOutside(terms.livenessSeconds, minLivenessSeconds)) revert InvalidTerms("livenessSeconds");
        if (_isOutside(terms.verdictSeconds, 1)) revert InvalidTerms("verdictSeconds");
        if (terms.minRevealed == 0) revert InvalidTerms("minRevealed");
        if (terms.maxTickets < terms.minRevealed) revert InvalidTerms("maxTickets");
        if (terms.arbiter == address(0)) revert InvalidTerms("arbiter");
        if ((terms.studio == address(0)) != (terms.promptLimit == 0)) revert InvalidTerms("promptLimit");
        if (terms.beacon != address(0)) _checkBeacon(terms);
    }

    /// @dev A beacon counts its rounds from 1, and its round has to come before the judging deadline.
    function _checkBeacon(Terms calldata terms) private view {
        if (terms.beacon.code.length == 0 || IBeacon(terms.beacon).roundAt(terms.saleEnds) == 0)
            revert InvalidTerms("beacon");
        if (terms.judgingSeconds <= SEED_MARGIN_SECONDS) revert InvalidTerms("judgingSeconds");
    }

    /// @dev How long a dispute can be joined: while an arbiter that is a contract keeps its mind to itself,
    /// or half of an account's time.
    function _joinSeconds(Terms calldata terms) private view returns (uint24) {
        if (terms.arbiter.code.length == 0) return uint24(terms.verdictSeconds / 2);
        IArbiter arbiter = IArbiter(terms.arbiter);
        uint32 joinSeconds = arbiter.commitSeconds();
        if (terms.verdictSeconds < arbiter.verdictSecondsNeeded() || terms.verdictSeconds < joinSeconds)
            revert InvalidTerms("verdictSeconds");
        return uint24(joinSeconds);
    }

    /// @dev A floor of zero does not allow a phase of no length.
    function _isOutside(uint32 duration, uint32 floor) private pure returns (bool) {
        return duration == 0 || duration < floor || duration > MAX_PHASE_SECONDS;
    }
}
