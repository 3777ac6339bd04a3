// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ICompetition} from "../../contracts/interfaces/ICompetition.sol";
import {Record, Records} from "../../contracts/libraries/Record.sol";
import {Split} from "../../contracts/libraries/Split.sol";

/// @notice Proven by `npm run prove`, not run as tests: every assert of a `check…` holds for all arguments
/// that get past `require`, and none of a `canary…` does.
contract ProofsOfMoney {
    /// @dev Prices have 88 bits and tickets are counted in 32, so no pot is larger.
    uint256 private constant LARGEST_POT = uint256(type(uint88).max) * type(uint32).max;

    function checkThePotIsSplitWithoutRest(uint256 pot) public pure {
        (uint256 prize, uint256 fee) = Split.prizeAndFee(pot);
        assert(prize + fee == pot);
        assert(prize >= fee);
    }

    function checkTheFeeIsAFifthRoundedDown(uint256 pot) public pure {
        require(pot <= LARGEST_POT);
        (, uint256 fee) = Split.prizeAndFee(pot);
        assert(fee * 5 <= pot && pot - fee * 5 < 5);
    }

    function checkTheBondIsATenthAndNeverTooSmall(uint256 pot) public pure {
        require(pot <= LARGEST_POT);
        uint256 bond = Split.bond(pot);
        assert(bond >= Split.MIN_BOND);
        if (bond > Split.MIN_BOND) assert(bond * 10 <= pot && pot - bond * 10 < 10);
        else assert(pot < (Split.MIN_BOND + 1) * 10);
    }

    function canaryOddPotsHaveDust(uint256 pot) public pure {
        (, uint256 fee) = Split.prizeAndFee(pot);
        assert(fee * 5 == pot);
    }

    function checkALostStakeIsSplitWithoutRest(uint256 lost) public pure {
        (uint256 gain, uint256 arbiterFee) = Split.lostStake(lost);
        assert(gain + arbiterFee == lost);
        assert(gain >= arbiterFee && gain - arbiterFee <= 1);
    }

    /// @dev As `Disputes` settles it: whoever plays both sides, the operator's fee included, puts in more
    /// than comes out, unless it is the arbiter too; and then exactly as much.
    function checkBothSidesTogetherLose(
        uint256 against,
        uint256 support,
        uint256 fee,
        bool upheld
    ) public pure {
        require(against >= Split.MIN_BOND && against <= type(uint128).max);
        require(support >= Split.MIN_BOND && support <= type(uint128).max);
        require(fee <= LARGEST_POT);
        uint256 lost = upheld ? against : support + fee;
        (uint256 gain, uint256 arbiterFee) = Split.lostStake(lost);
        uint256 payout = (upheld ? support : against) + gain;
        uint256 paidIn = against + support + (upheld ? 0 : fee);
        assert(payout + arbiterFee == paidIn);
        assert(payout < paidIn);
    }

    function checkEqualSharesDifferByOneWei(uint256 total, uint256 count, uint256 index) public pure {
        require(count > 0 && index > 0);
        uint256 share = Split.equalShare(total, count, index);
        assert(share == total / count || share == total / count + 1);
        assert(index <= count || share == total / count);
    }

    /// @dev The first `total % count` shares are one larger, so that all are `total`.
    function checkEqualSharesAreTheTotal(uint256 total, uint256 count, uint256 index) public pure {
        require(count > 0 && index > 0);
        uint256 share = Split.equalShare(total, count, index);
        assert((share == total / count + 1) == (index <= total % count));
    }

    function canarySharesAreNotAllEqual(uint256 total, uint256 count, uint256 index) public pure {
        require(count > 0 && index > 0);
        assert(Split.equalShare(total, count, index) == total / count);
    }

    /// @dev What an operator staked is never less than the fee it can earn.
    function checkTheDepositIsAtLeastTheFee(uint88 price, uint32 maxTickets, uint32 sold) public pure {
        require(sold <= maxTickets);
        uint256 most = uint256(price) * maxTickets;
        uint256 pot = uint256(price) * sold;
        require(pot <= most); // follows from sold <= maxTickets; helps the solver
        (, uint256 fee) = Split.prizeAndFee(pot);
        assert(Split.deposit(price, maxTickets) >= fee);
    }
}

