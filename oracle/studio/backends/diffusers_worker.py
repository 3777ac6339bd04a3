"""The process that holds a text-to-image pipeline: prompts in, images out, until stdin ends.

`python -m oracle.studio.backends.diffusers_worker MODEL DEVICE`, MODEL being a folder or a model id
of the Hugging Face hub. What is said on its pipes stands at `oracle.studio.backends.frames`.
"""

from __future__ import annotations

import hashlib
import inspect
import io
import json
import sys
from pathlib import Path
from typing import Any, BinaryIO

from oracle.studio.backends.frames import (
    FAILED,
    IMAGE,
    MAX_ASK_BYTES,
    PROGRESS,
    READY,
    REFUSED,
    own_pipes,
    read_frame,
    write_frame,
)

_CHUNK_BYTES = 1 << 20


def folder_digest(folder: Path) -> str:
    """sha256, in hex, over the names and contents of all files in a model's folder."""
    whole = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            part = hashlib.sha256()
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK_BYTES):
                    part.update(chunk)
            whole.update(f"{path.relative_to(folder).as_posix()} {part.hexdigest()}\n".encode())
    return whole.hexdigest()


class Pipeline:
    """A pipeline of `diffusers`, loaded from safetensors only: a pickle could run anything."""

    def __init__(self, model: str, device: str) -> None:
        import torch
        from diffusers import DiffusionPipeline

        folder = Path(model) if Path(model).is_dir() else Path(DiffusionPipeline.download(model))
        self.digest = folder_digest(folder)
        self._torch = torch
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        dtype = torch.float16 if device == "cuda" else torch.float32
        self._pipe: Any = DiffusionPipeline.from_pretrained(
            str(folder), dtype=dtype, use_safetensors=True, local_files_only=True
        ).to(device)
        self._pipe.set_progress_bar_config(disable=True)
        self._known = set(inspect.signature(self._pipe.__call__).parameters)
        self._sampler = ""

    def draw(self, ask: dict[str, Any], pipe_out: BinaryIO) -> tuple[bytes, bytes]:
        """The frame that answers `ask`: an image, or why there is none."""
        self._choose_sampler(ask["sampler"])
        wanted = {
            "prompt": ask["prompt"],
            "width": ask["width"],
            "height": ask["height"],
            # On the CPU: the same noise whatever the device.
            "generator": self._torch.Generator("cpu").manual_seed(ask["seed"]),
            "num_images_per_prompt": 1,
        }
        optional = {
            "num_inference_steps": ask["steps"],
            "guidance_scale": ask["guidance"],
            "negative_prompt": ask["negative_prompt"],
        }
        wanted |= {key: value for key, value in optional.items() if value}
        unknown = sorted(set(wanted) - self._known)
        if unknown:
            return FAILED, f"this pipeline knows no {unknown[0]}".encode()
        if "callback_on_step_end" in self._known:
            steps = ask["steps"] or 50

            def tell(_: Any, step: int, __: Any, tensors: dict[str, Any]) -> dict[str, Any]:
                share = min((step + 1) / steps, 0.99)
                write_frame(pipe_out, PROGRESS, json.dumps(share).encode())
                return tensors

            wanted["callback_on_step_end"] = tell
        result = self._pipe(**wanted)
        if any(getattr(result, "nsfw_content_detected", None) or ()):
            return REFUSED, b""
        file = io.BytesIO()
        result.images[0].save(file, "PNG")
        return IMAGE, file.getvalue()

    def _choose_sampler(self, name: str) -> None:
        if name == self._sampler:
            return
        import diffusers

        scheduler = getattr(diffusers, name, None) if name.endswith("Scheduler") else None
        if scheduler is None:
            raise ValueError(f"diffusers has no scheduler {name}")
        self._pipe.scheduler = scheduler.from_config(self._pipe.scheduler.config)
        self._sampler = name


def serve(model: str, device: str, pipe_in: BinaryIO, pipe_out: BinaryIO) -> None:
    """Loads the model, then answers frame by frame."""
    pipeline = Pipeline(model, device)
    write_frame(pipe_out, READY, pipeline.digest.encode())
    while (frame := read_frame(pipe_in, MAX_ASK_BYTES)) is not None:
        try:
            kind, body = pipeline.draw(json.loads(frame[1]), pipe_out)
        except Exception as error:
            # A pipeline fails as it likes: out of memory, a size that it cannot draw.
            kind, body = FAILED, f"{type(error).__name__}: {error}"[:500].encode()
        write_frame(pipe_out, kind, body)


def main() -> None:
    """Serves on this process's pipes."""
    serve(sys.argv[1], sys.argv[2], *own_pipes())


if __name__ == "__main__":
    main()
