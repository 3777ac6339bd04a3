// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAuditorQuorum} from "../interfaces/IAuditorQuorum.sol";
import {Votes} from "./Votes.sol";

/// @title Settlement
/// @notice What a dispute costs those who voted wrongly or not at all, and pays those who voted rightly.
abstract contract Settlement is Votes {
    /// @dev Where nobody can ever take it from.
    address private constant BURNED = 0x000000000000000000000000000000000000dEaD;

    /// @inheritdoc IAuditorQuorum
    function settle(uint256 id, address auditor) external returns (uint256 lost) {
        Case storage dispute = _opened(id);
        _checkDecided(dispute);
        _checkElector(id, dispute, auditor);
        if (_ballots[id][auditor].settled) revert AlreadySettled(id, auditor);
        lost = _settle(id, dispute, auditor);
    }

    // There is a verdict, so that `_settleAll` burns nothing and calls nobody.
    // slither-disable-start reentrancy-eth,reentrancy-events,reentrancy-no-eth
    /// @inheritdoc IAuditorQuorum
    function claim(uint256 id, address recipient) external returns (uint256 amount) {
        Case storage dispute = _cases[id];
        Ballot storage ballot = _ballots[id][msg.sender];
        bytes32 verdictHash = dispute.verdictHash;
        if (verdictHash == 0 || ballot.resultHash != verdictHash || ballot.claimed)
            revert NothingToClaim(id, msg.sender);
        _checkDecided(dispute);
        if (dispute.unsettled != 0) _settleAll(id, dispute);

        uint256 claimsLeft = dispute.claimsLeft;
        if (claimsLeft == 0) claimsLeft = votesFor[id][verdictHash];
        amount = dispute.reward / claimsLeft;
        ballot.claimed = true;
        dispute.reward -= amount;
        dispute.claimsLeft = uint32(claimsLeft - 1);

        emit RewardClaimed(id, msg.sender, recipient, amount);

        _pay(recipient, amount);
    }

    // slither-disable-end reentrancy-eth,reentrancy-events,reentrancy-no-eth

    /// @dev Then neither votes nor verdict can change any more.
    function _checkDecided(Case storage dispute) private view {
        bool noMoreVotes = block.timestamp >= dispute.revealEnds;
        bool noMoreVerdict = dispute.verdictHash != 0 || block.timestamp >= dispute.verdictEnds;
        if (!noMoreVotes || !noMoreVerdict) revert NotDecided(dispute.revealEnds, dispute.verdictEnds);
    }

    function _settleAll(uint256 id, Case storage dispute) private {
        address[] memory electors = _electorsAt(dispute.disputedAt);
        for (uint256 i = 0; i < electors.length; ++i) {
            if (!_ballots[id][electors[i]].settled) _settle(id, dispute, electors[i]);
        }
    }

    function _settle(uint256 id, Case storage dispute, address auditor) private returns (uint256 lost) {
        Ballot storage ballot = _ballots[id][auditor];
        ballot.settled = true;
        --dispute.unsettled;
        lost = _slash(auditor, _penalty(dispute, ballot));
        bool burned = dispute.verdictHash == 0;
        if (!burned) dispute.reward += lost;

        emit VoteSettled(id, auditor, lost);

        if (burned && lost != 0) _pay(BURNED, lost);
    }

    function _penalty(Case storage dispute, Ballot storage ballot) private view returns (uint256) {
        if (ballot.commitment != 0) return stakeWei / 2;
        if (ballot.resultHash == 0) {
            // Where nobody voted, perhaps nobody could: or strangers could have members punished for
            // disputes that are made so that they cannot be judged.
            return dispute.revealed == 0 ? 0 : stakeWei / 10;
        }
        // Without a verdict no vote was against it.
        bool against = dispute.verdictHash != 0 && ballot.resultHash != dispute.verdictHash;
        return against ? stakeWei / 2 : 0;
    }
}
