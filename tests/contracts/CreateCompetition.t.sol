// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IArbiter} from "../../contracts/interfaces/IArbiter.sol";
import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {Deployment} from "./support/Deployment.sol";
import {vm} from "./support/Vm.sol";

/// @notice Lets everybody join for longer than it needs.
contract PatientJudge is IArbiter {
    uint32 public constant verdictSecondsNeeded = 1 hours;
    uint32 public constant commitSeconds = 2 hours;
}

contract CreateCompetitionTest is CompetitionTest {
    function _expectInvalid(ICompetition.Terms memory terms, string memory field) private {
        uint256 deposit = competition.depositFor(terms.ticketPrice, terms.maxTickets);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.InvalidTerms.selector, field));
        competition.createCompetition{value: deposit}(terms);
    }

    function testCreateStoresEveryTerm() public {
        ICompetition.Terms memory terms = _terms();
        vm.expectEmit(address(competition));
        emit ICompetition.CompetitionCreated(1, operator, terms);
        uint256 id = _create(terms);

        ICompetition.CompetitionView memory created = competition.competitionOf(id);
        vm.assertEq(keccak256(abi.encode(created.terms)), keccak256(abi.encode(terms)));
        vm.assertEq(created.operator, operator);
        vm.assertEq(uint256(created.outcome), uint256(ICompetition.Outcome.None));
        _assertPhase(id, ICompetition.Phase.Selling);
    }

    function testCreateCountsIdsFromOne() public {
        vm.assertEq(competition.competitionCount(), 0);
        vm.assertEq(_selling(), 1);
        vm.assertEq(_selling(), 2);
        vm.assertEq(competition.competitionCount(), 2);
    }

    function testCreateAcceptsTheLongestTerms() public {
        ICompetition.Terms memory terms = _terms();
        uint32 longest = uint32(competition.MAX_PHASE_SECONDS());
        terms.saleEnds = uint40(vm.getBlockTimestamp() + longest);
        terms.openSeconds = longest;
        terms.revealSeconds = longest;
        terms.judgingSeconds = longest;
        terms.livenessSeconds = longest;
        terms.verdictSeconds = longest;
        terms.ticketPrice = type(uint88).max;
        (terms.minRevealed, terms.maxTickets) = (type(uint32).max, type(uint32).max);
        uint256 id = _create(terms);
        vm.assertEq(keccak256(abi.encode(competition.competitionOf(id).terms)), keccak256(abi.encode(terms)));
    }

    function testCreateAcceptsTheShortestTerms() public {
        ICompetition.Terms memory terms = _terms();
        terms.saleEnds = uint40(vm.getBlockTimestamp() + 1);
        (terms.openSeconds, terms.revealSeconds, terms.judgingSeconds) = (1, 15 minutes, 30 minutes);
        (terms.livenessSeconds, terms.verdictSeconds, terms.maxTickets) = (1 hours, 1, 1);
        terms.ticketPrice = 1;
        uint256 id = _create(terms);
        vm.assertEq(keccak256(abi.encode(competition.competitionOf(id).terms)), keccak256(abi.encode(terms)));
    }

    function testCreateWithoutTargetCommitmentReverts() public {
        ICompetition.Terms memory terms = _terms();
        terms.targetCommitment = 0;
        _expectInvalid(terms, "targetCommitment");
    }

    function testCreateWithoutSpecDigestReverts() public {
        ICompetition.Terms memory terms = _terms();
        terms.specDigest = 0;
        _expectInvalid(terms, "specDigest");
    }

    function testCreateWithFreeTicketsReverts() public {
        ICompetition.Terms memory terms = _terms();
        terms.ticketPrice = 0;
        _expectInvalid(terms, "ticketPrice");
    }

    function testCreateWithSaleOverNowReverts() public {
        ICompetition.Terms memory terms = _terms();
        terms.saleEnds = uint40(vm.getBlockTimestamp());
        _expectInvalid(terms, "saleEnds");
    }

    function testCreateWithSaleTooLongReverts() public {
        ICompetition.Terms memory terms = _terms();
        terms.saleEnds = uint40(vm.getBlockTimestamp() + competition.MAX_PHASE_SECONDS() + 1);
        _expectInvalid(terms, "saleEnds");
    }

    function testCreateWithNoOpenPhaseReverts() public {
        ICompetition.Terms memory terms = _terms();
        terms.openSeconds = 0;
        _expectInvalid(terms, "openSeconds");
    }

    function testCreateWithNoRevealPhaseReverts() public {
        ICompetition.Terms memory terms = _terms();
        terms.revealSeconds = 0;
        _expectInvalid(terms, "revealSeconds");
    }

    function testCreateWithNoJudgingPhaseReverts() public {
        ICompetition.Terms memory terms = _terms();
        terms.judgingSeconds = 0;
        _expectInvalid(terms, "judgingSeconds");
    }

    function testCreateWithNoLivenessReverts() public {
        ICompetition.Terms memory terms = _terms();
        terms.livenessSeconds = 0;
        _expectInvalid(terms, "livenessSeconds");
    }

    function testCreateWithPhaseTooLongReverts(uint32 seconds_) public {
        uint32 tooLong = uint32(_bound(seconds_, competition.MAX_PHASE_SECONDS() + 1, type(uint32).max));
        ICompetition.Terms memory terms = _terms();
        terms.openSeconds = tooLong;
        _expectInvalid(terms, "openSeconds");
        terms = _terms();
        terms.revealSeconds = tooLong;
        _expectInvalid(terms, "revealSeconds");
        terms = _terms();
        terms.judgingSeconds = tooLong;
        _expectInvalid(terms, "judgingSeconds");
        terms = _terms();
        terms.livenessSeconds = tooLong;
        _expectInvalid(terms, "livenessSeconds");
    }

    function testCreateWithNoMinimumReverts() public {
        ICompetition.Terms memory terms = _terms();
        terms.minRevealed = 0;
        _expectInvalid(terms, "minRevealed");
    }

    function testCreateWithoutArbiterReverts() public {
        ICompetition.Terms memory terms = _terms();
        terms.arbiter = address(0);
        _expectInvalid(terms, "arbiter");
    }

    function testCreateWithNoTimeForAVerdictReverts() public {
        ICompetition.Terms memory terms = _terms();
        terms.verdictSeconds = 0;
        _expectInvalid(terms, "verdictSeconds");
    }

    function testCreateTakesExactlyTheDeposit(uint256 paid) public {
        ICompetition.Terms memory terms = _terms();
        uint256 deposit = 2 ether; // a fifth of a hundred tickets at 0.1 ether
        paid = _bound(paid, 0, 2 * deposit);
        vm.assume(paid != deposit);
        vm.deal(operator, paid);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.WrongDeposit.selector, paid, deposit));
        vm.prank(operator);
        competition.createCompetition{value: paid}(terms);
    }

    function testCreateWithFewerTicketsThanTheMinimumReverts() public {
        ICompetition.Terms memory terms = _terms();
        (terms.minRevealed, terms.maxTickets) = (3, 2);
        _expectInvalid(terms, "maxTickets");
        terms.maxTickets = 3;
        _create(terms);
    }

    function testCreateBelowAFloorReverts() public {
        ICompetition.Terms memory terms = _terms();
        terms.revealSeconds = 15 minutes - 1;
        _expectInvalid(terms, "revealSeconds");
        terms = _terms();
        terms.judgingSeconds = 30 minutes - 1;
        _expectInvalid(terms, "judgingSeconds");
        terms = _terms();
        terms.livenessSeconds = 1 hours - 1;
        _expectInvalid(terms, "livenessSeconds");
    }

    function testWithoutFloorsAPhaseStillHasALength() public {
        competition = Deployment.deploy(0, 0, 0);
        ICompetition.Terms memory terms = _terms();
        (terms.revealSeconds, terms.judgingSeconds, terms.livenessSeconds) = (1, 1, 1);
        uint256 id = _create(terms);
        vm.assertEq(keccak256(abi.encode(competition.competitionOf(id).terms)), keccak256(abi.encode(terms)));
        terms = _terms();
        terms.revealSeconds = 0;
        _expectInvalid(terms, "revealSeconds");
    }

    function testATargetCommitmentServesAnOperatorOnce() public {
        ICompetition.Terms memory terms = _terms();
        bytes32 target = terms.targetCommitment;
        vm.assertFalse(competition.isTargetUsed(operator, target));
        _create(terms);
        vm.assertTrue(competition.isTargetUsed(operator, target));
        uint256 deposit = competition.depositFor(terms.ticketPrice, terms.maxTickets);
        vm.deal(operator, deposit);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.TargetCommitmentUsed.selector, target));
        vm.prank(operator);
        competition.createCompetition{value: deposit}(terms);
        // Who copies it cannot open it, nor keep its operator from using it.
        vm.assertFalse(competition.isTargetUsed(stranger, target));
        vm.deal(stranger, deposit);
        vm.prank(stranger);
        competition.createCompetition{value: deposit}(terms);
    }

    function testAnAccountAsArbiterCanBeJoinedForHalfItsTime() public {
        ICompetition.Terms memory terms = _terms();
        terms.verdictSeconds = 7;
        uint256 id = _create(terms);
        _buy(id, _player(1));
        _warpToSaleEnd(id);
        _open(id);
        _commit(id, 1);
        _warpToRevealing(id);
        _reveal(id, 1);
        _warpToSeeding(id);
        _fixSeedBlock(id);
        competition.pinSeed(id, "");
        _assert(id, _ranking(id, 1, 0));
        _dispute(id);
        vm.assertEq(competition.disputeOf(id).joinEnds, vm.getBlockTimestamp() + 3);
    }

    function testCreateWithAnArbiterThatAsksForMoreTimeToJoinReverts() public {
        PatientJudge judge = new PatientJudge();
        arbiter = address(judge);
        ICompetition.Terms memory terms = _terms();
        terms.verdictSeconds = judge.commitSeconds() - 1;
        _expectInvalid(terms, "verdictSeconds");
        terms.verdictSeconds += 1;
        _create(terms);
    }

    function testCreateWithAStudioNeedsAPromptLimitAndBack() public {
        ICompetition.Terms memory terms = _terms();
        terms.promptLimit = 100;
        _expectInvalid(terms, "promptLimit");
        terms.studio = stranger;
        uint256 id = _create(terms);
        vm.assertEq(keccak256(abi.encode(competition.competitionOf(id).terms)), keccak256(abi.encode(terms)));
        terms.promptLimit = 0;
        _expectInvalid(terms, "promptLimit");
    }
}
