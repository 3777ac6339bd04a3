// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {vm} from "./support/Vm.sol";

contract DisputeTest is CompetitionTest {
    function _expectRefusal(uint256 id, uint256 paid, bytes memory reason) private {
        vm.deal(disputer, paid);
        vm.expectRevert(reason);
        vm.prank(disputer);
        competition.dispute{value: paid}(id, EVIDENCE);
    }

    function testDisputeStopsTheClock() public {
        uint256 id = _asserted(3);
        uint256 bond = competition.bondOf(id);
        uint40 verdictEnds = uint40(vm.getBlockTimestamp() + 1 days);
        vm.expectEmit(address(competition));
        emit ICompetition.RankingDisputed(id, disputer, EVIDENCE, bond, verdictEnds);
        _dispute(id);

        ICompetition.Dispute memory seen = competition.disputeOf(id);
        vm.assertEq(seen.disputer, disputer);
        vm.assertEq(seen.disputedAt, vm.getBlockTimestamp());
        vm.assertEq(seen.verdictEnds, verdictEnds);
        vm.assertEq(uint256(seen.verdict), uint256(ICompetition.Verdict.None));
        vm.assertEq(
            keccak256(abi.encode(competition.competitionOf(id).dispute)),
            keccak256(abi.encode(seen))
        );
        vm.assertEq(address(competition).balance, 3 * PRICE + 2 * bond);
        _assertPhase(id, ICompetition.Phase.Disputed);
        _warpToLivenessEnd(id);
        _expectWrongPhase(id, ICompetition.Phase.Disputed);
        competition.finalize(id);
    }

    function testDisputeWithWrongBondReverts(uint256 paid) public {
        uint256 id = _asserted(2);
        uint256 bond = competition.bondOf(id);
        paid = _bound(paid, 0, 3 * bond);
        vm.assume(paid != bond);
        _expectRefusal(id, paid, abi.encodeWithSelector(ICompetition.WrongBond.selector, paid, bond));
    }

    function testDisputeInTheLastSecondIsFine() public {
        uint256 id = _asserted(1);
        vm.warp(competition.competitionOf(id).livenessEnds - 1);
        _dispute(id);
        _assertPhase(id, ICompetition.Phase.Disputed);
    }

    function testDisputeAfterLivenessReverts() public {
        uint256 id = _asserted(1);
        uint40 livenessEnds = competition.competitionOf(id).livenessEnds;
        vm.warp(livenessEnds);
        _expectRefusal(
            id,
            competition.bondOf(id),
            abi.encodeWithSelector(ICompetition.DeadlinePassed.selector, livenessEnds)
        );
    }

    function _expectWrongPhaseOfDispute(uint256 id, ICompetition.Phase actual) private {
        _expectRefusal(
            id,
            competition.bondOf(id),
            abi.encodeWithSelector(ICompetition.WrongPhase.selector, id, actual)
        );
    }

    function testDisputeTwiceReverts() public {
        _expectWrongPhaseOfDispute(_disputed(1), ICompetition.Phase.Disputed);
    }

    function testDisputeAfterAVerdictReverts() public {
        uint256 id = _disputed(1);
        _resolve(id, _ranking(id, 1, 0));
        _expectWrongPhaseOfDispute(id, ICompetition.Phase.Resolved);
    }

    function testDisputeOfNothingReverts() public {
        _expectWrongPhaseOfDispute(_judging(1), ICompetition.Phase.Judging);
        _expectWrongPhaseOfDispute(_final(1), ICompetition.Phase.Final);
        _expectWrongPhaseOfDispute(_voided(1), ICompetition.Phase.Void);
        _expectWrongPhaseOfDispute(99, ICompetition.Phase.None);
    }
}
