// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAuditorQuorum} from "../../contracts/interfaces/IAuditorQuorum.sol";
import {QuorumHandler} from "./support/QuorumHandler.sol";
import {vm} from "./support/Vm.sol";

/// @notice What holds after any sequence of staking, leaving, voting, settling and replacing, over many
/// disputes at once: no stake is lost or made, and nobody pays for a dispute that was none of its business.
contract QuorumInvariantsTest {
    QuorumHandler private _handler;
    IAuditorQuorum private _quorum;

    function setUp() public {
        _handler = new QuorumHandler();
        _quorum = _handler.quorum();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev All rules in one, because each costs a whole campaign.
    function invariantStakesAndRewardsAgreeWithTheBooks() public view {
        _checkSolvent();
        _checkPeople();
        _checkSeats();
        for (uint256 id = 1; id <= _handler.disputeCount(); ++id) _checkCase(id);
    }

    function _checkSolvent() private view {
        uint256 owed = _handler.forced();
        for (uint256 i = 0; i < _handler.PEOPLE(); ++i) owed += _quorum.stakeOf(_handler.people(i)).amount;
        for (uint256 id = 1; id <= _handler.disputeCount(); ++id) owed += _quorum.caseOf(id).reward;
        vm.assertEq(address(_quorum).balance, owed, "balance = stakes + rewards + forced");
        vm.assertEq(_handler.BURNED().balance, _handler.burned(), "burned");
        uint256 lost;
        for (uint256 i = 0; i < _handler.PEOPLE(); ++i) lost += _handler.lost(_handler.people(i));
        uint256 waiting = owed - _handler.forced();
        for (uint256 i = 0; i < _handler.PEOPLE(); ++i) {
            waiting -= _quorum.stakeOf(_handler.people(i)).amount;
        }
        vm.assertEq(
            lost + _handler.fees(),
            _handler.burned() + _handler.rewards() + waiting,
            "what is lost or paid is burned, claimed or waits"
        );
    }

    /// @dev A person has what it was given, plus rewards, less what it lost: nobody moved a wei of it.
    function _checkPeople() private view {
        for (uint256 i = 0; i < _handler.PEOPLE(); ++i) {
            address person = _handler.people(i);
            uint256 expected = _handler.funded(person) + _handler.earned(person) - _handler.lost(person);
            IAuditorQuorum.Stake memory stake = _quorum.stakeOf(person);
            vm.assertEq(person.balance + stake.amount, expected, "person");
            bool active = _quorum.isActive(person);
            if (active) vm.assertTrue(_quorum.isMember(person), "active without a seat");
            bool fits = stake.exitsAt == 0 && stake.amount >= _quorum.stakeWei();
            if (_quorum.isMember(person)) vm.assertEq(active, fits);
        }
    }

    function _checkSeats() private view {
        address[] memory members = _quorum.members();
        vm.assertEq(members.length, _handler.MEMBERS(), "seats");
        uint256 seated;
        for (uint256 i = 0; i < _handler.PEOPLE(); ++i) {
            if (_quorum.isMember(_handler.people(i))) ++seated;
        }
        vm.assertEq(seated, members.length, "each seat another's");
        for (uint256 i = 0; i < members.length; ++i) vm.assertTrue(_quorum.isMember(members[i]));
    }

    function _checkCase(uint256 id) private view {
        vm.assertFalse(_handler.electorsChanged(id));
        IAuditorQuorum.Case memory dispute = _quorum.caseOf(id);
        vm.assertEq(dispute.reward, _handler.put(id) - _handler.taken(id), "each reward its own");
        if (dispute.disputedAt == 0) return;
        uint256 electors = _quorum.electorsOf(id).length;
        vm.assertEq(dispute.unsettled, electors - _handler.settledCount(id), "each settled once");
        vm.assertLe(dispute.revealed, electors, "revealed <= electors");
        uint256 settled;
        for (uint256 i = 0; i < _handler.PEOPLE(); ++i) {
            if (_quorum.ballotOf(id, _handler.people(i)).settled) ++settled;
        }
        vm.assertEq(settled, _handler.settledCount(id), "settled ballots");
    }
}

/// @notice The handler reaches what the invariants are about.
contract QuorumHandlerTest {
    function testHandlerReachesVerdictsLossesAndRewards() public {
        QuorumHandler handler = new QuorumHandler();
        handler.judge(1 ether / 2 + 1, 0, 0x0101, 0);
        vm.assertEq(handler.reached("deliver"), 1);
        handler.settle(0, 0);
        vm.assertGt(handler.lost(handler.people(0)), 0);
        handler.claim(0, 1);
        vm.assertGt(handler.earned(handler.people(1)), 0);
        vm.assertEq(handler.reached("claim"), 1);
    }

    function testHandlerReachesDisputesWithoutAVerdict() public {
        QuorumHandler handler = new QuorumHandler();
        handler.judge(1 ether / 2 + 1, 0, 0, 0x1ff);
        handler.waitLong(1);
        handler.settle(0, 0);
        vm.assertGt(handler.burned(), 0);
    }

    function testHandlerReachesExitsAndReplacements() public {
        QuorumHandler handler = new QuorumHandler();
        handler.requestExit(0);
        handler.propose(1, 1, 6);
        handler.waitLong(38);
        handler.withdrawStake(0);
        handler.replace(1);
        vm.assertEq(handler.reached("withdraw"), 1);
        vm.assertEq(handler.reached("replace"), 1);
    }
}
