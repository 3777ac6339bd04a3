"""The faults themselves, a file for each thing that fails."""

from tests.faults.fault import Fault
from tests.faults.rows import chain, content, images, kills, machines, node

GROUPS: dict[str, tuple[Fault, ...]] = {
    "The node": node.FAULTS,
    "The chain and the account": chain.FAULTS,
    "The gateway": content.FAULTS,
    "Images": images.FAULTS,
    "The machine": machines.FAULTS,
    "Kills": kills.FAULTS,
}