/// @notice The phase function, over every record that the contract can write.
contract ProofsOfPhases {
    using Records for Record;

    Record private _record;

    struct Clock {
        uint40 saleEnds;
        uint40 openEnds;
        uint40 revealEnds;
        bool seeded;
    }

    struct Results {
        bool asserted;
        bool disputed;
        ICompetition.Verdict verdict;
        ICompetition.Outcome outcome;
    }

    /// @dev The ends of phases are written together and in order; a result needs the one before it.
    function _write(Clock memory clock, Results memory results) private {
        require(clock.saleEnds > 0);
        if (clock.openEnds == 0) require(clock.revealEnds == 0);
        else require(clock.saleEnds < clock.openEnds && clock.openEnds < clock.revealEnds);
        require(!results.asserted || clock.seeded);
        require(!results.disputed || results.asserted);
        require(results.verdict == ICompetition.Verdict.None || results.disputed);
        _record.operator = address(1);
        _record.saleEnds = clock.saleEnds;
        _record.openEnds = clock.openEnds;
        _record.revealEnds = clock.revealEnds;
        _record.seed = clock.seeded ? bytes32(uint256(1)) : bytes32(0);
        _record.assertedAt = results.asserted ? 1 : 0;
        _record.disputedAt = results.disputed ? 1 : 0;
        _record.verdict = results.verdict;
        _record.outcome = results.outcome;
    }

    function checkTimeNeverTurnsAPhaseBack(
        Clock memory clock,
        Results memory results,
        uint256 earlier,
        uint256 later
    ) public {
        _write(clock, results);
        require(earlier <= later);
        assert(uint256(_record.phaseAt(earlier)) <= uint256(_record.phaseAt(later)));
    }

    /// @dev The table of docs/protocol.md, written the other way round: from the phase to what must hold.
    function checkThePhaseIsWhatThePageSays(Clock memory clock, Results memory results, uint256 time) public {
        _write(clock, results);
        ICompetition.Phase phase = _record.phaseAt(time);
        bool ended = results.outcome != ICompetition.Outcome.None;
        assert(phase != ICompetition.Phase.None);
        assert((phase == ICompetition.Phase.Final) == (results.outcome == ICompetition.Outcome.Final));
        assert((phase == ICompetition.Phase.Void) == (results.outcome == ICompetition.Outcome.Void));
        assert(
            (phase == ICompetition.Phase.Resolved) == (!ended && results.verdict != ICompetition.Verdict.None)
        );
        assert(
            (phase == ICompetition.Phase.Disputed) ==
                (!ended && results.disputed && results.verdict == ICompetition.Verdict.None)
        );
        assert((phase == ICompetition.Phase.Asserted) == (!ended && results.asserted && !results.disputed));
        bool clocked = !ended && !results.asserted;
        bool opened = clock.openEnds != 0;
        bool selling = time < clock.saleEnds;
        assert((phase == ICompetition.Phase.Selling) == (clocked && selling));
        assert((phase == ICompetition.Phase.Opening) == (clocked && !selling && !opened));
        bool running = clocked && !selling && opened;
        assert((phase == ICompetition.Phase.Open) == (running && time < clock.openEnds));
        bool open = time < clock.openEnds;
        assert((phase == ICompetition.Phase.Revealing) == (running && !open && time < clock.revealEnds));
        bool closed = running && time >= clock.revealEnds;
        assert((phase == ICompetition.Phase.Seeding) == (closed && !clock.seeded));
        assert((phase == ICompetition.Phase.Judging) == (closed && clock.seeded));
    }

    function canaryEveryPhaseIsReached(Clock memory clock, Results memory results, uint256 time) public {
        _write(clock, results);
        ICompetition.Phase phase = _record.phaseAt(time);
        assert(phase != ICompetition.Phase.Selling);
        assert(phase != ICompetition.Phase.Opening);
        assert(phase != ICompetition.Phase.Open);
        assert(phase != ICompetition.Phase.Revealing);
        assert(phase != ICompetition.Phase.Seeding);
        assert(phase != ICompetition.Phase.Judging);
        assert(phase != ICompetition.Phase.Asserted);
        assert(phase != ICompetition.Phase.Disputed);
        assert(phase != ICompetition.Phase.Resolved);
        assert(phase != ICompetition.Phase.Final);
        assert(phase != ICompetition.Phase.Void);
    }

    function checkAPotNeverOverflows(uint88 price, uint32 sold) public {
        (_record.ticketPrice, _record.sold) = (price, sold);
        uint256 pot = _record.pot();
        assert(pot <= uint256(type(uint88).max) * type(uint32).max);
        assert(sold == 0 || pot >= price);
    }
}
