// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title ICompetition
/// @notice Image-recreation competitions: tickets, sealed submissions, a seed nobody chose, a ranking
/// that anyone can recompute, and payouts that anyone can trigger.
/// @dev The contract is immutable and has no owner. The operator of a competition opens its target and
/// asserts its ranking and has no other power: it cannot move a player's money, add, drop or swap an
/// entry, or choose the seed. What it stakes, a deposit and a bond, it loses by silence and by lies.
/// Times are unix seconds; amounts are wei.
interface ICompetition {
    // ---------------------------------------------------------------- types

    /// @notice Where a competition stands. Time phases are derived from the clock, never stored.
    enum Phase {
        None, // no such competition
        Selling, // tickets are on sale, the target is a commitment
        Opening, // the sale is over, the target is not opened yet
        Open, // players commit submissions
        Revealing, // players reveal submissions
        Seeding, // the entry set is closed, the seed is not pinned
        Judging, // the seed is pinned, no ranking is asserted
        Asserted, // a ranking is asserted and may be disputed
        Disputed, // the pool against the ranking is full, the arbiter decides
        Resolved, // the arbiter has given its verdict, nothing can be disputed any more
        Final, // the pot is split between winner and operator
        Void // every ticket is refunded
    }

    /// @notice How a competition ended; `None` while it has not.
    enum Outcome {
        None,
        Final,
        Void
    }

    /// @notice What the arbiter decided; `None` while nothing is decided.
    enum Verdict {
        None,
        Upheld, // the asserted ranking stands
        Replaced // the arbiter's ranking took its place
    }

    /// @notice Why a competition was voided.
    enum VoidReason {
        TargetNotOpened, // the operator did not open the target in time
        TooFewReveals, // fewer submissions were revealed than the terms ask for
        SeedMissing, // the seed was not pinned before the judging deadline
        OracleSilent, // no ranking was asserted before the judging deadline
        NoWinner, // every entry of the ranking is disqualified
        NoVerdict // the arbiter did not decide a dispute in time
    }

    /// @notice What the operator fixes at creation, for good.
    /// @param targetCommitment see `hashTarget`; hides the target until the sale is over
    /// @param specDigest sha256 of the canonical JSON of the judging spec
    /// @param ticketPrice wei per ticket, above zero
    /// @param saleEnds unix seconds at which the sale ends; in the future
    /// @param openSeconds length of the Open phase, counted from `openTarget`
    /// @param revealSeconds length of the Revealing phase
    /// @param judgingSeconds time for seed and ranking together, counted from the end of Revealing
    /// @param livenessSeconds time in which an asserted ranking can be disputed
    /// @param verdictSeconds time the arbiter has to decide a dispute; at least what it says it needs
    /// @param minRevealed fewest revealed submissions for a ranking, at least one
    /// @param maxTickets most tickets that are sold, at least `minRevealed`
    /// @param arbiter who decides disputes: a contract that is an `IArbiter`, or an account
    /// @param studio whose receipts reveals need, an account or an ERC-1271 contract; zero: none needed
    /// @param promptLimit receipts are for prompts below this; zero without, above zero with a studio
    /// @param beacon the `IBeacon` whose round gives the seed; zero: a block hash gives it
    struct Terms {
        bytes32 targetCommitment;
        bytes32 specDigest;
        uint88 ticketPrice;
        uint40 saleEnds;
        uint32 openSeconds;
        uint32 revealSeconds;
        uint32 judgingSeconds;
        uint32 livenessSeconds;
        uint32 verdictSeconds;
        uint32 minRevealed;
        uint32 maxTickets;
        address arbiter;
        address studio;
        uint32 promptLimit;
        address beacon;
    }

    /// @notice Everything about one ticket. Tickets of a competition are numbered from 1. The digest of
    /// a revealed image is in `SubmissionRevealed`.
    /// @param player who holds it, and who is paid or refunded
    /// @param revealed the ticket's submission is in the entry set
    /// @param refunded the ticket was refunded to the player
    /// @param commitment the one that counts, also after its reveal; zero when there is none
    struct TicketView {
        address player;
        bool revealed;
        bool refunded;
        bytes32 commitment;
    }

