"""What everybody needs: node, contract, content store, folder to work in, threads."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from oracle.chain.client import ChainClient
from oracle.chain.competition import CompetitionContract
from oracle.errors import InvalidConfig
from oracle.judging.crew import Crew, LocalCrew
from oracle.paths import path_of
from oracle.settings.config import Settings
from oracle.store.base import ContentStore
from oracle.store.embedded import EmbeddedStore
from oracle.store.open import open_store
from scoring.installing import slowness
from scoring.processors import use_processors

log = logging.getLogger(__name__)


def open_contract(settings: Settings) -> CompetitionContract:
    """The configured contract, after the node's chain id was checked."""
    address = settings.require_contract()
    return CompetitionContract(open_client(settings), address, settings.chain.start_block)


def open_client(settings: Settings) -> ChainClient:
    """The configured node; raises `InvalidConfig` when it serves another chain."""
    chain = settings.chain
    return ChainClient.connect(
        chain.rpc_url,
        chain.chain_id,
        chain.timeout_seconds,
        more_urls=chain.rpc_urls,
        confirmations=chain.confirmations,
        log_chunk_blocks=chain.log_chunk_blocks,
    )


def open_content(settings: Settings) -> ContentStore:
    """The configured store, then the gateways."""
    addresses = ",".join((settings.store.url, *settings.store.gateways))
    return open_store(addresses, deadline_seconds=settings.store.fetch_seconds)


def open_local(settings: Settings) -> ContentStore | None:
    """The embedded stores, if there are any: an API serves only what is on this machine."""
    addresses = (address.strip() for address in settings.store.url.split(","))
    local = [address for address in addresses if address.startswith("dir:")]
    return open_store(",".join(local)) if local else None


def work_dir(settings: Settings) -> Path:
    """Where models, cached content and the secrets behind commitments are kept."""
    return path_of(settings.judge.work_dir)


def open_cache(settings: Settings) -> EmbeddedStore:
    """Content that was fetched to this machine."""
    return EmbeddedStore(work_dir(settings) / "content")


def open_uploads(settings: Settings) -> EmbeddedStore:
    """Strangers' images that wait for their reveal; other users of this machine see none."""
    folder = work_dir(settings) / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return EmbeddedStore(folder)


def open_crew(
    settings: Settings,
    kept: str,
    watch: Callable[[int, int], None] | None = None,
    *,
    publishes: bool = False,
) -> Crew:
    """Who works on images. `kept` names the folder of answers: an audit never takes a judging's.

    `publishes`: pictures are put into the configured store, whoever puts them.
    """
    judge, store = settings.judge, workers_store(settings)
    if not judge.ray_address:
        return LocalCrew()
    from oracle.cluster.crew import RayCrew

    folder = work_dir(settings) / "answers" / kept
    crew = RayCrew(judge.ray_address, folder, judge.device, store=store)
    crew = replace(crew, store_publishes=publishes and crew.store == settings.store.url)
    return replace(crew, watch=watch) if watch is not None else crew


def workers_store(settings: Settings) -> str:
    """Where a cluster's workers read images; empty: nowhere. Raises `InvalidConfig`."""
    addresses = settings.judge.ray_store
    if not addresses:
        return ""
    if not settings.judge.ray_address:
        raise InvalidConfig(
            "judge.ray_store is set, and judge.ray_address is not",
            "name the cluster's head in [judge] ray_address, or leave ray_store empty",
        )
    for address in addresses.split(","):
        kind, _, place = address.strip().partition(":")
        if kind == "dir" and not Path(place).is_absolute():
            raise InvalidConfig(
                f"judge.ray_store names the folder {place}, which is another on every machine",
                "write the whole path, and share that folder with all machines",
            )
    try:
        open_store(addresses)
    except InvalidConfig as error:
        raise InvalidConfig(f"judge.ray_store: {error.what}", error.hint) from error
    return addresses


def require_device(device: str) -> None:
    """Tries a GPU that is asked for before anything waits for it. Raises UnusableDevice."""
    if device.startswith("cuda"):
        from scoring.exact.proofs.choice import choose_backend

        choose_backend(device)


def warn_if_slow() -> None:
    """Logs what makes this machine judge slowly, if anything does."""
    if text := slowness():
        log.warning("judging is slow here", extra={"reason": text})


def use_threads(count: int) -> None:
    """Judges on `count` processors; 0 stands for all that this process may use."""
    if count:
        use_processors(count)
