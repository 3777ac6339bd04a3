// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {vm} from "./support/Vm.sol";

contract CreateCompetitionTest is CompetitionTest {
    function _expectInvalid(ICompetition.Terms memory terms, string memory field) private {
        vm.expectRevert(abi.encodeWithSelector(ICompetition.InvalidTerms.selector, field));
        competition.createCompetition(terms);
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
        terms.minRevealed = type(uint32).max;
        uint256 id = _create(terms);
        vm.assertEq(keccak256(abi.encode(competition.competitionOf(id).terms)), keccak256(abi.encode(terms)));
    }

    function testCreateAcceptsTheShortestTerms() public {
        ICompetition.Terms memory terms = _terms();
        terms.saleEnds = uint40(vm.getBlockTimestamp() + 1);
        (terms.openSeconds, terms.revealSeconds, terms.judgingSeconds, terms.livenessSeconds) = (1, 1, 1, 1);
        terms.verdictSeconds = 1;
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
