"""What one cycle found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from oracle.chain.wire import Block
from oracle.health import Deadline


@dataclass
class CycleReport:
    """Competitions that were looked at, that are tried again, and that need a human."""

    block: Block
    phases: Counter[str] = field(default_factory=Counter)
    failed: dict[int, str] = field(default_factory=dict)
    halted: dict[int, str] = field(default_factory=dict)
    boundaries: set[int] = field(default_factory=set)  # unix seconds of coming phase changes
    bonds: dict[int, int] = field(default_factory=dict)  # wei that assertions will send along
    deadlines: dict[int, Deadline] = field(default_factory=dict)  # the operator's own

    @property
    def seen(self) -> int:
        return self.phases.total()
