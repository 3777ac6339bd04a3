// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAuditorQuorum} from "../../../contracts/interfaces/IAuditorQuorum.sol";
import {ICompetition} from "../../../contracts/interfaces/ICompetition.sol";
import {vm} from "./Vm.sol";

/// @notice Deploys the contract as it is compiled for production. Tests do not import it: they are
/// compiled without via-IR, which takes seconds instead of minutes, and `new` would embed that build.
library Deployment {
    uint32 internal constant MIN_REVEAL = 15 minutes;
    uint32 internal constant MIN_JUDGING = 30 minutes;
    uint32 internal constant MIN_LIVENESS = 1 hours;

    /// @notice A competition contract with the floors of a public one.
    function deploy() internal returns (ICompetition deployed) {
        return deploy(MIN_REVEAL, MIN_JUDGING, MIN_LIVENESS);
    }

    function deploy(
        uint32 minReveal,
        uint32 minJudging,
        uint32 minLiveness
    ) internal returns (ICompetition deployed) {
        bytes memory code = abi.encodePacked(
            vm.getCode("Competition.sol:Competition"),
            abi.encode(minReveal, minJudging, minLiveness)
        );
        return ICompetition(_create(code));
    }

    /// @notice A quorum with windows of an hour, an hour and ten minutes.
    function deployQuorum(
        ICompetition competition,
        address[] memory members,
        uint256 threshold
    ) internal returns (IAuditorQuorum deployed) {
        uint32[3] memory windows = [uint32(1 hours), 1 hours, 10 minutes];
        return deployQuorum(competition, members, threshold, windows);
    }

    /// @param windows seconds to commit, to reveal and to deliver
    function deployQuorum(
        ICompetition competition,
        address[] memory members,
        uint256 threshold,
        uint32[3] memory windows
    ) internal returns (IAuditorQuorum deployed) {
        bytes memory code = abi.encodePacked(
            vm.getCode("AuditorQuorum.sol:AuditorQuorum"),
            abi.encode(competition, members, threshold, windows[0], windows[1], windows[2])
        );
        return IAuditorQuorum(_create(code));
    }

    /// @dev A constructor's error is passed on as it is.
    function _create(bytes memory code) private returns (address deployed) {
        assembly {
            deployed := create(0, add(code, 32), mload(code))
            if iszero(deployed) {
                let size := returndatasize()
                returndatacopy(code, 0, size)
                revert(code, size)
            }
        }
    }
}
