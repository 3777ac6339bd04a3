// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Disputes} from "./parts/Disputes.sol";
import {Endings} from "./parts/Endings.sol";
import {Entries} from "./parts/Entries.sol";
import {Sales} from "./parts/Sales.sol";
import {Seeds} from "./parts/Seeds.sol";
import {Views} from "./parts/Views.sol";

/// @title Competition
/// @notice See `ICompetition`, which holds all documentation of the outside. Each part holds one idea, in
/// the order in which a competition runs: Sales, Entries, Seeds, Rankings, Disputes, Endings; and what
/// all need: CompetitionState, Credits, Views.
contract Competition is Sales, Entries, Seeds, Disputes, Endings, Views {
    /// @notice The shortest phases that terms can ask for here, in seconds.
    constructor(
        uint32 minRevealSeconds_,
        uint32 minJudgingSeconds_,
        uint32 minLivenessSeconds_
    ) Sales(minRevealSeconds_, minJudgingSeconds_, minLivenessSeconds_) {}
}
