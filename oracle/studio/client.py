"""A studio as its players and auditors ask it: JSON over HTTP, bounded in bytes and time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import requests

from oracle.deadline import within
from oracle.errors import BadInput, RetryLater
from scoring.submission.image import MAX_IMAGE_BYTES

_ANSWER_BYTES = 4 << 20


@dataclass(frozen=True)
class StudioClient:
    """The studio at `url`; every exchange ends within `timeout_seconds`."""

    url: str
    timeout_seconds: float = 30.0

    def ask(
        self,
        method: str,
        path: str,
        token: str | None = None,
        body: dict[str, Any] | None = None,
        key: str = "",
    ) -> dict[str, Any]:
        """The studio's answer. Raises `BadInput` in its own words, or `RetryLater`."""
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

    def image(self, digest: str, token: str) -> bytes:
        """One of a ticket's images; whether it is the right one remains to be checked."""
        path = f"/studio/images/{digest}"
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

        def exchange() -> tuple[int, bytes]:
            with requests.Session() as session:
                session.trust_env = False
                with session.request(
                    method,
                    self.url.rstrip("/") + path,
                    json=body,
                    headers=headers,
                    timeout=self.timeout_seconds,
                    stream=True,
                    allow_redirects=False,
                ) as answer:
                    return answer.status_code, answer.raw.read(most_bytes + 1, decode_content=True)

        try:
            status, data = within(self.timeout_seconds, exchange)
        except (requests.RequestException, OSError) as error:
            raise RetryLater(
                f"the studio at {self.url} does not answer: {type(error).__name__}",
                "check [studio] url; nothing was counted that it did not confirm",
            ) from error
        if len(data) > most_bytes:
            raise RetryLater(f"{self.url} sends too much", "check [studio] url")
        return status, data


def require_field(answer: dict[str, Any], name: str, kind: type) -> Any:
    """A field of a studio's answer. Raises `RetryLater` when it is missing or of another type."""
    value = answer.get(name)
    if not isinstance(value, kind):
        raise RetryLater(f"the studio's answer has no {name}", "check [studio] url")
    return value
