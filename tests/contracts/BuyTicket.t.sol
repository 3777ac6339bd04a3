// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {vm} from "./support/Vm.sol";

contract BuyTicketTest is CompetitionTest {
    function testBuyBeyondTheLastTicketReverts() public {
        ICompetition.Terms memory terms = _terms();
        terms.maxTickets = 2;
        uint256 id = _create(terms);
        _buy(id, _player(1));
        _buy(id, _player(2));
        vm.deal(stranger, 2 * PRICE);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.SoldOut.selector, id, 2));
        vm.prank(stranger);
        competition.buyTicket{value: PRICE}(id);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.SoldOut.selector, id, 2));
        vm.prank(stranger);
        competition.buyTicketFor{value: PRICE}(id, _player(3));
        vm.assertEq(competition.competitionOf(id).sold, 2);
    }

    function testBuyGivesNumberedTickets() public {
        uint256 id = _selling();
        address player = _player(1);
        vm.deal(player, 2 * PRICE);
        for (uint256 expected = 1; expected <= 2; ++expected) {
            vm.expectEmit(address(competition));
            emit ICompetition.TicketBought(id, expected, player);
            vm.prank(player);
            vm.assertEq(competition.buyTicket{value: PRICE}(id), expected);
        }

        vm.assertEq(player.balance, 0);
        vm.assertEq(address(competition).balance, 2 * PRICE + competition.depositOf(id));
        vm.assertEq(competition.ticketOf(id, 2).player, player);
        vm.assertFalse(competition.ticketOf(id, 2).revealed);
        vm.assertFalse(competition.ticketOf(id, 2).refunded);
        vm.assertEq(competition.competitionOf(id).sold, 2);
        vm.assertEq(competition.potOf(id), 2 * PRICE);
    }

    function testBuyInOneCompetitionLeavesOthersAlone() public {
        uint256 first = _selling();
        uint256 second = _selling();
        _buy(first, _player(1));
        vm.assertEq(competition.potOf(second), 0);
        vm.assertEq(competition.ticketOf(second, 1).player, address(0));
    }

    function testBuyAtWrongPriceReverts(uint256 paid) public {
        uint256 id = _selling();
        paid = _bound(paid, 0, 10 * PRICE);
        vm.assume(paid != PRICE);
        vm.deal(stranger, paid);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.WrongPrice.selector, paid, PRICE));
        vm.prank(stranger);
        competition.buyTicket{value: paid}(id);
    }

    function testBuyInTheLastSecondIsFine() public {
        uint256 id = _selling();
        vm.warp(competition.competitionOf(id).terms.saleEnds - 1);
        vm.assertEq(_buy(id, _player(1)), 1);
    }

    function testBuyAfterTheSaleReverts() public {
        uint256 id = _opening(1);
        vm.deal(stranger, PRICE);
        _expectWrongPhase(id, ICompetition.Phase.Opening);
        vm.prank(stranger);
        competition.buyTicket{value: PRICE}(id);
    }

    function testBuyInNoCompetitionReverts() public {
        vm.deal(stranger, PRICE);
        _expectWrongPhase(7, ICompetition.Phase.None);
        vm.prank(stranger);
        competition.buyTicket{value: PRICE}(7);
    }

    function testPlainEtherIsRefused() public {
        vm.deal(stranger, 1 ether);
        vm.prank(stranger);
        (bool accepted, ) = address(competition).call{value: 1}("");
        vm.assertFalse(accepted);
    }

    function testBuyForAnotherIsTheOthersTicket() public {
        uint256 id = _selling();
        vm.deal(stranger, PRICE);
        vm.expectEmit(address(competition));
        emit ICompetition.TicketBought(id, 1, _player(1));
        vm.prank(stranger);
        competition.buyTicketFor{value: PRICE}(id, _player(1));
        vm.assertEq(competition.ticketOf(id, 1).player, _player(1));
    }

    function testBuyForNobodyReverts() public {
        uint256 id = _selling();
        vm.deal(stranger, PRICE);
        vm.expectRevert(ICompetition.InvalidPlayer.selector);
        vm.prank(stranger);
        competition.buyTicketFor{value: PRICE}(id, address(0));
    }
}
