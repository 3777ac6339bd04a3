"""The faults themselves, a file for each thing that fails."""

from tests.faults.fault import Fault
from tests.faults.rows import node

GROUPS: dict[str, tuple[Fault, ...]] = {"The node": node.FAULTS}
