"""A server that speaks the three documented APIs of image generators, and can misbehave.

It draws one plain colour per prompt and seed, so that a test sees which words arrived.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import json
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import web
from PIL import Image

MODEL = "tiny-model"
CHECKPOINT = "tiny.safetensors [0123456789]"
LATE_SECONDS = 3.0


def drawn(prompt: str, seed: int, width: int, height: int) -> bytes:
    """The image that the server draws."""
    red, green, blue = hashlib.sha256(f"{prompt}/{seed}".encode()).digest()[:3]
    file = io.BytesIO()
    Image.new("RGB", (width, height), (red, green, blue)).save(file, "PNG")
    return file.getvalue()


def as_kind(kind: str, width: int, height: int) -> bytes:
    """An image of another kind of file."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), (200, 40, 40)).save(file, kind)
    return file.getvalue()


def bomb() -> bytes:
    """A small PNG that claims four thousand million pixels."""
    header = struct.pack(">IIBBBBB", 65_000, 65_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(1_000_000))), (b"IEND", b"")]
    parts = [
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


class Generator:
    """What the server received, and the mood it is in."""

    def __init__(self) -> None:
        self.mood = ""
        self.received: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.as_url = ""  # the host that an OpenAI answer's url names; "" for base64
        self.refuses: set[str] = set()  # parameters that the OpenAI server does not know
        self.url = ""
        self.deleted: list[str] = []
        self._jobs: dict[str, bytes] = {}

    def image(self, prompt: str, seed: int, width: int, height: int) -> bytes:
        """The image, or what the mood makes of it."""
        return {
            "nothing": b"",
            "garbage": b"\x00\x01 no image at all " * 50,
            "bomb": bomb(),
            "page": b"<html><body>502 Bad Gateway</body></html>",
            "wrong size": drawn(prompt, seed, 64, 64),
            "gif": as_kind("GIF", width, height),
            "jpeg": as_kind("JPEG", width, height),
            "cut": drawn(prompt, seed, width, height)[:60],
        }.get(self.mood, drawn(prompt, seed, width, height))

    async def moody(self, request: web.Request) -> web.StreamResponse | None:
        """The whole answer where the mood decides it."""
        self.headers.append(dict(request.headers))
        if self.mood == "late":
            await asyncio.sleep(LATE_SECONDS)
        elif self.mood == "never":
            await asyncio.sleep(3600)
        elif self.mood == "down":
            return web.Response(status=503, text="CUDA out of memory\x1b[31m")
        elif self.mood == "locked":
            return web.Response(status=401, text="who are you?")
        elif self.mood == "moved":
            return web.Response(status=302, headers={"Location": "http://127.0.0.1:1/"})
        elif self.mood == "no json":
            return web.Response(text="<html>", content_type="text/html")
        elif self.mood == "deep":
            return web.Response(text="[" * 200_000, content_type="application/json")
        elif self.mood in ("endless", "drip"):
            response = web.StreamResponse()
            await response.prepare(request)
            while True:
                await response.write(b" " * (1 << 20 if self.mood == "endless" else 1))
                await asyncio.sleep(0 if self.mood == "endless" else 0.05)
        return None

    # -- OpenAI

    async def openai_models(self, request: web.Request) -> web.StreamResponse:
        return await self.moody(request) or web.json_response({"data": [{"id": MODEL}]})

    async def openai_generations(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.received.append(body)
        if answer := await self.moody(request):
            return answer
        for name in self.refuses & set(body):
            error = {"message": f"Unknown parameter: '{name}'.", "param": name, "code": None}
            return web.json_response({"error": error}, status=400)
        if "forbidden" in body["prompt"]:
            error = {"message": "rejected by the safety system", "code": "moderation_blocked"}
            return web.json_response({"error": error}, status=400)
        width, height = map(int, body["size"].split("x"))
        image = self.image(body["prompt"], body.get("seed", 0), width, height)
        if self.as_url:
            self._jobs["url"] = image
            return web.json_response({"data": [{"url": f"{self.as_url}/files/url?sig=1"}]})
        text = base64.b64encode(image).decode()
        return web.json_response({"created": 1, "data": [{"b64_json": text}]})

    async def file(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=self._jobs[request.match_info["name"]])

    # -- AUTOMATIC1111

    async def a1111_options(self, request: web.Request) -> web.StreamResponse:
        options = {"sd_model_checkpoint": CHECKPOINT, "sd_checkpoint_hash": "01" * 32}
        return await self.moody(request) or web.json_response(options)

    async def a1111_models(self, request: web.Request) -> web.StreamResponse:
        model = {"title": CHECKPOINT, "model_name": "tiny", "hash": "01", "sha256": "01" * 32}
        return web.json_response([model])

    async def a1111_progress(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"progress": 0.4, "eta_relative": 1.5, "state": {}})

    async def a1111_txt2img(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.received.append(body)
        if self.mood == "slow":
            await asyncio.sleep(1.5)
        if answer := await self.moody(request):
            return answer
        image = self.image(body["prompt"], body["seed"], body["width"], body["height"])
        text = base64.b64encode(image).decode()
        return web.json_response({"images": [text], "parameters": {}, "info": "{}"})

    # -- ComfyUI

    async def comfy_stats(self, request: web.Request) -> web.StreamResponse:
        return await self.moody(request) or web.json_response({"system": {"os": "posix"}})

    async def comfy_prompt(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.received.append(body["prompt"])
        if self.mood == "invalid":
            error = {"type": "prompt_outputs_failed_validation", "message": "no such node"}
            return web.json_response({"error": error, "node_errors": {}}, status=400)
        if self.mood not in ("fails", "unfinished") and (answer := await self.moody(request)):
            return answer
        sampler, text, size = (body["prompt"][key]["inputs"] for key in ("3", "6", "5"))
        job = f"0000-{len(self.received)}"
        self._jobs[job] = self.image(text["text"], sampler["seed"], size["width"], size["height"])
        return web.json_response({"prompt_id": job, "number": 1, "node_errors": {}})

    async def comfy_history(self, request: web.Request) -> web.StreamResponse:
        job = request.match_info["job"]
        if self.mood == "unfinished":
            return web.json_response({})
        if self.mood == "fails":
            return web.json_response({job: {"outputs": {}, "status": {"status_str": "error"}}})
        images = [
            {"filename": "preview.png", "subfolder": "", "type": "temp"},
            {"filename": job, "subfolder": "a b", "type": "output"},
        ]
        entry = {
            "outputs": {"9": {"images": images}},
            "status": {"status_str": "success", "completed": True},
        }
        return web.json_response({job: entry})

    async def comfy_view(self, request: web.Request) -> web.StreamResponse:
        assert request.query["subfolder"] == "a b"
        return web.Response(body=self._jobs[request.query["filename"]])

    async def comfy_queue(self, request: web.Request) -> web.StreamResponse:
        self.deleted += (await request.json())["delete"]
        return web.Response()

    async def comfy_socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_bytes(b"\x00\x00\x00\x01 a preview")
        await socket.send_json({"type": "progress", "data": {"value": 5, "max": 20}})
        await asyncio.sleep(3600)
        return socket

    def app(self) -> web.Application:
        app = web.Application(client_max_size=1 << 24)
        app.add_routes(
            [
                web.get("/v1/models", self.openai_models),
                web.post("/v1/images/generations", self.openai_generations),
                web.get("/files/{name}", self.file),
                web.get("/sdapi/v1/options", self.a1111_options),
                web.get("/sdapi/v1/sd-models", self.a1111_models),
                web.get("/sdapi/v1/progress", self.a1111_progress),
                web.post("/sdapi/v1/txt2img", self.a1111_txt2img),
                web.get("/system_stats", self.comfy_stats),
                web.post("/prompt", self.comfy_prompt),
                web.get("/history/{job}", self.comfy_history),
                web.get("/view", self.comfy_view),
                web.post("/queue", self.comfy_queue),
                web.get("/ws", self.comfy_socket),
            ]
        )
        return app


@contextmanager
def running_generator() -> Iterator[Generator]:
    """The server on a free port of this machine."""
    generator = Generator()
    loop = asyncio.new_event_loop()
    ready = threading.Event()
    runner: list[web.AppRunner] = []

    async def start() -> None:
        runner.append(web.AppRunner(generator.app(), shutdown_timeout=0.1))
        await runner[0].setup()
        site = web.TCPSite(runner[0], "127.0.0.1", 0)
        await site.start()
        assert site._server is not None
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
        generator.url = f"http://127.0.0.1:{port}"
        ready.set()

    def serve() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(start())
        loop.run_forever()
        loop.run_until_complete(runner[0].cleanup())
        loop.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert ready.wait(20)
    try:
        yield generator
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)


WORKFLOW = json.dumps(
    {
        "3": {"class_type": "KSampler", "inputs": {"seed": "$seed", "steps": "$steps", "cfg": 7}},
        "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "tiny.safetensors"}},
        "5": {
            "class_type": "EmptyLatentImage",
            "inputs": {"width": "$width", "height": "$height", "batch_size": 1},
        },
        "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "$prompt", "clip": ["4", 1]}},
        "9": {"class_type": "SaveImage", "inputs": {"images": ["8", 0]}},
    }
)
"""A ComfyUI workflow with slots."""
