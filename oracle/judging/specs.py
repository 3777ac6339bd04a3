"""Judging specs by their digest: those that ship with the package need no store."""

from __future__ import annotations

from functools import cache

from scoring.digest import Digest
from scoring.spec import PROFILES, JudgingSpec

MAX_SPEC_BYTES = 65_536


@cache
def _builtin() -> dict[Digest, JudgingSpec]:
    return {spec.digest(): spec for spec in PROFILES.values()}


def builtin_spec(digest: Digest) -> JudgingSpec | None:
    """The profile with this digest, if there is one."""
    return _builtin().get(digest)
