// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAuditorQuorum} from "../../contracts/interfaces/IAuditorQuorum.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {Quorums} from "./support/Quorums.sol";
import {Forcer} from "./support/Receivers.sol";
import {vm} from "./support/Vm.sol";

/// @notice Two disputes before one quorum of five: each fee, and what others lost, goes to those who
/// revealed that verdict, and neither dispute's money pays for the other, whatever is forced in.
contract QuorumFeesTest is CompetitionTest {
    uint256 private constant AUDITORS = 5;

    bytes32 private constant WORK = keccak256("training states");

    IAuditorQuorum private quorum;
    address[] private auditors;
    uint256[2] private ids;

    function setUp() public override {
        super.setUp();
        for (uint256 i = 0; i < AUDITORS; ++i) auditors.push(address(uint160(0xA0D170 + i)));
        quorum = Quorums.deployStaked(competition, auditors, 3);
        arbiter = address(quorum);
        ids = [_sold(2), _sold(1)];
        _warpToSaleEnd(ids[0]);
        for (uint256 i = 0; i < 2; ++i) {
            _open(ids[i]);
            for (uint256 ticketId = 1; ticketId <= 2 - i; ++ticketId) _commit(ids[i], ticketId);
        }
        _warpToRevealing(ids[0]);
        for (uint256 i = 0; i < 2; ++i) {
            for (uint256 ticketId = 1; ticketId <= 2 - i; ++ticketId) _reveal(ids[i], ticketId);
        }
        _warpToSeeding(ids[0]);
        for (uint256 i = 0; i < 2; ++i) {
            _fixSeedBlock(ids[i]);
            competition.pinSeed(ids[i], "");
            _assert(ids[i], _ranking(ids[i], 2 - i, 0));
            _dispute(ids[i]);
        }
    }

    function _votes(uint256 choices, uint256 dispute, uint256 auditor) private pure returns (bool) {
        return (choices >> (dispute * AUDITORS + auditor)) & 1 == 1;
    }

    function _vote(uint256 id, address auditor, Ranking memory vote, bool reveal) private {
        bytes32 resultHash = quorum.hashResult(vote.assertion, vote.winner, WORK);
        bytes32 commitment = quorum.hashVote(id, auditor, resultHash, 0);
        vm.prank(auditor);
        if (reveal) quorum.revealVote(id, vote.assertion, vote.winner, WORK, 0);
        else quorum.commitVote(id, commitment);
    }

    function _voteAll(uint256 choices, bool reveal) private {
        for (uint256 i = 0; i < 2; ++i) {
            for (uint256 j = 0; j < AUDITORS; ++j) {
                Ranking memory vote =
                    _votes(choices, i, j) ? _ranking(ids[i], 2 - i, 0) : _otherRanking(ids[i], 1, 1);
                _vote(ids[i], auditors[j], vote, reveal);
            }
        }
    }

    function _verdict(
        uint256 choices,
        uint256 i
    ) private view returns (bool upheld, uint256 wrong, Ranking memory verdict) {
        uint256 yes;
        for (uint256 j = 0; j < AUDITORS; ++j) if (_votes(choices, i, j)) ++yes;
        upheld = yes >= 3;
        wrong = upheld ? AUDITORS - yes : yes;
        verdict = upheld ? _ranking(ids[i], 2 - i, 0) : _otherRanking(ids[i], 1, 1);
    }

    /// @dev Ten bits of `choices` are the ten votes, so every way to vote is one of 1 024. Who is wrong in
    /// both loses its whole stake, half to each verdict's voters.
    function testEachFeeGoesToThoseWhoRevealedItsVerdict(uint256 choices, uint256 forced) public {
        _voteAll(choices, false);
        vm.warp(uint256(competition.disputeOf(ids[1]).disputedAt) + 1 hours);
        _voteAll(choices, true);
        forced = _bound(forced, 0, 1 ether);
        vm.deal(address(this), forced);
        new Forcer{value: forced}(payable(address(quorum)));
        uint256[2] memory fees;
        for (uint256 i = 0; i < 2; ++i) {
            (, , Ranking memory verdict) = _verdict(choices, i);
            quorum.deliver(ids[i], verdict.assertion, verdict.winner, WORK, verdict.salt, verdict.proof);
            fees[i] = quorum.caseOf(ids[i]).reward;
            vm.assertGe(fees[i], competition.bondOf(ids[i]) / 2);
        }
        vm.warp(quorum.caseOf(ids[1]).revealEnds);

        for (uint256 i = 0; i < 2; ++i) {
            (bool upheld, uint256 wrong, ) = _verdict(choices, i);
            uint256 paid;
            for (uint256 j = 0; j < AUDITORS; ++j) {
                bool isRight = _votes(choices, i, j) == upheld;
                if (!isRight)
                    vm.expectRevert(
                        abi.encodeWithSelector(IAuditorQuorum.NothingToClaim.selector, ids[i], auditors[j])
                    );
                vm.prank(auditors[j]);
                uint256 share = quorum.claim(ids[i], auditors[j]);
                if (isRight) paid += share;
            }
            vm.assertEq(paid, fees[i] + wrong * (Quorums.STAKE / 2));
        }
        uint256 staked;
        for (uint256 j = 0; j < AUDITORS; ++j) staked += quorum.stakeOf(auditors[j]).amount;
        vm.assertEq(address(quorum).balance, staked + forced);
        vm.assertEq(competition.creditOf(address(quorum)), 0);
    }
}
