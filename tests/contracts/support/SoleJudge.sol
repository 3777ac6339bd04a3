// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IArbiter} from "../../../contracts/interfaces/IArbiter.sol";
import {ICompetition} from "../../../contracts/interfaces/ICompetition.sol";

/// @notice The smallest arbiter: one account decides, and what it earns is burnt here.
contract SoleJudge is IArbiter {
    uint32 public constant verdictSecondsNeeded = 1 hours;
    uint32 public constant commitSeconds = 20 minutes;
    address private immutable _judge = msg.sender;

    receive() external payable {}

    function decide(
        ICompetition competition,
        uint256 id,
        ICompetition.Assertion calldata verdict,
        ICompetition.RankedEntry calldata winner,
        bytes32 winnerSalt,
        bytes32[] calldata proof
    ) external {
        require(msg.sender == _judge, "not the judge");
        competition.resolveDispute(id, verdict, winner, winnerSalt, proof);
    }
}
