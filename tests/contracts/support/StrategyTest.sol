// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../../contracts/interfaces/ICompetition.sol";
import {CompetitionTest} from "./CompetitionTest.sol";
import {vm} from "./Vm.sol";

/// @notice What one party after another earns, in ten-thousandths of the pot, as `strategies.json` says and
/// docs/protocol.md shows. A pot of ten tickets, all that are for sale; the operator's accomplice holds the
/// tenth, which does not win when the ranking is true.
abstract contract StrategyTest is CompetitionTest {
    uint256 internal constant TICKETS = 10;
    uint256 internal constant POT = TICKETS * PRICE;
    uint256 internal constant BOND = POT / 10;

    address internal accomplice = _named("accomplice");
    mapping(address account => uint256) internal _paid;
    string private _json;

    function setUp() public virtual override {
        super.setUp();
        _json = vm.readFile("tests/vectors/strategies.json");
    }

    /// @dev What the operator's side, a watcher, the arbiter, the other players hold, and what is burned.
    function _holdings() internal view virtual returns (int256[5] memory held);

    // ---------------------------------------------------------------------------------------- the steps

    function _forSale() internal returns (uint256 id) {
        ICompetition.Terms memory terms = _terms();
        terms.maxTickets = uint32(TICKETS);
        id = _create(terms);
        _paid[operator] += competition.depositOf(id);
        for (uint256 i = 1; i < TICKETS; ++i) _buy(id, _player(i));
        _buy(id, accomplice);
        _paid[accomplice] += PRICE;
        for (uint256 i = 1; i < TICKETS; ++i) _paid[_player(i)] += PRICE;
    }

    function _seedless() internal returns (uint256 id) {
        id = _forSale();
        _warpToSaleEnd(id);
        _open(id);
        for (uint256 i = 1; i <= TICKETS; ++i) _commit(id, i);
        _warpToRevealing(id);
        for (uint256 i = 1; i <= TICKETS; ++i) _reveal(id, i);
        _warpToSeeding(id);
    }

    function _start() internal returns (uint256 id) {
        id = _seedless();
        _fixSeedBlock(id);
        competition.pinSeed(id, "");
    }

    /// @dev Ticket 1 wins.
    function _truth() internal returns (uint256 id) {
        id = _start();
        _assert(id, _ranking(id, TICKETS, 0));
        _paid[operator] += BOND;
    }

    /// @dev The accomplice's ticket wins.
    function _lie() internal returns (uint256 id) {
        id = _start();
        _assert(id, _otherRanking(id, uint32(TICKETS), 0));
        _paid[operator] += BOND;
    }

    function _against(address account, uint256 id, uint256 bonds) internal {
        _disputeBy(account, id, bonds * BOND);
        _paid[account] += bonds * BOND;
    }

    function _refundAll(uint256 id) internal {
        for (uint256 i = 1; i <= TICKETS; ++i) competition.refund(id, i);
    }

    // -------------------------------------------------------------------------------------- the result

    function _held(address account) internal view returns (int256) {
        return int256(account.balance + competition.creditOf(account)) - int256(_paid[account]);
    }

    function _check(string memory rows, uint256 row, int256[5] memory before) internal view {
        string memory place = string.concat(".", rows, "[", vm.toString(row), "]");
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
