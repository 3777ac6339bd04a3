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
        _checkDisputer();
        _checkOthers();
        for (uint256 id = 1; id <= _competition.competitionCount(); ++id) _checkCounts(id);
    }

    function _checkSolvent() private view {
        uint256 owed = _handler.forced() + _competition.creditOf(_handler.operator());
        owed += _competition.creditOf(_handler.disputer()) + _competition.creditOf(_handler.arbiter());
        for (uint256 i = 0; i < _handler.playerCount(); ++i)
            owed += _competition.creditOf(_handler.players(i));
        for (uint256 id = 1; id <= _competition.competitionCount(); ++id)
            owed += _livePot(id) + _liveBond(id);
        vm.assertEq(address(_competition).balance, owed, "balance = credits + pots + bonds + forced");
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

    /// @dev The operator has what it was given and its fees, and never anything else.
    function _checkOperator() private view {
        address operator = _handler.operator();
        uint256 expected = _handler.operatorFunded() + _handler.operatorWon() - _handler.operatorLost();
        uint256 actual = operator.balance + _competition.creditOf(operator);
        for (uint256 id = 1; id <= _competition.competitionCount(); ++id) {
            if (_assertionStands(id)) actual += _competition.bondOf(id);
            if (_competition.phaseOf(id) == ICompetition.Phase.Final) expected += _competition.potOf(id) / 5;
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

    function _livePot(uint256 id) private view returns (uint256) {
        ICompetition.CompetitionView memory now_ = _competition.competitionOf(id);
        if (now_.phase == ICompetition.Phase.Final) return 0;
        return now_.pot - _handler.refunds(id) * now_.terms.ticketPrice;
    }

    /// @dev The operator's, until the competition ends or a verdict takes it; the disputer's, until a
    /// verdict or the lack of one.
    function _liveBond(uint256 id) private view returns (uint256) {
        uint256 bond = _competition.bondOf(id);
        if (_competition.phaseOf(id) == ICompetition.Phase.Disputed) return 2 * bond;
        return _assertionStands(id) ? bond : 0;
    }

    function _assertionStands(uint256 id) private view returns (bool) {
        ICompetition.Phase phase = _competition.phaseOf(id);
        if (phase == ICompetition.Phase.Resolved)
            return _competition.disputeOf(id).verdict == ICompetition.Verdict.Upheld;
        return phase == ICompetition.Phase.Asserted || phase == ICompetition.Phase.Disputed;
    }

    /// @dev Who pays for another's ticket gets nothing of it, and the vault only what players sent there.
    function _checkOthers() private view {
        uint256 moved;
        for (uint256 i = 0; i < _handler.playerCount(); ++i) moved += _handler.moved(_handler.players(i));
        vm.assertEq(_handler.vault().balance, moved, "vault");
        vm.assertEq(_competition.creditOf(_handler.sponsor()), 0, "sponsor");
    }

    /// @dev Bonds only change hands between the two sides and the arbiter.
    function _checkDisputer() private view {
        address disputer = _handler.disputer();
        uint256 actual = disputer.balance + _competition.creditOf(disputer);
        for (uint256 id = 1; id <= _competition.competitionCount(); ++id) {
            if (_competition.phaseOf(id) == ICompetition.Phase.Disputed) actual += _competition.bondOf(id);
        }
        uint256 expected = _handler.disputerFunded() + _handler.disputerWon() - _handler.disputerLost();
        vm.assertEq(actual, expected, "disputer");
        address arbiter = _handler.arbiter();
        vm.assertEq(arbiter.balance + _competition.creditOf(arbiter), _handler.arbiterEarned(), "arbiter");
        vm.assertEq(
            _handler.operatorWon() + _handler.disputerWon() + _handler.arbiterEarned(),
            _handler.operatorLost() + _handler.disputerLost(),
            "bonds conserved"
        );
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
        vm.assertGt(handler.arbiterEarned(), 0);
    }
}
