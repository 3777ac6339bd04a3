"""AUTOMATIC1111's Stable Diffusion web UI, and what speaks its API: `POST /sdapi/v1/txt2img`.

https://github.com/AUTOMATIC1111/stable-diffusion-webui/wiki/API. The web UI must run with `--api`.
Learned embeddings on that server are words: their names in a prompt change the picture, so the
operator of a fair studio has none.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import aiohttp

from oracle.errors import InvalidConfig, OracleError
from oracle.studio.backends.base import (
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
from oracle.studio.dialects import AUTOMATIC1111
from oracle.studio.errors import BadImage, GeneratorMisconfigured
from scoring.digest import sha256

_PROGRESS_SECONDS = 0.5


class Automatic1111Backend:
    """Draws with the checkpoint `model`, or whichever is loaded."""

    name = "automatic1111"

    def __init__(self, url: str, model: str = "", *, key_file: str = "") -> None:
        self._server = GeneratorServer(self.name, url, key_file=key_file)
        self._model = model

    def model(self, *, seconds: float) -> Model:
        """The checkpoint that is used; its digest covers the hash that the server tells."""
        options, listed = self._server.run(self._options_and_models(), seconds)
        wanted = self._model or str(found(options, "sd_model_checkpoint") or "")
        for one in listed if isinstance(listed, list) else []:
            names = {found(one, "title"), found(one, "model_name")}
            if wanted in names:
                title, told = found(one, "title"), found(one, "sha256") or found(one, "hash")
                return Model(str(title), sha256(f"checkpoint {title} {told}".encode()))
        raise GeneratorMisconfigured(
            f"{self._server.source} has no checkpoint {wanted or '(none is loaded)'}",
            "correct [studio] model",
        )

    def plain(self, prompt: str) -> str:
        """See `Backend.plain`."""
        return AUTOMATIC1111.plain(prompt)

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
        body: dict[str, object] = {
            "prompt": self.plain(prompt),
            "negative_prompt": parameters.negative_prompt,
            "seed": seed,
            "subseed_strength": 0,
            "width": parameters.width,
            "height": parameters.height,
            "batch_size": 1,
            "n_iter": 1,
            "send_images": True,
            "save_images": False,
            "do_not_save_samples": True,
            "do_not_save_grid": True,
        }
        if parameters.steps:
            body["steps"] = parameters.steps
        if parameters.guidance:
            body["cfg_scale"] = parameters.guidance
        if parameters.sampler:
            body["sampler_name"] = parameters.sampler
        if self._model:
            body["override_settings"] = {"sd_model_checkpoint": self._model}
            body["override_settings_restore_afterwards"] = False
        image = self._server.run(self._generate(body, progress), seconds)
        progress(1.0)
        return require_image(image, parameters, source=self._server.source)

    def check(self, *, seconds: float) -> None:
        """Asks for the checkpoint."""
        self.model(seconds=seconds)

    def close(self) -> None:
        """Nothing was started."""

    async def _options_and_models(self) -> tuple[Any, Any]:
        async with self._server.session() as session:
            path = f"{self._server.path}/sdapi/v1"
            options = await self._server.fetch_json(session, f"{path}/options")
            return options, await self._server.fetch_json(session, f"{path}/sd-models")

    async def _generate(self, body: dict[str, object], progress: Progress) -> bytes:
        async with self._server.session() as session:
            watching = asyncio.create_task(self._watch(session, progress))
            try:
                answer = await self._server.fetch_json(
                    session,
                    f"{self._server.path}/sdapi/v1/txt2img",
                    body=body,
                    max_bytes=MAX_IMAGE_JSON_BYTES,
                )
            finally:
                watching.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await watching
        images = found(answer, "images")
        if not isinstance(images, list) or not images:
            raise BadImage(f"{self._server.source} answered without an image", "see its log")
        return image_from_base64(images[0], self._server.source)

    async def _watch(self, session: aiohttp.ClientSession, progress: Progress) -> None:
        """Passes the server's progress on; that it fails to tell is no failure."""
        path = f"{self._server.path}/sdapi/v1/progress?skip_current_image=true"
        while True:
            await asyncio.sleep(_PROGRESS_SECONDS)
            with contextlib.suppress(OracleError, Refusal, aiohttp.ClientError, OSError):
                share = found(await self._server.fetch_json(session, path), "progress")
                if isinstance(share, int | float) and 0 < share < 1:
                    progress(float(share))


def open_automatic1111(options: BackendOptions) -> Backend:
    """The back end; raises `InvalidConfig` without an address."""
    if options.workflow_file:
        raise InvalidConfig("the back end automatic1111 takes no workflow_file", "leave it out")
    return Automatic1111Backend(options.url, options.model, key_file=options.key_file)
