"""Any server of the OpenAI images API: `POST /v1/images/generations`.

https://platform.openai.com/docs/api-reference/images/create. Servers differ in what they accept:
`seed` and `response_format` are left out once a server says that it does not know them.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from oracle.errors import InvalidConfig
from oracle.studio.backends.base import (
    MAX_ANSWER_BYTES,
    Backend,
    BackendOptions,
    Model,
    Parameters,
    Progress,
    no_progress,
    require_image,
)
from oracle.studio.backends.http import (
    MAX_IMAGE_JSON_BYTES,
    GeneratorServer,
    Refusal,
    found,
    image_from_base64,
)
from oracle.studio.dialects import OPENAI
from oracle.studio.errors import BadImage, GeneratorMisconfigured, PromptRefused
from scoring.digest import sha256

_OPTIONAL = ("seed", "response_format")
_MODERATION = ("content_policy_violation", "moderation_blocked", "content_filter")


class OpenAiBackend:
    """Draws with `model` at a server of the images API."""

    name = "openai"

    def __init__(self, url: str, model: str, *, key_file: str = "") -> None:
        self._server = GeneratorServer(self.name, url, key_file=key_file)
        self._base = self._server.path.removesuffix("/v1") + "/v1"
        self._model = model
        self._unknown: frozenset[str] = frozenset()  # parameters that this server refuses

    def model(self, *, seconds: float) -> Model:
        """The configured model; its digest names only its id, which is all that the API tells."""
        self.check(seconds=seconds)
        return Model(self._model, sha256(f"openai model {self._model}".encode()))

    def plain(self, prompt: str) -> str:
        """See `Backend.plain`."""
        return OPENAI.plain(prompt)

    def generate(
        self,
        prompt: str,
        seed: int,
        parameters: Parameters,
        *,
        seconds: float,
        progress: Progress = no_progress,
    ) -> bytes:
        """See `Backend.generate`."""
        if parameters.steps or parameters.guidance or parameters.sampler:
            raise GeneratorMisconfigured(
                "the images API has no steps, guidance or sampler", "leave them out"
            )
        body = {
            "model": self._model,
            "prompt": self.plain(prompt),
            "n": 1,
            "size": f"{parameters.width}x{parameters.height}",
            "seed": seed,
            "response_format": "b64_json",
        }
        if parameters.negative_prompt:
            body["negative_prompt"] = parameters.negative_prompt
        image = self._server.run(self._generate(body), seconds)
        progress(1.0)
        return require_image(image, parameters, source=self._server.source)

    def check(self, *, seconds: float) -> None:
        """Asks for the list of models; raises if the configured one is not on it."""
        listed = self._server.run(self._models(), seconds)
        ids = [found(model, "id") for model in listed] if isinstance(listed, list) else []
        if ids and self._model not in ids:
            raise GeneratorMisconfigured(
                f"{self._server.source} has no model {self._model}", "correct [studio] model"
            )

    def close(self) -> None:
        """Nothing was started."""

    async def _models(self) -> Any:
        async with self._server.session() as session:
            return found(await self._server.fetch_json(session, f"{self._base}/models"), "data")

    async def _generate(self, body: dict[str, object]) -> bytes:
        async with self._server.session() as session:
            answer = await self._ask(session, body)
            first = found(answer, "data", 0)
            if found(first, "b64_json") is not None:
                return image_from_base64(first["b64_json"], self._server.source)
            if isinstance(found(first, "url"), str):
                return await self._fetch_image(session, first["url"])
        raise BadImage(f"{self._server.source} answered without an image", "see its log")

    async def _ask(self, session: aiohttp.ClientSession, body: dict[str, object]) -> Any:
        path = f"{self._base}/images/generations"
        while True:
            sent = {key: value for key, value in body.items() if key not in self._unknown}
            try:
                return await self._server.fetch_json(
                    session, path, body=sent, max_bytes=MAX_IMAGE_JSON_BYTES
                )
            except Refusal as refusal:
                unknown = _refused_parameter(refusal.body, sent)
                if unknown is None:
                    raise
                self._unknown |= {unknown}

    async def _fetch_image(self, session: aiohttp.ClientSession, url: str) -> bytes:
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" != self._server.origin:
            raise BadImage(
                f"{self._server.source} answered with the address of another host",
                "have it send images as b64_json",
            )
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        return await self._server.fetch(session, path, max_bytes=MAX_ANSWER_BYTES)


def _refused_parameter(body: bytes, sent: dict[str, object]) -> str | None:
    """Which optional parameter the server does not know; raises `PromptRefused` for moderation."""
    try:
        error = found(json.loads(body), "error")
    except (ValueError, RecursionError):
        return None
    if found(error, "code") in _MODERATION:
        raise PromptRefused("the generator declines to draw this", "use other words")
    told = f"{found(error, 'param')} {found(error, 'message')}"
    return next((name for name in _OPTIONAL if name in sent and name in told), None)


def open_openai(options: BackendOptions) -> Backend:
    """The back end; raises `InvalidConfig` without an address and a model."""
    if not options.model or options.workflow_file:
        raise InvalidConfig(
            "the back end openai needs url and model", "set them in [studio], and no workflow_file"
        )
    return OpenAiBackend(options.url, options.model, key_file=options.key_file)
