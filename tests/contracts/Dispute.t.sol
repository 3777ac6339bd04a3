// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {vm} from "./support/Vm.sol";

contract DisputeTest is CompetitionTest {
    function _expectRefusal(uint256 id, uint256 paid, bytes memory reason) private {
        (bytes32 root, bytes32 model) = _assertionOf(id);
        vm.deal(disputer, paid);
        vm.expectRevert(reason);
        vm.prank(disputer);
        competition.dispute{value: paid}(id, root, model, EVIDENCE);
    }

    function testADisputeStopsTheClock() public {
        uint256 id = _asserted(3);
        uint256 bond = competition.bondOf(id);
        uint40 joinEnds = uint40(vm.getBlockTimestamp() + 12 hours);
        uint40 verdictEnds = uint40(vm.getBlockTimestamp() + 1 days);
        (bytes32 root, bytes32 model) = _assertionOf(id);
        vm.expectEmit(address(competition));
        emit ICompetition.DisputeFunded(id, disputer, bond, bond, EVIDENCE);
        vm.expectEmit(address(competition));
        emit ICompetition.RankingDisputed(id, root, model, joinEnds, verdictEnds);
        _dispute(id);

        ICompetition.Dispute memory seen = competition.disputeOf(id);
        vm.assertEq(seen.disputedAt, vm.getBlockTimestamp());
        vm.assertEq(seen.joinEnds, joinEnds);
        vm.assertEq(seen.verdictEnds, verdictEnds);
        vm.assertEq(uint256(seen.verdict), uint256(ICompetition.Verdict.None));
        vm.assertEq(seen.against, bond);
        vm.assertEq(seen.support, bond);
        vm.assertEq(
            keccak256(abi.encode(competition.competitionOf(id).dispute)),
            keccak256(abi.encode(seen))
        );
        vm.assertEq(address(competition).balance, 3 * PRICE + 2 * bond + competition.depositOf(id));
        _assertPhase(id, ICompetition.Phase.Disputed);
        _warpToLivenessEnd(id);
        _expectWrongPhase(id, ICompetition.Phase.Disputed);
        competition.finalize(id);
    }

    function testSmallContributionsFillThePool() public {
        uint256 id = _asserted(3);
        uint256 bond = competition.bondOf(id);
        _disputeBy(_player(2), id, bond / 3);
        _disputeBy(_player(3), id, bond / 3);
        _assertPhase(id, ICompetition.Phase.Asserted);
        vm.assertEq(competition.disputeOf(id).against, 2 * (bond / 3));
        vm.assertEq(competition.disputeOf(id).support, 0);
        vm.assertEq(competition.disputeOf(id).joinEnds, 0);

        vm.expectEmit(address(competition));
        emit ICompetition.DisputeFunded(id, _player(3), bond / 2, 2 * (bond / 3) + bond / 2, EVIDENCE);
        _disputeBy(_player(3), id, bond / 2);
        _assertPhase(id, ICompetition.Phase.Disputed);
        vm.assertEq(competition.contributionOf(id, _player(2)).against, bond / 3);
        vm.assertEq(competition.contributionOf(id, _player(3)).against, bond / 3 + bond / 2);
        vm.assertEq(competition.contributionOf(id, _player(3)).support, 0);
        vm.assertEq(competition.contributionOf(id, operator).support, 0);
    }

    function testOneWeiShortOfTheBondIsNoDispute() public {
        uint256 id = _asserted(1);
        _disputeBy(disputer, id, competition.bondOf(id) - 1);
        _assertPhase(id, ICompetition.Phase.Asserted);
        _disputeBy(stranger, id, 1);
        _assertPhase(id, ICompetition.Phase.Disputed);
    }

    function testAPoolThatDoesNotFillChangesNothing() public {
        uint256 id = _asserted(2);
        uint256 paid = competition.bondOf(id) - 1;
        _disputeBy(disputer, id, paid);
        vm.assertEq(competition.claimOf(id, disputer), 0);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.NothingToClaim.selector, id, disputer));
        competition.claimBond(id, disputer);
        _warpToLivenessEnd(id);
        vm.assertEq(competition.claimOf(id, disputer), paid);
        competition.finalize(id);
        vm.assertEq(_player(1).balance, competition.potOf(id) - competition.potOf(id) / 5);
        vm.assertEq(competition.claimOf(id, disputer), paid);
        vm.expectEmit(address(competition));
        emit ICompetition.BondClaimed(id, disputer, paid);
        vm.prank(stranger);
        vm.assertEq(competition.claimBond(id, disputer), paid);
        vm.assertEq(disputer.balance, paid);
        vm.assertEq(competition.contributionOf(id, disputer).against, 0);
        vm.assertEq(address(competition).balance, competition.creditOf(operator));
    }

    function testNobodyPaysNothing() public {
        uint256 id = _asserted(1);
        _expectRefusal(id, 0, abi.encodeWithSelector(ICompetition.NothingPaid.selector));
    }

    function testADisputeNamesWhatItDisputes() public {
        uint256 id = _asserted(2);
        (bytes32 root, bytes32 model) = _assertionOf(id);
        bytes memory changed = abi.encodeWithSelector(ICompetition.AssertionChanged.selector, root, model);
        vm.deal(disputer, 2 ether);
        vm.expectRevert(changed);
        vm.prank(disputer);
        competition.dispute{value: 1 ether}(id, ~root, model, EVIDENCE);
        vm.expectRevert(changed);
        vm.prank(disputer);
        competition.dispute{value: 1 ether}(id, root, ~model, EVIDENCE);
        _dispute(id);
        vm.expectRevert(changed);
        vm.prank(disputer);
        competition.dispute{value: 1 ether}(id, root, ~model, EVIDENCE);
    }

    function testADisputeInTheLastSecondIsFine() public {
        uint256 id = _asserted(1);
        vm.warp(competition.competitionOf(id).livenessEnds - 1);
        _dispute(id);
        _assertPhase(id, ICompetition.Phase.Disputed);
    }

    function testADisputeAfterLivenessReverts() public {
        uint256 id = _asserted(1);
        uint40 livenessEnds = competition.competitionOf(id).livenessEnds;
        vm.warp(livenessEnds);
        _expectRefusal(id, 1, abi.encodeWithSelector(ICompetition.DeadlinePassed.selector, livenessEnds));
    }

    function testAnyoneJoinsUntilTheWindowEnds() public {
        uint256 id = _disputed(1);
        ICompetition.Dispute memory opened = competition.disputeOf(id);
        // Also after the liveness that would have ended.
        vm.warp(opened.joinEnds - 1);
        _disputeBy(stranger, id, 5);
        _supportBy(_player(1), id, 7);
        ICompetition.Dispute memory seen = competition.disputeOf(id);
        vm.assertEq(seen.against, opened.against + 5);
        vm.assertEq(seen.support, opened.support + 7);
        // Joining does not move the clock.
        vm.assertEq(seen.verdictEnds, opened.verdictEnds);
        vm.warp(opened.joinEnds);
        _expectRefusal(id, 1, abi.encodeWithSelector(ICompetition.DeadlinePassed.selector, opened.joinEnds));
    }

    function _expectWrongPhaseOfDispute(uint256 id, ICompetition.Phase actual) private {
        _expectRefusal(id, 1, abi.encodeWithSelector(ICompetition.WrongPhase.selector, id, actual));
    }

    function testADisputeAfterAVerdictReverts() public {
        uint256 id = _disputed(1);
        _resolve(id, _ranking(id, 1, 0));
        _expectWrongPhaseOfDispute(id, ICompetition.Phase.Resolved);
    }

    function testADisputeOfNothingReverts() public {
        _expectWrongPhaseOfDispute(_judging(1), ICompetition.Phase.Judging);
        _expectWrongPhaseOfDispute(_final(1), ICompetition.Phase.Final);
        _expectWrongPhaseOfDispute(_voided(1), ICompetition.Phase.Void);
        _expectWrongPhaseOfDispute(99, ICompetition.Phase.None);
    }
}

