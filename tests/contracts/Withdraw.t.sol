// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {ReenteringReceiver, RevertingReceiver} from "./support/Receivers.sol";
import {vm} from "./support/Vm.sol";

contract WithdrawTest is CompetitionTest {
    uint256 private _owed;

    function setUp() public override {
        super.setUp();
        _final(2);
        _owed = competition.creditOf(operator);
    }

    function testWithdrawByAnyonePaysTheAccount() public {
        vm.expectEmit(address(competition));
        emit ICompetition.Withdrawn(operator, operator, _owed);
        vm.prank(stranger);
        competition.withdraw(operator);
        vm.assertGt(_owed, 0);
        vm.assertEq(operator.balance, _owed);
        vm.assertEq(competition.creditOf(operator), 0);
    }

    function testWithdrawTwiceReverts() public {
        competition.withdraw(operator);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.NothingToWithdraw.selector, operator));
        competition.withdraw(operator);
    }

    function testWithdrawWithoutCreditReverts(address account) public {
        vm.assume(account != operator);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.NothingToWithdraw.selector, account));
        competition.withdraw(account);
    }

    function testWithdrawToAnotherAddress() public {
        vm.expectEmit(address(competition));
        emit ICompetition.Withdrawn(operator, stranger, _owed);
        vm.prank(operator);
        competition.withdrawTo(stranger);
        vm.assertEq(stranger.balance, _owed);
        vm.assertEq(competition.creditOf(operator), 0);
    }

    function testWithdrawToByAStrangerTakesNothing() public {
        vm.expectRevert(abi.encodeWithSelector(ICompetition.NothingToWithdraw.selector, stranger));
        vm.prank(stranger);
        competition.withdrawTo(stranger);
    }

    function testWithdrawToNobodyReverts() public {
        vm.expectRevert(abi.encodeWithSelector(ICompetition.PaymentFailed.selector, address(0)));
        vm.prank(operator);
        competition.withdrawTo(address(0));
        vm.assertEq(competition.creditOf(operator), _owed);
    }

    function testWithdrawToARefusingAddressReverts() public {
        RevertingReceiver recipient = new RevertingReceiver();
        vm.expectRevert(abi.encodeWithSelector(ICompetition.PaymentFailed.selector, address(recipient)));
        vm.prank(operator);
        competition.withdrawTo(address(recipient));
        vm.assertEq(competition.creditOf(operator), _owed);
    }

    function testWithdrawCannotBeReentered() public {
        ReenteringReceiver recipient = new ReenteringReceiver();
        recipient.arm(address(competition), abi.encodeCall(competition.withdraw, (operator)));
        vm.prank(operator);
        competition.withdrawTo(address(recipient));
        vm.assertTrue(recipient.entered());
        vm.assertTrue(recipient.refusal() == ICompetition.NothingToWithdraw.selector);
        vm.assertEq(address(recipient).balance, _owed);
    }
}
