"""Whether the services of others that this daemon is told to use are there."""

from __future__ import annotations

import importlib.util
import socket
from dataclasses import replace

from oracle.assembly.beacon import DEVNET_RELAY, open_beacon
from oracle.assembly.notices import channels_of
from oracle.assembly.parts import open_client, workers_store
from oracle.assembly.push import book_path, courier_from
from oracle.beacon.drand import QUICKNET_RELAYS
from oracle.chain.client import ChainClient
from oracle.errors import BadInput, BeaconUnavailable, InvalidConfig, OracleError, RetryLater
from oracle.logs import Redaction
from oracle.push.book import aside_of, damage_in
from oracle.settings.config import Settings
from oracle.store.open import open_store
from oracle.studio.client import StudioClient

_SECONDS = 10.0
# A round that every relay has had for a while.
_ROUNDS_AGO = 10


def beacon(settings: Settings) -> str:
    """The contract that gives seeds stands, and its relays answer."""
    contract, relays = settings.chain.beacon, settings.beacon.relays
    if not contract and not relays:
        return "none is set: a block hash gives seeds"
    client = open_client(settings)
    block = client.latest_block()
    if contract and not client.code(contract, block.hash):
        raise InvalidConfig(
            f"no contract stands at {contract}, which is to give the seeds",
            "correct [chain] beacon, or deploy one: judge deploy --beacon",
        )
    silent = {}
    for relay in relays or QUICKNET_RELAYS:
        try:
            _newest_round(settings, relay, block.timestamp)
        except BeaconUnavailable as error:
            silent[relay] = error.what
    # Of drand's own relays, which nobody chose one by one, a single one is enough.
    if silent and (relays or len(silent) == len(QUICKNET_RELAYS)):
        raise BadInput(
            f"the beacon's relay {next(iter(silent))} does not work: {next(iter(silent.values()))}",
            "take it out of [beacon] relays, name another one, or mend this machine's network",
        )
    return "its relays answer"


def _newest_round(settings: Settings, relay: str, now: int) -> None:
    found = open_beacon(replace(settings, beacon=replace(settings.beacon, relays=(relay,))))
    if relay != DEVNET_RELAY:
        found.fetch_round(max(1, found.network.round_at(now) - _ROUNDS_AGO))


def studio(settings: Settings) -> str:
    """The studio answers where players are sent, and signs as the series' terms say."""
    named, url = settings.series.studio, settings.studio.url
    if not url:
        if named and settings.series.targets:
            raise InvalidConfig(
                f"series.studio is {named}, and players are not told where it is",
                "set [studio] url to its public address",
            )
        return "none is set"
    try:
        about = StudioClient(url, _SECONDS).ask("GET", "/studio")
    except OracleError as error:
        raise BadInput(
            error.what, "start it (judge studio run), or correct [studio] url"
        ) from error
    account = str(about.get("studio"))
    if named and named.lower() != account.lower() and not _has_code(settings, named):
        raise InvalidConfig(
            f"the studio at {url} signs as {account}, and series.studio is {named}",
            "correct [series] studio or [studio] url: no receipt of that studio would count",
        )
    _require_same_contract(settings, url, about)
    return f"{url} signs as {account}"


def _has_code(settings: Settings, address: str) -> bool:
    """A studio can be a contract, which says by itself whose signatures it takes for its own."""
    client = open_client(settings)
    return bool(client.code(address, client.latest_block().hash))


def _require_same_contract(settings: Settings, url: str, about: dict[str, object]) -> None:
    own = (settings.chain.chain_id, settings.require_contract().lower())
    served = (about.get("chain_id"), str(about.get("contract")).lower())
    if served != own:
        raise InvalidConfig(
            f"the studio at {url} works for {served[1]} on chain {served[0]}",
            "give the studio the [chain] contract and chain_id of this daemon",
        )


def cluster(settings: Settings) -> str:
    """Ray is installed, the head of its cluster takes connections, and its store is one."""
    address, store = settings.judge.ray_address, workers_store(settings)
    if not address:
        return "none is set: this machine judges alone"
    reading = f"; its workers read images from {open_store(store).name}" if store else ""
    if importlib.util.find_spec("ray") is None:
        raise InvalidConfig(
            "judge.ray_address is set, and Ray is not installed",
            "install it: pip install 'judging-oracle[ray]'",
        )
    host, colon, port = address.rpartition(":")
    if not colon:
        return address + reading
    if not port.isdecimal():
        raise InvalidConfig(f"judge.ray_address is {address!r}", "write it as HOST:PORT")
    try:
        socket.create_connection((host, int(port)), _SECONDS).close()
    except (OSError, OverflowError) as error:
        raise BadInput(
            f"the Ray cluster at {address} does not answer: {_words(error)}",
            "see that its head runs (ray status), or empty [judge] ray_address to judge here",
        ) from error
    return f"{address} takes connections{reading}"


def notices(settings: Settings) -> str:
    """Webhook and mail server can be reached; nothing is sent."""
    channels = channels_of(settings, Redaction())
    for channel in channels:
        try:
            channel.check()
        except RetryLater as error:
            raise BadInput(error.what, error.hint) from error
    return ", ".join(channel.name for channel in channels) or "none are set"


def push(settings: Settings) -> str:
    """The key that push services know this daemon by can be used, and so can the subscriptions."""
    if not settings.push.key_file:
        return "none is set"
    key, path = courier_from(settings).public_key, book_path(settings)
    if damage := damage_in(path):
        raise BadInput(
            f"{path} cannot be used: {damage}",
            f"restore it from a backup; one that is damaged is moved to {aside_of(path).name} by "
            "the daemon, and everybody has to subscribe again",
        )
    lost = aside_of(path)
    earlier = f"; an earlier file was damaged, and is {lost} now" if lost.exists() else ""
    return f"browsers subscribe with {key}{earlier}"


def public_node(settings: Settings) -> str:
    """The node that the page tells everybody serves the same chain, and the price feed answers."""
    url = settings.api.rpc_url
    if url:
        try:
            ChainClient.connect(url, settings.chain.chain_id, settings.chain.timeout_seconds)
        except OracleError as error:
            raise BadInput(
                error.what, "correct [api] rpc_url: players' pages read from it"
            ) from error
    feed = settings.api.price_feed
    if feed and not _has_code(settings, feed):
        raise InvalidConfig(
            f"no contract stands at {feed}, which is to tell what an ether costs",
            "correct [api] price_feed, or leave it empty",
        )
    return "answers" if url else "none is set: the page reads through wallets"


def _words(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__)[:200]