    /// @notice The two sides of a dispute; all zero when nobody has paid against a ranking.
    /// @param disputedAt unix seconds at which the pool against the ranking was full; zero before
    /// @param joinEnds unix seconds from which nobody can join a side any more
    /// @param verdictEnds unix seconds from which a verdict is too late
    /// @param verdict what the arbiter decided
    /// @param against wei paid against the ranking
    /// @param support wei at stake for it: the operator's bond and what others added; zero until disputed
    struct Dispute {
        uint40 disputedAt;
        uint40 joinEnds;
        uint40 verdictEnds;
        Verdict verdict;
        uint256 against;
        uint256 support;
    }

    /// @notice What one account paid to the two sides of a dispute and has not claimed yet. The operator's
    /// bond is not in here.
    struct Contribution {
        uint128 against;
        uint128 support;
    }

    /// @notice What the oracle claims about a closed entry set.
    /// @param entriesHash must equal the contract's own; guards against a stale or reorganised view
    /// @param modelHash sha256 over the canonical tensors of the trained model
    /// @param rankingRoot root of the standard Merkle tree over all ranking leaves
    /// @param leafCount number of leaves; must equal the number of revealed submissions
    /// @param bundleDigest sha256 of the bundle that explains the ranking
    struct Assertion {
        bytes32 entriesHash;
        bytes32 modelHash;
        bytes32 rankingRoot;
        uint32 leafCount;
        bytes32 bundleDigest;
    }

    /// @notice One row of a ranking.
    /// @param rank place, counted from 1
    /// @param ticketId the entry's ticket
    /// @param player the ticket's player
    /// @param imageDigest sha256 of the submitted file
    /// @param score lower is better, in the unit of the judging spec
    /// @param flags bit 0: disqualified; higher bits: why, and advisory remarks
    struct RankedEntry {
        uint32 rank;
        uint32 ticketId;
        address player;
        bytes32 imageDigest;
        int256 score;
        uint32 flags;
    }

    /// @notice Everything stored about one competition, and its phase now.
    /// @param livenessEnds when an asserted ranking can no longer be disputed; zero before
    /// @param seedBlock the block that gives the seed; zero before it is fixed, and with a beacon
    /// @param beaconRound the beacon's round that gives the seed, from `openTarget` on; zero without
    /// @param deposit what the operator staked at creation, wherever it is now
    struct CompetitionView {
        Phase phase;
        Outcome outcome;
        address operator;
        Terms terms;
        bytes32 targetDigest;
        uint40 openEnds;
        uint40 revealEnds;
        uint40 judgingEnds;
        uint40 livenessEnds;
        uint32 sold;
        uint32 revealed;
        bytes32 entriesHash;
        uint40 seedBlock;
        uint64 beaconRound;
        bytes32 seed;
        uint32 winnerTicket;
        bytes32 modelHash;
        bytes32 rankingRoot;
        bytes32 bundleDigest;
        Dispute dispute;
        uint256 pot;
        uint256 bond;
        uint256 deposit;
    }

    // --------------------------------------------------------------- events

    event CompetitionCreated(uint256 indexed id, address indexed operator, Terms terms);
    event TicketBought(uint256 indexed id, uint256 indexed ticketId, address indexed player);
    event TargetOpened(uint256 indexed id, bytes32 targetDigest, uint40 openEnds, uint40 revealEnds);
    event SubmissionCommitted(
        uint256 indexed id,
        uint256 indexed ticketId,
        address indexed player,
        bytes32 commitment
    );
    event SubmissionRevealed(
        uint256 indexed id,
        uint256 indexed ticketId,
        address indexed player,
        bytes32 imageDigest,
        bytes32 salt,
        bytes32 entriesHash
    );
    event SeedBlockFixed(uint256 indexed id, uint40 seedBlock);
    /// @notice `source` is the beacon's randomness, or the seed block's hash.
    event SeedPinned(uint256 indexed id, bytes32 seed, bytes32 source);
    event RankingAsserted(
        uint256 indexed id,
        address indexed operator,
        Assertion assertion,
        RankedEntry winner,
        uint256 bond
    );
    /// @notice An account paid `amount` against the ranking; `pool` is what all have paid against it.
    event DisputeFunded(
        uint256 indexed id,
        address indexed account,
        uint256 amount,
        uint256 pool,
        bytes32 evidenceDigest
    );
    /// @notice The pool against the ranking is full: the arbiter has to decide.
    event RankingDisputed(
        uint256 indexed id,
        bytes32 rankingRoot,
        bytes32 modelHash,
        uint40 joinEnds,
        uint40 verdictEnds
    );
    /// @notice An account paid `amount` for the ranking; `pool` is all that is at stake for it.
    event RankingSupported(uint256 indexed id, address indexed account, uint256 amount, uint256 pool);
    /// @notice `arbiterFee` is the arbiter's part, credited to it or burned; see `resolveDispute`.
    event DisputeResolved(
        uint256 indexed id,
        bool upheld,
        Assertion verdict,
        RankedEntry winner,
        uint256 arbiterFee
    );
    event BondClaimed(uint256 indexed id, address indexed account, uint256 amount);
    event CompetitionFinalized(
        uint256 indexed id,
        uint256 indexed ticketId,
        address indexed winner,
        uint256 prize,
        uint256 fee
    );
    event CompetitionVoided(uint256 indexed id, VoidReason reason);
    event TicketRefunded(
        uint256 indexed id,
        uint256 indexed ticketId,
        address indexed player,
        uint256 amount
    );
    /// @notice A payment could not be delivered, or is not pushed, and waits for `withdraw`.
    event Credited(address indexed account, uint256 amount);
    event Withdrawn(address indexed account, address indexed recipient, uint256 amount);

