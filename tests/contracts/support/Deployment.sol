// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAuditorQuorum} from "../../../contracts/interfaces/IAuditorQuorum.sol";
import {ICompetition} from "../../../contracts/interfaces/ICompetition.sol";
import {vm} from "./Vm.sol";

/// @notice Deploys the contract as it is compiled for production. Tests do not import it: they are
/// compiled without via-IR, which takes seconds instead of minutes, and `new` would embed that build.
library Deployment {
    function deploy() internal returns (ICompetition deployed) {
        bytes memory code = vm.getCode("Competition.sol:Competition");
        assembly {
            deployed := create(0, add(code, 32), mload(code))
        }
        require(address(deployed) != address(0), "not deployed");
    }

    /// @notice A quorum with windows of an hour, an hour and ten minutes.
    function deployQuorum(
        ICompetition competition,
        address[] memory members,
        uint256 threshold
    ) internal returns (IAuditorQuorum deployed) {
        bytes memory code = abi.encodePacked(
            vm.getCode("AuditorQuorum.sol:AuditorQuorum"),
            abi.encode(competition, members, threshold, 1 hours, 1 hours, 10 minutes)
        );
        assembly {
            deployed := create(0, add(code, 32), mload(code))
        }
        require(address(deployed) != address(0), "not deployed");
    }
}
