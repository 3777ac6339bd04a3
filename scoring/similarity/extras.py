"""Optional packages, imported at the moment they are needed and named when they are missing."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from scoring.installing import install_command
from scoring.similarity.errors import MissingExtra

# Import name -> (name on the package index, our extra that brings it).
_PACKAGES = {
    "cv2": ("opencv-python-headless", "classic"),
    "sewar": ("sewar", "classic"),
    "matplotlib": ("matplotlib", "classic"),
    "sklearn": ("scikit-learn", "retrieval"),
}


def require(module: str) -> Any:
    """The imported module. Raises `MissingExtra` naming the extra that would bring it."""
    try:
        return import_module(module)
    except ImportError as error:
        package, extra = _PACKAGES[module.partition(".")[0]]
        raise MissingExtra(
            f"this needs the package {package}, which is not installed",
            f"install it with: {install_command(extra)}",
        ) from error


def installed(extra: str) -> bool:
    """Whether every package of this extra is there."""
    modules = [module for module, (_, of_extra) in _PACKAGES.items() if of_extra == extra]
    return all(map(_is_there, modules))


def _is_there(module: str) -> bool:
    """Looks without importing, which can take seconds."""
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):  # hidden from this process
        return False
