// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICompetition} from "./interfaces/ICompetition.sol";
import {Seats} from "./quorum/Seats.sol";
import {Settlement} from "./quorum/Settlement.sol";
import {Stakes} from "./quorum/Stakes.sol";
import {Votes} from "./quorum/Votes.sol";

/// @title AuditorQuorum
/// @notice See `IAuditorQuorum`, which holds all documentation of the outside. The parts, from the ground
/// up: `Seats`, `Stakes`, `Votes`, `Settlement`.
contract AuditorQuorum is Settlement {
    constructor(
        ICompetition competition_,
        address[] memory members_,
        uint256 threshold_,
        uint32 commitSeconds_,
        uint32 revealSeconds_,
        uint32 deliverSeconds_,
        uint256 stakeWei_
    )
        Seats(members_, threshold_)
        Stakes(competition_, stakeWei_)
        Votes(commitSeconds_, revealSeconds_, deliverSeconds_)
    {}
}
