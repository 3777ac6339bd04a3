"""A ComfyUI workflow in its API format, with named slots for what changes from prompt to prompt.

A slot is an input whose whole value is one of `SLOTS`, such as `"text": "$prompt"`. Slots are
filled after the file was read as JSON, so that no prompt can become part of the workflow.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rfc8785

from oracle.errors import InvalidConfig
from oracle.studio.backends.base import Parameters
from scoring.digest import Digest, sha256

SLOTS = (
    "$prompt", "$seed", "$width", "$height", "$steps", "$guidance", "$sampler", "$negative_prompt",
)  # fmt: skip
_NEEDED = ("$prompt", "$seed")
_MODEL_INPUTS = ("ckpt_name", "unet_name", "model_name")
_MAX_FILE_BYTES = 1 << 20
_HINT = 'export it with \'Save (API Format)\' and put "$prompt" and "$seed" where they belong'


@dataclass(frozen=True, slots=True)
class Workflow:
    """A workflow's nodes; `digest` is that of its canonical JSON."""

    nodes: dict[str, Any]
    digest: Digest

    @property
    def model_name(self) -> str:
        """The files of weights that its loaders name."""
        names = [
            str(node["inputs"][key])
            for node in self.nodes.values()
            for key in _MODEL_INPUTS
            if key in node["inputs"]
        ]
        return " + ".join(names) or "a workflow without a named model"

    def filled(self, prompt: str, seed: int, parameters: Parameters) -> dict[str, Any]:
        """The nodes with every slot filled in."""
        values: dict[str, object] = {
            "$prompt": prompt,
            "$seed": seed,
            "$width": parameters.width,
            "$height": parameters.height,
            "$steps": parameters.steps,
            "$guidance": parameters.guidance,
            "$sampler": parameters.sampler,
            "$negative_prompt": parameters.negative_prompt,
        }
        return {
            key: {**node, "inputs": {k: _fill(v, values) for k, v in node["inputs"].items()}}
            for key, node in self.nodes.items()
        }


def _fill(value: object, values: dict[str, object]) -> object:
    return values.get(value, value) if isinstance(value, str) else value


def read_workflow(path: str) -> Workflow:
    """The workflow in the file. Raises `InvalidConfig` if it is none or lacks a slot."""
    try:
        file = Path(path)
        if file.stat().st_size > _MAX_FILE_BYTES:
            raise ValueError("it is too large")
        nodes = json.loads(file.read_bytes())
        if not isinstance(nodes, dict) or not nodes:
            raise ValueError("it holds no nodes")
        for node in nodes.values():
            if not isinstance(node, dict) or not isinstance(node.get("inputs"), dict):
                raise ValueError("it is not in the API format")
    except (OSError, ValueError, RecursionError) as error:
        raise InvalidConfig(f"the workflow {path} cannot be used: {error}", _HINT) from error
    used = {
        value for node in nodes.values() for value in node["inputs"].values()
        if isinstance(value, str) and value.startswith("$")
    }  # fmt: skip
    missing = [slot for slot in _NEEDED if slot not in used]
    unknown = sorted(used - set(SLOTS))
    if missing or unknown:
        problem = f"has no slot {missing[0]}" if missing else f"has the unknown slot {unknown[0]}"
        raise InvalidConfig(f"the workflow {path} {problem}", _HINT)
    return Workflow(nodes, sha256(rfc8785.dumps(nodes)))
