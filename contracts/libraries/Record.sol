// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICompetition} from "../interfaces/ICompetition.sol";
import {Split} from "./Split.sol";

/// @notice A ticket and the commitment that counts for it.
struct Seat {
    address player;
    bool revealed;
    bool refunded;
    bytes32 commitment;
}

/// @notice What is stored about one competition. Slots are cut so that every player's action reads as
/// few of them as possible: buying touches `Terms and sales` only, committing `Clock` only.
struct Record {
    // Result
    address operator;
    ICompetition.Outcome outcome;
    ICompetition.VoidReason voidReason; // means nothing unless the outcome is Void
    uint40 assertedAt;
    uint32 winnerTicket; // zero while nothing is asserted, and when the first rank is disqualified
    // Terms and sales. 24 bits hold any duration up to `MAX_PHASE_SECONDS`.
    uint40 saleEnds;
    uint88 ticketPrice;
    uint32 sold;
    uint32 maxTickets;
    uint24 livenessSeconds;
    uint24 verdictSeconds;
    // Clock. The three ends are zero until the target is opened.
    uint32 minRevealed;
    uint32 revealed;
    uint40 openEnds;
    uint40 revealEnds;
    uint40 judgingEnds;
    uint40 seedBlock;
    uint32 promptLimit; // above zero exactly when there is a studio
    // Arbiter, and the durations that have no room above
    address arbiter;
    uint24 openSeconds;
    uint24 revealSeconds;
    uint24 judgingSeconds;
    uint24 joinSeconds;
    // Studio, and the dispute
    address studio;
    uint40 disputedAt;
    ICompetition.Verdict verdict;
    // Beacon; the round is known when the target is opened
    address beacon;
    uint64 beaconRound;
    // Stakes of the two sides. All ether there is has less than 128 bits.
    uint128 against;
    uint128 support;
    // What the winning side has not claimed yet: money, and the stakes that it is shared by
    uint128 payoutLeft;
    uint128 stakesLeft;
    // One slot each
    bytes32 targetCommitment;
    bytes32 targetDigest;
    bytes32 specDigest;
    bytes32 entriesHash;
    bytes32 seed;
    bytes32 modelHash;
    bytes32 rankingRoot;
    bytes32 bundleDigest;
    mapping(uint256 ticketId => Seat) seats;
    mapping(address account => ICompetition.Contribution) contributions;
}

/// @title Records
/// @notice What follows from a record and the clock: phase, ends, amounts.
library Records {
    /// @notice The phase at `time`. Results outrank the clock.
    function phaseAt(Record storage self, uint256 time) internal view returns (ICompetition.Phase) {
        if (self.operator == address(0)) return ICompetition.Phase.None;
        if (self.outcome == ICompetition.Outcome.Final) return ICompetition.Phase.Final;
        if (self.outcome == ICompetition.Outcome.Void) return ICompetition.Phase.Void;
        if (self.verdict != ICompetition.Verdict.None) return ICompetition.Phase.Resolved;
        if (self.disputedAt != 0) return ICompetition.Phase.Disputed;
        if (self.assertedAt != 0) return ICompetition.Phase.Asserted;
        if (time < self.saleEnds) return ICompetition.Phase.Selling;
        if (self.openEnds == 0) return ICompetition.Phase.Opening;
        if (time < self.openEnds) return ICompetition.Phase.Open;
        if (time < self.revealEnds) return ICompetition.Phase.Revealing;
        if (self.seed == 0) return ICompetition.Phase.Seeding;
        return ICompetition.Phase.Judging;
    }

    /// @notice The phase now.
    function phase(Record storage self) internal view returns (ICompetition.Phase) {
        return phaseAt(self, block.timestamp);
    }

    /// @notice Wei paid for all tickets. Cannot overflow: 88 bits times 32 bits.
    function pot(Record storage self) internal view returns (uint256) {
        return uint256(self.ticketPrice) * self.sold;
    }

    /// @notice Wei that an assertion, and a dispute of it, needs.
    function bond(Record storage self) internal view returns (uint256) {
        return Split.bond(pot(self));
    }

    /// @notice Wei that the operator paid at creation.
    function deposit(Record storage self) internal view returns (uint256) {
        return Split.deposit(self.ticketPrice, self.maxTickets);
    }

    /// @notice Wei of the operator's that the ticket holders of a voided competition share: the deposit of
    /// one that fell silent or lied, the bond of one whose arbiter fell silent.
    function forfeited(Record storage self) internal view returns (uint256) {
        ICompetition.VoidReason reason = self.voidReason;
        if (reason == ICompetition.VoidReason.NoVerdict) return bond(self);
        bool silent =
            reason == ICompetition.VoidReason.SeedMissing || reason == ICompetition.VoidReason.OracleSilent;
        return silent || self.verdict == ICompetition.Verdict.Replaced ? deposit(self) : 0;
    }

    /// @notice When an asserted ranking can no longer be disputed; zero while nothing is asserted.
    function livenessEnds(Record storage self) internal view returns (uint40) {
        return self.assertedAt == 0 ? 0 : self.assertedAt + self.livenessSeconds;
    }

    /// @notice When nobody can join a side any more; zero while nothing is disputed.
    function joinEnds(Record storage self) internal view returns (uint40) {
        return self.disputedAt == 0 ? 0 : self.disputedAt + self.joinSeconds;
    }

    /// @notice When a verdict is too late; zero while nothing is disputed.
    function verdictEnds(Record storage self) internal view returns (uint40) {
        return self.disputedAt == 0 ? 0 : self.disputedAt + self.verdictSeconds;
    }
}
