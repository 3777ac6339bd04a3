"""A player's side of a studio: open a session, ask for images, keep what comes back."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from oracle.chain.competition import CompetitionContract
from oracle.chain.state import ZERO_ADDRESS
from oracle.errors import BadInput, RetryLater
from oracle.sealed.secret import write_private
from oracle.signing.signer import Signer
from oracle.signing.typed_data import SignedReceipt
from oracle.studio.client import StudioClient, require_field
from oracle.studio.permits import StudioSession
from scoring.digest import Digest, sha256

_SESSION_SECONDS = 7 * 86_400


@dataclass(frozen=True)
class Drawn:
    """An image that a studio made of a prompt, and its receipt."""

    index: int
    left: int
    digest: Digest
    receipt: SignedReceipt
    path: Path


@dataclass
class Prompter:
    """Prompts for one player's account at one studio. `folder` keeps images and receipts."""

    contract: CompetitionContract
    signer: Signer
    studio: StudioClient
    folder: Path
    poll_seconds: float = 0.5
    sleep: Callable[[float], None] = time.sleep
    tokens: dict[tuple[int, int], str] = field(default_factory=dict)  # of open sessions

    def draw(self, competition_id: int, ticket_id: int, words: str) -> Drawn:
        """Asks for one image, waits until it is ready, and keeps it with its receipt.

        Raises `BadInput` with the studio's own words when it refuses, `RetryLater` when it does not
        answer, or its generator failed; in neither case was the prompt counted.
        """
        ticket = (competition_id, ticket_id)
        if ticket not in self.tokens:
            self.tokens[ticket] = self._open(competition_id, ticket_id)
        token = self.tokens[ticket]
        key = secrets.token_hex(16)
        asked = self.studio.ask("POST", "/studio/prompts", token, {"prompt": words}, key)
        number = require_field(asked, "number", int)
        while asked["state"] in ("queued", "running"):
            self.sleep(self.poll_seconds)
            asked = self.studio.ask("GET", f"/studio/prompts/{number}", token)
        if asked["state"] != "done":
            raise RetryLater(f"there is no image: {asked.get('reason')}", "try again")
        left = require_field(self.studio.ask("GET", "/studio/prompts", token), "left", int)
        return self._keep(asked, left, token)

    def receipt(self, digest: Digest) -> SignedReceipt | None:
        """The receipt of an image that was drawn on this machine."""
        try:
            fields = json.loads((self.folder / f"{digest.hex()}.json").read_bytes())
            signature = bytes.fromhex(fields["studio_signature"].removeprefix("0x"))
            return SignedReceipt(int(fields["prompt_index"]), signature)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    # ----------------------------------------------------------------- inside

    def _open(self, competition_id: int, ticket_id: int) -> str:
        block = self.contract.client.latest_block()
        studio = self.contract.state(competition_id, block).terms.studio
        if studio == ZERO_ADDRESS:
            raise BadInput(
                f"competition {competition_id} has no studio", "submit an image: judge submit"
            )
        permit = StudioSession(
            competition_id, ticket_id, studio, block.timestamp + _SESSION_SECONDS
        )
        signature = self.signer.sign_message(permit, self.contract.domain)
        body = {
            "competition": competition_id,
            "ticket": ticket_id,
            "studio": studio,
            "deadline": permit.deadline,
            "signature": "0x" + signature.hex(),
        }
        answer = self.studio.ask("POST", "/studio/sessions", None, body)
        return str(require_field(answer, "token", str))

    def _keep(self, asked: dict[str, Any], left: int, token: str) -> Drawn:
        digest = Digest(bytes.fromhex(require_field(asked, "image_digest", str).removeprefix("0x")))
        index = require_field(asked, "index", int)
        signature = require_field(asked, "studio_signature", str)
        image = self.studio.image(digest.hex(), token)
        if sha256(image) != digest:
            raise RetryLater("the studio sent another image than it signed", "ask it again")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self.folder / f"{digest.hex()}.png"
            write_private(path, image)
            fields = {"prompt_index": index, "studio_signature": signature}
            write_private(path.with_suffix(".json"), json.dumps(fields).encode())
        except OSError as error:
            raise BadInput(
                f"the image cannot be kept in {self.folder}: {error.strerror}",
                "the studio still has it; choose a writable [judge] work_dir and ask again",
            ) from error
        receipt = SignedReceipt(index, bytes.fromhex(signature.removeprefix("0x")))
        return Drawn(index, left, digest, receipt, path)
