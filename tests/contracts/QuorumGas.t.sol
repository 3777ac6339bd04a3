// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Beacons} from "./support/Beacons.sol";
import {IBeacon} from "../../contracts/interfaces/IBeacon.sol";
import {QuorumTest} from "./support/QuorumTest.sol";
import {vm} from "./support/Vm.sol";

/// @notice Gas per call before a quorum of five, recorded in `snapshots/` and held under its limits here;
/// see `Gas.t.sol`. The competition's part of `deliver` and of the first vote is not in these figures.
contract QuorumGasTest is QuorumTest {
    function _record(string memory name, uint256 limit) private {
        vm.assertLe(vm.snapshotGasLastCall("AuditorQuorum", name), limit, name);
    }

    function testGasOfStaking() public {
        vm.deal(stranger, STAKE);
        vm.prank(stranger);
        quorum.deposit{value: STAKE}(members[0]);
        _record("deposit, adding", 45_000);
        vm.prank(members[0]);
        quorum.requestExit();
        _record("requestExit", 80_000);
    }

    function testGasOfVotes() public {
        uint256 id = _dispute();
        _commit(id, members[0], TRUTH);
        _record("commitVote, the first", 180_000);
        _commit(id, members[1], TRUTH);
        _record("commitVote", 60_000);
        _commit(id, members[2], TRUTH);
        _toReveals(id);
        for (uint256 i = 0; i < 3; ++i) _reveal(id, members[i], TRUTH);
        _record("revealVote", 80_000);
        _toRevealEnd(id);
        _deliver(id, TRUTH);
        quorum.settle(id, members[0]);
        _record("settle, nothing lost", 72_000);
        quorum.settle(id, members[4]);
        _record("settle, a tenth lost", 110_000);
        _claim(id, members[0]);
        _record("claim, settling two", 230_000);
        _claim(id, members[1]);
        _record("claim", 85_000);
    }

    function testGasOfVerifyingARound() public {
        IBeacon beacon = Beacons.deployQuicknet();
        bytes memory signature = Beacons.published(0).signature;
        beacon.randomnessOf(1000, signature);
        vm.assertLe(vm.snapshotGasLastCall("DrandBeacon", "randomnessOf"), 160_000);
    }
}
