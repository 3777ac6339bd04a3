// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IArbiter} from "./IArbiter.sol";
import {ICompetition} from "./ICompetition.sol";

/// @title IAuditorQuorum
/// @notice An arbiter of N auditors for one competition contract. Each stakes ether, recomputes a disputed
/// ranking, commits to the result, and reveals it once no more commitments are taken; the result that
/// `threshold` of them revealed is the verdict. Who voted against it, or hid a vote, or was silent, loses
/// part of the stake to those who voted with it.
/// @dev Threshold, windows and stake never change; a member does only by its own will or, slowly, when its
/// key is lost. A majority that colludes decides as it likes: what a quorum says is as good as its members.
/// One stake answers for all disputes that are open at a time.
interface IAuditorQuorum is IArbiter {
    /// @notice Where a dispute stands here. Times are unix seconds, zero until somebody called about it.
    /// @param disputedAt who was active before then has a vote, and answers for it
    /// @param commitEnds end of `commitVote`, start of `revealVote`
    /// @param revealEnds end of `revealVote`
    /// @param verdictEnds when a verdict is too late
    /// @param unsettled electors whose stakes have not yet answered for this dispute
    /// @param revealed votes that were revealed
    /// @param claimsLeft of those who revealed the verdict, how many have not claimed their share; zero
    /// before the first did
    /// @param verdictHash `hashResult` of the delivered verdict; zero before
    /// @param reward wei to be shared and not yet claimed: the arbiter's fee, and what others lost
    struct Case {
        uint40 disputedAt;
        uint40 commitEnds;
        uint40 revealEnds;
        uint40 verdictEnds;
        uint32 unsettled;
        uint32 revealed;
        uint32 claimsLeft;
        bytes32 verdictHash;
        uint256 reward;
    }

    /// @notice What one auditor did about a dispute.
    /// @param commitment zero before committing and after revealing
    /// @param resultHash zero before revealing
    /// @param settled whether its stake has answered for this dispute
    /// @param claimed whether it has taken its share of the reward
    struct Ballot {
        bytes32 commitment;
        bytes32 resultHash;
        bool settled;
        bool claimed;
    }

    /// @notice An auditor's stake.
    /// @param amount wei, all of which can be lost
    /// @param exitsAt when it can be withdrawn; zero unless the auditor is leaving
    struct Stake {
        uint256 amount;
        uint40 exitsAt;
    }

    /// @notice Who is to take a member's seat.
    /// @param effectiveAt from when anyone can make it so; zero while it lacks approvals
    struct Replacement {
        address successor;
        uint40 effectiveAt;
    }

    event VoteCommitted(uint256 indexed id, address indexed auditor, bytes32 commitment);
    event VoteRevealed(
        uint256 indexed id,
        address indexed auditor,
        bytes32 indexed resultHash,
        ICompetition.Assertion result,
        ICompetition.RankedEntry winner,
        bytes32 workDigest
    );
    event VerdictDelivered(uint256 indexed id, bytes32 indexed resultHash, uint256 fee);
    event VoteSettled(uint256 indexed id, address indexed auditor, uint256 lost);
    event RewardClaimed(
        uint256 indexed id,
        address indexed auditor,
        address indexed recipient,
        uint256 amount
    );
    event StakeDeposited(address indexed auditor, address indexed payer, uint256 amount);
    event ExitRequested(address indexed auditor, uint40 exitsAt);
    event StakeWithdrawn(address indexed auditor, address indexed recipient, uint256 amount);
    event ReplacementApproved(address indexed member, address indexed successor, address indexed approver);
    event ReplacementScheduled(address indexed member, address indexed successor, uint40 effectiveAt);
    event ReplacementRefused(address indexed member);
    event MemberReplaced(address indexed member, address indexed successor);

    error InvalidMembers();
    error InvalidThreshold(uint256 threshold, uint256 members);
    error InvalidWindows();
    error InvalidStake();
    error NotMember(address account);
    error NotElector(uint256 id, address account);
    error NotDisputed(uint256 id);
    error OtherArbiter(uint256 id, address arbiter);
    error CommitWindowOver(uint40 commitEnds);
    error NotRevealing(uint40 commitEnds, uint40 revealEnds);
    error EmptyCommitment();
    error VoteMismatch(bytes32 expected, bytes32 actual);
    error QuorumNotReached(uint256 votes, uint256 threshold);
    error NotDecided(uint40 revealEnds, uint40 verdictEnds);
    error AlreadySettled(uint256 id, address auditor);
    error NothingToClaim(uint256 id, address auditor);
    error PaymentFailed(address recipient);
    error OnlyFromCompetition(address sender);
    error Leaving(uint40 exitsAt);
    error NothingToWithdraw(address auditor);
    error NotLeaving(address auditor);
    error NotYet(uint40 time);
    error InvalidSuccessor(address successor);
    error NotScheduled(address member);

    // --------------------------------------------------------------- votes

    /// @notice Commits the caller's vote on a dispute; a later one replaces it. Electors only, within
    /// `commitSeconds` of the dispute.
    /// @param commitment see `hashVote`. Whoever commits must reveal, or loses half of `stakeWei`
    function commitVote(uint256 id, bytes32 commitment) external;

