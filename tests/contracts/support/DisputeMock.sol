// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAuditorQuorum} from "../../../contracts/interfaces/IAuditorQuorum.sol";
import {ICompetition} from "../../../contracts/interfaces/ICompetition.sol";
import {vm} from "./Vm.sol";

/// @notice What a quorum sees of a competition contract: disputes, verdicts, and credit. For the tests of
/// stakes and settlement, in which nothing else of a competition matters; how the quorum works with the
/// real one is in `AuditorQuorum.t.sol`.
contract DisputeMock {
    struct Dispute {
        uint40 disputedAt;
        uint40 verdictEnds;
        address arbiter;
        uint256 fee;
        bool resolved;
    }

    error Refused();

    Dispute[] private _disputes;
    mapping(address account => uint256) public creditOf;

    /// @notice A dispute that begins now, before `arbiter`, who gets `fee` for a verdict.
    function open(address arbiter, uint256 fee, uint40 verdictSeconds) external returns (uint256 id) {
        uint40 now_ = uint40(vm.getBlockTimestamp());
        _disputes.push(Dispute(now_, now_ + verdictSeconds, arbiter, fee, false));
        return _disputes.length;
    }

    function competitionOf(uint256 id) external view returns (ICompetition.CompetitionView memory about) {
        if (id > _disputes.length) return about;
        Dispute storage dispute = _disputes[id - 1];
        about.terms.arbiter = dispute.arbiter;
        about.dispute = disputeOf(id);
    }

    function disputeOf(uint256 id) public view returns (ICompetition.Dispute memory about) {
        if (id > _disputes.length) return about;
        about.disputedAt = _disputes[id - 1].disputedAt;
        about.verdictEnds = _disputes[id - 1].verdictEnds;
    }

    function resolveDispute(
        uint256 id,
        ICompetition.Assertion calldata,
        ICompetition.RankedEntry calldata,
        bytes32,
        bytes32[] calldata
    ) external returns (uint256 fee) {
        Dispute storage dispute = _disputes[id - 1];
        if (msg.sender != dispute.arbiter || dispute.resolved) revert Refused();
        if (vm.getBlockTimestamp() >= dispute.verdictEnds) revert Refused();
        dispute.resolved = true;
        fee = dispute.fee;
        vm.deal(address(this), address(this).balance + fee);
        creditOf[msg.sender] += fee;
    }

    /// @notice Credit of another competition's making, as it comes with a verdict of a later one.
    function credit(address account, uint256 amount) external {
        vm.deal(address(this), address(this).balance + amount);
        creditOf[account] += amount;
    }

    function withdraw(address account) external {
        uint256 amount = creditOf[account];
        if (amount == 0) revert Refused();
        creditOf[account] = 0;
        (bool sent, ) = account.call{value: amount}("");
        if (!sent) revert Refused();
    }
}
