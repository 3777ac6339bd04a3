// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {SoleJudge} from "./support/SoleJudge.sol";
import {vm} from "./support/Vm.sol";

/// @notice An arbiter that is not the quorum, through the same interface.
contract OtherArbiterTest is CompetitionTest {
    SoleJudge private judge;

    function setUp() public override {
        super.setUp();
        judge = new SoleJudge();
        arbiter = address(judge);
    }

    function _decide(uint256 id, Ranking memory verdict) private {
        judge.decide(competition, id, verdict.assertion, verdict.winner, verdict.salt, verdict.proof);
    }

    function testAnotherArbiterReplacesAndIsPaid() public {
        uint256 id = _disputed(3);
        uint256 bond = competition.bondOf(id);
        _decide(id, _otherRanking(id, 2, 0));
        competition.finalize(id);
        uint256 pot = competition.potOf(id);
        vm.assertEq(_player(2).balance, pot - pot / 5 + competition.depositOf(id));
        competition.withdraw(address(judge));
        vm.assertEq(address(judge).balance, (bond + pot / 5) / 2);
        vm.assertEq(competition.creditOf(competition.BURNED()), 0);
        vm.assertEq(competition.claimOf(id, disputer), bond + (bond + pot / 5) / 2);
    }

    function testAnotherArbiterUpholds() public {
        uint256 id = _disputed(3);
        _decide(id, _ranking(id, 3, 0));
        competition.finalize(id);
        vm.assertEq(_player(1).balance, competition.potOf(id) - competition.potOf(id) / 5);
        vm.assertEq(competition.claimOf(id, disputer), 0);
    }

    function testADisputeIsJoinedWhileTheArbiterKeepsSilent() public {
        uint256 id = _disputed(1);
        ICompetition.Dispute memory seen = competition.disputeOf(id);
        vm.assertEq(seen.joinEnds, seen.disputedAt + judge.commitSeconds());
    }

    function testAnotherArbiterGetsTheTimeItNeeds() public {
        ICompetition.Terms memory terms = _terms();
        terms.verdictSeconds = 1 hours - 1;
        uint256 deposit = competition.depositFor(terms.ticketPrice, terms.maxTickets);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.InvalidTerms.selector, "verdictSeconds"));
        competition.createCompetition{value: deposit}(terms);
        terms.verdictSeconds = 1 hours;
        competition.createCompetition{value: deposit}(terms);
    }

    /// @dev Operator, disputer and arbiter may be one account: the arbiter's part is burned then. They
    /// always end below what an operator has that asserts the truth and is left alone.
    function testSelfDisputeNeverPays(uint256 price, uint256 tickets, bool upheld, bool ownArbiter) public {
        ICompetition.Terms memory terms = _terms();
        terms.ticketPrice = uint88(_bound(price, 1, 1000 ether));
        tickets = _bound(tickets, 1, 3);
        if (ownArbiter) terms.arbiter = arbiter = operator;
        uint256 id = _create(terms);
        for (uint256 i = 1; i <= tickets; ++i) {
            vm.deal(_player(i), terms.ticketPrice);
            vm.prank(_player(i));
            competition.buyTicket{value: terms.ticketPrice}(id);
        }
        _warpToSaleEnd(id);
        _open(id);
        _commit(id, 1);
        _warpToRevealing(id);
        _reveal(id, 1);
        _warpToSeeding(id);
        _fixSeedBlock(id);
        competition.pinSeed(id, "");
        _assert(id, _ranking(id, 1, 0));
        disputer = operator;
        _dispute(id);
        // Another winner would be another's; the same one under another model hash is replaced all the same.
        Ranking memory verdict = _ranking(id, 1, 0);
        if (!upheld) verdict.assertion.modelHash = keccak256("another model");
        if (ownArbiter) _resolve(id, verdict);
        else _decide(id, verdict);
        if (!upheld) competition.claimBond(id, operator);
        competition.finalize(id);

        uint256 staked = 2 * competition.bondOf(id) + competition.depositOf(id);
        uint256 held = operator.balance + competition.creditOf(operator);
        vm.assertLt(held, staked + competition.potOf(id) / 5);
        if (!upheld) vm.assertLt(held, staked);
    }
}
