// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAuditorQuorum} from "../../../contracts/interfaces/IAuditorQuorum.sol";
import {ICompetition} from "../../../contracts/interfaces/ICompetition.sol";
import {vm} from "./Vm.sol";

/// @notice Quorums as they are deployed for production, and their members' stakes.
library Quorums {
    uint256 internal constant STAKE = 1 ether;

    struct Windows {
        uint32 commitSeconds;
        uint32 revealSeconds;
        uint32 deliverSeconds;
    }

    /// @notice With windows of an hour, an hour and ten minutes; every member has staked.
    function deployStaked(
        ICompetition competition,
        address[] memory members,
        uint256 threshold
    ) internal returns (IAuditorQuorum quorum) {
        quorum = deploy(competition, members, threshold, Windows(1 hours, 1 hours, 10 minutes), STAKE);
        for (uint256 i = 0; i < members.length; ++i) stake(quorum, members[i]);
    }

    /// @dev A constructor's error is passed on as it is.
    function deploy(
        ICompetition competition,
        address[] memory members,
        uint256 threshold,
        Windows memory windows,
        uint256 stakeWei
    ) internal returns (IAuditorQuorum deployed) {
        bytes memory code = abi.encodePacked(
            vm.getCode("AuditorQuorum.sol:AuditorQuorum"),
            abi.encode(
                competition,
                members,
                threshold,
                windows.commitSeconds,
                windows.revealSeconds,
                windows.deliverSeconds,
                stakeWei
            )
        );
        assembly {
            deployed := create(0, add(code, 32), mload(code))
            if iszero(deployed) {
                let size := returndatasize()
                returndatacopy(code, 0, size)
                revert(code, size)
            }
        }
    }

    /// @notice Stakes exactly what a vote takes, from the member's own money.
    function stake(IAuditorQuorum quorum, address member) internal {
        uint256 amount = quorum.stakeWei();
        vm.deal(member, member.balance + amount);
        vm.prank(member);
        quorum.deposit{value: amount}(member);
    }
}
