// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {vm} from "./support/Vm.sol";

contract AssertRankingTest is CompetitionTest {
    function _expectRefusal(uint256 id, Ranking memory ranking, bytes memory reason) private {
        uint256 bond = competition.bondOf(id);
        vm.deal(operator, bond);
        vm.expectRevert(reason);
        vm.prank(operator);
        competition.assertRanking{value: bond}(
            id,
            ranking.assertion,
            ranking.winner,
            ranking.salt,
            ranking.proof
        );
    }

    function testAssertStoresTheClaim() public {
        uint256 id = _judging(5);
        Ranking memory ranking = _ranking(id, 5, 0);
        uint256 bond = competition.bondOf(id);
        uint40 livenessEnds = uint40(vm.getBlockTimestamp() + 2 hours);
        vm.expectEmit(address(competition));
        emit ICompetition.RankingAsserted(id, operator, ranking.assertion, ranking.winner, bond);
        _assert(id, ranking);

        ICompetition.CompetitionView memory asserted = competition.competitionOf(id);
        vm.assertEq(asserted.winnerTicket, 1);
        vm.assertEq(asserted.modelHash, ranking.assertion.modelHash);
        vm.assertEq(asserted.rankingRoot, ranking.assertion.rankingRoot);
        vm.assertEq(asserted.bundleDigest, ranking.assertion.bundleDigest);
        vm.assertEq(asserted.livenessEnds, livenessEnds);
        vm.assertEq(address(competition).balance, 5 * PRICE + bond + competition.depositOf(id));
        _assertPhase(id, ICompetition.Phase.Asserted);
    }

    function testAssertHoldsForAnyNumberOfEntries(uint256 tickets) public {
        tickets = _bound(tickets, 1, 12);
        uint256 id = _asserted(tickets);
        vm.assertEq(competition.competitionOf(id).winnerTicket, 1);
    }

    function testAssertOfADisqualifiedWinnerNamesNobody() public {
        uint256 id = _judging(2);
        _assert(id, _ranking(id, 2, 1 | (1 << 7)));
        vm.assertEq(competition.competitionOf(id).winnerTicket, 0);
        _assertPhase(id, ICompetition.Phase.Asserted);
    }

    function testAssertWithAdvisoryRemarksKeepsTheWinner() public {
        uint256 id = _judging(2);
        _assert(id, _ranking(id, 2, 1 << 16));
        vm.assertEq(competition.competitionOf(id).winnerTicket, 1);
    }

    function testAssertByAnyoneElseReverts(address caller) public {
        uint256 id = _judging(1);
        vm.assume(caller != operator);
        Ranking memory ranking = _ranking(id, 1, 0);
        uint256 bond = competition.bondOf(id);
        vm.deal(caller, bond);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.NotOperator.selector, id, caller));
        vm.prank(caller);
        competition.assertRanking{value: bond}(
            id,
            ranking.assertion,
            ranking.winner,
            ranking.salt,
            ranking.proof
        );
    }

    function testAssertWithWrongBondReverts(uint256 paid) public {
        uint256 id = _judging(3);
        Ranking memory ranking = _ranking(id, 3, 0);
        uint256 bond = competition.bondOf(id);
        paid = _bound(paid, 0, 3 * bond);
        vm.assume(paid != bond);
        vm.deal(operator, paid);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.WrongBond.selector, paid, bond));
        vm.prank(operator);
        competition.assertRanking{value: paid}(
            id,
            ranking.assertion,
            ranking.winner,
            ranking.salt,
            ranking.proof
        );
    }

    function testAssertOnAStaleEntrySetReverts() public {
        uint256 id = _judging(2);
        Ranking memory ranking = _ranking(id, 2, 0);
        bytes32 expected = ranking.assertion.entriesHash;
        bytes32[2] memory stale = [bytes32(0), bytes32(type(uint256).max)];
        for (uint256 i = 0; i < 2; ++i) {
            ranking.assertion.entriesHash = stale[i];
            _expectRefusal(
                id,
                ranking,
                abi.encodeWithSelector(ICompetition.EntriesHashMismatch.selector, expected, stale[i])
            );
        }
    }

    function testAssertWithEntriesMissingOrAddedReverts() public {
        uint256 id = _judging(3);
        Ranking memory ranking = _ranking(id, 3, 0);
        for (uint32 count = 2; count <= 4; count += 2) {
            ranking.assertion.leafCount = count;
            _expectRefusal(
                id,
                ranking,
                abi.encodeWithSelector(ICompetition.LeafCountMismatch.selector, 3, count)
            );
        }
    }

    function testAssertOfALowerRankReverts() public {
        uint256 id = _judging(2);
        Ranking memory ranking = _ranking(id, 2, 0);
        ranking.winner = _entry(id, 2, 0);
        _expectRefusal(id, ranking, abi.encodeWithSelector(ICompetition.WinnerRankNotFirst.selector, 2));
        ranking.winner.rank = 0;
        _expectRefusal(id, ranking, abi.encodeWithSelector(ICompetition.WinnerRankNotFirst.selector, 0));
    }

    function testAssertOfATicketThatDidNotRevealReverts() public {
        uint256 id = _opened(2);
        _commit(id, 1);
        _commit(id, 2);
        _warpToRevealing(id);
        _reveal(id, 2);
        _warpToSeeding(id);
        _fixSeedBlock(id);
        competition.pinSeed(id, "");
        Ranking memory ranking = _ranking(id, 1, 0);
        _expectRefusal(id, ranking, abi.encodeWithSelector(ICompetition.WinnerNotEntered.selector, 1));
    }

    function testAssertOfATicketThatDoesNotExistReverts() public {
        uint256 id = _judging(1);
        Ranking memory ranking = _ranking(id, 1, 0);
        ranking.winner.ticketId = 2;
        ranking.winner.player = address(0);
        _expectRefusal(id, ranking, abi.encodeWithSelector(ICompetition.WinnerNotEntered.selector, 2));
    }

    function testAssertOfAnImageThatTheWinnerDidNotCommitToReverts() public {
        uint256 id = _judging(1);
        Ranking memory ranking = _ranking(id, 1, 0);
        ranking.winner.imageDigest = _digest(2);
        ranking.assertion.rankingRoot = competition.hashLeaf(id, ranking.winner);
        _expectRefusal(id, ranking, abi.encodeWithSelector(ICompetition.WinnerImageMismatch.selector, 1));
        ranking = _ranking(id, 1, 0);
        ranking.salt = _salt(2);
        _expectRefusal(id, ranking, abi.encodeWithSelector(ICompetition.WinnerImageMismatch.selector, 1));
    }

    function testAssertOfAnotherPlayerReverts() public {
        uint256 id = _judging(1);
        Ranking memory ranking = _ranking(id, 1, 0);
        ranking.winner.player = stranger;
        _expectRefusal(id, ranking, abi.encodeWithSelector(ICompetition.WinnerNotEntered.selector, 1));
    }

    function testAssertWithAChangedLeafReverts() public {
        uint256 id = _judging(4);
        Ranking memory ranking = _ranking(id, 4, 0);
        ranking.winner.score -= 1;
        _expectRefusal(id, ranking, abi.encodeWithSelector(ICompetition.WinnerProofInvalid.selector));
    }

    function testAssertWithATamperedProofReverts(uint256 place, bytes32 node) public {
        uint256 id = _judging(8);
        Ranking memory ranking = _ranking(id, 8, 0);
        place = _bound(place, 0, ranking.proof.length - 1);
        vm.assume(ranking.proof[place] != node);
        ranking.proof[place] = node;
        _expectRefusal(id, ranking, abi.encodeWithSelector(ICompetition.WinnerProofInvalid.selector));
    }

    function testAssertOfAnotherCompetitionsLeafReverts() public {
        uint256 other = _judging(1);
        uint256 id = _judging(1);
        Ranking memory ranking = _ranking(id, 1, 0);
        ranking.assertion.rankingRoot = _ranking(other, 1, 0).assertion.rankingRoot;
        _expectRefusal(id, ranking, abi.encodeWithSelector(ICompetition.WinnerProofInvalid.selector));
    }

    function testAssertTwiceReverts() public {
        uint256 id = _asserted(1);
        _expectRefusal(
            id,
            _ranking(id, 1, 0),
            abi.encodeWithSelector(ICompetition.WrongPhase.selector, id, ICompetition.Phase.Asserted)
        );
    }

    function testAssertWithoutSeedReverts() public {
        uint256 id = _seeding(1);
        _expectRefusal(
            id,
            _ranking(id, 1, 0),
            abi.encodeWithSelector(ICompetition.WrongPhase.selector, id, ICompetition.Phase.Seeding)
        );
    }

    function testAssertInTheLastSecondIsFine() public {
        uint256 id = _judging(1);
        vm.warp(competition.competitionOf(id).judgingEnds - 1);
        _assert(id, _ranking(id, 1, 0));
        _assertPhase(id, ICompetition.Phase.Asserted);
    }

    function testAssertAfterTheDeadlineReverts() public {
        uint256 id = _judging(1);
        uint40 deadline = competition.competitionOf(id).judgingEnds;
        vm.warp(deadline);
        _expectRefusal(
            id,
            _ranking(id, 1, 0),
            abi.encodeWithSelector(ICompetition.DeadlinePassed.selector, deadline)
        );
    }

    function testAssertInNoCompetitionReverts() public {
        _judging(1);
        Ranking memory ranking = _ranking(1, 1, 0);
        _expectRefusal(
            7,
            ranking,
            abi.encodeWithSelector(ICompetition.WrongPhase.selector, 7, ICompetition.Phase.None)
        );
    }
}
