"""How long a judging takes when most entries are digests without a file; `judge bench phantoms`.

Prefetching, fetching, decoder process, training, scoring and bundle are the daemon's own, over a
store of its own and a gateway over HTTP. Only the chain is left out. Everything is revealed at
once, the phantoms first, in the last second of Revealing: so nothing was looked for before.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from oracle.assembly.cycle_bench import STANDING_STATE
from oracle.chain.commitments import Domain
from oracle.chain.state import CompetitionState
from oracle.daemon.judging import OperatorJudging
from oracle.errors import ContentUnavailable
from oracle.judging.judgement import Case
from oracle.judging.prefetch import Prefetch
from oracle.ledger.ledger import Step
from oracle.metrics import Metrics
from oracle.sandbox.decoder import SandboxedDecoder
from oracle.store.cid import cid_of
from oracle.store.embedded import EmbeddedStore
from oracle.store.fallback import FallbackStore
from oracle.store.gateway import PROBE_CID, GatewayStore
from scoring.bench.submissions import submissions
from scoring.digest import Digest, sha256
from scoring.ranking import Entry
from scoring.spec import JudgingSpec
from scoring.submission.flags import Flag

_SEED = sha256(b"judge bench phantoms")
_GIVE_UP_FRACTION = 0.5


class GatewayAnswer(StrEnum):
    """What the gateway does when it is asked for a block that it has not got."""

    NOTHING = "nothing"  # keeps the connection open, as a node that searches does
    NOT_FOUND = "not-found"


@dataclass(frozen=True)
class PhantomFigures:
    """What one judging took, in seconds by the clock."""

    entries: int
    phantoms: int
    window_seconds: int  # the terms' time for judging
    cut_off_seconds: float  # of it, until what is missing is given up
    prefetch_seconds: float  # from the reveal until every image that exists is here
    fetch_seconds: float  # at the cut-off, once more for what is missing
    fetches: int
    train_seconds: float
    score_seconds: float
    publish_seconds: float
    unavailable: int  # entries that were called so

    @property
    def after_cut_off_seconds(self) -> float:
        """From the cut-off until there is a bundle to assert."""
        return self.fetch_seconds + self.train_seconds + self.score_seconds + self.publish_seconds

    @property
    def in_time(self) -> bool:
        """Whether every image was here before the cut-off, and the bundle before the end."""
        return (
            self.prefetch_seconds < self.cut_off_seconds
            and self.cut_off_seconds + self.after_cut_off_seconds < self.window_seconds
        )


def measure(
    entries: int,
    phantoms: int,
    spec: JudgingSpec,
    *,
    window_seconds: int = 21_600,
    store_seconds: float = 60.0,
    answer: GatewayAnswer = GatewayAnswer.NOTHING,
) -> PhantomFigures:
    """Judges a competition of so many entries once. `store_seconds` is [store] fetch_seconds."""
    target, *images = submissions(None, drawn=entries - phantoms + 1)
    digests = [sha256(f"phantom {number}".encode()) for number in range(phantoms)]
    digests += map(sha256, images)
    case, state = _case(target, digests, spec), _state(target, window_seconds)
    blocks = {sha256(data): data for data in (target, *images)}
    with (
        tempfile.TemporaryDirectory() as folder,
        _gateway(blocks, answer, store_seconds) as url,
        SandboxedDecoder() as decoder,
    ):
        gateway = GatewayStore(url, deadline_seconds=store_seconds)
        store = FallbackStore([EmbeddedStore(Path(folder) / "store"), gateway])
        store.put(target)  # it is the operator's
        cache = EmbeddedStore(Path(folder) / "cache")
        with Prefetch(store, cache) as prefetch:
            prefetch_seconds = _prefetched(prefetch, cache, digests, frozenset(blocks))
            judging = OperatorJudging(
                store=store,
                cache=cache,
                decode=decoder.decode,
                work_dir=Path(folder),
                give_up_missing_fraction=_GIVE_UP_FRACTION,
                give_up_after_seconds=0,  # the cut-off is what is measured
                metrics=Metrics(),
                progress=lambda stage, done, total: None,
                prefetch=prefetch,
            )
            return _judged(judging, case, state, prefetch_seconds, phantoms)


def _prefetched(
    prefetch: Prefetch, cache: EmbeddedStore, digests: list[Digest], there: frozenset[Digest]
) -> float:
    """Seconds until every image is here that can be had."""
    began = time.monotonic()
    prefetch.want(digests)
    waiting = {digest for digest in digests if digest in there}
    while waiting:
        time.sleep(0.2)
        waiting = {digest for digest in waiting if not _is_here(cache, digest)}
    return time.monotonic() - began


def _judged(
    judging: OperatorJudging,
    case: Case,
    state: CompetitionState,
    prefetch_seconds: float,
    phantoms: int,
) -> PhantomFigures:
    cut_off = _GIVE_UP_FRACTION * (state.judging_ends - state.reveal_ends)
    moments = [time.monotonic()]
    fetches = 1
    while True:
        try:
            fetched = judging.fetch(
                state, case.entries, lambda: state.reveal_ends + int(cut_off) + 1
            )
            break
        except ContentUnavailable:  # somebody had no turn yet: as the next cycle does
            fetches += 1
    moments.append(time.monotonic())

    def note(step: Step, facts: Mapping[str, str]) -> None:
        moments.append(time.monotonic())

    judgement, _ = judging.work(case, fetched, None, note)
    moments.append(time.monotonic())
    fetch, train, score, publish = (
        later - sooner for sooner, later in zip(moments, moments[1:], strict=False)
    )
    return PhantomFigures(
        entries=len(case.entries),
        phantoms=phantoms,
        window_seconds=state.judging_ends - state.reveal_ends,
        cut_off_seconds=cut_off,
        prefetch_seconds=prefetch_seconds,
        fetch_seconds=fetch,
        fetches=fetches,
        train_seconds=train,
        score_seconds=score,
        publish_seconds=publish,
        unavailable=sum(bool(row.flags & Flag.UNAVAILABLE) for row in judgement.ranking),
    )


def _is_here(cache: EmbeddedStore, digest: Digest) -> bool:
    try:
        cache.get(digest, max_bytes=1 << 21)
    except ContentUnavailable:
        return False
    return True


def _case(target: bytes, digests: list[Digest], spec: JudgingSpec) -> Case:
    entries = tuple(
        Entry(ticket, "0x" + ticket.to_bytes(20, "big").hex(), digest, ticket)
        for ticket, digest in enumerate(digests, start=1)
    )
    return Case(
        Domain(1, "0x" + "11" * 20), 1, spec, _SEED, sha256(b"entries"), sha256(target), entries
    )


def _state(target: bytes, window_seconds: int) -> CompetitionState:
    ends = STANDING_STATE.reveal_ends + window_seconds
    return replace(STANDING_STATE, target_digest=sha256(target), judging_ends=ends)


@contextmanager
def _gateway(
    blocks: Mapping[Digest, bytes], answer: GatewayAnswer, store_seconds: float
) -> Iterator[str]:
    """A trustless gateway that holds `blocks`; yields its address."""
    by_path = {f"/ipfs/{cid_of(digest)}": data for digest, data in blocks.items()}
    by_path[f"/ipfs/{PROBE_CID}"] = b""  # every gateway has the empty block
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = by_path.get(self.path.partition("?")[0])
            if data is None and answer is GatewayAnswer.NOTHING:
                ended.wait(2 * store_seconds)  # whoever asked is gone by then
                return
            self.send_response(404 if data is None else 200)
            self.send_header("Content-Length", str(len(data or b"")))
            self.end_headers()
            self.wfile.write(data or b"")

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: a thousand lines say nothing new."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 256

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        ended.set()
        server.shutdown()
        server.server_close()
