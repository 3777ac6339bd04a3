// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICompetition} from "./interfaces/ICompetition.sol";
import {BlockHashes} from "./libraries/BlockHashes.sol";
import {Hashing} from "./libraries/Hashing.sol";
import {Merkle} from "./libraries/Merkle.sol";
import {Payment} from "./libraries/Payment.sol";
import {Record, Records} from "./libraries/Record.sol";
import {Split} from "./libraries/Split.sol";

/// @title Competition
/// @notice See `ICompetition`, which holds all documentation of the outside.
contract Competition is ICompetition {
    using Records for Record;

    /// @dev A ticket and the commitment that counts for it.
    struct Seat {
        Ticket ticket;
        bytes32 commitment;
    }

    /// @inheritdoc ICompetition
    bytes32 public constant TARGET_TYPEHASH = Hashing.TARGET_TYPEHASH;
    /// @inheritdoc ICompetition
    bytes32 public constant SUBMISSION_TYPEHASH = Hashing.SUBMISSION_TYPEHASH;
    /// @inheritdoc ICompetition
    uint40 public constant OPENING_SECONDS = 1 hours;
    /// @inheritdoc ICompetition
    uint40 public constant MAX_PHASE_SECONDS = 30 days;
    /// @inheritdoc ICompetition
    uint40 public constant SEED_DELAY_BLOCKS = 16;
    /// @inheritdoc ICompetition
    uint256 public constant MIN_BOND = Split.MIN_BOND;
    /// @inheritdoc ICompetition
    uint256 public constant PAYOUT_GAS = Payment.PAYOUT_GAS;

    uint32 private constant DISQUALIFIED = 1;

    /// @inheritdoc ICompetition
    uint256 public competitionCount;
    mapping(uint256 id => Record) private _records;
    mapping(uint256 id => mapping(uint256 ticketId => Seat)) private _seats;
    /// @inheritdoc ICompetition
    mapping(address account => uint256) public creditOf;

    // ------------------------------------------------------------- creating

    /// @inheritdoc ICompetition
    function createCompetition(Terms calldata terms) external returns (uint256 id) {
        _checkTerms(terms);
        id = ++competitionCount;

        Record storage record = _records[id];
        record.operator = msg.sender;
        record.saleEnds = terms.saleEnds;
        record.ticketPrice = terms.ticketPrice;
        // Checked to be at most `MAX_PHASE_SECONDS`, which 24 bits hold.
        record.openSeconds = uint24(terms.openSeconds);
        record.revealSeconds = uint24(terms.revealSeconds);
        record.judgingSeconds = uint24(terms.judgingSeconds);
        record.livenessSeconds = uint24(terms.livenessSeconds);
        record.minRevealed = terms.minRevealed;
        record.targetCommitment = terms.targetCommitment;
        record.specDigest = terms.specDigest;

        emit CompetitionCreated(id, msg.sender, terms);
    }

    // -------------------------------------------------------------- playing

    /// @inheritdoc ICompetition
    function buyTicket(uint256 id) external payable returns (uint256 ticketId) {
        Record storage record = _records[id];
        // No need to look at the outcome: nothing can end before the sale does.
        if (block.timestamp >= record.saleEnds) revert WrongPhase(id, record.phase());
        if (msg.value != record.ticketPrice) revert WrongPrice(msg.value, record.ticketPrice);

        ticketId = ++record.sold;
        _seats[id][ticketId].ticket.player = msg.sender;

        emit TicketBought(id, ticketId, msg.sender);
    }

    /// @inheritdoc ICompetition
    function openTarget(uint256 id, bytes32 targetDigest, bytes32 salt) external {
        Record storage record = _records[id];
        Phase actual = record.phase();
        if (actual != Phase.Opening) revert WrongPhase(id, actual);
        uint40 deadline = record.saleEnds + OPENING_SECONDS;
        if (block.timestamp >= deadline) revert DeadlinePassed(deadline);
        bytes32 commitment = Hashing.target(record.operator, targetDigest, salt);
        if (commitment != record.targetCommitment) revert TargetMismatch(record.targetCommitment, commitment);

        uint40 openEnds = uint40(block.timestamp) + record.openSeconds;
        uint40 revealEnds = openEnds + record.revealSeconds;
        record.openEnds = openEnds;
        record.revealEnds = revealEnds;
        record.judgingEnds = revealEnds + record.judgingSeconds;
        record.targetDigest = targetDigest;

        emit TargetOpened(id, targetDigest, openEnds, revealEnds);
    }

    /// @inheritdoc ICompetition
    function commitSubmission(uint256 id, uint256 ticketId, bytes32 commitment) external {
        Record storage record = _records[id];
        // `openEnds` is zero until the target is opened, and nothing can end before it has passed.
        if (block.timestamp >= record.openEnds) revert WrongPhase(id, record.phase());
        Seat storage seat = _seats[id][ticketId];
        if (seat.ticket.player != msg.sender) revert NotTicketHolder(id, ticketId, msg.sender);
        if (commitment == 0) revert EmptyCommitment();

        seat.commitment = commitment;

        emit SubmissionCommitted(id, ticketId, msg.sender, commitment);
    }

    /// @inheritdoc ICompetition
    function revealSubmission(uint256 id, uint256 ticketId, bytes32 imageDigest, bytes32 salt) external {
        Record storage record = _records[id];
        _checkRevealing(id, record);

        record.entriesHash = _reveal(id, ticketId, imageDigest, salt, record.entriesHash);
        ++record.revealed;
    }

    /// @inheritdoc ICompetition
    function revealSubmissions(
        uint256 id,
        uint256[] calldata ticketIds,
        bytes32[] calldata imageDigests,
        bytes32[] calldata salts
    ) external {
        Record storage record = _records[id];
        _checkRevealing(id, record);
        if (imageDigests.length != ticketIds.length || salts.length != ticketIds.length)
            revert LengthMismatch();

        bytes32 entriesHash = record.entriesHash;
        for (uint256 i = 0; i < ticketIds.length; ++i) {
            entriesHash = _reveal(id, ticketIds[i], imageDigests[i], salts[i], entriesHash);
        }
        record.entriesHash = entriesHash;
        // Cannot be cut short: every reveal used up another ticket, and tickets are counted in 32 bits.
        record.revealed += uint32(ticketIds.length);
    }

    // -------------------------------------------------------------- seeding

    /// @inheritdoc ICompetition
    function fixSeedBlock(uint256 id) external returns (uint40 seedBlock) {
        Record storage record = _records[id];
        _checkSeeding(id, record);
        if (record.seedBlock != 0) revert SeedBlockAlreadyFixed(record.seedBlock);
        if (record.revealed < record.minRevealed)
            revert NotEnoughReveals(record.revealed, record.minRevealed);

        seedBlock = uint40(block.number) + SEED_DELAY_BLOCKS;
        record.seedBlock = seedBlock;

        emit SeedBlockFixed(id, seedBlock);
    }

    /// @inheritdoc ICompetition
    function pinSeed(uint256 id) external returns (bytes32 seed) {
        Record storage record = _records[id];
        uint40 seedBlock = record.seedBlock;
        if (seedBlock == 0) {
            _checkSeeding(id, record);
            revert SeedBlockNotFixed();
        }
        if (block.timestamp >= record.judgingEnds) revert DeadlinePassed(record.judgingEnds);
        if (record.seed != 0) revert WrongPhase(id, record.phase());
        bytes32 blockHash = BlockHashes.hashOf(seedBlock);
        if (blockHash == 0) {
            if (block.number <= seedBlock) revert SeedBlockNotReached(seedBlock, block.number);
            revert SeedBlockHashGone(seedBlock);
        }

        seed = Hashing.seed(blockHash, record.entriesHash, id);
        record.seed = seed;

        emit SeedPinned(id, seed);
    }

    // -------------------------------------------------------------- judging

    /// @inheritdoc ICompetition
    function assertRanking(
        uint256 id,
        Assertion calldata assertion,
        RankedEntry calldata winner,
        bytes32[] calldata proof
    ) external payable {
        Record storage record = _records[id];
        _checkAssertable(id, record);
        _checkAssertion(record, assertion);
        _checkWinner(id, winner, proof, assertion.rankingRoot);

        record.assertedAt = uint40(block.timestamp);
        if (winner.flags & DISQUALIFIED == 0) record.winnerTicket = winner.ticketId;
        record.modelHash = assertion.modelHash;
        record.rankingRoot = assertion.rankingRoot;
        record.bundleDigest = assertion.bundleDigest;

        emit RankingAsserted(id, msg.sender, assertion, winner, msg.value);
    }

    // --------------------------------------------------------------- ending

    /// @inheritdoc ICompetition
    function finalize(uint256 id) external {
        Record storage record = _records[id];
        Phase actual = record.phase();
        if (actual != Phase.Asserted) revert WrongPhase(id, actual);
        uint40 livenessEnds = record.livenessEnds();
        if (block.timestamp < livenessEnds) revert LivenessNotOver(livenessEnds);

        uint256 pot = record.pot();
        uint256 bond = Split.bond(pot);
        uint32 winnerTicket = record.winnerTicket;
        if (winnerTicket == 0) {
            _void(id, record, VoidReason.NoWinner);
            _credit(record.operator, bond);
            return;
        }

        record.outcome = Outcome.Final;
        address winner = _seats[id][winnerTicket].ticket.player;
        (uint256 prize, uint256 fee) = Split.prizeAndFee(pot);

        emit CompetitionFinalized(id, winnerTicket, winner, prize, fee);

        _credit(record.operator, fee + bond);
        _pushOrCredit(winner, prize);
    }

    /// @inheritdoc ICompetition
    function voidCompetition(uint256 id) external {
        Record storage record = _records[id];
        Phase actual = record.phase();
        bool judgingOver = block.timestamp >= record.judgingEnds;
        if (actual == Phase.Opening && block.timestamp >= record.saleEnds + OPENING_SECONDS) {
            _void(id, record, VoidReason.TargetNotOpened);
        } else if (actual == Phase.Seeding && record.revealed < record.minRevealed) {
            _void(id, record, VoidReason.TooFewReveals);
        } else if (actual == Phase.Seeding && judgingOver) {
            _void(id, record, VoidReason.SeedMissing);
        } else if (actual == Phase.Judging && judgingOver) {
            _void(id, record, VoidReason.OracleSilent);
        } else {
            revert NothingToVoid(id);
        }
    }

    /// @inheritdoc ICompetition
    function refund(uint256 id, uint256 ticketId) external {
        Record storage record = _records[id];
        if (record.outcome != Outcome.Void) revert WrongPhase(id, record.phase());
        Ticket storage ticket = _seats[id][ticketId].ticket;
        address player = ticket.player;
        if (player == address(0)) revert UnknownTicket(id, ticketId);
        if (ticket.refunded) revert AlreadyRefunded(ticketId);

        ticket.refunded = true;
        uint256 amount = record.ticketPrice;

        emit TicketRefunded(id, ticketId, player, amount);

        _pushOrCredit(player, amount);
    }

    /// @inheritdoc ICompetition
    function withdraw(address account) external {
        _withdraw(account, account);
    }

    /// @inheritdoc ICompetition
    function withdrawTo(address recipient) external {
        _withdraw(msg.sender, recipient);
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc ICompetition
    function competitionOf(uint256 id) external view returns (CompetitionView memory competition) {
        Record storage record = _records[id];
        competition.phase = record.phase();
        if (competition.phase == Phase.None) return competition;

        competition.outcome = record.outcome;
        competition.operator = record.operator;
        competition.terms = _termsOf(record);
        competition.targetDigest = record.targetDigest;
        competition.openEnds = record.openEnds;
        competition.revealEnds = record.revealEnds;
        competition.judgingEnds = record.judgingEnds;
        competition.livenessEnds = record.livenessEnds();
        competition.sold = record.sold;
        competition.revealed = record.revealed;
        competition.entriesHash = record.entriesHash;
        competition.seedBlock = record.seedBlock;
        competition.seed = record.seed;
        competition.winnerTicket = record.winnerTicket;
        competition.modelHash = record.modelHash;
        competition.rankingRoot = record.rankingRoot;
        competition.bundleDigest = record.bundleDigest;
        competition.pot = record.pot();
        competition.bond = Split.bond(competition.pot);
    }

    /// @inheritdoc ICompetition
    function phaseOf(uint256 id) external view returns (Phase) {
        return _records[id].phase();
    }

    /// @inheritdoc ICompetition
    function ticketOf(uint256 id, uint256 ticketId) external view returns (Ticket memory) {
        return _seats[id][ticketId].ticket;
    }

    /// @inheritdoc ICompetition
    function commitmentOf(uint256 id, uint256 ticketId) external view returns (bytes32) {
        return _seats[id][ticketId].commitment;
    }

    /// @inheritdoc ICompetition
    function potOf(uint256 id) external view returns (uint256) {
        return _records[id].pot();
    }

    /// @inheritdoc ICompetition
    function bondOf(uint256 id) external view returns (uint256) {
        return Split.bond(_records[id].pot());
    }

    /// @inheritdoc ICompetition
    function hashTarget(
        address operator,
        bytes32 targetDigest,
        bytes32 salt
    ) external view returns (bytes32) {
        return Hashing.target(operator, targetDigest, salt);
    }

    /// @inheritdoc ICompetition
    function hashSubmission(
        uint256 id,
        uint256 ticketId,
        address player,
        bytes32 imageDigest,
        bytes32 salt
    ) external view returns (bytes32) {
        return Hashing.submission(id, ticketId, player, imageDigest, salt);
    }

    /// @inheritdoc ICompetition
    function hashLeaf(uint256 id, RankedEntry calldata entry) external view returns (bytes32) {
        return Hashing.leaf(id, entry);
    }

    // ------------------------------------------------------------- checking

    function _checkTerms(Terms calldata terms) private view {
        if (terms.targetCommitment == 0) revert InvalidTerms("targetCommitment");
        if (terms.specDigest == 0) revert InvalidTerms("specDigest");
        if (terms.ticketPrice == 0) revert InvalidTerms("ticketPrice");
        if (terms.saleEnds <= block.timestamp || terms.saleEnds > block.timestamp + MAX_PHASE_SECONDS)
            revert InvalidTerms("saleEnds");
        if (_isNoDuration(terms.openSeconds)) revert InvalidTerms("openSeconds");
        if (_isNoDuration(terms.revealSeconds)) revert InvalidTerms("revealSeconds");
        if (_isNoDuration(terms.judgingSeconds)) revert InvalidTerms("judgingSeconds");
        if (_isNoDuration(terms.livenessSeconds)) revert InvalidTerms("livenessSeconds");
        if (terms.minRevealed == 0) revert InvalidTerms("minRevealed");
    }

    function _isNoDuration(uint32 duration) private pure returns (bool) {
        return duration == 0 || duration > MAX_PHASE_SECONDS;
    }

    function _checkRevealing(uint256 id, Record storage record) private view {
        // Both ends are zero until the target is opened, and nothing can end before they have passed.
        if (block.timestamp < record.openEnds || block.timestamp >= record.revealEnds)
            revert WrongPhase(id, record.phase());
    }

    /// @dev Holds from the end of Revealing to the judging deadline, whether the seed is pinned or not.
    /// No need to look at the outcome: before the deadline the only way to an end is TooFewReveals, and
    /// then no seed block can be fixed; nor at the assertion, for which the seed is pinned.
    function _checkSeeding(uint256 id, Record storage record) private view {
        uint40 revealEnds = record.revealEnds;
        if (revealEnds == 0 || block.timestamp < revealEnds) revert WrongPhase(id, record.phase());
        if (block.timestamp >= record.judgingEnds) revert DeadlinePassed(record.judgingEnds);
    }

    function _checkAssertable(uint256 id, Record storage record) private view {
        // No need to look at the outcome: with a seed and no assertion, nothing ends before the deadline.
        if (record.seed == 0 || record.assertedAt != 0) revert WrongPhase(id, record.phase());
        if (msg.sender != record.operator) revert NotOperator(id, msg.sender);
        if (block.timestamp >= record.judgingEnds) revert DeadlinePassed(record.judgingEnds);
        uint256 bond = Split.bond(record.pot());
        if (msg.value != bond) revert WrongBond(msg.value, bond);
    }

    function _checkAssertion(Record storage record, Assertion calldata assertion) private view {
        if (assertion.entriesHash != record.entriesHash)
            revert EntriesHashMismatch(record.entriesHash, assertion.entriesHash);
        if (assertion.leafCount != record.revealed)
            revert LeafCountMismatch(record.revealed, assertion.leafCount);
    }

    function _checkWinner(
        uint256 id,
        RankedEntry calldata winner,
        bytes32[] calldata proof,
        bytes32 rankingRoot
    ) private view {
        if (winner.rank != 1) revert WinnerRankNotFirst(winner.rank);
        Ticket storage ticket = _seats[id][winner.ticketId].ticket;
        if (!ticket.revealed || ticket.player != winner.player) revert WinnerNotEntered(winner.ticketId);
        if (Merkle.rootOf(Hashing.leaf(id, winner), proof) != rankingRoot) revert WinnerProofInvalid();
    }

    // --------------------------------------------------------------- acting

    /// @dev Marks one submission as revealed and returns the entry-set hash that includes it. A cleared
    /// commitment matches nothing, so a second reveal fails like a wrong one.
    function _reveal(
        uint256 id,
        uint256 ticketId,
        bytes32 imageDigest,
        bytes32 salt,
        bytes32 entriesHash
    ) private returns (bytes32 rolled) {
        Seat storage seat = _seats[id][ticketId];
        address player = seat.ticket.player;
        bytes32 commitment = Hashing.submission(id, ticketId, player, imageDigest, salt);
        if (commitment != seat.commitment) revert CommitmentMismatch(ticketId, seat.commitment, commitment);

        seat.commitment = 0;
        seat.ticket.revealed = true;
        rolled = Hashing.roll(entriesHash, ticketId, player, imageDigest);

        emit SubmissionRevealed(id, ticketId, player, imageDigest, rolled);
    }

    function _void(uint256 id, Record storage record, VoidReason reason) private {
        record.outcome = Outcome.Void;

        emit CompetitionVoided(id, reason);
    }

    function _credit(address account, uint256 amount) private {
        creditOf[account] += amount;

        emit Credited(account, amount);
    }

    /// @dev Last in its caller: the receiver may call back, and must find everything settled.
    function _pushOrCredit(address account, uint256 amount) private {
        if (!Payment.push(account, amount)) _credit(account, amount);
    }

    function _withdraw(address account, address recipient) private {
        uint256 amount = creditOf[account];
        if (amount == 0) revert NothingToWithdraw(account);
        // The zero address would take the money and never give it back.
        if (recipient == address(0)) revert PaymentFailed(recipient);

        creditOf[account] = 0;

        emit Withdrawn(account, recipient, amount);

        Payment.pay(recipient, amount);
    }

    function _termsOf(Record storage record) private view returns (Terms memory) {
        return
            Terms({
                targetCommitment: record.targetCommitment,
                specDigest: record.specDigest,
                ticketPrice: record.ticketPrice,
                saleEnds: record.saleEnds,
                openSeconds: record.openSeconds,
                revealSeconds: record.revealSeconds,
                judgingSeconds: record.judgingSeconds,
                livenessSeconds: record.livenessSeconds,
                minRevealed: record.minRevealed
            });
    }
}
