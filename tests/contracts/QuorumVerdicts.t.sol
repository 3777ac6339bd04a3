// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAuditorQuorum} from "../../contracts/interfaces/IAuditorQuorum.sol";
import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {Quorums} from "./support/Quorums.sol";
import {vm} from "./support/Vm.sol";

/// @notice Three auditors, two of whom decide, before the real competition contract.
contract QuorumVerdictsTest is CompetitionTest {
    bytes32 private constant SALT = keccak256("vote salt");
    bytes32 private constant WORK = keccak256("training states");

    IAuditorQuorum private quorum;
    address[] private auditors;
    uint256 private id;

    function setUp() public override {
        super.setUp();
        for (uint256 i = 1; i <= 3; ++i) auditors.push(address(uint160(0xA0D170 + i)));
        quorum = Quorums.deployStaked(competition, auditors, 2);
        arbiter = address(quorum);
        id = _disputed(3);
    }

    function _commitVote(address auditor, Ranking memory vote) private {
        bytes32 resultHash = quorum.hashResult(vote.assertion, vote.winner, WORK);
        bytes32 commitment = quorum.hashVote(id, auditor, resultHash, SALT);
        vm.prank(auditor);
        quorum.commitVote(id, commitment);
    }

    function _revealVote(address auditor, Ranking memory vote) private {
        vm.prank(auditor);
        quorum.revealVote(id, vote.assertion, vote.winner, WORK, SALT);
    }

    function _deliver(Ranking memory vote) private {
        quorum.deliver(id, vote.assertion, vote.winner, WORK, vote.salt, vote.proof);
    }

    /// @dev Auditors 0 and 1 vote for it.
    function _agree(Ranking memory vote) private {
        for (uint256 i = 0; i < 2; ++i) _commitVote(auditors[i], vote);
        vm.warp(quorum.caseOf(id).commitEnds);
        for (uint256 i = 0; i < 2; ++i) _revealVote(auditors[i], vote);
    }

    function _claim(address auditor) private returns (uint256) {
        vm.prank(auditor);
        return quorum.claim(id, auditor);
    }

    function testTheResultOfTheQuorumReplaces() public {
        Ranking memory truth = _otherRanking(id, 2, 0);
        _commitVote(auditors[2], _ranking(id, 3, 0));
        _agree(truth);
        _revealVote(auditors[2], _ranking(id, 3, 0));
        _deliver(truth);
        vm.assertEq(competition.competitionOf(id).winnerTicket, 2);
        vm.assertEq(competition.creditOf(address(quorum)), 0);
        uint256 fee = quorum.caseOf(id).reward;
        vm.assertGt(fee, 0);
        vm.assertEq(address(quorum).balance, 3 * Quorums.STAKE + fee);

        vm.warp(quorum.caseOf(id).revealEnds);
        uint256 reward = fee + Quorums.STAKE / 2; // the liar's
        vm.assertEq(_claim(auditors[0]), reward / 2);
        vm.assertEq(_claim(auditors[1]), reward - reward / 2);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NothingToClaim.selector, id, auditors[2]));
        _claim(auditors[2]);
        vm.assertEq(address(quorum).balance, 2 * Quorums.STAKE + Quorums.STAKE / 2);
    }

    function testTheAssertedResultIsUpheld() public {
        Ranking memory truth = _ranking(id, 3, 0);
        _agree(truth);
        _deliver(truth);
        vm.assertEq(uint256(competition.disputeOf(id).verdict), uint256(ICompetition.Verdict.Upheld));
        vm.assertEq(quorum.caseOf(id).reward, competition.bondOf(id) / 2);
    }

    /// @dev Anybody can have the credit sent to the quorum; what it gets so is nobody's there.
    function testCreditThatOthersFetchDoesNotCount() public {
        Ranking memory truth = _ranking(id, 3, 0);
        _agree(truth);
        _deliver(truth);
        uint256 fee = quorum.caseOf(id).reward;
        _expectNothingToWithdraw();
        competition.withdraw(address(quorum));
        vm.assertEq(quorum.caseOf(id).reward, fee);
    }

    function _expectNothingToWithdraw() private {
        vm.expectRevert(abi.encodeWithSelector(ICompetition.NothingToWithdraw.selector, address(quorum)));
    }

    function testASplitQuorumVoids() public {
        Ranking memory one = _otherRanking(id, 1, 0);
        Ranking memory two = _otherRanking(id, 2, 0);
        _commitVote(auditors[0], one);
        _commitVote(auditors[1], two);
        vm.warp(quorum.caseOf(id).commitEnds);
        _revealVote(auditors[0], one);
        _revealVote(auditors[1], two);
        vm.warp(competition.disputeOf(id).verdictEnds);
        competition.voidCompetition(id);
        _assertPhase(id, ICompetition.Phase.Void);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NothingToClaim.selector, id, auditors[0]));
        _claim(auditors[0]);
        // Two who voted lose nothing, the third was silent while others could judge.
        vm.assertEq(quorum.settle(id, auditors[0]) + quorum.settle(id, auditors[1]), 0);
        vm.assertEq(quorum.settle(id, auditors[2]), Quorums.STAKE / 10);
    }

    function testAVerdictIsDeliveredOnce() public {
        Ranking memory truth = _ranking(id, 3, 0);
        _agree(truth);
        _deliver(truth);
        _expectWrongPhase(id, ICompetition.Phase.Resolved);
        _deliver(truth);
    }

    function testAVerdictIsTooLateWithItsTime() public {
        Ranking memory truth = _ranking(id, 3, 0);
        _agree(truth);
        uint40 verdictEnds = competition.disputeOf(id).verdictEnds;
        vm.assertEq(quorum.caseOf(id).verdictEnds, verdictEnds);
        vm.warp(verdictEnds);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.DeadlinePassed.selector, verdictEnds));
        _deliver(truth);
        vm.warp(verdictEnds - 1);
        _deliver(truth);
    }

    function testAVerdictNeedsTheWinnersProof() public {
        Ranking memory truth = _ranking(id, 3, 0);
        _agree(truth);
        truth.proof[0] = 0;
        vm.expectRevert(ICompetition.WinnerProofInvalid.selector);
        _deliver(truth);
        Ranking memory other = _ranking(id, 3, 0);
        other.winner = _entry(id, 2, 0);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.QuorumNotReached.selector, 0, 2));
        _deliver(other);
    }

    /// @dev Silence costs a member nothing in a dispute that was never before it.
    function testADisputeBeforeAnotherArbiterIsNoneOfItsBusiness() public {
        arbiter = _named("operator's friend");
        uint256 other = _disputed(1);
        vm.warp(competition.disputeOf(other).verdictEnds);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.OtherArbiter.selector, other, arbiter));
        quorum.settle(other, auditors[0]);
    }

    function testACompetitionMustLeaveTheQuorumItsTime() public {
        ICompetition.Terms memory terms = _terms();
        terms.verdictSeconds = quorum.verdictSecondsNeeded();
        vm.assertEq(terms.verdictSeconds, 2 hours + 10 minutes);
        uint256 deposit = competition.depositFor(terms.ticketPrice, terms.maxTickets);
        _create(terms);
        terms = _terms();
        terms.verdictSeconds = quorum.verdictSecondsNeeded() - 1;
        vm.deal(address(this), deposit);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.InvalidTerms.selector, "verdictSeconds"));
        competition.createCompetition{value: deposit}(terms);
    }

    function testAnExitOutlastsEveryDisputeThatWasOpen() public view {
        vm.assertEq(quorum.EXIT_SECONDS(), competition.MAX_PHASE_SECONDS() + 7 days);
    }

    /// @dev So long as no vote is known, both sides of the dispute may be joined.
    function testADisputeCanBeJoinedUntilCommitmentsEnd() public view {
        ICompetition.Dispute memory dispute = competition.disputeOf(id);
        vm.assertEq(dispute.joinEnds, dispute.disputedAt + quorum.commitSeconds());
    }
}
