"""One message to the operator."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Notice:
    """What happened; notices of one `key` are about the same thing."""

    key: Hashable
    subject: str  # one line
    text: str

    def with_count(self, kept_back: int) -> Notice:
        """The same, saying how many like it were kept back since the last one."""
        if not kept_back:
            return self
        return replace(self, text=f"{self.text}\n\n{kept_back} more like it since the last notice")
