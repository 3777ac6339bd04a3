// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IArbiter} from "./IArbiter.sol";
import {ICompetition} from "./ICompetition.sol";

/// @title IAuditorQuorum
/// @notice An arbiter of N auditors for one competition contract. Each recomputes a disputed ranking,
/// commits to the result, and reveals it once no more commitments are taken; the result that
/// `threshold` of them revealed is the verdict.
/// @dev Members, threshold and windows never change. A majority that colludes decides as it likes: what
/// a quorum says is as good as its members.
interface IAuditorQuorum is IArbiter {
    /// @notice Where a dispute stands here. Times are unix seconds, zero before the first vote.
    /// @param verdictHash `hashResult` of the delivered verdict; zero before
    /// @param fee wei to be shared, and not yet claimed
    /// @param claimsLeft shares not yet claimed, of those who had revealed the verdict when the first
    /// was claimed; zero before
    struct Case {
        uint40 commitEnds;
        uint40 revealEnds;
        bytes32 verdictHash;
        uint256 fee;
        uint256 claimsLeft;
    }

    /// @notice What one auditor did about a dispute.
    /// @param commitment zero before committing and after revealing
    /// @param resultHash zero before revealing
    struct Ballot {
        bytes32 commitment;
        bytes32 resultHash;
        bool claimed;
    }

    event VoteCommitted(uint256 indexed id, address indexed auditor, bytes32 commitment);
    event VoteRevealed(
        uint256 indexed id,
        address indexed auditor,
        bytes32 indexed resultHash,
        ICompetition.Assertion result,
        ICompetition.RankedEntry winner
    );
    event VerdictDelivered(uint256 indexed id, bytes32 indexed resultHash, uint256 fee);
    event FeeClaimed(uint256 indexed id, address indexed auditor, address indexed recipient, uint256 amount);

    error InvalidMembers();
    error InvalidThreshold(uint256 threshold, uint256 members);
    error InvalidWindows();
    error NotMember(address caller);
    error NotDisputed(uint256 id);
    error CommitWindowOver(uint40 commitEnds);
    error NotRevealing(uint40 commitEnds, uint40 revealEnds);
    error EmptyCommitment();
    error VoteMismatch(bytes32 expected, bytes32 actual);
    error QuorumNotReached(uint256 votes, uint256 threshold);
    error ClaimsNotOpen(uint40 revealEnds);
    error NothingToClaim(uint256 id, address auditor);
    error PaymentFailed(address recipient);

    /// @notice Commits the caller's vote on a dispute; a later one replaces it. Members only, within
    /// `commitSeconds` of the dispute.
    /// @param commitment see `hashVote`
    function commitVote(uint256 id, bytes32 commitment) external;

    /// @notice Reveals the caller's vote, within `revealSeconds` of the end of commitments. Votes that
    /// come after the verdict was delivered still count for the fee.
    function revealVote(
        uint256 id,
        ICompetition.Assertion calldata result,
        ICompetition.RankedEntry calldata winner,
        bytes32 salt
    ) external;

    /// @notice Gives the result that reached the quorum to the competition contract. Anyone.
    /// @param proof the winner's, in the tree of `result.rankingRoot`
    function deliver(
        uint256 id,
        ICompetition.Assertion calldata result,
        ICompetition.RankedEntry calldata winner,
        bytes32[] calldata proof
    ) external;

    /// @notice Pays the caller an equal share of the fee, when it revealed what became the verdict. After
    /// the reveal window; the last to claim gets the dust.
    function claim(uint256 id, address recipient) external returns (uint256 amount);

    /// @notice Where a dispute stands here.
    function caseOf(uint256 id) external view returns (Case memory);

    /// @notice What an auditor did about a dispute.
    function ballotOf(uint256 id, address auditor) external view returns (Ballot memory);

    /// @notice How many auditors revealed a result.
    function votesFor(uint256 id, bytes32 resultHash) external view returns (uint256);

    /// @notice keccak256(abi.encode(result, winner)).
    function hashResult(
        ICompetition.Assertion calldata result,
        ICompetition.RankedEntry calldata winner
    ) external pure returns (bytes32);

    /// @notice A vote's commitment, worthless to anyone but its auditor:
    /// keccak256(abi.encode(VOTE_TYPEHASH, chainid, this, competition, id, auditor, resultHash, salt)).
    function hashVote(
        uint256 id,
        address auditor,
        bytes32 resultHash,
        bytes32 salt
    ) external view returns (bytes32);

    /// @notice keccak256("Vote(uint256 chainid,address quorum,address competition,uint256 id,address
    /// auditor,bytes32 resultHash,bytes32 salt)"), written without line break.
    function VOTE_TYPEHASH() external view returns (bytes32);

    /// @notice The contract whose disputes are decided here.
    function competition() external view returns (ICompetition);

    /// @notice Who may vote.
    function members() external view returns (address[] memory);

    /// @notice Whether an account may vote.
    function isMember(address account) external view returns (bool);

    /// @notice How many must reveal one result to make it the verdict; more than half of the members.
    function threshold() external view returns (uint256);

    /// @notice Length of the commit window, counted from the dispute.
    function commitSeconds() external view returns (uint32);

    /// @notice Length of the reveal window, which follows.
    function revealSeconds() external view returns (uint32);

    /// @notice Time kept for `deliver` after the reveal window.
    function deliverSeconds() external view returns (uint32);
}
