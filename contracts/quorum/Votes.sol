// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IArbiter} from "../interfaces/IArbiter.sol";
import {IAuditorQuorum} from "../interfaces/IAuditorQuorum.sol";
import {ICompetition} from "../interfaces/ICompetition.sol";
import {Stakes} from "./Stakes.sol";

/// @title Votes
/// @notice Committing, revealing, and delivering what enough members revealed.
abstract contract Votes is Stakes {
    /// @inheritdoc IAuditorQuorum
    bytes32 public constant VOTE_TYPEHASH = keccak256(
        "Vote(uint256 chainid,address quorum,address competition,uint256 id,address auditor,bytes32 resultHash,bytes32 salt)"
    );

    /// @inheritdoc IArbiter
    uint32 public immutable commitSeconds;
    /// @inheritdoc IAuditorQuorum
    uint32 public immutable revealSeconds;
    /// @inheritdoc IAuditorQuorum
    uint32 public immutable deliverSeconds;
    /// @inheritdoc IArbiter
    uint32 public immutable verdictSecondsNeeded;

    /// @inheritdoc IAuditorQuorum
    mapping(uint256 id => mapping(bytes32 resultHash => uint256)) public votesFor;
    mapping(uint256 id => Case) internal _cases;
    mapping(uint256 id => mapping(address auditor => Ballot)) internal _ballots;

    constructor(uint32 commitSeconds_, uint32 revealSeconds_, uint32 deliverSeconds_) {
        if (commitSeconds_ == 0 || revealSeconds_ == 0 || deliverSeconds_ == 0) revert InvalidWindows();
        (commitSeconds, revealSeconds, deliverSeconds) = (commitSeconds_, revealSeconds_, deliverSeconds_);
        verdictSecondsNeeded = commitSeconds_ + revealSeconds_ + deliverSeconds_;
    }

    /// @inheritdoc IAuditorQuorum
    function commitVote(uint256 id, bytes32 commitment) external {
        Case storage dispute = _opened(id);
        _checkElector(id, dispute, msg.sender);
        if (commitment == 0) revert EmptyCommitment();
        if (block.timestamp >= dispute.commitEnds) revert CommitWindowOver(dispute.commitEnds);

        _ballots[id][msg.sender].commitment = commitment;

        emit VoteCommitted(id, msg.sender, commitment);
    }

    /// @inheritdoc IAuditorQuorum
    function revealVote(
        uint256 id,
        ICompetition.Assertion calldata result,
        ICompetition.RankedEntry calldata winner,
        bytes32 workDigest,
        bytes32 salt
    ) external {
        Case storage dispute = _cases[id];
        if (block.timestamp < dispute.commitEnds || block.timestamp >= dispute.revealEnds)
            revert NotRevealing(dispute.commitEnds, dispute.revealEnds);
        Ballot storage ballot = _ballots[id][msg.sender];
        bytes32 resultHash = hashResult(result, winner, workDigest);
        bytes32 commitment = hashVote(id, msg.sender, resultHash, salt);
        // No need to ask for a vote: only electors have commitments.
        if (ballot.commitment != commitment) revert VoteMismatch(ballot.commitment, commitment);

        ballot.commitment = 0;
        ballot.resultHash = resultHash;
        ++dispute.revealed;
        ++votesFor[id][resultHash];

        emit VoteRevealed(id, msg.sender, resultHash, result, winner, workDigest);
    }

    /// @inheritdoc IAuditorQuorum
    function deliver(
        uint256 id,
        ICompetition.Assertion calldata result,
        ICompetition.RankedEntry calldata winner,
        bytes32 workDigest,
        bytes32 winnerSalt,
        bytes32[] calldata proof
    ) external {
        bytes32 resultHash = hashResult(result, winner, workDigest);
        uint256 votes = votesFor[id][resultHash];
        if (votes < threshold) revert QuorumNotReached(votes, threshold);

        Case storage dispute = _cases[id];
        dispute.verdictHash = resultHash;
        // The competition contract calls nobody there, so nothing can happen between the call and the fee.
        // slither-disable-start reentrancy-no-eth,reentrancy-events
        // Refuses a second verdict, one too late, and one that does not fit the entry set.
        uint256 fee = competition.resolveDispute(id, result, winner, winnerSalt, proof);
        dispute.reward = fee;

        emit VerdictDelivered(id, resultHash, fee);
        // slither-disable-end reentrancy-no-eth,reentrancy-events

        // So that all that is owed here is here. Credit of others' making comes along and is nobody's.
        if (fee != 0) competition.withdraw(address(this));
    }

    /// @inheritdoc IAuditorQuorum
    function caseOf(uint256 id) external view returns (Case memory) {
        return _cases[id];
    }

    /// @inheritdoc IAuditorQuorum
    function ballotOf(uint256 id, address auditor) external view returns (Ballot memory) {
        return _ballots[id][auditor];
    }

    /// @inheritdoc IAuditorQuorum
    function electorsOf(uint256 id) external view returns (address[] memory) {
        uint40 disputedAt = competition.disputeOf(id).disputedAt;
        if (disputedAt == 0) revert NotDisputed(id);
        return _electorsAt(disputedAt);
    }

    /// @inheritdoc IAuditorQuorum
    function hashResult(
        ICompetition.Assertion calldata result,
        ICompetition.RankedEntry calldata winner,
        bytes32 workDigest
    ) public pure returns (bytes32) {
        return keccak256(abi.encode(result, winner, workDigest));
    }

    /// @inheritdoc IAuditorQuorum
    function hashVote(
        uint256 id,
        address auditor,
        bytes32 resultHash,
        bytes32 salt
    ) public view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    VOTE_TYPEHASH,
                    block.chainid,
                    address(this),
                    competition,
                    id,
                    auditor,
                    resultHash,
                    salt
                )
            );
    }

    /// @dev The case, opened by whoever comes first. Its windows count from the dispute, not from then, so
    /// that a verdict is in time; its electors are those of the dispute too.
    function _opened(uint256 id) internal returns (Case storage dispute) {
        dispute = _cases[id];
        if (dispute.disputedAt != 0) return dispute;
        ICompetition.CompetitionView memory about = competition.competitionOf(id);
        uint40 disputedAt = about.dispute.disputedAt;
        if (disputedAt == 0) revert NotDisputed(id);
        // Or anyone could name another arbiter, dispute itself, and have members lose for their silence.
        if (about.terms.arbiter != address(this)) revert OtherArbiter(id, about.terms.arbiter);

        dispute.disputedAt = disputedAt;
        dispute.commitEnds = disputedAt + commitSeconds;
        dispute.revealEnds = disputedAt + commitSeconds + revealSeconds;
        dispute.verdictEnds = about.dispute.verdictEnds;
        dispute.unsettled = uint32(_electorsAt(disputedAt).length);
    }

    function _checkElector(uint256 id, Case storage dispute, address account) internal view {
        if (!_wasActiveBefore(account, dispute.disputedAt)) revert NotElector(id, account);
    }

    function _electorsAt(uint40 disputedAt) internal view returns (address[] memory electors) {
        electors = new address[](_known.length);
        uint256 count;
        for (uint256 i = 0; i < electors.length; ++i) {
            if (_wasActiveBefore(_known[i], disputedAt)) electors[count++] = _known[i];
        }
        assembly ("memory-safe") {
            mstore(electors, count) // shortens the array to what was found
        }
    }
}
