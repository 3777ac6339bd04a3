// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

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