    // --------------------------------------------------------------- errors

    error WrongPhase(uint256 id, Phase actual);
    error InvalidTerms(string field);
    error WrongPrice(uint256 paid, uint256 price);
    error WrongDeposit(uint256 paid, uint256 deposit);
    error TargetCommitmentUsed(bytes32 targetCommitment);
    error SoldOut(uint256 id, uint32 maxTickets);
    error TargetMismatch(bytes32 expected, bytes32 actual);
    error NotTicketHolder(uint256 id, uint256 ticketId, address caller);
    error NotOperator(uint256 id, address caller);
    error EmptyCommitment();
    error CommitmentMismatch(uint256 ticketId, bytes32 expected, bytes32 actual);
    error AlreadyRevealed(uint256 ticketId);
    error LengthMismatch();
    error NotEnoughReveals(uint32 revealed, uint32 minRevealed);
    error SeedFromBeacon(uint256 id, address beacon);
    error SeedBlockAlreadyFixed(uint40 seedBlock);
    error SeedBlockNotFixed();
    error SeedBlockNotReached(uint40 seedBlock, uint256 current);
    error SeedBlockHashGone(uint40 seedBlock);
    error DeadlinePassed(uint256 deadline);
    error LivenessNotOver(uint40 livenessEnds);
    error WrongBond(uint256 paid, uint256 bond);
    error EntriesHashMismatch(bytes32 expected, bytes32 actual);
    error LeafCountMismatch(uint32 expected, uint32 actual);
    error WinnerNotEntered(uint32 ticketId);
    error WinnerRankNotFirst(uint32 rank);
    error WinnerImageMismatch(uint32 ticketId);
    error WinnerProofInvalid();
    error AssertionChanged(bytes32 rankingRoot, bytes32 modelHash);
    error NothingPaid();
    error NothingToClaim(uint256 id, address account);
    error NotArbiter(uint256 id, address caller);
    error InvalidPlayer();
    error CommitmentChanged(uint256 ticketId, bytes32 expected, bytes32 actual);
    error InvalidSignature(address signer);
    error ReceiptRequired(uint256 id);
    error PromptLimitExceeded(uint32 promptIndex, uint32 promptLimit);
    error NothingToVoid(uint256 id);
    error AlreadyRefunded(uint256 ticketId);
    error UnknownTicket(uint256 id, uint256 ticketId);
    error NothingToWithdraw(address account);
    error PaymentFailed(address recipient);
    error NotEnoughGas();

    // -------------------------------------------------------------- actions

    /// @notice Creates a competition and returns its id, counted from 1. The caller becomes operator and
    /// pays a deposit of exactly `depositFor(terms.ticketPrice, terms.maxTickets)`. A target commitment
    /// serves an operator once: or else opening one competition would open another.
    /// The deposit is credited back when the competition ends, but goes to the ticket holders when seed
    /// or ranking were missing, and to winner or ticket holders when a verdict replaced the ranking.
    function createCompetition(Terms calldata terms) external payable returns (uint256 id);

    /// @notice Buys one ticket for the caller at exactly the ticket price. Phase: Selling, up to the
    /// terms' `maxTickets`.
    function buyTicket(uint256 id) external payable returns (uint256 ticketId);

