// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Split
/// @notice How a pot is divided and what an assertion puts at stake.
library Split {
    uint256 internal constant MIN_BOND = 0.01 ether;

    /// @notice A fifth of the pot for the operator, the rest for the winner. Dust goes to the winner.
    function prizeAndFee(uint256 pot) internal pure returns (uint256 prize, uint256 fee) {
        fee = pot / 5;
        prize = pot - fee;
    }

    /// @notice A tenth of the pot, at least `MIN_BOND`.
    function bond(uint256 pot) internal pure returns (uint256) {
        uint256 tenth = pot / 10;
        return tenth < MIN_BOND ? MIN_BOND : tenth;
    }

    /// @notice A lost bond: half to the other side, dust included, half to the arbiter.
    function bondOfLoser(uint256 lost) internal pure returns (uint256 gain, uint256 arbiterFee) {
        arbiterFee = lost / 2;
        gain = lost - arbiterFee;
    }
}
