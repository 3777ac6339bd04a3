// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAuditorQuorum} from "../../../contracts/interfaces/IAuditorQuorum.sol";
import {ICompetition} from "../../../contracts/interfaces/ICompetition.sol";
import {DisputeMock} from "./DisputeMock.sol";
import {Quorums} from "./Quorums.sol";
import {Forcer} from "./Receivers.sol";
import {vm} from "./Vm.sol";

/// @notice Does what members, newcomers and strangers do with a quorum, in any order and at any time, and
/// keeps its own books. Every call is attempted whether it can succeed or not.
contract QuorumHandler {
    uint256 public constant PEOPLE = 8;
    uint256 public constant MEMBERS = 5;
    address public constant BURNED = 0x000000000000000000000000000000000000dEaD;
    uint256 private constant MOST_DISPUTES = 12;

    DisputeMock public immutable disputes = new DisputeMock();
    IAuditorQuorum public immutable quorum;
    address[] public people;
    uint256 public disputeCount;

    // The books.
    uint256 public forced;
    uint256 public fees;
    uint256 public burned;
    uint256 public rewards;
    mapping(address person => uint256) public funded;
    mapping(address person => uint256) public lost;
    mapping(address person => uint256) public earned;
    mapping(uint256 id => uint256) public put; // fee and losses
    mapping(uint256 id => uint256) public taken;
    mapping(uint256 id => uint256) public settledCount;
    mapping(uint256 id => bytes32) private _electorsSeen;
    mapping(bytes32 what => uint256) public reached;

    constructor() {
        vm.warp(1_900_000_000);
        for (uint256 i = 1; i <= PEOPLE; ++i) people.push(address(uint160(0xA0D170 + i)));
        address[] memory members = new address[](MEMBERS);
        for (uint256 i = 0; i < MEMBERS; ++i) members[i] = people[i];
        quorum = Quorums.deploy(
            ICompetition(address(disputes)),
            members,
            3,
            Quorums.Windows(1 hours, 1 hours, 1 hours),
            1 ether + 7 // so that halves and tenths have dust
        );
        for (uint256 i = 0; i < MEMBERS; ++i) deposit(i, 1 ether + 7 + 3 * i);
        vm.warp(vm.getBlockTimestamp() + 1);
    }

    function _person(uint256 index) private view returns (address) {
        return people[index % PEOPLE];
    }

    function _pickId(uint256 id) private view returns (uint256) {
        return disputeCount == 0 ? 1 : 1 + (id % disputeCount);
    }

    function _result(
        uint256 which
    ) private pure returns (ICompetition.Assertion memory result, ICompetition.RankedEntry memory winner) {
        result.modelHash = bytes32(which % 2);
        winner.ticketId = uint32(which % 2);
    }

    function _hash(uint256 which) private view returns (bytes32) {
        (ICompetition.Assertion memory result, ICompetition.RankedEntry memory winner) = _result(which);
        return quorum.hashResult(result, winner, bytes32(which % 2));
    }

    // ---------------------------------------------------------------- world

    function wait(uint256 seconds_) public {
        vm.warp(vm.getBlockTimestamp() + (seconds_ % 2 hours));
    }

    function waitLong(uint256 days_) public {
        vm.warp(vm.getBlockTimestamp() + (days_ % 40) * 1 days);
    }

    function force(uint256 amount) public {
        amount = amount % 1 ether;
        vm.deal(address(this), amount);
        new Forcer{value: amount}(payable(address(quorum)));
        forced += amount;
    }

    /// @dev Every fifth before another arbiter, every third without a fee.
    function dispute(uint256 fee) public {
        if (disputeCount == MOST_DISPUTES) return;
        address arbiter = fee % 5 == 0 ? address(this) : address(quorum);
        disputes.open(arbiter, fee % 3 == 0 ? 0 : fee % 1 ether, 3 hours);
        ++disputeCount;
        try quorum.electorsOf(disputeCount) returns (address[] memory electors) {
            // Known in the dispute's own second already, whatever happens in it.
            _electorsSeen[disputeCount] = keccak256(abi.encode(electors));
        } catch {}
    }

    // --------------------------------------------------------------- stakes

    function deposit(uint256 who, uint256 amount) public {
        address person = _person(who);
        amount = amount % 3 ether;
        vm.deal(person, person.balance + amount);
        funded[person] += amount;
        vm.prank(person);
        try quorum.deposit{value: amount}(person) {
            ++reached["deposit"];
        } catch {}
    }

    function requestExit(uint256 who) public {
        vm.prank(_person(who));
        try quorum.requestExit() {
            ++reached["exit"];
        } catch {}
    }

    function withdrawStake(uint256 who) public {
        address person = _person(who);
        IAuditorQuorum.Stake memory stake = quorum.stakeOf(person);
        vm.prank(person);
        try quorum.withdrawStake(person) returns (uint256 amount) {
            vm.assertEq(amount, stake.amount, "all of it");
            vm.assertTrue(stake.exitsAt != 0 && vm.getBlockTimestamp() >= stake.exitsAt, "not early");
            vm.assertFalse(quorum.isActive(person));
            ++reached["withdraw"];
        } catch {}
    }

    // ---------------------------------------------------------------- votes

    function commit(uint256 id, uint256 who, uint256 which) public {
        id = _pickId(id);
        bytes32 commitment = quorum.hashVote(id, _person(who), _hash(which), 0);
        vm.prank(_person(who));
        try quorum.commitVote(id, commitment) {
            vm.assertEq(disputes.competitionOf(id).terms.arbiter, address(quorum));
            ++reached["commit"];
        } catch {}
    }

    function reveal(uint256 id, uint256 who, uint256 which) public {
        id = _pickId(id);
        (ICompetition.Assertion memory result, ICompetition.RankedEntry memory winner) = _result(which);
        vm.prank(_person(who));
        try quorum.revealVote(id, result, winner, bytes32(which % 2), 0) {
            ++reached["reveal"];
        } catch {}
    }

    function deliver(uint256 id, uint256 which) public {
        id = _pickId(id);
        (ICompetition.Assertion memory result, ICompetition.RankedEntry memory winner) = _result(which);
        uint256 before = address(quorum).balance;
        try quorum.deliver(id, result, winner, bytes32(which % 2), 0, new bytes32[](0)) {
            vm.assertGe(quorum.votesFor(id, _hash(which)), 3);
            fees += address(quorum).balance - before;
            put[id] += address(quorum).balance - before;
            ++reached["deliver"];
        } catch {}
    }

    /// @dev A whole dispute, so that verdicts are reached often: everybody votes but `silent`, and who is
    /// named in `lies` and `hides` does that.
    function judge(uint256 fee, uint256 silent, uint256 lies, uint256 hides) public {
        uint256 before = disputeCount;
        dispute(fee);
        if (disputeCount == before) return;
        uint256 id = disputeCount - 1; // `_pickId` adds one
        for (uint256 i = 0; i < PEOPLE; ++i) {
            if ((silent >> i) & 3 != 3) commit(id, i, (lies >> i) & (lies >> (i + 8)) & 1);
        }
        vm.warp(vm.getBlockTimestamp() + 1 hours);
        for (uint256 i = 0; i < PEOPLE; ++i) {
            if ((hides >> i) & 7 != 7) reveal(id, i, (lies >> i) & (lies >> (i + 8)) & 1);
        }
        deliver(id, lies >> 100);
        deliver(id, (lies >> 100) + 1);
        vm.warp(vm.getBlockTimestamp() + (fee % 2 == 0 ? 1 hours : 2 hours));
    }

    // ----------------------------------------------------------- settlement

    function settle(uint256 id, uint256 who) public {
        id = _pickId(id);
        address person = _person(who);
        uint256 stake = quorum.stakeOf(person).amount;
        IAuditorQuorum.Case memory before = quorum.caseOf(id);
        IAuditorQuorum.Ballot memory ballot = quorum.ballotOf(id, person);
        try quorum.settle(id, person) returns (uint256 amount) {
            vm.assertEq(disputes.competitionOf(id).terms.arbiter, address(quorum));
            vm.assertFalse(ballot.settled);
            if (ballot.resultHash != 0 && ballot.resultHash == before.verdictHash)
                vm.assertEq(amount, 0, "who was right loses nothing");
            _noteLoss(id, person, stake - quorum.stakeOf(person).amount, before.verdictHash);
            vm.assertEq(stake - quorum.stakeOf(person).amount, amount);
            ++settledCount[id];
            ++reached["settle"];
        } catch {}
    }

    function claim(uint256 id, uint256 who) public {
        id = _pickId(id);
        address person = _person(who);
        uint256[PEOPLE] memory stakes;
        for (uint256 i = 0; i < PEOPLE; ++i) stakes[i] = quorum.stakeOf(people[i]).amount;
        uint256 unsettled = quorum.caseOf(id).unsettled;
        vm.prank(person);
        try quorum.claim(id, person) returns (uint256 amount) {
            earned[person] += amount;
            rewards += amount;
            taken[id] += amount;
            settledCount[id] += unsettled;
            vm.assertEq(quorum.caseOf(id).unsettled, 0, "settled before it is shared");
            vm.assertEq(quorum.ballotOf(id, person).resultHash, quorum.caseOf(id).verdictHash);
            for (uint256 i = 0; i < PEOPLE; ++i) {
                uint256 loss = stakes[i] - quorum.stakeOf(people[i]).amount;
                _noteLoss(id, people[i], loss, quorum.caseOf(id).verdictHash);
            }
            ++reached["claim"];
        } catch {}
    }

    function _noteLoss(uint256 id, address person, uint256 amount, bytes32 verdictHash) private {
        lost[person] += amount;
        if (verdictHash == 0) burned += amount;
        else put[id] += amount;
    }

    // ---------------------------------------------------------- replacement

    function propose(uint256 who, uint256 member, uint256 successor) public {
        vm.prank(_person(who));
        try quorum.proposeReplacement(_person(member), _person(successor)) {
            ++reached["propose"];
        } catch {}
    }

    function refuse(uint256 who) public {
        vm.prank(_person(who));
        quorum.refuseReplacement();
    }

    function replace(uint256 member) public {
        address person = _person(member);
        IAuditorQuorum.Replacement memory scheduled = quorum.replacementOf(person);
        try quorum.replaceMember(person) {
            vm.assertTrue(vm.getBlockTimestamp() >= scheduled.effectiveAt, "not early");
            ++reached["replace"];
        } catch {}
    }

    /// @dev Whoever was an elector when the dispute began is one for good, and nobody else.
    function electorsChanged(uint256 id) external view returns (bool) {
        return _electorsSeen[id] != keccak256(abi.encode(quorum.electorsOf(id)));
    }
}