    /// @notice Buys one ticket for another: the ticket, and all it may win or get back, is `player`'s.
    function buyTicketFor(uint256 id, address player) external payable returns (uint256 ticketId);

    /// @notice Opens the target and starts the Open phase now. Anyone who holds digest and salt may call.
    /// Phase: Opening, for at most `OPENING_SECONDS`.
    function openTarget(uint256 id, bytes32 targetDigest, bytes32 salt) external;

    /// @notice Commits a submission; a later commitment replaces it. Ticket holder only. Phase: Open.
    function commitSubmission(uint256 id, uint256 ticketId, bytes32 commitment) external;

    /// @notice Commits a submission for a player who signed it; anyone may submit. Phase: Open.
    /// @param replaced the commitment that counts now, zero for none: so a signature is used up when the
    /// commitment changes, by whatever way, and there is no nonce. Commit with a new salt every time.
    /// @param deadline unix seconds from which the signature is worthless
    /// @param signature the player's, over `hashCommit`: by the account's key, whatever code the account
    /// has, or else by ERC-1271 within `SIGNATURE_GAS`
    function commitSubmissionFor(
        uint256 id,
        uint256 ticketId,
        bytes32 commitment,
        bytes32 replaced,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Reveals one submission into the entry set. Anyone who holds digest and salt may call;
    /// the entry is the ticket holder's all the same. Phase: Revealing.
    function revealSubmission(uint256 id, uint256 ticketId, bytes32 imageDigest, bytes32 salt) external;

    /// @notice Reveals many submissions; a wrong one stops them all. A ticket that is revealed already is
    /// passed over, or else anyone could stop a batch by revealing one of it first. Phase: Revealing.
    function revealSubmissions(
        uint256 id,
        uint256[] calldata ticketIds,
        bytes32[] calldata imageDigests,
        bytes32[] calldata salts
    ) external;

    /// @notice As `revealSubmission`, in a competition with a studio.
    /// @param promptIndex which of the ticket's prompts made the image, below `promptLimit`
    /// @param signature the studio's, over `hashReceipt`: by the account's key, whatever code the account
    /// has, or else by ERC-1271 within `SIGNATURE_GAS`
    function revealSubmissionWithReceipt(
        uint256 id,
        uint256 ticketId,
        bytes32 imageDigest,
        bytes32 salt,
        uint32 promptIndex,
        bytes calldata signature
    ) external;

    /// @notice As `revealSubmissions`, in a competition with a studio.
    function revealSubmissionsWithReceipts(
        uint256 id,
        uint256[] calldata ticketIds,
        bytes32[] calldata imageDigests,
        bytes32[] calldata salts,
        uint32[] calldata promptIndexes,
        bytes[] calldata signatures
    ) external;

    /// @notice Fixes the block whose hash becomes the seed, `SEED_DELAY_BLOCKS` ahead. Anyone.
    /// Phase: Seeding, once, only with enough reveals, and only without a beacon.
    function fixSeedBlock(uint256 id) external returns (uint40 seedBlock);

    /// @notice Pins the seed. Anyone, before the judging deadline, with enough reveals. Phase: Seeding.
    /// With a beacon: from the signature of round `beaconRound`, which comes `SEED_MARGIN_SECONDS` after
    /// the end of Revealing. Without: once the seed block is mined and its hash still known.
    /// The seed is keccak256(abi.encode(source, entriesHash, chainid, this, id)), where source is the
    /// round's randomness or the block's hash.
    /// @param signature of the round, as the beacon wants it; not looked at without a beacon
    function pinSeed(uint256 id, bytes calldata signature) external returns (bytes32 seed);

    /// @notice Asserts a ranking with a bond of exactly `bondOf(id)`. Operator only, before the judging
    /// deadline. Phase: Judging. The winner's leaf is proven against the root here, so that finalizing
    /// needs no further data, and its image against the ticket's commitment.
    /// @param winnerSalt the salt of the winner's commitment, from its `SubmissionRevealed`
    function assertRanking(
        uint256 id,
        Assertion calldata assertion,
        RankedEntry calldata winner,
        bytes32 winnerSalt,
        bytes32[] calldata proof
    ) external payable;

    /// @notice Pays any amount against the asserted ranking that it names. Anyone, as often as they like.
    /// Phase: Asserted, before liveness ends, until the pool holds `bondOf(id)` and the ranking is
    /// disputed; then Disputed, before `joinEnds`. When the pool does not fill in time, the ranking counts
    /// as undisputed and everyone takes back what they paid by `claimBond`.
    /// @param rankingRoot the asserted one; after a reorganisation it may be another's
    /// @param modelHash the asserted one
    /// @param evidenceDigest sha256 of a report that says why; only logged
    function dispute(
        uint256 id,
        bytes32 rankingRoot,
        bytes32 modelHash,
        bytes32 evidenceDigest
    ) external payable;

    /// @notice Pays any amount for a disputed ranking, beside the operator's bond. Anyone.
    /// Phase: Disputed, before `joinEnds`.
    /// @param rankingRoot the asserted one; after a reorganisation it may be another's
    /// @param modelHash the asserted one
    function support(uint256 id, bytes32 rankingRoot, bytes32 modelHash) external payable;

    /// @notice Decides a dispute. The arbiter only, before `verdictEnds`. Phase: Disputed.
    /// A verdict with the asserted model hash, root and winner upholds the assertion; any other takes
    /// its place. At stake is the losing side's pool and, when the ranking is replaced and somebody wins,
    /// the operator's fee. Half of it is the arbiter's part: credited when the arbiter has code, or else
    /// burned, so that nobody who appoints its own account gains. The rest, dust included, is the winning
    /// side's, on top of its own pool; see `claimBond`. The operator's share is credited at once.
    /// @return arbiterFee wei of the arbiter's part
    function resolveDispute(
        uint256 id,
        Assertion calldata verdict,
        RankedEntry calldata winner,
        bytes32 winnerSalt,
        bytes32[] calldata proof
    ) external returns (uint256 arbiterFee);

    /// @notice Pays an account what its contributions to a dispute are worth, or credits it. Anyone may
    /// call. After a verdict: a share of the winning side's money by what it paid there; without one,
    /// also when the pool did not fill: what it paid.
    function claimBond(uint256 id, address account) external returns (uint256 amount);

    /// @notice Ends a competition: the prize is paid to the winner, or credited when the
    /// winner cannot take it; fee, deposit and an undisputed bond are credited to the operator. Of a
    /// replaced ranking the operator gets nothing, and the prize holds the deposit. With a disqualified
    /// winner the competition is voided instead. Anyone. Phase: Asserted, after liveness, or Resolved.
    function finalize(uint256 id) external;

    /// @notice Voids a competition whose next step is overdue or impossible. Anyone. The deposit is
    /// forfeited to the ticket holders when seed or ranking are missing; without a verdict the operator's
    /// bond is, because it chose the arbiter, and the deposit is credited back.
    function voidCompetition(uint256 id) external;

    /// @notice Sends `refundOf` a ticket to its player, or credits it. Anyone, once. Phase: Void.
    function refund(uint256 id, uint256 ticketId) external;

    /// @notice Pays an account's whole credit to that account. Anyone may call.
    function withdraw(address account) external;

    /// @notice Pays the caller's whole credit to another address.
    function withdrawTo(address recipient) external;

    // ---------------------------------------------------------------- views

    /// @notice Everything about one competition in one call; phase `None` when there is no such id.
    function competitionOf(uint256 id) external view returns (CompetitionView memory);

    /// @notice The phase now.
    function phaseOf(uint256 id) external view returns (Phase);

    /// @notice Everything about one ticket in one call; all zero when it was not sold.
    function ticketOf(uint256 id, uint256 ticketId) external view returns (TicketView memory);

    /// @notice The dispute of a competition; all zero when there is none.
    function disputeOf(uint256 id) external view returns (Dispute memory);

    /// @notice What an account paid to the sides of a dispute and has not claimed yet.
    function contributionOf(uint256 id, address account) external view returns (Contribution memory);

    /// @notice Wei that `claimBond` would pay now; zero when nothing can be claimed.
    function claimOf(uint256 id, address account) external view returns (uint256);

    /// @notice Wei that `refund` pays for a ticket of a voided competition: its price, and an equal share
    /// of what the operator forfeited, where the first tickets get the odd wei. Zero in other phases.
    function refundOf(uint256 id, uint256 ticketId) external view returns (uint256);

    /// @notice Wei that `account` can withdraw.
    function creditOf(address account) external view returns (uint256);

    /// @notice Wei paid for the tickets of a competition: price times sold.
    function potOf(uint256 id) external view returns (uint256);

    /// @notice Bond that an assertion or a dispute needs: a tenth of the pot, at least `MIN_BOND`.
    function bondOf(uint256 id) external view returns (uint256);

    /// @notice Deposit that a competition's operator paid at creation.
    function depositOf(uint256 id) external view returns (uint256);

    /// @notice Deposit that creating a competition takes: a fifth of all it can sell, the most its fee
    /// can be.
    function depositFor(uint88 ticketPrice, uint32 maxTickets) external pure returns (uint256);

    /// @notice Whether an operator has used a target commitment already.
    function isTargetUsed(address operator, bytes32 targetCommitment) external view returns (bool);

    /// @notice Number of competitions; ids run from 1 to this.
    function competitionCount() external view returns (uint256);

    /// @notice The commitment for `Terms.targetCommitment`:
    /// keccak256(abi.encode(TARGET_TYPEHASH, chainid, this, operator, targetDigest, salt)).
    function hashTarget(address operator, bytes32 targetDigest, bytes32 salt) external view returns (bytes32);

    /// @notice The commitment for `commitSubmission`:
    /// keccak256(abi.encode(SUBMISSION_TYPEHASH, chainid, this, id, ticketId, player, imageDigest, salt)).
    function hashSubmission(
        uint256 id,
        uint256 ticketId,
        address player,
        bytes32 imageDigest,
        bytes32 salt
    ) external view returns (bytes32);

    /// @notice The double-hashed leaf of OpenZeppelin's standard Merkle tree:
    /// keccak256(bytes.concat(keccak256(abi.encode(chainid, this, id, entry fields in order)))).
    function hashLeaf(uint256 id, RankedEntry calldata entry) external view returns (bytes32);

    /// @notice EIP-712 digest for `commitSubmissionFor`, in the domain ("Judging Oracle", "1", chainid,
    /// this): Commit(uint256 id,uint256 ticketId,bytes32 commitment,bytes32 replaced,uint256 deadline).
    function hashCommit(
        uint256 id,
        uint256 ticketId,
        bytes32 commitment,
        bytes32 replaced,
        uint256 deadline
    ) external view returns (bytes32);

    /// @notice EIP-712 digest of a studio's receipt, in the same domain:
    /// Receipt(uint256 id,uint256 ticketId,address player,bytes32 imageDigest,uint32 promptIndex).
    function hashReceipt(
        uint256 id,
        uint256 ticketId,
        address player,
        bytes32 imageDigest,
        uint32 promptIndex
    ) external view returns (bytes32);

    /// @notice Typehash of a target commitment:
    /// keccak256("Target(uint256 chainid,address competition,address operator,bytes32 targetDigest,bytes32 salt)").
    function TARGET_TYPEHASH() external view returns (bytes32);

    /// @notice Typehash of a submission commitment: keccak256("Submission(uint256 chainid,address
    /// competition,uint256 id,uint256 ticketId,address player,bytes32 imageDigest,bytes32 salt)"),
    /// written without line break.
    function SUBMISSION_TYPEHASH() external view returns (bytes32);

    /// @notice Seconds after the sale in which the target must be opened.
    function OPENING_SECONDS() external view returns (uint40);

    /// @notice Longest sale, and longest single phase, in seconds; bounds how long money can wait.
    function MAX_PHASE_SECONDS() external view returns (uint40);

    /// @notice Blocks between fixing the seed block and that block.
    function SEED_DELAY_BLOCKS() external view returns (uint40);

    /// @notice Seconds after the end of Revealing at which the beacon's round comes.
    function SEED_MARGIN_SECONDS() external view returns (uint40);

    /// @notice Shortest Revealing that terms can ask for, in seconds.
    function minRevealSeconds() external view returns (uint32);

    /// @notice Shortest time for seed and ranking that terms can ask for, in seconds.
    function minJudgingSeconds() external view returns (uint32);

    /// @notice Shortest time for disputing that terms can ask for, in seconds.
    function minLivenessSeconds() external view returns (uint32);

    /// @notice Smallest bond, in wei.
    function MIN_BOND() external view returns (uint256);

    /// @notice Gas forwarded with a pushed payment.
    function PAYOUT_GAS() external view returns (uint256);

    /// @notice Gas forwarded to a contract that is asked whether a signature is its.
    function SIGNATURE_GAS() external view returns (uint256);

    /// @notice Where burned money goes: an account that nobody has the key of.
    function BURNED() external view returns (address);
}
