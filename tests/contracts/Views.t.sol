// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {Merkle} from "../../contracts/libraries/Merkle.sol";
import {Split} from "../../contracts/libraries/Split.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {vm} from "./support/Vm.sol";

contract ViewsTest is CompetitionTest {
    function testUnknownCompetitionIsAllZero() public view {
        ICompetition.CompetitionView memory nothing;
        vm.assertEq(keccak256(abi.encode(competition.competitionOf(7))), keccak256(abi.encode(nothing)));
        _assertPhase(7, ICompetition.Phase.None);
    }

    function testPhasesFollowTheClock() public {
        uint256 id = _sold(1);
        _assertPhase(id, ICompetition.Phase.Selling);
        vm.warp(competition.competitionOf(id).terms.saleEnds - 1);
        _assertPhase(id, ICompetition.Phase.Selling);
        _warpToSaleEnd(id);
        _assertPhase(id, ICompetition.Phase.Opening);
        _open(id);
        vm.warp(competition.competitionOf(id).openEnds - 1);
        _assertPhase(id, ICompetition.Phase.Open);
        _warpToRevealing(id);
        _assertPhase(id, ICompetition.Phase.Revealing);
        vm.warp(competition.competitionOf(id).revealEnds - 1);
        _assertPhase(id, ICompetition.Phase.Revealing);
        _warpToSeeding(id);
        _assertPhase(id, ICompetition.Phase.Seeding);
    }

    function testViewAgreesWithSingleViews() public {
        uint256 id = _asserted(3);
        ICompetition.CompetitionView memory seen = competition.competitionOf(id);
        vm.assertEq(uint256(seen.phase), uint256(competition.phaseOf(id)));
        vm.assertEq(seen.pot, competition.potOf(id));
        vm.assertEq(seen.bond, competition.bondOf(id));
        vm.assertEq(seen.deposit, competition.depositOf(id));
        vm.assertEq(seen.deposit, competition.depositFor(PRICE, 100));
        vm.assertEq(seen.deposit, 2 ether);
        vm.assertEq(seen.sold, 3);
        vm.assertEq(seen.revealed, 3);
    }

    function testConstantsAreTheDocumentedOnes() public view {
        vm.assertEq(
            competition.TARGET_TYPEHASH(),
            keccak256(
                "Target(uint256 chainid,address competition,address operator,bytes32 targetDigest,bytes32 salt)"
            )
        );
        vm.assertEq(
            competition.SUBMISSION_TYPEHASH(),
            keccak256(
                "Submission(uint256 chainid,address competition,uint256 id,uint256 ticketId,address player,bytes32 imageDigest,bytes32 salt)"
            )
        );
        vm.assertEq(competition.OPENING_SECONDS(), 1 hours);
        vm.assertEq(competition.MAX_PHASE_SECONDS(), 30 days);
        vm.assertEq(competition.SEED_DELAY_BLOCKS(), 16);
        vm.assertEq(competition.MIN_BOND(), 0.01 ether);
        vm.assertEq(competition.PAYOUT_GAS(), 150_000);
        vm.assertEq(competition.SIGNATURE_GAS(), 250_000);
        vm.assertEq(competition.SEED_MARGIN_SECONDS(), 60);
        vm.assertEq(competition.BURNED(), 0x000000000000000000000000000000000000dEaD);
        vm.assertEq(competition.minRevealSeconds(), 15 minutes);
        vm.assertEq(competition.minJudgingSeconds(), 30 minutes);
        vm.assertEq(competition.minLivenessSeconds(), 1 hours);
    }

    function testBondIsATenthAndNeverLessThanTheMinimum(uint256 pot) public pure {
        pot = _bound(pot, 0, type(uint128).max);
        uint256 bond = Split.bond(pot);
        vm.assertGe(bond, 0.01 ether);
        if (pot >= 0.1 ether) vm.assertEq(bond, pot / 10);
        else vm.assertEq(bond, 0.01 ether);
    }

    function testSplitLosesNothing(uint256 pot) public pure {
        (uint256 prize, uint256 fee) = Split.prizeAndFee(pot);
        vm.assertEq(prize + fee, pot);
        vm.assertEq(fee, pot / 5);
    }

    function rootOf(bytes32 leaf, bytes32[] calldata proof) external pure returns (bytes32, bytes32) {
        return (Merkle.rootOf(leaf, proof), MerkleProof.processProofCalldata(proof, leaf));
    }

    function testMerkleAgreesWithOpenZeppelin(bytes32 leaf, bytes32[] calldata proof) public view {
        (bytes32 ours, bytes32 theirs) = this.rootOf(leaf, proof);
        vm.assertEq(ours, theirs);
    }
}
