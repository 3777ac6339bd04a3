// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICompetition} from "../interfaces/ICompetition.sol";

/// @title Payment
/// @notice Sending ether to strangers.
library Payment {
    /// @dev Enough for any wallet to log, to run through a proxy, or to wrap what it gets (a first deposit
    /// into WETH takes about 45 000 today). EIP-8037 will price a new storage slot at 64 bytes of state,
    /// 97 920 gas, and EIP-8038 raises access and writing: a receiver that writes one slot is paid then too.
    /// Little enough that a hostile receiver costs the caller next to nothing.
    uint256 internal constant PAYOUT_GAS = 150_000;

    /// @dev What must be left before a push. A call forwards at most 63/64 of what remains after its own
    /// price (cold account and value: at most 11 600 today), so this much makes sure that the receiver sees
    /// all of `PAYOUT_GAS`; with less, a caller could starve it into credit. A new account costs more, and
    /// has no code to be starved.
    uint256 private constant GAS_BEFORE_PUSH = (PAYOUT_GAS * 64) / 63 + 50_000;

    /// @notice Sends `amount` with `PAYOUT_GAS`; says whether it arrived. Never reverts because of the
    /// receiver.
    function push(address recipient, uint256 amount) internal returns (bool sent) {
        if (gasleft() < GAS_BEFORE_PUSH) revert ICompetition.NotEnoughGas();
        return _send(recipient, amount, PAYOUT_GAS);
    }

    /// @notice Sends `amount` with all gas; reverts unless it arrived.
    function pay(address recipient, uint256 amount) internal {
        if (!_send(recipient, amount, gasleft())) revert ICompetition.PaymentFailed(recipient);
    }

    /// @dev Assembly, because a high-level call copies whatever the receiver returns, at our expense.
    function _send(address recipient, uint256 amount, uint256 gasLimit) private returns (bool sent) {
        assembly ("memory-safe") {
            sent := call(gasLimit, recipient, amount, 0, 0, 0, 0)
        }
    }
}
