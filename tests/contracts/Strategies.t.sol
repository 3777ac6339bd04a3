// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SoleJudge} from "./support/SoleJudge.sol";
import {StrategyTest} from "./support/StrategyTest.sol";
import {vm} from "./support/Vm.sol";

/// @notice What every pair of strategies earns before an arbiter that decides alone: an honest contract
/// unless said. With colluding members of a quorum: `QuorumStrategies.t.sol`.
contract StrategiesTest is StrategyTest {
    uint256 private constant ROWS = 17;

    SoleJudge private judge;

    function setUp() public override {
        super.setUp();
        judge = new SoleJudge();
        arbiter = address(judge);
    }

    function testEveryStrategyEarnsWhatTheTableSays() public {
        for (uint256 row = 0; row < ROWS; ++row) {
            setUp();
            int256[5] memory before = _holdings();
            _play(row);
            _check("rows", row, before);
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

    /// @dev An arbiter of the operator's own is on its side.
    function _holdings() internal view override returns (int256[5] memory held) {
        held[0] = _held(operator) + _held(accomplice);
        held[1] = _held(disputer);
        held[2] = _held(address(judge));
        if (arbiter != address(judge) && arbiter != operator) held[0] += _held(arbiter);
        for (uint256 i = 1; i < TICKETS; ++i) held[3] += _held(_player(i));
        held[4] = int256(competition.creditOf(competition.BURNED()));
    }
}
