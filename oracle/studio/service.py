"""The studio: it opens sessions, takes prompts into the queue, and tells what became of them.

Images are made by `oracle.studio.worker`; what is promised is kept by `oracle.studio.book`. All
methods can be called from any thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from oracle.chain.competition import CompetitionContract
from oracle.chain.state import CompetitionState, Phase
from oracle.chain.wire import Block
from oracle.errors import BadInput, WrongMoment
from oracle.signing.verifying import is_signed_by
from oracle.studio.announcer import Announcer
from oracle.studio.book import PromptBook
from oracle.studio.chain_view import ChainView
from oracle.studio.gallery import Gallery
from oracle.studio.line import WaitingLine
from oracle.studio.permits import StudioSession
from oracle.studio.progress import ProgressBoard
from oracle.studio.prompt import Prompt, State
from oracle.studio.sessions import Session, SessionBook
from scoring.digest import Digest

MAX_KEY_LETTERS = 200
_LONGEST_SESSION_SECONDS = 60 * 86_400


@dataclass(frozen=True)
class Limits:
    """What a studio takes on."""

    most_waiting: int = 500  # prompts in the queue, of all tickets
    margin_seconds: float = 5.0  # an image this close to the end helps nobody


@dataclass(frozen=True)
class Asked:
    """A prompt that was taken, and what its player may expect."""

    prompt: Prompt
    ahead: int  # prompts that are generated before it
    seconds: float  # until its image, by what the last ones took
    left: int  # prompts that the ticket has after this one


class Studio:
    """One studio's service for the competitions that name it in their terms."""

    def __init__(
        self,
        contract: CompetitionContract,
        address: str,
        book: PromptBook,
        sessions: SessionBook,
        gallery: Gallery,
        announcer: Announcer,
        clean: Callable[[str], str],
        seconds_per_image: Callable[[], float],
        limits: Limits = Limits(),  # noqa: B008 (frozen)
    ) -> None:
        """`clean` makes of a text the words that a generator may read, or raises `BadInput`."""
        self.contract = contract
        self.address = address
        self.book = book
        self.announcer = announcer
        self.line = WaitingLine(announcer)
        self.progress = ProgressBoard(announcer)
        self._sessions = sessions
        self._gallery = gallery
        self._clean = clean
        self._seconds_per_image = seconds_per_image
        self._limits = limits
        self._chain = ChainView(contract)

    # ---------------------------------------------------------------- sessions

    def open_session(self, permit: StudioSession, signature: bytes) -> tuple[str, Session]:
        """A token for the ticket's player, who signed `permit`.

        Raises `BadInput` for a competition of another studio, a ticket that is not the signer's or
        a permit that is out of date, and `RetryLater` without a chain.
        """
        state, block = self._chain.state(permit.competition_id, fresh=True)
        if permit.studio != self.address:
            raise BadInput(
                f"the session was signed for the studio {permit.studio}",
                f"sign it for this one, {self.address}",
            )
        self._check_own(state)
        now = block.timestamp
        if not now < permit.deadline <= now + _LONGEST_SESSION_SECONDS:
            raise BadInput(
                "the session's deadline has passed or is more than 60 days away",
                "check this machine's clock, and sign a session until the competition ends",
            )
        player = self._require_player(permit, signature, block)
        session = Session(permit.competition_id, permit.ticket_id, player, permit.deadline)
        return self._sessions.open(session, self._now()), session

    def session(self, token: str) -> Session:
        """What a token stands for. Raises `NoSession`."""
        return self._sessions.find(token, self._now())

    def is_session_over(self, session: Session) -> bool:
        """Whether its deadline has passed, by the chain's clock. Raises `RetryLater`."""
        return self._now() >= session.expires_at

    # ---------------------------------------------------------------- prompts

    def ask(self, session: Session, key: str, text: str) -> Asked:
        """Takes a prompt; the same `key` again gives the same prompt, and counts once.

        Raises `BadInput` (words that are none, a used-up limit, another prompt on its way, the
        wrong phase or moment), and `RetryLater` for a full queue or without a chain.
        """
        if not 0 < len(key) <= MAX_KEY_LETTERS:
            raise BadInput(
                "an idempotency key has 1 to 200 letters", "make a random one for every new prompt"
            )
        words = self._clean(text)
        state, block = self._chain.state(session.competition_id)
        self._check_own(state)
        self._check_open(state, block)
        limit = state.terms.prompt_limit
        seconds = (len(self.line) + 1) * self._seconds_per_image()
        if block.timestamp + seconds + self._limits.margin_seconds >= state.open_ends:
            raise WrongMoment(
                f"the image would be ready in about {seconds:.0f} s, after the hour has ended",
                "nothing was counted; choose among the images that you have",
            )
        prompt = self.book.reserve(
            session.competition_id,
            session.ticket_id,
            key,
            words,
            player=session.player,
            limit=limit,
            ends_at=state.open_ends,
            most_waiting=self._limits.most_waiting,
        )
        self.line.joined([prompt])
        ahead = self.line.place(prompt.ticket) or 0
        left = limit - (prompt.index if prompt.index is not None else 0) - 1
        return Asked(prompt, ahead, (ahead + 1) * self._seconds_per_image(), left)

    def prompts(self, session: Session) -> tuple[Prompt, ...]:
        """Everything that the session's ticket has asked, oldest first."""
        return self.book.of_ticket(session.competition_id, session.ticket_id)

    def prompt(self, session: Session, number: int) -> Prompt:
        """One of the ticket's prompts. Raises `BadInput` when there is none of this number."""
        found = self.book.find(session.competition_id, session.ticket_id, number)
        if found is None:
            raise BadInput(f"this ticket has no prompt {number}", "list them all first")
        return found

    def cancel(self, session: Session, number: int) -> Prompt:
        """Takes a waiting prompt back, so that it does not count. Raises `WrongMoment` after."""
        prompt = self.prompt(session, number)
        if not self.book.cancel(prompt) and prompt.state is not State.CANCELLED:
            raise WrongMoment(
                f"prompt {number} does not wait any more", "its image is being made, or is ready"
            )
        self.line.left(prompt)
        return self.prompt(session, number)

    def image(self, session: Session, digest: Digest) -> bytes:
        """One of the ticket's own images. Raises `BadInput` for any other digest.

        Raises `RetryLater` when it has to be drawn again, and cannot be now.
        """
        ticket = session.competition_id, session.ticket_id
        own = {prompt.image_digest for prompt in self.prompts(session)}
        image = self._gallery.find(ticket, digest) if digest in own else None
        if image is None:
            raise BadInput("this ticket has no such image", "list its prompts first")
        return image

    def limit(self, session: Session) -> tuple[int, int]:
        """How many prompts the ticket has in all, and when prompting ends (unix seconds)."""
        return self._chain.prompts_end(session.competition_id)

    def is_over(self, prompt: Prompt) -> bool:
        """Whether the hour in which a prompt's image could be committed has ended."""
        return self._now() >= prompt.ends_at

    # ----------------------------------------------------------------- inside

    def _require_player(self, permit: StudioSession, signature: bytes, block: Block) -> str:
        """The account that holds the permit's ticket, and signed. Raises `BadInput`."""
        with self._chain.client_lock:
            ticket = self.contract.ticket(permit.competition_id, permit.ticket_id, block)
        if int(ticket.player, 16) == 0:
            raise BadInput(
                f"competition {permit.competition_id} has no ticket {permit.ticket_id}",
                "name a ticket that you bought",
            )
        domain, client = self.contract.domain, self.contract.client
        with self._chain.client_lock:  # a contract is asked for its word
            if is_signed_by(permit, domain, signature, ticket.player, client, block):
                return ticket.player
        raise BadInput(
            f"this is not a signature of {ticket.player}, who holds ticket {permit.ticket_id}",
            "sign with the wallet that bought the ticket",
        )

    def _check_own(self, state: CompetitionState) -> None:
        if state.phase is Phase.NONE:
            raise BadInput(f"there is no competition {state.id}", "check the number and the chain")
        if state.terms.studio != self.address:
            raise BadInput(
                f"competition {state.id} does not name this studio in its terms",
                f"its studio is {state.terms.studio}",
            )

    def _check_open(self, state: CompetitionState, block: Block) -> None:
        if state.phase is not Phase.OPEN or block.timestamp >= state.open_ends:
            name = state.phase.name.lower()
            raise WrongMoment(
                f"competition {state.id} takes no prompts now: it is {name}",
                "prompts are taken while it is open",
            )

    def _now(self) -> int:
        return self._chain.latest().timestamp
