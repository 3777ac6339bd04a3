"""The back ends there are: ours by name, then those that other packages bring.

A package adds one with an entry point in the group `judging_oracle.studio_backends`: its name is
the back end's, its object a function that takes `BackendOptions` and returns a `Backend`.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from oracle.errors import InvalidConfig, OracleError
from oracle.studio.backends.base import Backend, BackendOptions

ENTRY_POINT_GROUP = "judging_oracle.studio_backends"

_OURS = {
    "sketch": "oracle.studio.backends.sketch:open_sketch",
    "diffusers": "oracle.studio.backends.diffusers:open_diffusers",
    "openai": "oracle.studio.backends.openai:open_openai",
    "automatic1111": "oracle.studio.backends.automatic1111:open_automatic1111",
    "comfyui": "oracle.studio.backends.comfyui:open_comfyui",
}


def backend_names() -> list[str]:
    """The names of all back ends, ours first."""
    theirs = sorted({point.name for point in entry_points(group=ENTRY_POINT_GROUP)} - set(_OURS))
    return [*_OURS, *theirs]


def open_backend(name: str, options: BackendOptions | None = None) -> Backend:
    """The back end of this name; contacts nothing.

    Raises `InvalidConfig` for an unknown name, a package that does not load, and options that this
    back end cannot use.
    """
    opener = _ours(_OURS[name]) if name in _OURS else _theirs(name)
    return opener(options or BackendOptions())


def _ours(path: str) -> Callable[[BackendOptions], Backend]:
    # Loaded when asked for: the web clients and torch are not needed for a sketch.
    module, _, function = path.partition(":")
    opener: Callable[[BackendOptions], Backend] = getattr(import_module(module), function)
    return opener


def _theirs(name: str) -> Callable[[BackendOptions], Backend]:
    # Nobody can replace one of ours: what a receipt names must mean the same everywhere.
    for point in entry_points(group=ENTRY_POINT_GROUP):
        if point.name == name:
            return lambda options: _load(point, options)
    near = difflib.get_close_matches(name, backend_names(), 1)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(backend_names())}"
    raise InvalidConfig(f"no back end is called {name}", hint)


def _load(point: EntryPoint, options: BackendOptions) -> Backend:
    package = point.dist.name if point.dist is not None else "another package"
    try:
        backend: Backend = point.load()(options)
        _ = backend.name, backend.generate, backend.plain, backend.model, backend.check
    except OracleError:
        raise
    except Exception as error:  # foreign code fails as it likes
        raise InvalidConfig(
            f"the back end {point.name} of {package} does not load: {error}",
            "update or remove that package",
        ) from error
    return backend