contract SupportTest is CompetitionTest {
    function _expectRefusal(uint256 id, uint256 paid, bytes memory reason) private {
        (bytes32 root, bytes32 model) = _assertionOf(id);
        vm.deal(stranger, paid);
        vm.expectRevert(reason);
        vm.prank(stranger);
        competition.support{value: paid}(id, root, model);
    }

    function testSupportAddsToTheOperatorsBond() public {
        uint256 id = _disputed(2);
        uint256 bond = competition.bondOf(id);
        vm.expectEmit(address(competition));
        emit ICompetition.RankingSupported(id, stranger, 3, bond + 3);
        _supportBy(stranger, id, 3);
        _supportBy(stranger, id, 5);
        vm.assertEq(competition.disputeOf(id).support, bond + 8);
        vm.assertEq(competition.contributionOf(id, stranger).support, 8);
        vm.assertEq(competition.contributionOf(id, stranger).against, 0);
    }

    function testSupportNeedsADispute() public {
        uint256 id = _asserted(1);
        bytes4 wrong = ICompetition.WrongPhase.selector;
        _expectRefusal(id, 1, abi.encodeWithSelector(wrong, id, ICompetition.Phase.Asserted));
        _dispute(id);
        _resolve(id, _ranking(id, 1, 0));
        _expectRefusal(id, 1, abi.encodeWithSelector(wrong, id, ICompetition.Phase.Resolved));
        _expectRefusal(9, 1, abi.encodeWithSelector(wrong, 9, ICompetition.Phase.None));
    }

    function testSupportEndsWithTheWindow() public {
        uint256 id = _disputed(1);
        uint40 joinEnds = competition.disputeOf(id).joinEnds;
        vm.warp(joinEnds);
        _expectRefusal(id, 1, abi.encodeWithSelector(ICompetition.DeadlinePassed.selector, joinEnds));
    }

    function testSupportOfNothingOrOfAnotherRankingReverts() public {
        uint256 id = _disputed(1);
        _expectRefusal(id, 0, abi.encodeWithSelector(ICompetition.NothingPaid.selector));
        (bytes32 root, bytes32 model) = _assertionOf(id);
        vm.deal(stranger, 1);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.AssertionChanged.selector, root, model));
        vm.prank(stranger);
        competition.support{value: 1}(id, ~root, model);
    }
}
