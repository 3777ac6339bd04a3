// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {Handler} from "./support/Handler.sol";
import {vm} from "./support/Vm.sol";

/// @notice What holds after any sequence of actions, over several competitions at once, with players
/// that refuse, burn, bomb and call back, and ether forced in. `Handler` checks after each action that
/// states only advance, that a seed is set once and after revealing, and nothing is final too early.
contract InvariantsTest {
    Handler private _handler;
    ICompetition private _competition;

    function setUp() public {
        _handler = new Handler();
        _competition = _handler.competition();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev All money rules in one, because each costs a whole campaign.
    function invariantMoneyAndCountsAgreeWithTheBooks() public view {
        _checkSolvent();
        _checkPlayers();
        _checkOperator();
        _checkOthers();
        for (uint256 id = 1; id <= _competition.competitionCount(); ++id) _checkCounts(id);
    }

    function _checkSolvent() private view {
        uint256 owed = _handler.forced() + _competition.creditOf(_handler.operator());
        owed += _competition.creditOf(_handler.disputer()) + _competition.creditOf(_handler.backer());
        owed += _competition.creditOf(_competition.BURNED());
        for (uint256 i = 0; i < _handler.playerCount(); ++i)
            owed += _competition.creditOf(_handler.players(i));
        for (uint256 id = 1; id <= _competition.competitionCount(); ++id)
            owed += _livePot(id) + _standing(id) + _handler.unclaimed(id);
        vm.assertEq(address(_competition).balance, owed, "balance = credits + pots + stakes + forced");
    }

    /// @dev A player has what it was given, less tickets, plus refunds and prizes: nobody moved a wei of it.
    function _checkPlayers() private view {
        for (uint256 i = 0; i < _handler.playerCount(); ++i) {
            address player = _handler.players(i);
            uint256 expected = _handler.funded(player) - _handler.spent(player) + _handler.earned(player);
            expected -= _handler.moved(player);
            vm.assertEq(player.balance + _competition.creditOf(player), expected, "player");
        }
    }

    /// @dev The operator has what it was given, its fees and what it won, less what it forfeited.
    function _checkOperator() private view {
        address operator = _handler.operator();
        uint256 expected = _handler.operatorFunded() + _handler.operatorWon() - _handler.operatorLost();
        uint256 actual = operator.balance + _competition.creditOf(operator);
        for (uint256 id = 1; id <= _competition.competitionCount(); ++id) {
            actual += _standing(id);
            bool replaced = _competition.disputeOf(id).verdict == ICompetition.Verdict.Replaced;
            if (_competition.phaseOf(id) == ICompetition.Phase.Final && !replaced)
                expected += _competition.potOf(id) / 5;
        }
        vm.assertEq(actual, expected, "operator");
    }

    function _checkCounts(uint256 id) private view {
        ICompetition.CompetitionView memory now_ = _competition.competitionOf(id);
        vm.assertLe(now_.revealed, _handler.commits(id), "revealed <= committed");
        vm.assertLe(_handler.commits(id), now_.sold, "committed <= sold");
        uint256 refunded;
        uint256 revealed;
        for (uint256 ticketId = 1; ticketId <= now_.sold; ++ticketId) {
            if (_competition.ticketOf(id, ticketId).refunded) ++refunded;
            if (_competition.ticketOf(id, ticketId).revealed) ++revealed;
        }
        vm.assertEq(revealed, now_.revealed, "revealed tickets");
        vm.assertEq(refunded, _handler.refunds(id), "each refund once");
        if (now_.phase != ICompetition.Phase.Void) vm.assertEq(refunded, 0, "refunded xor distributed");
    }

    /// @dev Of a replaced ranking the fee is the disputers' and the deposit is in the pot.
    function _livePot(uint256 id) private view returns (uint256) {
        ICompetition.CompetitionView memory now_ = _competition.competitionOf(id);
        if (now_.phase == ICompetition.Phase.Final) return 0;
        if (now_.phase == ICompetition.Phase.Void)
            return now_.pot + _handler.forfeited(id) - _handler.refunded(id);
        if (now_.dispute.verdict != ICompetition.Verdict.Replaced) return now_.pot;
        return now_.pot + now_.deposit - (now_.winnerTicket == 0 ? 0 : now_.pot / 5);
    }

    /// @dev What the operator has at stake: the deposit to the end or a lie's discovery, the bond from
    /// assertion to verdict.
    function _standing(uint256 id) private view returns (uint256) {
        ICompetition.CompetitionView memory now_ = _competition.competitionOf(id);
        if (now_.outcome != ICompetition.Outcome.None) return 0;
        if (now_.dispute.verdict == ICompetition.Verdict.Replaced) return 0;
        bool bonded = now_.phase == ICompetition.Phase.Asserted || now_.phase == ICompetition.Phase.Disputed;
        return now_.deposit + (bonded ? now_.bond : 0);
    }

    /// @dev Who pays for another's ticket gets nothing of it, and the vault only what players sent there.
    function _checkOthers() private view {
        uint256 moved;
        for (uint256 i = 0; i < _handler.playerCount(); ++i) moved += _handler.moved(_handler.players(i));
        vm.assertEq(_handler.vault().balance, moved, "vault");
        vm.assertEq(_competition.creditOf(_handler.sponsor()), 0, "sponsor");
        vm.assertEq(_competition.creditOf(_handler.arbiter()), 0, "arbiter");
        vm.assertEq(_competition.creditOf(_competition.BURNED()), _handler.burned(), "burned");
    }
}

/// @notice The handler reaches every state, so that the invariants are not about nothing.
contract HandlerTest {
    function testHandlerReachesFinalAndVoid() public {
        Handler handler = new Handler();
        handler.buy(0, 0);
        handler.buy(0, 4);
        handler.advance(0);
        handler.open(0);
        handler.commitAll(0);
        handler.advance(0);
        handler.revealAll(0);
        handler.advance(0);
        handler.fixSeedBlock(0);
        handler.pinSeed(0);
        handler.assertRanking(0, 1, false);
        handler.advance(0);
        handler.finalize(0);
        vm.assertEq(handler.reached(ICompetition.Phase.Final), 1);
        for (uint256 id = 1; id < 3; ++id) {
            handler.advance(id);
            handler.voidCompetition(id);
        }
        vm.assertEq(handler.reached(ICompetition.Phase.Void), 2);
    }

    function testHandlerReachesDisputesAndVerdicts() public {
        Handler handler = new Handler();
        for (uint256 i = 0; i < 20; ++i) handler.hurry(3, 0);
        for (uint256 i = 0; i < 20; ++i) handler.hurry(9, 0);
        vm.assertGt(handler.reached(ICompetition.Phase.Disputed), 0);
        vm.assertGt(handler.reached(ICompetition.Phase.Resolved), 0);
        vm.assertGt(handler.burned(), 0);
    }
}
