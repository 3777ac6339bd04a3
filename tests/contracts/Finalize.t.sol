// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {
    BombingReceiver,
    BurningReceiver,
    Forcer,
    Receiver,
    ReenteringReceiver,
    RevertingReceiver,
    ThirstyReceiver
} from "./support/Receivers.sol";
import {vm} from "./support/Vm.sol";

contract FinalizeTest is CompetitionTest {
    /// @dev A competition whose ticket 1 is held by `winner` and leads the asserted ranking.
    function _wonBy(Receiver winner) private returns (uint256 id) {
        id = _selling();
        vm.deal(address(winner), PRICE);
        winner.buy(competition, id, PRICE);
        _buy(id, _player(2));
        _warpToSaleEnd(id);
        _open(id);
        winner.commit(competition, id, 1, _commitmentOf(id, 1));
        _commit(id, 2);
        _warpToRevealing(id);
        _reveal(id, 1);
        _reveal(id, 2);
        _warpToSeeding(id);
        _fixSeedBlock(id);
        competition.pinSeed(id, "");
        _assert(id, _ranking(id, 2, 0));
        _warpToLivenessEnd(id);
    }

    function _prize(uint256 id) private view returns (uint256) {
        uint256 pot = competition.potOf(id);
        return pot - pot / 5;
    }

    function _assertCredited(uint256 id, Receiver winner) private {
        vm.expectEmit(address(competition));
        emit ICompetition.Credited(address(winner), _prize(id));
        competition.finalize(id);
        vm.assertEq(address(winner).balance, 0);
        vm.assertEq(competition.creditOf(address(winner)), _prize(id));
        _assertPhase(id, ICompetition.Phase.Final);
    }

    function testFinalizePaysWinnerAndCreditsOperator() public {
        uint256 id = _asserted(3);
        _warpToLivenessEnd(id);
        uint256 staked = competition.bondOf(id) + competition.depositOf(id);
        (uint256 prize, uint256 fee) = (0.24 ether, 0.06 ether);
        vm.expectEmit(address(competition));
        emit ICompetition.CompetitionFinalized(id, 1, _player(1), prize, fee);
        vm.expectEmit(address(competition));
        emit ICompetition.Credited(operator, fee + staked);
        vm.prank(stranger);
        competition.finalize(id);

        vm.assertEq(_player(1).balance, prize);
        vm.assertEq(competition.creditOf(_player(1)), 0);
        vm.assertEq(competition.creditOf(operator), fee + staked);
        vm.assertEq(address(competition).balance, fee + staked);
        vm.assertEq(uint256(competition.competitionOf(id).outcome), uint256(ICompetition.Outcome.Final));
        _assertPhase(id, ICompetition.Phase.Final);
    }

    function testFinalizeGivesDustToTheWinner(uint256 price, uint256 tickets) public {
        ICompetition.Terms memory terms = _terms();
        terms.ticketPrice = uint88(_bound(price, 1, type(uint88).max));
        tickets = _bound(tickets, 1, 4);
        uint256 id = _create(terms);
        for (uint256 i = 1; i <= tickets; ++i) {
            vm.deal(_player(i), terms.ticketPrice);
            vm.prank(_player(i));
            competition.buyTicket{value: terms.ticketPrice}(id);
        }
        _warpToSaleEnd(id);
        _open(id);
        for (uint256 i = 1; i <= tickets; ++i) _commit(id, i);
        _warpToRevealing(id);
        for (uint256 i = 1; i <= tickets; ++i) _reveal(id, i);
        _warpToSeeding(id);
        _fixSeedBlock(id);
        competition.pinSeed(id, "");
        _assert(id, _ranking(id, tickets, 0));
        _warpToLivenessEnd(id);
        uint256 pot = competition.potOf(id);
        uint256 staked = competition.bondOf(id) + competition.depositOf(id);
        competition.finalize(id);
        vm.assertEq(_player(1).balance + competition.creditOf(operator), pot + staked);
        vm.assertGe(_player(1).balance * 5, pot * 4);
    }

    function testFinalizeBeforeLivenessEndsReverts() public {
        uint256 id = _asserted(1);
        uint40 livenessEnds = competition.competitionOf(id).livenessEnds;
        vm.warp(livenessEnds - 1);
        vm.expectRevert(abi.encodeWithSelector(ICompetition.LivenessNotOver.selector, livenessEnds));
        competition.finalize(id);
    }

    function testFinalizeTwiceReverts() public {
        uint256 id = _final(1);
        _expectWrongPhase(id, ICompetition.Phase.Final);
        competition.finalize(id);
    }

    function testFinalizeWithoutAssertionReverts() public {
        uint256 id = _judging(1);
        _warpToDeadline(id);
        _expectWrongPhase(id, ICompetition.Phase.Judging);
        competition.finalize(id);
    }

    function testFinalizeWithNoWinnerVoids() public {
        uint256 id = _judging(2);
        _assert(id, _ranking(id, 2, 1));
        _warpToLivenessEnd(id);
        uint256 staked = competition.bondOf(id) + competition.depositOf(id);
        vm.expectEmit(address(competition));
        emit ICompetition.CompetitionVoided(id, ICompetition.VoidReason.NoWinner);
        vm.expectEmit(address(competition));
        emit ICompetition.Credited(operator, staked);
        competition.finalize(id);

        _assertPhase(id, ICompetition.Phase.Void);
        vm.assertEq(competition.creditOf(operator), staked);
        competition.refund(id, 1);
        competition.refund(id, 2);
        vm.assertEq(_player(1).balance, PRICE);
        vm.assertEq(address(competition).balance, staked);
    }

    function testFinalizeWithNoWinnerNeedsLivenessToo() public {
        uint256 id = _judging(2);
        _assert(id, _ranking(id, 2, 1));
        uint40 livenessEnds = competition.competitionOf(id).livenessEnds;
        vm.expectRevert(abi.encodeWithSelector(ICompetition.LivenessNotOver.selector, livenessEnds));
        competition.finalize(id);
    }

    function testFinalizeCreditsAWinnerThatReverts() public {
        RevertingReceiver winner = new RevertingReceiver();
        uint256 id = _wonBy(winner);
        _assertCredited(id, winner);
        winner.setOpen(true);
        competition.withdraw(address(winner));
        vm.assertEq(address(winner).balance, _prize(id));
    }

    function testFinalizeCreditsAWinnerThatBurnsGas() public {
        BurningReceiver winner = new BurningReceiver();
        uint256 id = _wonBy(winner);
        uint256 before = gasleft();
        _assertCredited(id, winner);
        vm.assertLt(before - gasleft(), 350_000);
        winner.withdrawTo(competition, stranger);
        vm.assertEq(stranger.balance, _prize(id));
    }

    function testFinalizeCopiesNoReturnBomb() public {
        BombingReceiver winner = new BombingReceiver();
        uint256 id = _wonBy(winner);
        uint256 before = gasleft();
        _assertCredited(id, winner);
        vm.assertLt(before - gasleft(), 350_000);
    }

    function testFinalizePaysAWinnerThatNeedsAllPayoutGas() public {
        ThirstyReceiver winner = new ThirstyReceiver();
        uint256 id = _wonBy(winner);
        winner.setThirst(competition.PAYOUT_GAS() - 500);
        competition.finalize(id);
        vm.assertEq(address(winner).balance, _prize(id));
    }

    /// @dev With any gas at all, the winner is paid in full or the call changes nothing.
    function testFinalizeCannotBeStarvedIntoCredit(uint256 gasLimit) public {
        ThirstyReceiver winner = new ThirstyReceiver();
        uint256 id = _wonBy(winner);
        winner.setThirst(competition.PAYOUT_GAS() - 500);
        gasLimit = _bound(gasLimit, 30_000, 450_000);
        (bool done, ) = address(competition).call{gas: gasLimit}(abi.encodeCall(competition.finalize, (id)));
        vm.assertEq(competition.creditOf(address(winner)), 0);
        vm.assertEq(address(winner).balance, done ? _prize(id) : 0);
    }

    function testFinalizeWithTooLittleGasSaysSo() public {
        uint256 id = _asserted(1);
        _warpToLivenessEnd(id);
        vm.expectRevert(ICompetition.NotEnoughGas.selector);
        competition.finalize{gas: 200_000}(id);
    }

    /// @dev What is asked for beyond `PAYOUT_GAS` is little: no caller has to bring millions.
    function testFinalizeWithTwiceThePayoutGasIsFine() public {
        uint256 id = _asserted(1);
        _warpToLivenessEnd(id);
        competition.finalize{gas: 2 * competition.PAYOUT_GAS() + 50_000}(id);
        vm.assertEq(_player(1).balance, _prize(id));
    }

    function testFinalizeCannotBeReentered() public {
        ReenteringReceiver winner = new ReenteringReceiver();
        uint256 id = _wonBy(winner);
        winner.arm(address(competition), abi.encodeCall(competition.finalize, (id)));
        competition.finalize(id);
        vm.assertTrue(winner.entered());
        vm.assertTrue(winner.refusal() == ICompetition.WrongPhase.selector);
        vm.assertEq(address(winner).balance, _prize(id));
    }

    function testFinalizeSettlesBeforeItPays() public {
        ReenteringReceiver winner = new ReenteringReceiver();
        uint256 id = _wonBy(winner);
        winner.arm(address(competition), abi.encodeCall(competition.withdraw, (operator)));
        uint256 owed = competition.potOf(id) / 5 + competition.bondOf(id) + competition.depositOf(id);
        vm.deal(operator, 1);
        competition.finalize(id);
        vm.assertTrue(winner.succeeded());
        vm.assertEq(operator.balance, 1 + owed);
        vm.assertEq(address(competition).balance, 0);
    }

    function testFinalizeIsBlindToForcedEther() public {
        uint256 id = _asserted(2);
        _warpToLivenessEnd(id);
        new Forcer{value: 5 ether}(payable(address(competition)));
        competition.finalize(id);
        vm.assertEq(_player(1).balance, _prize(id));
        vm.assertEq(address(competition).balance, 5 ether + competition.creditOf(operator));
    }
}
