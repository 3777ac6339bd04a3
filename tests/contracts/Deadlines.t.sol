// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAuditorQuorum} from "../../contracts/interfaces/IAuditorQuorum.sol";
import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {Quorums} from "./support/Quorums.sol";
import {vm} from "./support/Vm.sol";

/// @notice Every deadline at any distance: who comes later than the first second too late is still late,
/// and what anyone may do from then on stays possible.
contract DeadlinesTest is CompetitionTest {
    uint256 private constant LONGEST = 400 days;

    function _warpPast(uint256 end, uint256 delay) private {
        vm.warp(end + _bound(delay, 0, LONGEST));
    }

    function _expectLate(uint256 deadline) private {
        vm.expectRevert(abi.encodeWithSelector(ICompetition.DeadlinePassed.selector, deadline));
    }

    function testBuyAnyTimeAfterTheSaleReverts(uint256 delay) public {
        uint256 id = _selling();
        _warpPast(competition.competitionOf(id).terms.saleEnds, delay);
        vm.deal(stranger, PRICE);
        _expectWrongPhase(id, ICompetition.Phase.Opening);
        vm.prank(stranger);
        competition.buyTicket{value: PRICE}(id);
    }

    function testASaleInThePastIsNone(uint256 age) public {
        ICompetition.Terms memory terms = _terms();
        terms.saleEnds = uint40(vm.getBlockTimestamp() - _bound(age, 0, LONGEST));
        uint256 deposit = competition.depositFor(terms.ticketPrice, terms.maxTickets);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.InvalidTerms.selector, "saleEnds"));
        competition.createCompetition{value: deposit}(terms);
    }

    function testOpenAnyTimeTooLateRevertsAndVoids(uint256 delay) public {
        uint256 id = _opening(1);
        uint256 deadline = competition.competitionOf(id).terms.saleEnds + 1 hours;
        _warpPast(deadline, delay);
        _expectLate(deadline);
        _open(id);
        competition.voidCompetition(id);
        _assertPhase(id, ICompetition.Phase.Void);
    }

    function testCommitAnyTimeWhileRevealingRevertsAndRevealIsFine(uint256 delay) public {
        uint256 id = _opened(2);
        _commit(id, 1);
        vm.warp(competition.competitionOf(id).openEnds + _bound(delay, 0, 30 minutes - 1));
        _expectWrongPhase(id, ICompetition.Phase.Revealing);
        vm.prank(_player(2));
        competition.commitSubmission(id, 2, keccak256("late"));
        _reveal(id, 1);
        vm.assertEq(competition.competitionOf(id).revealed, 1);
    }

    function testRevealAnyTimeTooLateReverts(uint256 delay) public {
        uint256 id = _revealing(1);
        _warpPast(competition.competitionOf(id).revealEnds, delay);
        _expectWrongPhase(id, ICompetition.Phase.Seeding);
        _reveal(id, 1);
    }

    function testASignedCommitmentAnyTimeTooLateIsRefused(uint256 age) public {
        uint256 id = _opened(1);
        uint256 deadline = vm.getBlockTimestamp() - _bound(age, 0, 1 days);
        _expectLate(deadline);
        competition.commitSubmissionFor(id, 1, keccak256("c"), 0, deadline, "");
    }

    function testFixAnyTimeWhileSeedingIsFineAndLaterNot(uint256 delay) public {
        uint256 id = _seeding(1);
        uint256 late = _seeding(1);
        ICompetition.CompetitionView memory seen = competition.competitionOf(id);
        vm.warp(seen.revealEnds + _bound(delay, 0, 6 hours - 1));
        competition.fixSeedBlock(id);
        uint256 deadline = competition.competitionOf(late).judgingEnds;
        _warpPast(deadline, delay);
        _expectLate(deadline);
        competition.fixSeedBlock(late);
        _expectLate(deadline);
        competition.pinSeed(late, "");
        competition.voidCompetition(late);
        _assertPhase(late, ICompetition.Phase.Void);
    }

    function testPinAndAssertAnyTimeTooLateRevertAndVoid(uint256 delay) public {
        uint256 unpinned = _seeding(1);
        _fixSeedBlock(unpinned);
        uint256 id = _judging(1);
        uint256 deadline = competition.competitionOf(unpinned).judgingEnds;
        _warpPast(competition.competitionOf(id).judgingEnds, delay);
        _expectLate(deadline);
        competition.pinSeed(unpinned, "");
        Ranking memory ranking = _ranking(id, 1, 0);
        uint256 bond = competition.bondOf(id);
        vm.deal(operator, bond);
        _expectLate(competition.competitionOf(id).judgingEnds);
        vm.prank(operator);
        competition.assertRanking{value: bond}(
            id,
            ranking.assertion,
            ranking.winner,
            ranking.salt,
            ranking.proof
        );
        competition.voidCompetition(unpinned);
        competition.voidCompetition(id);
        _assertPhase(id, ICompetition.Phase.Void);
    }

    function testDisputeAnyTimeTooLateRevertsAndFinalizeIsFine(uint256 delay) public {
        uint256 id = _asserted(1);
        uint40 livenessEnds = competition.competitionOf(id).livenessEnds;
        vm.warp(livenessEnds - 1 - _bound(delay, 0, 2 hours - 1));
        vm.expectRevert(abi.encodeWithSelector(ICompetition.LivenessNotOver.selector, livenessEnds));
        competition.finalize(id);
        _warpPast(livenessEnds, delay);
        (bytes32 root, bytes32 model) = _assertionOf(id);
        vm.deal(disputer, 1);
        _expectLate(livenessEnds);
        vm.prank(disputer);
        competition.dispute{value: 1}(id, root, model, EVIDENCE);
        competition.finalize(id);
        _assertPhase(id, ICompetition.Phase.Final);
    }

    function testResolveAnyTimeTooLateRevertsAndVoids(uint256 delay) public {
        uint256 id = _disputed(1);
        uint40 verdictEnds = competition.disputeOf(id).verdictEnds;
        Ranking memory verdict = _ranking(id, 1, 0);
        _warpPast(verdictEnds, delay);
        _expectLate(verdictEnds);
        vm.prank(arbiter);
        competition.resolveDispute(id, verdict.assertion, verdict.winner, verdict.salt, verdict.proof);
        competition.voidCompetition(id);
        _assertPhase(id, ICompetition.Phase.Void);
    }

    function testVotesAnyTimeTooLateAreRefused(uint256 delay) public {
        address[] memory auditors = new address[](1);
        auditors[0] = stranger;
        IAuditorQuorum quorum = Quorums.deployStaked(competition, auditors, 1);
        arbiter = address(quorum);
        uint256 id = _disputed(1);
        Ranking memory vote = _ranking(id, 1, 0);
        bytes32 resultHash = quorum.hashResult(vote.assertion, vote.winner, 0);
        bytes32 commitment = quorum.hashVote(id, stranger, resultHash, 0);
        vm.prank(stranger);
        quorum.commitVote(id, commitment);
        (uint40 commitEnds, uint40 revealEnds) = (quorum.caseOf(id).commitEnds, quorum.caseOf(id).revealEnds);

        vm.warp(commitEnds + _bound(delay, 0, 1 hours - 1));
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.CommitWindowOver.selector, commitEnds));
        vm.prank(stranger);
        quorum.commitVote(id, commitment);
        if (delay % 2 == 0) {
            vm.prank(stranger);
            quorum.revealVote(id, vote.assertion, vote.winner, 0, 0);
            quorum.deliver(id, vote.assertion, vote.winner, 0, vote.salt, vote.proof);
            uint40 verdictEnds = competition.disputeOf(id).verdictEnds;
            vm.expectRevert(
                abi.encodeWithSelector(IAuditorQuorum.NotDecided.selector, revealEnds, verdictEnds)
            );
            vm.prank(stranger);
            quorum.claim(id, stranger);
            _warpPast(revealEnds, delay);
            vm.prank(stranger);
            vm.assertEq(quorum.claim(id, stranger), competition.bondOf(id) / 2);
            return;
        }
        _warpPast(revealEnds, delay);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NotRevealing.selector, commitEnds, revealEnds));
        vm.prank(stranger);
        quorum.revealVote(id, vote.assertion, vote.winner, 0, 0);
    }
}
