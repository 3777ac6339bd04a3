"""ComfyUI: `POST /prompt`, `/history` until it is done, `/view` for the image.

https://docs.comfy.org/development/comfyui-server/comms_routes. Its websocket only tells progress:
what counts is the history, which survives a lost connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from typing import Any
from urllib.parse import urlencode

import aiohttp

from oracle.errors import InvalidConfig, OracleError
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
from oracle.studio.backends.http import GeneratorServer, Refusal, found, readable
from oracle.studio.backends.workflow import Workflow, read_workflow
from oracle.studio.dialects import COMFYUI
from oracle.studio.errors import BadImage, GeneratorMisconfigured

_POLL_SECONDS = 0.25
_MAX_MESSAGE_BYTES = 8 << 20  # previews come over the websocket as well
_GOODBYE_SECONDS = 2.0


class ComfyUiBackend:
    """Draws by one fixed workflow."""

    name = "comfyui"

    def __init__(self, url: str, workflow: Workflow, *, key_file: str = "") -> None:
        self._server = GeneratorServer(self.name, url, key_file=key_file)
        self._workflow = workflow

    def model(self, *, seconds: float) -> Model:
        """The workflow's weights by name; the digest is the workflow's."""
        self.check(seconds=seconds)
        return Model(self._workflow.model_name, self._workflow.digest)

    def plain(self, prompt: str) -> str:
        """See `Backend.plain`."""
        return COMFYUI.plain(prompt)

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
        nodes = self._workflow.filled(self.plain(prompt), seed, parameters)
        image = self._server.run(self._generate(nodes, progress), seconds)
        progress(1.0)
        return require_image(image, parameters, source=self._server.source)

    def check(self, *, seconds: float) -> None:
        """Asks how the server is."""
        self._server.run(self._stats(), seconds)

    def close(self) -> None:
        """Nothing was started."""

    async def _stats(self) -> Any:
        async with self._server.session() as session:
            path = f"{self._server.path}/system_stats"
            stats = await self._server.fetch_json(session, path)
            if found(stats, "system") is None:
                raise GeneratorMisconfigured(
                    f"{self._server.source} is no ComfyUI", "correct [studio] url"
                )

    async def _generate(self, nodes: dict[str, Any], progress: Progress) -> bytes:
        client = uuid.uuid4().hex
        async with self._server.session() as session:
            watching = asyncio.create_task(self._watch(session, client, progress))
            try:
                job = await self._submit(session, nodes, client)
                try:
                    outputs = await self._outputs(session, job)
                except asyncio.CancelledError:
                    await self._forget(session, job)
                    raise
                return await self._view(session, outputs)
            finally:
                watching.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await watching

    async def _submit(
        self, session: aiohttp.ClientSession, nodes: dict[str, Any], client: str
    ) -> str:
        body = {"prompt": nodes, "client_id": client}
        try:
            answer = await self._server.fetch_json(
                session, f"{self._server.path}/prompt", body=body
            )
        except Refusal as refusal:
            raise GeneratorMisconfigured(
                f"{self._server.source} refuses the workflow: {readable(refusal.body)}",
                "correct the workflow file",
            ) from refusal
        job = found(answer, "prompt_id")
        if not isinstance(job, str) or not job.replace("-", "").isalnum():
            raise BadImage(f"{self._server.source} took the prompt without an id", "see its log")
        return job

    async def _outputs(self, session: aiohttp.ClientSession, job: str) -> Any:
        """What the job's nodes put out, once it is done."""
        while True:
            history = await self._server.fetch_json(session, f"{self._server.path}/history/{job}")
            entry = found(history, job)
            status = found(entry, "status", "status_str")
            if status == "error":
                raise BadImage(f"{self._server.source} failed to draw", "see the generator's log")
            if entry is not None and (
                found(entry, "status", "completed") or found(entry, "outputs")
            ):
                return found(entry, "outputs")
            await asyncio.sleep(_POLL_SECONDS)

    async def _view(self, session: aiohttp.ClientSession, outputs: object) -> bytes:
        images = [
            image
            for node in (outputs.values() if isinstance(outputs, dict) else ())
            for image in (found(node, "images") or ())
            if isinstance(found(image, "filename"), str)
        ]
        # A preview node's image is temporary; what the workflow saves is meant.
        images.sort(key=lambda image: image.get("type") != "output")
        if not images:
            raise BadImage(f"{self._server.source} put out no image", "add a Save Image node")
        first = images[0]
        query = urlencode(
            {key: str(first.get(key, "")) for key in ("filename", "subfolder", "type")}
        )
        path = f"{self._server.path}/view?{query}"
        return await self._server.fetch(session, path, max_bytes=MAX_ANSWER_BYTES)

    async def _forget(self, session: aiohttp.ClientSession, job: str) -> None:
        """Takes a job that nobody waits for any more out of the queue, if it is still there."""
        with contextlib.suppress(OracleError, Refusal, aiohttp.ClientError, OSError, TimeoutError):
            async with asyncio.timeout(_GOODBYE_SECONDS):
                body = {"delete": [job]}
                await self._server.fetch(session, f"{self._server.path}/queue", body=body)

    async def _watch(self, session: aiohttp.ClientSession, client: str, progress: Progress) -> None:
        """Passes on what the websocket tells; that it fails is no failure."""
        url = f"{self._server.origin}{self._server.path}/ws?clientId={client}"
        with contextlib.suppress(aiohttp.ClientError, OSError, ValueError):
            async with session.ws_connect(url, max_msg_size=_MAX_MESSAGE_BYTES) as socket:
                async for message in socket:
                    if message.type == aiohttp.WSMsgType.TEXT:
                        _tell(message.data, progress)


def _tell(text: str, progress: Progress) -> None:
    told = json.loads(text)
    if found(told, "type") != "progress":
        return
    value, most = found(told, "data", "value"), found(told, "data", "max")
    if isinstance(value, int) and isinstance(most, int) and 0 < value < most:
        progress(value / most)


def open_comfyui(options: BackendOptions) -> Backend:
    """The back end; raises `InvalidConfig` without an address and a workflow file."""
    if not options.workflow_file or options.model:
        raise InvalidConfig(
            "the back end comfyui needs url and workflow_file",
            "set them in [studio]; the model stands in the workflow",
        )
    workflow = read_workflow(options.workflow_file)
    return ComfyUiBackend(options.url, workflow, key_file=options.key_file)
