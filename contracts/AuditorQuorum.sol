// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IArbiter} from "./interfaces/IArbiter.sol";
import {IAuditorQuorum} from "./interfaces/IAuditorQuorum.sol";
import {ICompetition} from "./interfaces/ICompetition.sol";

/// @title AuditorQuorum
/// @notice See `IAuditorQuorum`, which holds all documentation of the outside.
contract AuditorQuorum is IAuditorQuorum {
    /// @inheritdoc IAuditorQuorum
    bytes32 public constant VOTE_TYPEHASH = keccak256(
        "Vote(uint256 chainid,address quorum,address competition,uint256 id,address auditor,bytes32 resultHash,bytes32 salt)"
    );

    /// @inheritdoc IAuditorQuorum
    ICompetition public immutable competition;
    /// @inheritdoc IAuditorQuorum
    uint256 public immutable threshold;
    /// @inheritdoc IAuditorQuorum
    uint32 public immutable commitSeconds;
    /// @inheritdoc IAuditorQuorum
    uint32 public immutable revealSeconds;
    /// @inheritdoc IAuditorQuorum
    uint32 public immutable deliverSeconds;
    /// @inheritdoc IArbiter
    uint32 public immutable verdictSecondsNeeded;

    /// @inheritdoc IAuditorQuorum
    mapping(address account => bool) public isMember;
    /// @inheritdoc IAuditorQuorum
    mapping(uint256 id => mapping(bytes32 resultHash => uint256)) public votesFor;
    address[] private _members;
    mapping(uint256 id => Case) private _cases;
    mapping(uint256 id => mapping(address auditor => Ballot)) private _ballots;

    constructor(
        ICompetition competition_,
        address[] memory members_,
        uint256 threshold_,
        uint32 commitSeconds_,
        uint32 revealSeconds_,
        uint32 deliverSeconds_
    ) {
        // More than half, so that no two results can both reach it.
        if (threshold_ > members_.length || threshold_ * 2 <= members_.length)
            revert InvalidThreshold(threshold_, members_.length);
        if (commitSeconds_ == 0 || revealSeconds_ == 0 || deliverSeconds_ == 0) revert InvalidWindows();
        for (uint256 i = 0; i < members_.length; ++i) {
            if (members_[i] == address(0) || isMember[members_[i]]) revert InvalidMembers();
            isMember[members_[i]] = true;
        }
        _members = members_;
        competition = competition_;
        threshold = threshold_;
        (commitSeconds, revealSeconds, deliverSeconds) = (commitSeconds_, revealSeconds_, deliverSeconds_);
        verdictSecondsNeeded = commitSeconds_ + revealSeconds_ + deliverSeconds_;
    }

    /// @dev Fees come from the competition contract. What anyone else sends belongs to nobody.
    receive() external payable {}

    // --------------------------------------------------------------- voting

    /// @inheritdoc IAuditorQuorum
    function commitVote(uint256 id, bytes32 commitment) external {
        if (!isMember[msg.sender]) revert NotMember(msg.sender);
        if (commitment == 0) revert EmptyCommitment();
        Case storage dispute = _cases[id];
        if (dispute.commitEnds == 0) _open(id, dispute);
        if (block.timestamp >= dispute.commitEnds) revert CommitWindowOver(dispute.commitEnds);

        _ballots[id][msg.sender].commitment = commitment;

        emit VoteCommitted(id, msg.sender, commitment);
    }

    /// @inheritdoc IAuditorQuorum
    function revealVote(
        uint256 id,
        ICompetition.Assertion calldata result,
        ICompetition.RankedEntry calldata winner,
        bytes32 salt
    ) external {
        Case storage dispute = _cases[id];
        if (block.timestamp < dispute.commitEnds || block.timestamp >= dispute.revealEnds)
            revert NotRevealing(dispute.commitEnds, dispute.revealEnds);
        Ballot storage ballot = _ballots[id][msg.sender];
        bytes32 resultHash = hashResult(result, winner);
        bytes32 commitment = hashVote(id, msg.sender, resultHash, salt);
        // No need to ask for membership: only members have commitments.
        if (ballot.commitment != commitment) revert VoteMismatch(ballot.commitment, commitment);

        ballot.commitment = 0;
        ballot.resultHash = resultHash;
        ++votesFor[id][resultHash];

        emit VoteRevealed(id, msg.sender, resultHash, result, winner);
    }

    /// @inheritdoc IAuditorQuorum
    function deliver(
        uint256 id,
        ICompetition.Assertion calldata result,
        ICompetition.RankedEntry calldata winner,
        bytes32[] calldata proof
    ) external {
        bytes32 resultHash = hashResult(result, winner);
        uint256 votes = votesFor[id][resultHash];
        if (votes < threshold) revert QuorumNotReached(votes, threshold);

        Case storage dispute = _cases[id];
        dispute.verdictHash = resultHash;
        // The competition contract calls nobody there, so nothing can happen between the call and the fee.
        // slither-disable-start reentrancy-no-eth,reentrancy-events
        // Refuses a second verdict, one too late, and one that does not fit the entry set.
        uint256 fee = competition.resolveDispute(id, result, winner, proof);
        dispute.fee = fee;

        emit VerdictDelivered(id, resultHash, fee);
        // slither-disable-end reentrancy-no-eth,reentrancy-events
    }

    /// @inheritdoc IAuditorQuorum
    function claim(uint256 id, address recipient) external returns (uint256 amount) {
        Case storage dispute = _cases[id];
        if (block.timestamp < dispute.revealEnds) revert ClaimsNotOpen(dispute.revealEnds);
        Ballot storage ballot = _ballots[id][msg.sender];
        bytes32 verdictHash = dispute.verdictHash;
        if (verdictHash == 0 || ballot.resultHash != verdictHash || ballot.claimed)
            revert NothingToClaim(id, msg.sender);

        uint256 claimsLeft = dispute.claimsLeft;
        if (claimsLeft == 0) claimsLeft = votesFor[id][verdictHash];
        amount = dispute.fee / claimsLeft;
        ballot.claimed = true;
        dispute.fee -= amount;
        dispute.claimsLeft = claimsLeft - 1;

        emit FeeClaimed(id, msg.sender, recipient, amount);

        _pay(recipient, amount);
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IAuditorQuorum
    function members() external view returns (address[] memory) {
        return _members;
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
    function hashResult(
        ICompetition.Assertion calldata result,
        ICompetition.RankedEntry calldata winner
    ) public pure returns (bytes32) {
        return keccak256(abi.encode(result, winner));
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

    // --------------------------------------------------------------- inside

    /// @dev The windows count from the dispute, not from the first vote, so that a verdict is in time.
    function _open(uint256 id, Case storage dispute) private {
        uint40 disputedAt = competition.disputeOf(id).disputedAt;
        if (disputedAt == 0) revert NotDisputed(id);
        dispute.commitEnds = disputedAt + commitSeconds;
        dispute.revealEnds = disputedAt + commitSeconds + revealSeconds;
    }

    /// @dev Fetches the credit first where it is needed; it may have been sent here by anyone before.
    function _pay(address recipient, uint256 amount) private {
        if (address(this).balance < amount) competition.withdraw(address(this));
        if (recipient == address(0)) revert PaymentFailed(recipient);
        // Only `claim` comes here, with the caller's own share, already deducted.
        // slither-disable-next-line arbitrary-send-eth
        (bool sent, ) = recipient.call{value: amount}("");
        if (!sent) revert PaymentFailed(recipient);
    }
}
