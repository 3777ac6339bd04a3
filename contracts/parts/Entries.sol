// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IBeacon} from "../interfaces/IBeacon.sol";
import {ICompetition} from "../interfaces/ICompetition.sol";
import {Hashing} from "../libraries/Hashing.sol";
import {Record, Records, Seat} from "../libraries/Record.sol";
import {Signatures} from "../libraries/Signatures.sol";
import {CompetitionState} from "./CompetitionState.sol";

/// @title Entries
/// @notice Opening the target, committing and revealing submissions.
abstract contract Entries is CompetitionState {
    using Records for Record;

    /// @inheritdoc ICompetition
    uint256 public constant SIGNATURE_GAS = Signatures.SIGNATURE_GAS;

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
        address beacon = record.beacon;
        if (beacon != address(0))
            record.beaconRound = IBeacon(beacon).roundAt(revealEnds + SEED_MARGIN_SECONDS);

        emit TargetOpened(id, targetDigest, openEnds, revealEnds);
    }

    /// @inheritdoc ICompetition
    function commitSubmission(uint256 id, uint256 ticketId, bytes32 commitment) external {
        Record storage record = _records[id];
        Seat storage seat = record.seats[ticketId];
        _checkOpen(id, record);
        if (seat.player != msg.sender) revert NotTicketHolder(id, ticketId, msg.sender);
        _commit(id, ticketId, seat, msg.sender, commitment);
    }

    /// @inheritdoc ICompetition
    function commitSubmissionFor(
        uint256 id,
        uint256 ticketId,
        bytes32 commitment,
        bytes32 replaced,
        uint256 deadline,
        bytes calldata signature
    ) external {
        Record storage record = _records[id];
        Seat storage seat = record.seats[ticketId];
        _checkOpen(id, record);
        address player = seat.player;
        if (player == address(0)) revert UnknownTicket(id, ticketId);
        if (block.timestamp >= deadline) revert DeadlinePassed(deadline);
        if (seat.commitment != replaced) revert CommitmentChanged(ticketId, replaced, seat.commitment);
        _checkSignature(player, Hashing.commit(id, ticketId, commitment, replaced, deadline), signature);
        _commit(id, ticketId, seat, player, commitment);
    }

    /// @inheritdoc ICompetition
    function revealSubmission(uint256 id, uint256 ticketId, bytes32 imageDigest, bytes32 salt) external {
        Record storage record = _records[id];
        _checkRevealing(id, record);
        if (record.promptLimit != 0) revert ReceiptRequired(id);

        _enter(id, record, ticketId, imageDigest, salt);
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
        if (record.promptLimit != 0) revert ReceiptRequired(id);
        if (imageDigests.length != ticketIds.length || salts.length != ticketIds.length)
            revert LengthMismatch();

        bytes32 entriesHash = record.entriesHash;
        uint32 entered = 0;
        for (uint256 i = 0; i < ticketIds.length; ++i) {
            if (record.seats[ticketIds[i]].revealed) continue;
            entriesHash = _reveal(id, record, ticketIds[i], imageDigests[i], salts[i], entriesHash);
            ++entered;
        }
        record.entriesHash = entriesHash;
        record.revealed += entered;
    }

    /// @inheritdoc ICompetition
    function revealSubmissionWithReceipt(
        uint256 id,
        uint256 ticketId,
        bytes32 imageDigest,
        bytes32 salt,
        uint32 promptIndex,
        bytes calldata signature
    ) external {
        Record storage record = _records[id];
        _checkRevealing(id, record);
        _checkReceipt(id, record, ticketId, imageDigest, promptIndex, signature);

        _enter(id, record, ticketId, imageDigest, salt);
    }

    /// @inheritdoc ICompetition
    function revealSubmissionsWithReceipts(
        uint256 id,
        uint256[] calldata ticketIds,
        bytes32[] calldata imageDigests,
        bytes32[] calldata salts,
        uint32[] calldata promptIndexes,
        bytes[] calldata signatures
    ) external {
        Record storage record = _records[id];
        _checkRevealing(id, record);
        if (imageDigests.length != ticketIds.length || salts.length != ticketIds.length)
            revert LengthMismatch();
        if (promptIndexes.length != ticketIds.length || signatures.length != ticketIds.length)
            revert LengthMismatch();

        for (uint256 i = 0; i < ticketIds.length; ++i) {
            if (record.seats[ticketIds[i]].revealed) continue;
            _checkReceipt(id, record, ticketIds[i], imageDigests[i], promptIndexes[i], signatures[i]);
            _enter(id, record, ticketIds[i], imageDigests[i], salts[i]);
        }
    }

    function _checkRevealing(uint256 id, Record storage record) private view {
        // Both ends are zero until the target is opened, and nothing can end before they have passed.
        if (block.timestamp < record.openEnds || block.timestamp >= record.revealEnds)
            revert WrongPhase(id, record.phase());
    }

    function _checkOpen(uint256 id, Record storage record) private view {
        // `openEnds` is zero until the target is opened, and nothing can end before it has passed.
        if (block.timestamp >= record.openEnds) revert WrongPhase(id, record.phase());
    }

    function _commit(
        uint256 id,
        uint256 ticketId,
        Seat storage seat,
        address player,
        bytes32 commitment
    ) private {
        if (commitment == 0) revert EmptyCommitment();

        seat.commitment = commitment;

        emit SubmissionCommitted(id, ticketId, player, commitment);
    }

    function _checkSignature(address signer, bytes32 digest, bytes calldata signature) private view {
        if (!Signatures.isValid(signer, digest, signature)) revert InvalidSignature(signer);
    }

    /// @dev Without a studio the limit is zero, and no index is below it.
    function _checkReceipt(
        uint256 id,
        Record storage record,
        uint256 ticketId,
        bytes32 imageDigest,
        uint32 promptIndex,
        bytes calldata signature
    ) private view {
        if (promptIndex >= record.promptLimit) revert PromptLimitExceeded(promptIndex, record.promptLimit);
        address player = record.seats[ticketId].player;
        bytes32 digest = Hashing.receipt(id, ticketId, player, imageDigest, promptIndex);
        _checkSignature(record.studio, digest, signature);
    }

    /// @dev Reveals one submission into the entry set.
    function _enter(
        uint256 id,
        Record storage record,
        uint256 ticketId,
        bytes32 imageDigest,
        bytes32 salt
    ) private {
        record.entriesHash = _reveal(id, record, ticketId, imageDigest, salt, record.entriesHash);
        ++record.revealed;
    }

    /// @dev Marks one submission as revealed and returns the entry-set hash that includes it. The commitment
    /// stays, so that whoever claims that the ticket won has to name its image.
    function _reveal(
        uint256 id,
        Record storage record,
        uint256 ticketId,
        bytes32 imageDigest,
        bytes32 salt,
        bytes32 entriesHash
    ) private returns (bytes32 rolled) {
        Seat storage seat = record.seats[ticketId];
        if (seat.revealed) revert AlreadyRevealed(ticketId);
        address player = seat.player;
        bytes32 commitment = Hashing.submission(id, ticketId, player, imageDigest, salt);
        if (commitment != seat.commitment) revert CommitmentMismatch(ticketId, seat.commitment, commitment);

        seat.revealed = true;
        rolled = Hashing.roll(entriesHash, ticketId, player, imageDigest);

        emit SubmissionRevealed(id, ticketId, player, imageDigest, salt, rolled);
    }
}
