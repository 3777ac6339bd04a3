// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

import {IAuditorQuorum} from "../interfaces/IAuditorQuorum.sol";
import {ICompetition} from "../interfaces/ICompetition.sol";
import {Seats} from "./Seats.sol";

/// @title Stakes
/// @notice What each member has at stake, and since when it has a vote for it.
abstract contract Stakes is Seats {
    using Checkpoints for Checkpoints.Trace208;

    /// @inheritdoc IAuditorQuorum
    // A competition gives its arbiter 30 days at most (`MAX_PHASE_SECONDS`); a week remains to settle.
    uint32 public constant EXIT_SECONDS = 37 days;

    uint208 private constant ACTIVE = 1;
    uint208 private constant INACTIVE = 0;

    /// @inheritdoc IAuditorQuorum
    ICompetition public immutable competition;
    /// @inheritdoc IAuditorQuorum
    uint256 public immutable stakeWei;

    mapping(address auditor => Stake) private _stakes;
    // When each was active, by time: what a dispute's electors are read from, however late.
    mapping(address auditor => Checkpoints.Trace208) private _activity;

    constructor(ICompetition competition_, uint256 stakeWei_) {
        if (stakeWei_ == 0) revert InvalidStake();
        (competition, stakeWei) = (competition_, stakeWei_);
    }

    /// @dev Fees come from the competition contract. Stakes come with `deposit`.
    receive() external payable {
        if (msg.sender != address(competition)) revert OnlyFromCompetition(msg.sender);
    }

    /// @inheritdoc IAuditorQuorum
    function deposit(address member) external payable {
        if (!isMember[member]) revert NotMember(member);
        Stake storage stake = _stakes[member];
        if (stake.exitsAt != 0) revert Leaving(stake.exitsAt);
        stake.amount += msg.value;
        if (stake.amount >= stakeWei) _setActivity(member, ACTIVE);

        emit StakeDeposited(member, msg.sender, msg.value);
    }

    /// @inheritdoc IAuditorQuorum
    function requestExit() external {
        Stake storage stake = _stakes[msg.sender];
        if (stake.exitsAt != 0) revert Leaving(stake.exitsAt);
        if (stake.amount == 0) revert NothingToWithdraw(msg.sender);
        _leave(msg.sender, stake);
    }

    /// @inheritdoc IAuditorQuorum
    function withdrawStake(address recipient) external returns (uint256 amount) {
        Stake storage stake = _stakes[msg.sender];
        if (stake.exitsAt == 0) revert NotLeaving(msg.sender);
        if (block.timestamp < stake.exitsAt) revert NotYet(stake.exitsAt);
        amount = stake.amount;
        delete _stakes[msg.sender];

        emit StakeWithdrawn(msg.sender, recipient, amount);

        _pay(recipient, amount);
    }

    /// @inheritdoc IAuditorQuorum
    function stakeOf(address auditor) external view returns (Stake memory) {
        return _stakes[auditor];
    }

    /// @inheritdoc IAuditorQuorum
    function isActive(address account) external view returns (bool) {
        return _activity[account].latest() == ACTIVE;
    }

    /// @dev Whether an account was active just before `time`. The very second does not count, so that
    /// nobody can join a dispute by being in its block.
    function _wasActiveBefore(address account, uint40 time) internal view returns (bool) {
        return _activity[account].upperLookup(time - 1) == ACTIVE;
    }

    /// @dev Takes up to `amount`, and the vote in later disputes from who has too little left for it.
    function _slash(address auditor, uint256 amount) internal returns (uint256 lost) {
        Stake storage stake = _stakes[auditor];
        lost = amount < stake.amount ? amount : stake.amount;
        stake.amount -= lost;
        if (stake.amount < stakeWei) _setActivity(auditor, INACTIVE);
    }

    function _retire(address member) internal override {
        Stake storage stake = _stakes[member];
        if (stake.exitsAt == 0 && stake.amount != 0) _leave(member, stake);
    }

    /// @dev Sends with all gas; reverts unless it arrived. Books are closed before.
    function _pay(address recipient, uint256 amount) internal {
        if (recipient == address(0)) revert PaymentFailed(recipient);
        // In a loop only what is burned, which nobody can refuse.
        // slither-disable-next-line arbitrary-send-eth,calls-loop
        (bool sent, ) = recipient.call{value: amount}("");
        if (!sent) revert PaymentFailed(recipient);
    }

    function _leave(address auditor, Stake storage stake) private {
        stake.exitsAt = uint40(block.timestamp) + EXIT_SECONDS;
        _setActivity(auditor, INACTIVE);

        emit ExitRequested(auditor, stake.exitsAt);
    }

    function _setActivity(address auditor, uint208 activity) private {
        Checkpoints.Trace208 storage history = _activity[auditor];
        // What was there before is not asked for.
        // slither-disable-next-line unused-return
        if (history.latest() != activity) history.push(uint48(block.timestamp), activity);
    }
}
