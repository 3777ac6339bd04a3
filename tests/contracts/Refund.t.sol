// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {BurningReceiver, Receiver, ReenteringReceiver, RevertingReceiver} from "./support/Receivers.sol";
import {vm} from "./support/Vm.sol";

contract RefundTest is CompetitionTest {
    function _voidedWith(Receiver player) private returns (uint256 id) {
        id = _sold(1);
        vm.deal(address(player), PRICE);
        player.buy(competition, id, PRICE);
        _warpToSaleEnd(id);
        vm.warp(vm.getBlockTimestamp() + competition.OPENING_SECONDS());
        competition.voidCompetition(id);
    }

    function testRefundByAnyonePaysThePlayer() public {
        uint256 id = _voided(2);
        vm.expectEmit(address(competition));
        emit ICompetition.TicketRefunded(id, 2, _player(2), PRICE);
        vm.prank(stranger);
        competition.refund(id, 2);

        vm.assertEq(_player(2).balance, PRICE);
        vm.assertEq(stranger.balance, 0);
        vm.assertTrue(competition.ticketOf(id, 2).refunded);
        vm.assertFalse(competition.ticketOf(id, 1).refunded);
        vm.assertEq(address(competition).balance, PRICE + competition.depositOf(id));
    }

    function testRefundTwiceReverts() public {
        uint256 id = _voided(2);
        competition.refund(id, 1);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.AlreadyRefunded.selector, 1));
        competition.refund(id, 1);
    }

    function testRefundOfATicketNobodyBoughtReverts(uint256 ticketId) public {
        uint256 id = _voided(1);
        vm.assume(ticketId != 1);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.UnknownTicket.selector, id, ticketId));
        competition.refund(id, ticketId);
    }

    function testRefundWhileSellingReverts() public {
        uint256 id = _sold(1);
        _expectWrongPhase(id, ICompetition.Phase.Selling);
        competition.refund(id, 1);
    }

    function testRefundAfterThePayoutReverts() public {
        uint256 id = _final(2);
        _expectWrongPhase(id, ICompetition.Phase.Final);
        competition.refund(id, 2);
    }

    function testRefundCreditsAPlayerThatReverts() public {
        RevertingReceiver player = new RevertingReceiver();
        uint256 id = _voidedWith(player);
        vm.expectEmit(address(competition));
        emit ICompetition.Credited(address(player), PRICE);
        competition.refund(id, 2);
        vm.assertEq(competition.creditOf(address(player)), PRICE);
        player.withdrawTo(competition, stranger);
        vm.assertEq(stranger.balance, PRICE);
    }

    function testRefundCreditsAPlayerThatBurnsGas() public {
        BurningReceiver player = new BurningReceiver();
        uint256 id = _voidedWith(player);
        competition.refund(id, 2);
        vm.assertEq(competition.creditOf(address(player)), PRICE);
        vm.assertTrue(competition.ticketOf(id, 2).refunded);
    }

    function testRefundCannotBeReentered() public {
        ReenteringReceiver player = new ReenteringReceiver();
        uint256 id = _voidedWith(player);
        player.arm(address(competition), abi.encodeCall(competition.refund, (id, 2)));
        competition.refund(id, 2);
        vm.assertTrue(player.entered());
        vm.assertTrue(player.refusal() == ICompetition.AlreadyRefunded.selector);
        vm.assertEq(address(player).balance, PRICE);
    }

    function testRefundWithTooLittleGasReverts() public {
        uint256 id = _voided(1);
        vm.expectRevert(ICompetition.NotEnoughGas.selector);
        competition.refund{gas: 180_000}(id, 1);
        vm.assertFalse(competition.ticketOf(id, 1).refunded);
    }
}
