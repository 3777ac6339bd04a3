"""Several nodes as one: reads from the first that is well, sends to all.

A node may stop, lag, freeze, or be led to another chain; and a chain may look different to it. So
before every cycle all are asked for the chain's id and for their newest final block, and compared.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_low
from typing import Any

from oracle.chain import wire
from oracle.chain.node_errors import (
    NodeRefusal,
    SendAnswer,
    classify_send_refusal,
    overstated,
)
from oracle.chain.rpc import JsonRpc
from oracle.errors import ChainUnavailable

log = logging.getLogger(__name__)

LAG_BLOCKS = 32
"""A node whose newest final block is farther behind the best one's is not read from."""


@dataclass(frozen=True)
class _Seen:
    """What one node said of itself."""

    node: JsonRpc
    final: int


class Nodes:
    """Asks several endpoints as `JsonRpc` asks one, in the order in which they are configured."""

    def __init__(self, nodes: Sequence[JsonRpc]) -> None:
        self._nodes = tuple(nodes)
        self._order = list(nodes)  # those that are read from now, the first one first
        self._distrusted: JsonRpc | None = None
        self._left_out: dict[str, str] = {}
        self._overstating: set[JsonRpc] = set()

    @property
    def endpoint(self) -> str:
        return self._order[0].endpoint

    def read(self, method: str, *params: Any) -> Any:
        """See `JsonRpc.read`; asks the next node when one does not answer."""
        failure: ChainUnavailable | None = None
        for node in tuple(self._order):
            try:
                answer = node.read(method, *params)
            except ChainUnavailable as error:
                failure = failure or error
                continue
            # Until the next choice, so that not every read waits for a dead one again.
            self._order.remove(node)
            self._order.insert(0, node)
            return answer
        raise failure or self.unavailable("no node is left")

    def highest_nonce(self, account: str, at_most: int | None = None) -> int:
        """The highest answer: a node that lags must not lower an account's nonce.

        A node that says more than `at_most` is left out until the next choice, and told of once.
        Raises `ChainUnavailable` when all do.
        """
        counts = self._nonces(account, "latest")
        too_high = {n: c for n, c in counts.items() if at_most is not None and c > at_most}
        believed = [count for node, count in counts.items() if node not in too_high]
        if not believed:
            node, count = next(iter(too_high.items()))
            raise overstated(node.endpoint, account, count)
        for node, count in too_high.items():
            self._order.remove(node)
            if node not in self._overstating:
                error = overstated(node.endpoint, account, count)
                facts = {"node": node.endpoint, "reason": error.what, "hint": error.hint}
                log.warning("node is left out", extra=facts)
        self._overstating = (self._overstating - counts.keys()) | too_high.keys()
        return max(believed)

    def nonce_at(self, account: str, block: Any) -> int:
        """The lower median: at one block all nodes count alike, and one that differs is wrong."""
        return median_low(self._nonces(account, block).values())

    def _nonces(self, account: str, block: Any) -> dict[JsonRpc, int]:
        counts = {}
        refusal: NodeRefusal | None = None
        for node in tuple(self._order):
            try:
                counts[node] = node.nonce_at(account, block)
            except NodeRefusal as error:
                refusal = refusal or error
            except ChainUnavailable:
                continue
        if not counts:
            raise refusal or self.unavailable("no node tells the account's nonce")
        return counts

    def send(self, raw: str) -> None:
        """Gives all nodes the same bytes; raises as `JsonRpc.ask` does where none takes them."""
        taken = False
        refusals: list[NodeRefusal] = []
        failure: ChainUnavailable | None = None
        for node in self._nodes:
            try:
                node.send(raw)
                taken = True
            except NodeRefusal as refusal:
                refusals.append(refusal)
            except ChainUnavailable as error:
                failure = error
        if taken:
            return
        known = [r for r in refusals if _is_known(r)]
        if known or refusals:
            raise (known or refusals)[0]
        raise failure or self.unavailable("no node is left")

    def unavailable(self, reason: str) -> ChainUnavailable:
        return self._order[0].unavailable(reason)

    def distrust(self) -> None:
        """Reads from another node next, if there is one: what the present one said was odd."""
        self._distrusted = self._order[0]
        self._order.append(self._order.pop(0))

    def choose(self, chain_id: int, tag: str) -> None:
        """Finds the nodes to read from: of this chain, up to date, and of one mind.

        `tag` names the block that is compared. Raises `ChainUnavailable` when no node is fit, or
        when there is no majority for one final block.
        """
        seen = [found for node in self._nodes if (found := self._look(node, chain_id, tag))]
        if not seen:
            raise self._nodes[0].unavailable(
                "; ".join(f"{name}: {why}" for name, why in self._left_out.items())
            )
        best = max(found.final for found in seen)
        fit = []
        for found in seen:
            if best - found.final > LAG_BLOCKS:
                self._leave_out(found.node, f"it is {best - found.final} blocks behind")
            else:
                fit.append(found)
        self._order = self._of_one_mind(fit)
        if self._distrusted in self._order and len(self._order) > 1:
            self._order.remove(self._distrusted)
            self._order.append(self._distrusted)
        self._distrusted = None

    def _look(self, node: JsonRpc, chain_id: int, tag: str) -> _Seen | None:
        try:
            found = wire.quantity(node.ask("eth_chainId"), "chain id")
            if found != chain_id:
                self._leave_out(node, f"it serves chain {found}, not {chain_id}")
                return None
            block = wire.parse_block(node.ask("eth_getBlockByNumber", tag, False))
        except (ChainUnavailable, NodeRefusal) as error:
            self._leave_out(node, str(error))
            return None
        if self._left_out.pop(node.endpoint, None) is not None:
            log.info("node is read from again", extra={"node": node.endpoint})
        return _Seen(node, block.number)

    def _of_one_mind(self, fit: Sequence[_Seen]) -> list[JsonRpc]:
        if len(fit) == 1:
            return [fit[0].node]
        common = min(found.final for found in fit)
        hashes: dict[JsonRpc, bytes] = {}
        for found in fit:
            try:
                raw = found.node.ask("eth_getBlockByNumber", hex(common), False)
                hashes[found.node] = wire.parse_block(raw).hash
            except (ChainUnavailable, NodeRefusal) as error:
                self._leave_out(found.node, str(error))
        counted = Counter(hashes.values()).most_common()
        if not counted or counted[0][1] * 2 <= len(hashes):
            raise ChainUnavailable(
                f"the nodes do not agree about block {common}",
                "find out which of [chain] rpc_url and rpc_urls follows the chain, and remove the "
                "other; nothing is done until they agree",
            )
        for node, found_hash in hashes.items():
            if found_hash != counted[0][0]:
                self._leave_out(node, f"it has another block {common} than the others")
        return [node for node, found_hash in hashes.items() if found_hash == counted[0][0]]

    def _leave_out(self, node: JsonRpc, why: str) -> None:
        if node.endpoint not in self._left_out:
            log.warning("node is left out", extra={"node": node.endpoint, "reason": why})
        self._left_out[node.endpoint] = why


def _is_known(refusal: NodeRefusal) -> bool:
    return classify_send_refusal(refusal.message) is SendAnswer.ALREADY_KNOWN