    /// @notice Reveals the caller's vote, within `revealSeconds` of the end of commitments. Votes that
    /// come after the verdict was delivered still count for the reward.
    /// @param workDigest see `hashResult`
    function revealVote(
        uint256 id,
        ICompetition.Assertion calldata result,
        ICompetition.RankedEntry calldata winner,
        bytes32 workDigest,
        bytes32 salt
    ) external;

    /// @notice Gives the result that reached the quorum to the competition contract, and fetches the fee.
    /// Anyone.
    /// @param winnerSalt of the winner's commitment
    /// @param proof the winner's, in the tree of `result.rankingRoot`
    function deliver(
        uint256 id,
        ICompetition.Assertion calldata result,
        ICompetition.RankedEntry calldata winner,
        bytes32 workDigest,
        bytes32 winnerSalt,
        bytes32[] calldata proof
    ) external;

    // ---------------------------------------------------------- settlement

    /// @notice Lets an elector's stake answer for a dispute, once the reveal window is over and the verdict
    /// delivered or too late. A revealed vote against the verdict, or a commitment that was not revealed,
    /// costs half of `stakeWei`; no vote, though others voted, a tenth. What is lost becomes part of the
    /// reward; without a verdict it is burned. Anyone.
    /// @return lost wei, at most what was still staked
    function settle(uint256 id, address auditor) external returns (uint256 lost);

    /// @notice Pays the caller an equal share of the reward, when it revealed what became the verdict.
    /// Settles first who is not settled yet; the last to claim gets the dust.
    function claim(uint256 id, address recipient) external returns (uint256 amount);

    // -------------------------------------------------------------- stakes

    /// @notice Adds to a member's stake. From the moment it reaches `stakeWei` the member has a vote in
    /// disputes that begin later. Anyone can pay; the stake is the member's.
    function deposit(address member) external payable;

    /// @notice Begins the caller's exit: no vote in disputes that begin from now on, and after
    /// `EXIT_SECONDS` the stake comes out. The seat stays; a member can stake again afterwards.
    function requestExit() external;

    /// @notice Pays out the caller's whole stake, once its exit is due.
    function withdrawStake(address recipient) external returns (uint256 amount);

    // --------------------------------------------------------- replacement

    /// @notice Approves that `successor` takes `member`'s seat. With the approvals of `threshold` members,
    /// or at once when the caller is that member, it is scheduled in `REPLACEMENT_SECONDS`. What is
    /// scheduled later takes the place of what was before. Members only.
    function proposeReplacement(address member, address successor) external;

    /// @notice Drops everything that was proposed for the caller's seat. So nobody who holds its key can be
    /// replaced against its will.
    function refuseReplacement() external;

    /// @notice Puts the successor into the seat when it is due. The former member's exit begins; what it
    /// staked answers for open disputes. Anyone.
    function replaceMember(address member) external;

    // --------------------------------------------------------------- views

    /// @notice Where a dispute stands here.
    function caseOf(uint256 id) external view returns (Case memory);

    /// @notice What an auditor did about a dispute.
    function ballotOf(uint256 id, address auditor) external view returns (Ballot memory);

    /// @notice How many auditors revealed a result.
    function votesFor(uint256 id, bytes32 resultHash) external view returns (uint256);

    /// @notice Who has a vote in a dispute and answers for it: who was active just before it began.
    function electorsOf(uint256 id) external view returns (address[] memory);

    /// @notice An auditor's stake.
    function stakeOf(address auditor) external view returns (Stake memory);

    /// @notice Whether an account would have a vote in a dispute that begins in a later second.
    function isActive(address account) external view returns (bool);

    /// @notice What is scheduled for a member's seat.
    function replacementOf(address member) external view returns (Replacement memory);

    /// @notice keccak256(abi.encode(result, winner, workDigest)).
    /// @param workDigest shows that the voter trained: a digest of the training's states at steps that the
    /// bundle does not tell, see docs/protocol.md. The contract only compares it
    function hashResult(
        ICompetition.Assertion calldata result,
        ICompetition.RankedEntry calldata winner,
        bytes32 workDigest
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

    /// @notice From the request to the end of an exit: longer than any dispute that was open then can
    /// take, with a week to settle it.
    function EXIT_SECONDS() external view returns (uint32);

    /// @notice How long a member has to refuse its replacement.
    function REPLACEMENT_SECONDS() external view returns (uint32);

    /// @notice The contract whose disputes are decided here.
    function competition() external view returns (ICompetition);

    /// @notice Who has the seats, in no order that means anything.
    function members() external view returns (address[] memory);

    /// @notice Whether an account has a seat. Only with a stake has it a vote.
    function isMember(address account) external view returns (bool);

    /// @notice How many must reveal one result to make it the verdict; more than half of the members.
    function threshold() external view returns (uint256);

    /// @notice What a member must stake to have a vote, in wei.
    function stakeWei() external view returns (uint256);

    /// @notice Length of the reveal window, which follows `commitSeconds`.
    function revealSeconds() external view returns (uint32);

    /// @notice Time kept for `deliver` after the reveal window.
    function deliverSeconds() external view returns (uint32);
}
