// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAuditorQuorum} from "../../contracts/interfaces/IAuditorQuorum.sol";
import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {Deployment} from "./support/Deployment.sol";
import {RevertingReceiver} from "./support/Receivers.sol";
import {vm} from "./support/Vm.sol";

/// @notice Three auditors, two of whom decide.
contract AuditorQuorumTest is CompetitionTest {
    bytes32 private constant SALT = keccak256("vote salt");

    IAuditorQuorum private quorum;
    address[] private auditors;
    uint256 private id;

    function setUp() public override {
        super.setUp();
        for (uint256 i = 1; i <= 3; ++i) auditors.push(address(uint160(0xA0D170 + i)));
        quorum = Deployment.deployQuorum(competition, auditors, 2);
        arbiter = address(quorum);
        id = _disputed(3);
    }

    function _commit(address auditor, Ranking memory vote) private {
        bytes32 resultHash = quorum.hashResult(vote.assertion, vote.winner);
        bytes32 commitment = quorum.hashVote(id, auditor, resultHash, SALT);
        vm.prank(auditor);
        quorum.commitVote(id, commitment);
    }

    function _reveal(address auditor, Ranking memory vote) private {
        vm.prank(auditor);
        quorum.revealVote(id, vote.assertion, vote.winner, SALT);
    }

    function _deliver(Ranking memory vote) private {
        quorum.deliver(id, vote.assertion, vote.winner, vote.proof);
    }

    function _toReveals() private {
        vm.warp(uint256(competition.disputeOf(id).disputedAt) + 1 hours);
    }

    function _toClaims() private {
        vm.warp(quorum.caseOf(id).revealEnds);
    }

    function _claim(address auditor) private returns (uint256) {
        vm.prank(auditor);
        return quorum.claim(id, auditor);
    }

    function testTheResultOfTheQuorumReplaces() public {
        Ranking memory truth = _otherRanking(id, 2, 0);
        Ranking memory lie = _ranking(id, 3, 0);
        _commit(auditors[0], truth);
        _commit(auditors[1], lie);
        _commit(auditors[2], truth);
        _toReveals();
        _reveal(auditors[0], truth);
        _reveal(auditors[1], lie);
        bytes32 resultHash = quorum.hashResult(truth.assertion, truth.winner);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.QuorumNotReached.selector, 1, 2));
        _deliver(truth);
        vm.expectEmit(address(quorum));
        emit IAuditorQuorum.VoteRevealed(id, auditors[2], resultHash, truth.assertion, truth.winner);
        _reveal(auditors[2], truth);
        uint256 fee = competition.bondOf(id) / 2;
        vm.expectEmit(address(quorum));
        emit IAuditorQuorum.VerdictDelivered(id, resultHash, fee);
        _deliver(truth);
        vm.assertEq(competition.competitionOf(id).winnerTicket, 2);

        _toClaims();
        vm.assertEq(_claim(auditors[0]), fee / 2);
        vm.assertEq(_claim(auditors[2]), fee - fee / 2);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NothingToClaim.selector, id, auditors[1]));
        _claim(auditors[1]);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NothingToClaim.selector, id, auditors[0]));
        _claim(auditors[0]);
        vm.assertEq(address(quorum).balance + competition.creditOf(address(quorum)), 0);
    }

    function testAVoteAfterTheDeliveryIsPaidToo() public {
        Ranking memory truth = _ranking(id, 3, 0);
        for (uint256 i = 0; i < 3; ++i) _commit(auditors[i], truth);
        _toReveals();
        _reveal(auditors[0], truth);
        _reveal(auditors[1], truth);
        _deliver(truth);
        _reveal(auditors[2], truth);
        vm.expectRevert(
            abi.encodeWithSelector(IAuditorQuorum.ClaimsNotOpen.selector, quorum.caseOf(id).revealEnds)
        );
        _claim(auditors[0]);
        _toClaims();
        competition.withdraw(address(quorum)); // by anyone, before the first claim
        uint256 paid = _claim(auditors[0]) + _claim(auditors[1]) + _claim(auditors[2]);
        vm.assertEq(paid, competition.bondOf(id) / 2);
        vm.assertEq(address(quorum).balance, 0);
    }

    /// @dev A fee that three cannot share equally.
    function testTheLastToClaimGetsTheDust() public {
        ICompetition.Terms memory terms = _terms();
        terms.ticketPrice = 1 ether + 40;
        id = _create(terms);
        vm.deal(_player(1), terms.ticketPrice);
        vm.prank(_player(1));
        competition.buyTicket{value: terms.ticketPrice}(id);
        _warpToSaleEnd(id);
        _open(id);
        _commit(id, 1);
        _warpToRevealing(id);
        _reveal(id, 1);
        _warpToSeeding(id);
        _fixSeedBlock(id);
        competition.pinSeed(id);
        Ranking memory truth = _ranking(id, 1, 0);
        _assert(id, truth);
        _dispute(id);
        for (uint256 i = 0; i < 3; ++i) _commit(auditors[i], truth);
        _toReveals();
        for (uint256 i = 0; i < 3; ++i) _reveal(auditors[i], truth);
        _deliver(truth);
        _toClaims();
        uint256 fee = competition.bondOf(id) / 2;
        vm.assertEq(fee % 3, 1);
        for (uint256 i = 0; i < 3; ++i) {
            vm.assertEq(quorum.caseOf(id).fee, fee - i * (fee / 3));
            vm.assertEq(quorum.caseOf(id).claimsLeft, i == 0 ? 0 : 3 - i);
            uint256 share = i == 2 ? fee - 2 * (fee / 3) : fee / 3;
            vm.expectEmit(address(quorum));
            emit IAuditorQuorum.FeeClaimed(id, auditors[i], auditors[i], share);
            vm.assertEq(_claim(auditors[i]), share);
            vm.assertEq(auditors[i].balance, share);
        }
        vm.assertEq(quorum.caseOf(id).fee, 0);
    }

    function testACopiedCommitmentIsWorthless() public {
        Ranking memory truth = _ranking(id, 3, 0);
        _commit(auditors[0], truth);
        bytes32 copied = quorum.ballotOf(id, auditors[0]).commitment;
        vm.prank(auditors[1]);
        quorum.commitVote(id, copied);
        _toReveals();
        _reveal(auditors[0], truth);
        bytes32 resultHash = quorum.hashResult(truth.assertion, truth.winner);
        bytes32 own = quorum.hashVote(id, auditors[1], resultHash, SALT);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.VoteMismatch.selector, copied, own));
        _reveal(auditors[1], truth);
    }

    function testARevealCountsOnce() public {
        Ranking memory truth = _ranking(id, 3, 0);
        _commit(auditors[0], truth);
        _toReveals();
        _reveal(auditors[0], truth);
        bytes32 resultHash = quorum.hashResult(truth.assertion, truth.winner);
        vm.assertEq(quorum.votesFor(id, resultHash), 1);
        bytes32 again = quorum.hashVote(id, auditors[0], resultHash, SALT);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.VoteMismatch.selector, bytes32(0), again));
        _reveal(auditors[0], truth);
    }

    function testASplitQuorumVoids() public {
        Ranking memory one = _otherRanking(id, 1, 0);
        Ranking memory two = _otherRanking(id, 2, 0);
        _commit(auditors[0], one);
        _commit(auditors[1], two);
        _toReveals();
        _reveal(auditors[0], one);
        _reveal(auditors[1], two);
        vm.warp(competition.disputeOf(id).verdictEnds);
        competition.voidCompetition(id);
        vm.assertEq(competition.creditOf(operator), competition.bondOf(id));
        vm.assertEq(competition.creditOf(disputer), competition.bondOf(id));
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NothingToClaim.selector, id, auditors[0]));
        _claim(auditors[0]);
    }

    function testAVerdictIsDeliveredOnce() public {
        Ranking memory truth = _ranking(id, 3, 0);
        _commit(auditors[0], truth);
        _commit(auditors[1], truth);
        _toReveals();
        _reveal(auditors[0], truth);
        _reveal(auditors[1], truth);
        _deliver(truth);
        _expectWrongPhase(id, ICompetition.Phase.Resolved);
        _deliver(truth);
    }

    function testAVerdictNeedsTheWinnersProof() public {
        Ranking memory truth = _ranking(id, 3, 0);
        _commit(auditors[0], truth);
        _commit(auditors[1], truth);
        _toReveals();
        _reveal(auditors[0], truth);
        _reveal(auditors[1], truth);
        truth.proof[0] = 0;
        vm.expectRevert(ICompetition.WinnerProofInvalid.selector);
        _deliver(truth);
        Ranking memory other = _ranking(id, 3, 0);
        other.winner = _entry(id, 2, 0);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.QuorumNotReached.selector, 0, 2));
        _deliver(other);
    }

    function testStrangersHaveNoVote() public {
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NotMember.selector, stranger));
        vm.prank(stranger);
        quorum.commitVote(id, keccak256("vote"));
    }

    function testAnEmptyCommitmentIsRefused() public {
        vm.expectRevert(IAuditorQuorum.EmptyCommitment.selector);
        vm.prank(auditors[0]);
        quorum.commitVote(id, 0);
    }

    function testNothingIsVotedOnBeforeADispute() public {
        uint256 other = _asserted(1);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.NotDisputed.selector, other));
        vm.prank(auditors[0]);
        quorum.commitVote(other, keccak256("vote"));
    }

    function testCommitmentsEndAndRevealsDoNotOverlap() public {
        Ranking memory truth = _ranking(id, 3, 0);
        uint40 commitEnds = uint40(competition.disputeOf(id).disputedAt + 1 hours);
        _commit(auditors[0], truth);
        vm.warp(commitEnds - 1);
        _commit(auditors[0], truth); // replaces
        vm.expectRevert(
            abi.encodeWithSelector(
                IAuditorQuorum.NotRevealing.selector,
                commitEnds,
                commitEnds + uint40(1 hours)
            )
        );
        _reveal(auditors[0], truth);
        vm.warp(commitEnds);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.CommitWindowOver.selector, commitEnds));
        vm.prank(auditors[1]);
        quorum.commitVote(id, keccak256("late"));
        vm.warp(uint256(commitEnds) + 1 hours);
        vm.expectRevert(
            abi.encodeWithSelector(
                IAuditorQuorum.NotRevealing.selector,
                commitEnds,
                commitEnds + uint40(1 hours)
            )
        );
        _reveal(auditors[0], truth);
    }

    function testAClaimThatIsNotTakenReverts() public {
        Ranking memory truth = _ranking(id, 3, 0);
        _commit(auditors[0], truth);
        _commit(auditors[1], truth);
        _toReveals();
        _reveal(auditors[0], truth);
        _reveal(auditors[1], truth);
        _deliver(truth);
        _toClaims();
        address closed = address(new RevertingReceiver());
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.PaymentFailed.selector, closed));
        vm.prank(auditors[0]);
        quorum.claim(id, closed);
        vm.expectRevert(abi.encodeWithSelector(IAuditorQuorum.PaymentFailed.selector, address(0)));
        vm.prank(auditors[0]);
        quorum.claim(id, address(0));
    }

    function testACompetitionMustLeaveTheQuorumItsTime() public {
        ICompetition.Terms memory terms = _terms();
        terms.verdictSeconds = quorum.verdictSecondsNeeded();
        vm.assertEq(terms.verdictSeconds, 2 hours + 10 minutes);
        _create(terms);
        terms.verdictSeconds -= 1;
        vm.expectRevert(abi.encodeWithSelector(ICompetition.InvalidTerms.selector, "verdictSeconds"));
        competition.createCompetition(terms);
    }

    function testMembersThresholdAndWindowsAreTheDeployed() public view {
        vm.assertEq(keccak256(abi.encode(quorum.members())), keccak256(abi.encode(auditors)));
        vm.assertEq(quorum.threshold(), 2);
        vm.assertTrue(quorum.isMember(auditors[2]));
        vm.assertFalse(quorum.isMember(stranger));
        vm.assertEq(address(quorum.competition()), address(competition));
    }

    function deploy(address[] calldata members, uint256 threshold, uint32[3] calldata windows) external {
        Deployment.deployQuorum(competition, members, threshold, windows);
    }

    function testAMinorityOrMoreThanAllIsNoQuorum() public {
        for (uint256 threshold = 0; threshold < 5; ++threshold) {
            bool fits = threshold == 2 || threshold == 3;
            if (!fits)
                vm.expectRevert(
                    abi.encodeWithSelector(IAuditorQuorum.InvalidThreshold.selector, threshold, 3)
                );
            this.deploy(auditors, threshold, [uint32(1), 1, 1]);
        }
    }

    function testMembersAreDistinctAndNotNobody() public {
        auditors[1] = auditors[0];
        vm.expectRevert(IAuditorQuorum.InvalidMembers.selector);
        this.deploy(auditors, 2, [uint32(1), 1, 1]);
        auditors[1] = address(0);
        vm.expectRevert(IAuditorQuorum.InvalidMembers.selector);
        this.deploy(auditors, 2, [uint32(1), 1, 1]);
    }

    function testNoWindowIsEmpty() public {
        for (uint256 i = 0; i < 3; ++i) {
            uint32[3] memory windows = [uint32(1), 1, 1];
            windows[i] = 0;
            vm.expectRevert(IAuditorQuorum.InvalidWindows.selector);
            this.deploy(auditors, 2, windows);
        }
    }
}
