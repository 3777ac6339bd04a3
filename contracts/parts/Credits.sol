// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICompetition} from "../interfaces/ICompetition.sol";
import {Payment} from "../libraries/Payment.sol";

/// @title Credits
/// @notice Money that belongs to somebody and waits, and how it leaves.
abstract contract Credits is ICompetition {
    /// @inheritdoc ICompetition
    uint256 public constant PAYOUT_GAS = Payment.PAYOUT_GAS;

    /// @inheritdoc ICompetition
    address public constant BURNED = 0x000000000000000000000000000000000000dEaD;

    /// @inheritdoc ICompetition
    mapping(address account => uint256) public creditOf;

    /// @inheritdoc ICompetition
    function withdraw(address account) external {
        _withdraw(account, account);
    }

    /// @inheritdoc ICompetition
    function withdrawTo(address recipient) external {
        _withdraw(msg.sender, recipient);
    }

    function _credit(address account, uint256 amount) internal {
        if (amount == 0) return;

        creditOf[account] += amount;

        emit Credited(account, amount);
    }

    /// @dev Last in its caller: the receiver may call back, and must find everything settled.
    function _pushOrCredit(address account, uint256 amount) internal {
        if (!Payment.push(account, amount)) _credit(account, amount);
    }

    function _withdraw(address account, address recipient) private {
        uint256 amount = creditOf[account];
        if (amount == 0) revert NothingToWithdraw(account);
        // The zero address would take the money and never give it back.
        if (recipient == address(0)) revert PaymentFailed(recipient);

        creditOf[account] = 0;

        emit Withdrawn(account, recipient, amount);

        Payment.pay(recipient, amount);
    }
}
