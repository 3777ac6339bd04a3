"""Every error that the oracle raises on purpose, as one tree.

    OracleError
    ├── RetryLater         try again next cycle: the world is not ready or not reachable
    │   ├── BeaconUnavailable
    │   ├── ChainUnavailable
    │   ├── SignerUnavailable
    │   ├── ContentUnavailable
    │   │   ├── ContentAbsent
    │   │   └── SourceFailed
    │   ├── ContentNotStored
    │   ├── NotFinalYet
    │   ├── DecoderUnavailable
    │   ├── LedgerUnavailable
    │   ├── Stopped
    │   ├── NoLongerNeeded
    │   ├── GivesWay
    │   ├── StoreFull
    │   ├── QueueFull
    │   ├── TooMany
    │   ├── Busy
    │   └── TooSlow
    ├── NeedsHuman         stop and call a human: continuing could do harm
    │   ├── ChainDisagrees
    │   ├── TransactionStuck
    │   ├── WriterLost
    │   └── SignerRefused
    ├── BadInput           the caller gave bad input (exit code 2)
    │   ├── InvalidConfig
    │   ├── InvalidCid
    │   ├── NotAnImage
    │   ├── TooLarge
    │   ├── NoSession
    │   ├── OneAtATime
    │   ├── LimitReached
    │   └── WrongMoment
    ├── ContractRefused    the contract reverts this call, for the reason given
    │   └── InsufficientFunds
    ├── DevnetFailed       a part of the devnet does not work
    ├── Mismatch           verified, and it does not match (exit code 3)
    └── Undecidable        cannot be decided, content is missing (exit code 4)

The studio continues the tree in `oracle.studio.errors`; what the judge itself raises is in
`scoring.errors`. A single disqualified entry is not an error but a value: see
`scoring.submission.flags.Flag`. Errors that never leave their folder stand where they are raised:
`chain.node_errors.NodeRefusal`, `cluster.engine.WorkerLost` and `cluster.engine.WorkerFailed`,
`push.courier.SubscriptionGone`, `studio.backends.http.Refusal`, and private ones.
"""

from __future__ import annotations


class OracleError(Exception):
    """Something went wrong; `what` says what happened and `hint` what to do about it."""

    exit_code = 1

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


class RetryLater(OracleError):
    """The world is not ready or not reachable; the next cycle tries again."""


class BeaconUnavailable(RetryLater):
    """No relay gave a round that its signature proves, perhaps because it has not come yet."""


class ChainUnavailable(RetryLater):
    """The RPC endpoint did not answer, answered nonsense, or timed out."""


class SignerUnavailable(RetryLater):
    """The remote signer did not answer; nothing was signed."""


class ContentUnavailable(RetryLater):
    """No store delivered content that hashes to the digest asked for.

    Of several stores, `answers` tells what each one said, by its name.
    """

    def __init__(
        self,
        what: str,
        hint: str = "",
        answers: tuple[tuple[str, ContentUnavailable], ...] = (),
    ) -> None:
        super().__init__(what, hint)
        self.answers = answers


class ContentAbsent(ContentUnavailable):
    """The store answered that it does not have this content."""


class SourceFailed(ContentUnavailable):
    """The store did not look for this content; nothing follows from it."""


class ContentNotStored(RetryLater):
    """A store did not take the content that it was given."""


class NotFinalYet(RetryLater):
    """What was asked for is on the chain but can still be reorganised away."""


class DecoderUnavailable(RetryLater):
    """The decode worker does not work on this machine, whatever the image."""


class LedgerUnavailable(RetryLater):
    """The ledger's database does not answer, or takes nothing."""


class Stopped(RetryLater):
    """Long work was broken off because the daemon stops; it continues after the next start."""


class NoLongerNeeded(RetryLater):
    """Long work was broken off because nobody can use its result any longer."""


class GivesWay(RetryLater):
    """Long work was broken off for other work that waits; it has another turn later."""


class StoreFull(RetryLater):
    """No more uploads are kept until some have expired or were revealed."""


class QueueFull(RetryLater):
    """Too many prompts wait already."""


class TooMany(RetryLater):
    """This client asks too often, or for too much at once."""


class Busy(RetryLater):
    """Too many clients ask at once."""


class TooSlow(RetryLater):
    """A body did not come in time."""


class NeedsHuman(OracleError):
    """Continuing could do harm: the daemon stops working on this competition and says so."""


class ChainDisagrees(NeedsHuman):
    """Two readings of the chain that must be equal are not."""


class TransactionStuck(NeedsHuman):
    """A transaction is not mined although its fees were raised to the configured cap."""


class WriterLost(NeedsHuman):
    """Another process sends with this ledger now; this one must send nothing any more."""


class SignerRefused(NeedsHuman):
    """The signer's policy does not allow this transaction."""


class BadInput(OracleError):
    """The caller gave bad input."""

    exit_code = 2


class InvalidConfig(BadInput):
    """A setting is unknown, missing, or out of range."""


class InvalidCid(BadInput):
    """A text is not the one spelling of a CIDv1 of a raw sha2-256 block."""


class NotAnImage(BadInput):
    """An upload cannot be made a submission."""


class TooLarge(BadInput):
    """A body has more bytes than are taken."""


class NoSession(BadInput):
    """A studio's token opens no session, or no longer."""


class OneAtATime(BadInput):
    """The ticket has a prompt that waits or runs already."""


class LimitReached(BadInput):
    """The ticket has used all of its prompts."""


class WrongMoment(BadInput):
    """The competition is not in a phase in which this can be done."""


class ContractRefused(OracleError):
    """The contract reverts this call; `what` says why, `data` is what it returned."""

    def __init__(self, what: str, hint: str = "", data: bytes = b"") -> None:
        super().__init__(what, hint)
        self.data = data


class InsufficientFunds(ContractRefused):
    """The account cannot pay what the call sends along; node and chain are fine."""


class DevnetFailed(OracleError):
    """A part of the devnet did not come up, or did not do what was waited for."""


class Mismatch(OracleError):
    """Something was verified and does not match what was claimed."""

    exit_code = 3


class Undecidable(OracleError):
    """A question cannot be decided because content is missing."""

    exit_code = 4
