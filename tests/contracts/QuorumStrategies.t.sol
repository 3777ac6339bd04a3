// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAuditorQuorum} from "../../contracts/interfaces/IAuditorQuorum.sol";
import {Quorums} from "./support/Quorums.sol";
import {StrategyTest} from "./support/StrategyTest.sol";
import {vm} from "./support/Vm.sol";

/// @notice What an operator's side earns that has members of the quorum too. Each member has staked one pot;
/// in the table there are five, three of whom decide. The operator's own members are the last ones.
contract QuorumStrategiesTest is StrategyTest {
    enum Act {
        Recomputes,
        VotesForTheLie,
        CopiesTheAssertion,
        HidesItsVote,
        IsSilent
    }

    uint256 private constant ROWS = 13;
    bytes32 private constant SALT = keccak256("vote salt");

    IAuditorQuorum private quorum;
    address[] private members;
    uint256 private owned;

    function setUp() public override {
        super.setUp();
        _convene(5, 3, 0);
    }

    function testEveryCollusionEarnsWhatTheTableSays() public {
        for (uint256 row = 0; row < ROWS; ++row) {
            setUp();
            int256[5] memory before = _holdings();
            _play(row);
            _check("quorum_rows", row, before);
        }
    }

    /// @dev However few members are needed for a verdict, and however many of them there are: fewer than
    /// that are too few, whatever they do, and whatever the accomplice stakes on both sides.
    function testNoMembersBelowTheThresholdEarnByALie(
        uint256 size,
        uint256 threshold,
        uint256 colluders,
        uint256 acts,
        uint256[2] memory bonds
    ) public {
        size = _bound(size, 1, 7);
        threshold = _bound(threshold, size / 2 + 1, size);
        _convene(size, threshold, _bound(colluders, 0, threshold - 1));
        int256[5] memory before = _holdings();
        uint256 id = _lie();
        _against(disputer, id, 1);
        bonds = [_bound(bonds[0], 0, 20), _bound(bonds[1], 0, 20)];
        if (bonds[0] != 0) _against(accomplice, id, bonds[0]);
        if (bonds[1] != 0) _supportWith(id, bonds[1]);

        Act[] memory chosen = new Act[](size);
        for (uint256 i = size - owned; i < size; ++i) {
            chosen[i] = Act(acts % 5);
            acts /= 5;
        }
        _vote(id, chosen);
        _end(id);

        int256[5] memory held = _holdings();
        vm.assertTrue(held[0] < before[0], "the operator's side loses");
        vm.assertTrue(held[1] >= before[1], "the watcher does not");
        vm.assertTrue(held[2] >= before[2], "nor do the honest members");
        vm.assertTrue(held[3] > before[3], "the players gain");
    }

    // ----------------------------------------------------------- the rows, as in strategies.json

    function _play(uint256 row) private {
        if (row == 0) return _playTruth(0, Act.Recomputes);
        if (row == 1) return _playTruth(2, Act.CopiesTheAssertion);
        if (row == 2) return _playLie(0, Act.Recomputes);
        if (row == 3) return _playLie(2, Act.VotesForTheLie);
        if (row == 4) return _playLie(2, Act.CopiesTheAssertion);
        if (row == 5) return _playLie(2, Act.HidesItsVote);
        if (row == 6) return _playLie(2, Act.IsSilent);
        if (row == 7) return _playCrowdedLie();
        if (row == 8) return _playSupportedLie();
        if (row == 9) return _playLieBeforeFour();
        if (row == 10) return _playLie(3, Act.IsSilent);
        if (row == 11) return _playLie(3, Act.HidesItsVote);
        _playLie(3, Act.VotesForTheLie);
    }

    function _playTruth(uint256 colluders, Act act) private {
        owned = colluders;
        uint256 id = _truth();
        _against(disputer, id, 1);
        _vote(id, _acts(act));
        _end(id);
    }

    function _playLie(uint256 colluders, Act act) private {
        owned = colluders;
        uint256 id = _lie();
        _against(disputer, id, 1);
        _vote(id, _acts(act));
        _end(id);
    }

    function _playCrowdedLie() private {
        owned = 2;
        uint256 id = _lie();
        _against(accomplice, id, 99);
        _against(disputer, id, 1);
        _vote(id, _acts(Act.VotesForTheLie));
        _end(id);
    }

    function _playSupportedLie() private {
        owned = 2;
        uint256 id = _lie();
        _against(disputer, id, 1);
        _supportWith(id, 3);
        _vote(id, _acts(Act.VotesForTheLie));
        _end(id);
    }

    /// @dev One of the three honest members is away.
    function _playLieBeforeFour() private {
        owned = 2;
        uint256 id = _lie();
        _against(disputer, id, 1);
        Act[] memory acts = _acts(Act.VotesForTheLie);
        acts[0] = Act.IsSilent;
        _vote(id, acts);
        _end(id);
    }

    // ---------------------------------------------------------------------------------- the quorum

    function _convene(uint256 size, uint256 threshold, uint256 colluders) private {
        delete members;
        for (uint256 i = 1; i <= size; ++i) members.push(address(uint160(0xA0D170 + i)));
        owned = colluders;
        quorum = Quorums.deployStaked(competition, members, threshold);
        for (uint256 i = 0; i < size; ++i) _paid[members[i]] = Quorums.STAKE + members[i].balance;
        arbiter = address(quorum);
    }

    function _acts(Act colluding) private view returns (Act[] memory acts) {
        acts = new Act[](members.length);
        for (uint256 i = members.length - owned; i < members.length; ++i) acts[i] = colluding;
    }

    function _vote(uint256 id, Act[] memory acts) private {
        for (uint256 i = 0; i < acts.length; ++i) {
            if (acts[i] == Act.IsSilent) continue;
            (Ranking memory result, bytes32 work) = _ballot(id, acts[i]);
            bytes32 resultHash = quorum.hashResult(result.assertion, result.winner, work);
            bytes32 commitment = quorum.hashVote(id, members[i], resultHash, SALT);
            vm.prank(members[i]);
            quorum.commitVote(id, commitment);
        }
        vm.warp(competition.disputeOf(id).disputedAt + quorum.commitSeconds());
        for (uint256 i = 0; i < acts.length; ++i) {
            if (acts[i] == Act.IsSilent || acts[i] == Act.HidesItsVote) continue;
            (Ranking memory result, bytes32 work) = _ballot(id, acts[i]);
            vm.prank(members[i]);
            quorum.revealVote(id, result.assertion, result.winner, work, SALT);
        }
    }

    /// @dev What is voted for: the truth with its work, the lie with a digest that the liars agreed on, or
    /// what was asserted without any.
    function _ballot(uint256 id, Act act) private view returns (Ranking memory result, bytes32 work) {
        if (act == Act.Recomputes) return (_ranking(id, TICKETS, 0), keccak256("training states"));
        bool copies = act == Act.CopiesTheAssertion;
        return (_assertedOf(id), copies ? bytes32(0) : keccak256("the liars' digest"));
    }

    function _assertedOf(uint256 id) private view returns (Ranking memory) {
        bool isTrue =
            competition.competitionOf(id).rankingRoot == _ranking(id, TICKETS, 0).assertion.rankingRoot;
        return isTrue ? _ranking(id, TICKETS, 0) : _otherRanking(id, uint32(TICKETS), 0);
    }

    // ------------------------------------------------------------------------------------- the end

    function _supportWith(uint256 id, uint256 bonds) private {
        _supportBy(accomplice, id, bonds * BOND);
        _paid[accomplice] += bonds * BOND;
    }

    /// @dev Whichever result reached the threshold is delivered; everybody takes and pays what is due.
    function _end(uint256 id) private {
        bool decided = _delivers(id, Act.Recomputes) || _delivers(id, Act.VotesForTheLie);
        vm.warp(competition.disputeOf(id).verdictEnds);
        if (!decided) competition.voidCompetition(id);
        for (uint256 i = 0; i < members.length; ++i) quorum.settle(id, members[i]);
        for (uint256 i = 0; decided && i < members.length; ++i) {
            if (quorum.ballotOf(id, members[i]).resultHash != quorum.caseOf(id).verdictHash) continue;
            vm.prank(members[i]);
            quorum.claim(id, members[i]);
        }
        if (competition.claimOf(id, disputer) != 0) competition.claimBond(id, disputer);
        if (competition.claimOf(id, accomplice) != 0) competition.claimBond(id, accomplice);
        if (decided) competition.finalize(id);
        else _refundAll(id);
    }

    function _delivers(uint256 id, Act act) private returns (bool) {
        (Ranking memory result, bytes32 work) = _ballot(id, act);
        bytes32 resultHash = quorum.hashResult(result.assertion, result.winner, work);
        if (quorum.votesFor(id, resultHash) < quorum.threshold()) return false;
        quorum.deliver(id, result.assertion, result.winner, work, result.salt, result.proof);
        return true;
    }

    /// @dev The operator's members are on its side; the others are what the table calls honest members.
    function _holdings() internal view override returns (int256[5] memory held) {
        held[0] = _held(operator) + _held(accomplice);
        held[1] = _held(disputer);
        for (uint256 i = 0; i < members.length; ++i) {
            int256 has = _held(members[i]) + int256(quorum.stakeOf(members[i]).amount);
            held[i < members.length - owned ? 2 : 0] += has;
        }
        for (uint256 i = 1; i < TICKETS; ++i) held[3] += _held(_player(i));
        held[4] = int256(competition.creditOf(competition.BURNED()) + competition.BURNED().balance);
    }
}
