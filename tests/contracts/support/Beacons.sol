// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IBeacon} from "../../../contracts/interfaces/IBeacon.sol";
import {vm} from "./Vm.sol";

/// @notice What tests of a beacon need: drand's quicknet network, deployed as it is for production, and
/// rounds that it published.
library Beacons {
    uint64 internal constant QUICKNET_GENESIS = 1692803367;
    uint32 internal constant QUICKNET_PERIOD = 3;
    uint256 internal constant ROUNDS = 5;

    struct Round {
        uint64 number;
        uint256 time;
        bytes signature;
        bytes32 randomness;
    }

    function vectors() internal view returns (string memory json) {
        return vm.readFile("tests/vectors/beacon.json");
    }

    function deployQuicknet() internal returns (IBeacon) {
        bytes memory key = vm.parseJsonBytes(vectors(), ".quicknet.publicKey");
        return deploy(key, QUICKNET_GENESIS, QUICKNET_PERIOD);
    }

    /// @dev A constructor's error is passed on as it is.
    function deploy(bytes memory key, uint64 genesis, uint32 period) internal returns (IBeacon deployed) {
        bytes memory code = abi.encodePacked(
            vm.getCode("DrandBeacon.sol:DrandBeacon"),
            abi.encode(key, genesis, period)
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

    /// @param index below `ROUNDS`
    function published(uint256 index) internal view returns (Round memory round) {
        string memory json = vectors();
        string memory path = string.concat(".quicknet.rounds[", vm.toString(index), "]");
        round.number = uint64(vm.parseJsonUint(json, string.concat(path, ".round")));
        round.time = vm.parseJsonUint(json, string.concat(path, ".time"));
        round.signature = vm.parseJsonBytes(json, string.concat(path, ".signature"));
        round.randomness = vm.parseJsonBytes32(json, string.concat(path, ".randomness"));
    }
}
