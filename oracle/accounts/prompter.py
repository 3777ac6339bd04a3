"""A player's side of a studio: open a session, ask for images, keep what comes back."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from oracle.chain.competition import CompetitionContract
from oracle.chain.state import ZERO_ADDRESS
from oracle.errors import BadInput, RetryLater
from oracle.sealed.secret import write_private
from oracle.signing.signer import Signer
from oracle.signing.typed_data import SignedReceipt
from oracle.studio.permits import StudioSession
from scoring.digest import Digest, sha256
from scoring.submission.image import MAX_IMAGE_BYTES

_ANSWER_BYTES = 4 << 20
_POLL_SECONDS = 0.5
_SESSION_SECONDS = 7 * 86_400


@dataclass(frozen=True)
class Drawn:
    """An image that a studio made of a prompt, and its receipt."""

    index: int
    left: int
    digest: Digest
    receipt: SignedReceipt
    path: Path


@dataclass(frozen=True)
class Prompter:
    """Prompts for one player's account at one studio. `folder` keeps images and receipts."""

    contract: CompetitionContract
    signer: Signer
    url: str
    folder: Path
    timeout_seconds: float = 30.0
    sleep: Callable[[float], None] = time.sleep

    def draw(self, competition_id: int, ticket_id: int, words: str) -> Drawn:
        """Asks for one image, waits until it is ready, and keeps it with its receipt.

        Raises `BadInput` with the studio's own words when it refuses, `RetryLater` when it does not
        answer, or its generator failed; in neither case was the prompt counted.
        """
        token = self._open(competition_id, ticket_id)
        key = secrets.token_hex(16)
        asked = self._ask("POST", "/studio/prompts", token, {"prompt": words}, key)
        number = _field(asked, "number", int)
        while asked["state"] in ("queued", "running"):
            self.sleep(_POLL_SECONDS)
            asked = self._ask("GET", f"/studio/prompts/{number}", token)
        if asked["state"] != "done":
            raise RetryLater(f"there is no image: {asked.get('reason')}", "try again")
        left = _field(self._ask("GET", "/studio/prompts", token), "left", int)
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
        return str(_field(self._ask("POST", "/studio/sessions", None, body), "token", str))

    def _keep(self, asked: dict[str, Any], left: int, token: str) -> Drawn:
        digest = Digest(bytes.fromhex(_field(asked, "image_digest", str).removeprefix("0x")))
        index = _field(asked, "index", int)
        signature = _field(asked, "studio_signature", str)
        image = self._fetch(f"/studio/images/{digest.hex()}", token)
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

    def _ask(
        self,
        method: str,
        path: str,
        token: str | None,
        body: dict[str, Any] | None = None,
        key: str = "",
    ) -> dict[str, Any]:
        headers = {"Idempotency-Key": key} if key else {}
        status, data = self._send(method, path, token, headers, body, _ANSWER_BYTES)
        try:
            answer: Any = json.loads(data)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise RetryLater(f"{self.url} does not answer like a studio", "check [studio] url")
        if status >= 400:
            kind = RetryLater if status in (429, 503) else BadInput
            raise kind(str(answer.get("what", f"the studio says {status}")), str(answer.get("do")))
        return answer

    def _fetch(self, path: str, token: str) -> bytes:
        status, data = self._send("GET", path, token, {}, None, MAX_IMAGE_BYTES)
        if status != 200:
            raise RetryLater(f"the studio does not send the image ({status})", "try again")
        return data

    def _send(
        self,
        method: str,
        path: str,
        token: str | None,
        headers: dict[str, str],
        body: dict[str, Any] | None,
        most_bytes: int,
    ) -> tuple[int, bytes]:
        """One request; at most `most_bytes` are read of the answer."""
        if token is not None:
            headers = {**headers, "Authorization": f"Bearer {token}"}
        session = requests.Session()
        session.trust_env = False
        try:
            with session.request(
                method,
                self.url.rstrip("/") + path,
                json=body,
                headers=headers,
                timeout=self.timeout_seconds,
                stream=True,
                allow_redirects=False,
            ) as answer:
                data = answer.raw.read(most_bytes + 1, decode_content=True)
                if len(data) > most_bytes:
                    raise RetryLater(f"{self.url} sends too much", "check [studio] url")
                return answer.status_code, data
        except (requests.RequestException, OSError) as error:
            raise RetryLater(
                f"the studio at {self.url} does not answer: {type(error).__name__}",
                "check [studio] url; nothing was counted that it did not confirm",
            ) from error


def _field(answer: dict[str, Any], name: str, kind: type) -> Any:
    value = answer.get(name)
    if not isinstance(value, kind):
        raise RetryLater(f"the studio's answer has no {name}", "check [studio] url")
    return value
