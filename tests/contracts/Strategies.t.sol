// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./support/CompetitionTest.sol";
import {SoleJudge} from "./support/SoleJudge.sol";
import {vm} from "./support/Vm.sol";

/// @notice What every pair of strategies earns, in ten-thousandths of the pot, as `strategies.json` says and
/// docs/protocol.md shows. A pot of ten tickets, all that are for sale; the operator's accomplice holds the
/// tenth, which does not win when the ranking is true. The arbiter is an honest contract unless said.
contract StrategiesTest is CompetitionTest {
    uint256 private constant ROWS = 17;
    uint256 private constant TICKETS = 10;
    uint256 private constant POT = TICKETS * PRICE;
    uint256 private constant BOND = POT / 10;

    address private accomplice = _named("accomplice");
    SoleJudge private judge;
    mapping(address account => uint256) private _paid;
    string private _json;

    function setUp() public override {
        super.setUp();
        _json = vm.readFile("tests/vectors/strategies.json");
        judge = new SoleJudge();
        arbiter = address(judge);
    }

    function testEveryStrategyEarnsWhatTheTableSays() public {
        for (uint256 row = 0; row < ROWS; ++row) {
            setUp();
            int256[5] memory before = _holdings();
            _play(row);
            _check(row, before);
        }
    }

    // ------------------------------------------------------------------ the rows, as in strategies.json

    function _play(uint256 row) private {
        if (row == 0) return _endUndisputed(_truth());
        if (row == 1) return _endUpheld(_truth(), disputer, 1);
        if (row == 2) return _endUpheld(_truth(), accomplice, 1);
        if (row == 3) return _endUpheldBy(accomplice, operator);
        if (row == 4) return _endUpheldBy(accomplice, address(new SoleJudge()));
        if (row == 5) return _endUndisputed(_lie());
        if (row == 6) return _endReplaced(_lie(), 1, 0);
        if (row == 7) return _endReplaced(_lie(), 0, 1);
        if (row == 8) return _endReplaced(_lie(), 1, 1);
        if (row == 9) return _endReplaced(_lie(), 1, 99);
        if (row == 10) return _endReplacedDespiteSupport(_lie());
        if (row == 11) return _endUndecided(_lie());
        if (row == 12) return _endWithOwnArbiter(operator);
        if (row == 13) return _endWithOwnArbiter(address(new SoleJudge()));
        if (row == 14) return _endSilent();
        if (row == 15) return _endUnseeded();
        _endUnopened();
    }

    function _endUndisputed(uint256 id) private {
        _warpToLivenessEnd(id);
        competition.finalize(id);
    }

    function _endUpheld(uint256 id, address account, uint256 bonds) private {
        _against(account, id, bonds);
        _decide(id, _ranking(id, TICKETS, 0));
        competition.finalize(id);
    }

    function _endUpheldBy(address account, address ownArbiter) private {
        arbiter = ownArbiter;
        uint256 id = _truth();
        _against(account, id, 1);
        _decide(id, _ranking(id, TICKETS, 0));
        competition.finalize(id);
    }

    function _endReplaced(uint256 id, uint256 watchersBonds, uint256 accomplicesBonds) private {
        if (watchersBonds != 0) _against(disputer, id, watchersBonds);
        if (accomplicesBonds != 0) _against(accomplice, id, accomplicesBonds);
        _decide(id, _ranking(id, TICKETS, 0));
        if (watchersBonds != 0) competition.claimBond(id, disputer);
        if (accomplicesBonds != 0) competition.claimBond(id, accomplice);
        competition.finalize(id);
    }

    function _endReplacedDespiteSupport(uint256 id) private {
        _against(disputer, id, 1);
        _supportBy(accomplice, id, 3 * BOND);
        _paid[accomplice] += 3 * BOND;
        _decide(id, _ranking(id, TICKETS, 0));
        competition.claimBond(id, disputer);
        competition.finalize(id);
    }

    function _endUndecided(uint256 id) private {
        _against(disputer, id, 1);
        vm.warp(competition.disputeOf(id).verdictEnds);
        competition.voidCompetition(id);
        competition.claimBond(id, disputer);
        _refundAll(id);
    }

    /// @dev The arbiter is the operator's own, as an account or as a contract, and upholds the lie.
    function _endWithOwnArbiter(address ownArbiter) private {
        arbiter = ownArbiter;
        uint256 id = _lie();
        _against(disputer, id, 1);
        _decide(id, _otherRanking(id, uint32(TICKETS), 0));
        competition.finalize(id);
    }

    function _endSilent() private {
        uint256 id = _start();
        _warpToDeadline(id);
        competition.voidCompetition(id);
        _refundAll(id);
    }

    function _endUnseeded() private {
        uint256 id = _seedless();
        _warpToDeadline(id);
        competition.voidCompetition(id);
        _refundAll(id);
    }

    function _endUnopened() private {
        uint256 id = _forSale();
        vm.warp(vm.getBlockTimestamp() + 1 days + competition.OPENING_SECONDS());
        competition.voidCompetition(id);
        _refundAll(id);
    }

    // ---------------------------------------------------------------------------------------- the steps

    function _forSale() private returns (uint256 id) {
        ICompetition.Terms memory terms = _terms();
        terms.maxTickets = uint32(TICKETS);
        id = _create(terms);
        _paid[operator] += competition.depositOf(id);
        for (uint256 i = 1; i < TICKETS; ++i) _buy(id, _player(i));
        _buy(id, accomplice);
        _paid[accomplice] += PRICE;
        for (uint256 i = 1; i < TICKETS; ++i) _paid[_player(i)] += PRICE;
    }

    function _seedless() private returns (uint256 id) {
        id = _forSale();
        _warpToSaleEnd(id);
        _open(id);
        for (uint256 i = 1; i <= TICKETS; ++i) _commit(id, i);
        _warpToRevealing(id);
        for (uint256 i = 1; i <= TICKETS; ++i) _reveal(id, i);
        _warpToSeeding(id);
    }

    function _start() private returns (uint256 id) {
        id = _seedless();
        _fixSeedBlock(id);
        competition.pinSeed(id, "");
    }

    /// @dev Ticket 1 wins.
    function _truth() private returns (uint256 id) {
        id = _start();
        _assert(id, _ranking(id, TICKETS, 0));
        _paid[operator] += BOND;
    }

    /// @dev The accomplice's ticket wins.
    function _lie() private returns (uint256 id) {
        id = _start();
        _assert(id, _otherRanking(id, uint32(TICKETS), 0));
        _paid[operator] += BOND;
    }

    function _against(address account, uint256 id, uint256 bonds) private {
        _disputeBy(account, id, bonds * BOND);
        _paid[account] += bonds * BOND;
    }

    function _decide(uint256 id, Ranking memory verdict) private {
        if (arbiter.code.length == 0) {
            _resolve(id, verdict);
            return;
        }
        SoleJudge(payable(arbiter)).decide(
            competition,
            id,
            verdict.assertion,
            verdict.winner,
            verdict.salt,
            verdict.proof
        );
    }

    function _refundAll(uint256 id) private {
        for (uint256 i = 1; i <= TICKETS; ++i) competition.refund(id, i);
    }

    // -------------------------------------------------------------------------------------- the result

    /// @dev What the operator's side, a watcher, the arbiter, the other players hold, and what is burned.
    /// An arbiter of the operator's own is on its side.
    function _holdings() private view returns (int256[5] memory held) {
        held[0] = _held(operator) + _held(accomplice);
        held[1] = _held(disputer);
        held[2] = _held(address(judge));
        if (arbiter != address(judge) && arbiter != operator) held[0] += _held(arbiter);
        for (uint256 i = 1; i < TICKETS; ++i) held[3] += _held(_player(i));
        held[4] = int256(competition.creditOf(competition.BURNED()));
    }

    function _held(address account) private view returns (int256) {
        return int256(account.balance + competition.creditOf(account)) - int256(_paid[account]);
    }

    function _check(uint256 row, int256[5] memory before) private view {
        string memory place = string.concat(".rows[", vm.toString(row), "]");
        string[5] memory parties = [".operator", ".watcher", ".arbiter", ".players", ".burned"];
        int256[5] memory held = _holdings();
        int256 total = 0;
        for (uint256 i = 0; i < 5; ++i) {
            int256 expected = vm.parseJsonInt(_json, string.concat(place, parties[i]));
            int256 earned = (held[i] - before[i]) * 10_000;
            vm.assertEq(uint256(earned), uint256(expected * int256(POT)), string.concat(place, parties[i]));
            total += earned;
        }
        vm.assertEq(uint256(total), 0, string.concat(place, ": what one loses another has"));
    }
}
