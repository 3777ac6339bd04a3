// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICompetition} from "../interfaces/ICompetition.sol";
import {IArbiter} from "../interfaces/IArbiter.sol";
import {Record, Records} from "../libraries/Record.sol";
import {CompetitionState} from "./CompetitionState.sol";

/// @title Sales
/// @notice Creating competitions and selling their tickets.
abstract contract Sales is CompetitionState {
    using Records for Record;

    /// @inheritdoc ICompetition
    function createCompetition(Terms calldata terms) external returns (uint256 id) {
        _checkTerms(terms);
        id = ++competitionCount;

        Record storage record = _records[id];
        record.operator = msg.sender;
        record.saleEnds = terms.saleEnds;
        record.ticketPrice = terms.ticketPrice;
        // Checked to be at most `MAX_PHASE_SECONDS`, which 24 bits hold.
        record.openSeconds = uint24(terms.openSeconds);
        record.revealSeconds = uint24(terms.revealSeconds);
        record.judgingSeconds = uint24(terms.judgingSeconds);
        record.livenessSeconds = uint24(terms.livenessSeconds);
        record.verdictSeconds = uint24(terms.verdictSeconds);
        record.minRevealed = terms.minRevealed;
        record.promptLimit = terms.promptLimit;
        record.arbiter = terms.arbiter;
        if (terms.studio != address(0)) record.studio = terms.studio;
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

        ticketId = ++record.sold;
        record.seats[ticketId].player = player;

        emit TicketBought(id, ticketId, player);
    }

    /// @dev One line per term: a list, not a maze.
    // slither-disable-next-line cyclomatic-complexity
    function _checkTerms(Terms calldata terms) private view {
        if (terms.targetCommitment == 0) revert InvalidTerms("targetCommitment");
        if (terms.specDigest == 0) revert InvalidTerms("specDigest");
        if (terms.ticketPrice == 0) revert InvalidTerms("ticketPrice");
        if (terms.saleEnds <= block.timestamp || terms.saleEnds > block.timestamp + MAX_PHASE_SECONDS)
            revert InvalidTerms("saleEnds");
        if (_isNoDuration(terms.openSeconds)) revert InvalidTerms("openSeconds");
        if (_isNoDuration(terms.revealSeconds)) revert InvalidTerms("revealSeconds");
        if (_isNoDuration(terms.judgingSeconds)) revert InvalidTerms("judgingSeconds");
        if (_isNoDuration(terms.livenessSeconds)) revert InvalidTerms("livenessSeconds");
        if (_isNoDuration(terms.verdictSeconds)) revert InvalidTerms("verdictSeconds");
        if (terms.minRevealed == 0) revert InvalidTerms("minRevealed");
        if (terms.arbiter == address(0)) revert InvalidTerms("arbiter");
        if (
            terms.arbiter.code.length > 0 &&
            terms.verdictSeconds < IArbiter(terms.arbiter).verdictSecondsNeeded()
        ) revert InvalidTerms("verdictSeconds");
        if ((terms.studio == address(0)) != (terms.promptLimit == 0)) revert InvalidTerms("promptLimit");
    }

    function _isNoDuration(uint32 duration) private pure returns (bool) {
        return duration == 0 || duration > MAX_PHASE_SECONDS;
    }
}
