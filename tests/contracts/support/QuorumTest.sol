// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAuditorQuorum} from "../../../contracts/interfaces/IAuditorQuorum.sol";
import {ICompetition} from "../../../contracts/interfaces/ICompetition.sol";
import {DisputeMock} from "./DisputeMock.sol";
import {Quorums} from "./Quorums.sol";
import {vm} from "./Vm.sol";

/// @notice Five members, three of whom decide, before disputes that are all alike.
abstract contract QuorumTest {
    uint256 internal constant MEMBERS = 5;
    uint256 internal constant STAKE = Quorums.STAKE;
    uint256 internal constant FEE = 0.05 ether;
    uint40 internal constant VERDICT_SECONDS = 1 days;
    address internal constant BURNED = 0x000000000000000000000000000000000000dEaD;
    bytes32 internal constant SALT = keccak256("vote salt");
    uint256 internal constant TRUTH = 1;
    uint256 internal constant LIE = 2;

    DisputeMock internal disputes;
    IAuditorQuorum internal quorum;
    address[] internal members;
    address internal stranger = address(0x57a4);

    function setUp() public virtual {
        vm.warp(1_900_000_000);
        disputes = new DisputeMock();
        for (uint256 i = 1; i <= MEMBERS; ++i) members.push(address(uint160(0xA0D170 + i)));
        quorum = Quorums.deployStaked(ICompetition(address(disputes)), members, 3);
        _wait(1);
    }

    function _wait(uint256 seconds_) internal {
        vm.warp(vm.getBlockTimestamp() + seconds_);
    }

    function _dispute() internal returns (uint256) {
        return disputes.open(address(quorum), FEE, VERDICT_SECONDS);
    }

    /// @dev Which result is voted for; a work digest of its own each, so that copies can be told.
    function _result(
        uint256 which
    ) internal pure returns (ICompetition.Assertion memory result, ICompetition.RankedEntry memory winner) {
        result.modelHash = bytes32(which);
        winner.ticketId = uint32(which);
    }

    function _work(uint256 which) internal pure returns (bytes32) {
        return keccak256(abi.encode("work", which));
    }

    function _hash(uint256 which) internal view returns (bytes32) {
        (ICompetition.Assertion memory result, ICompetition.RankedEntry memory winner) = _result(which);
        return quorum.hashResult(result, winner, _work(which));
    }

    function _commit(uint256 id, address member, uint256 which) internal {
        bytes32 commitment = quorum.hashVote(id, member, _hash(which), SALT);
        vm.prank(member);
        quorum.commitVote(id, commitment);
    }

    function _reveal(uint256 id, address member, uint256 which) internal {
        (ICompetition.Assertion memory result, ICompetition.RankedEntry memory winner) = _result(which);
        vm.prank(member);
        quorum.revealVote(id, result, winner, _work(which), SALT);
    }

    function _deliver(uint256 id, uint256 which) internal {
        (ICompetition.Assertion memory result, ICompetition.RankedEntry memory winner) = _result(which);
        quorum.deliver(id, result, winner, _work(which), 0, new bytes32[](0));
    }

    /// @dev Members 0 to `truths` - 1 tell the truth, those after them up to `truths + lies` - 1 lie.
    function _vote(uint256 id, uint256 truths, uint256 lies) internal {
        for (uint256 i = 0; i < truths + lies; ++i) _commit(id, members[i], i < truths ? TRUTH : LIE);
        _toReveals(id);
        for (uint256 i = 0; i < truths + lies; ++i) _reveal(id, members[i], i < truths ? TRUTH : LIE);
    }

    function _toReveals(uint256 id) internal {
        vm.warp(disputes.disputeOf(id).disputedAt + 1 hours);
    }

    function _toRevealEnd(uint256 id) internal {
        vm.warp(disputes.disputeOf(id).disputedAt + 2 hours);
    }

    function _toVerdictEnd(uint256 id) internal {
        vm.warp(disputes.disputeOf(id).verdictEnds);
    }

    function _claim(uint256 id, address member) internal returns (uint256) {
        vm.prank(member);
        return quorum.claim(id, member);
    }

    function _staked(uint256 index) internal view returns (uint256) {
        return quorum.stakeOf(members[index]).amount;
    }
}
