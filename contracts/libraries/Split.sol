// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Split
/// @notice How a pot is divided, and what is at stake for an honest judging.
library Split {
    uint256 internal constant MIN_BOND = 0.01 ether;

    /// @notice A fifth of the pot for the operator, the rest for the winner. Dust goes to the winner.
    function prizeAndFee(uint256 pot) internal pure returns (uint256 prize, uint256 fee) {
        fee = feeOf(pot);
        prize = pot - fee;
    }

    /// @notice The operator's fifth, rounded down.
    function feeOf(uint256 pot) internal pure returns (uint256) {
        return pot / 5;
    }

    /// @notice A tenth of the pot, at least `MIN_BOND`.
    function bond(uint256 pot) internal pure returns (uint256) {
        uint256 tenth = pot / 10;
        return tenth < MIN_BOND ? MIN_BOND : tenth;
    }

    /// @notice The most that the operator's fee can be: a fifth of all that can be sold.
    function deposit(uint256 ticketPrice, uint256 maxTickets) internal pure returns (uint256) {
        return (ticketPrice * maxTickets) / 5;
    }

    /// @notice What the losing side of a dispute loses: half is the arbiter's part, the rest, dust included,
    /// the other side's.
    function lostStake(uint256 lost) internal pure returns (uint256 gain, uint256 arbiterFee) {
        arbiterFee = lost / 2;
        gain = lost - arbiterFee;
    }

    /// @notice The `index`th of `count` equal shares, counted from 1; the first ones get the odd wei, so
    /// that all of them together are `total`.
    function equalShare(uint256 total, uint256 count, uint256 index) internal pure returns (uint256) {
        return total / count + (index <= total % count ? 1 : 0);
    }
}
