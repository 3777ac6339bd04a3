"""The players' page: its files, and `/config.json`, which tells it where it is."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from eth_utils.address import is_address, to_checksum_address
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from oracle.api.built_page import page_folder
from oracle.api.caching import unless_known
from oracle.errors import InvalidConfig
from oracle.settings.config import Settings

API_VERSION = 1
WALLETCONNECT_RELAY = "wss://relay.walletconnect.org"


def page_routes(settings: Settings, operator: str | None = None) -> list[BaseRoute]:
    """`/config.json`, and the page at `/` when one is configured; must come after other routes."""
    config = page_config(settings, operator)

    body = json.dumps(config).encode()

    async def answer(request: Request) -> Response:
        headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache"}
        return unless_known(request, body, headers, "application/json")

    routes: list[BaseRoute] = [Route("/config.json", answer, methods=["GET"])]
    if settings.api.page:
        folder = page_index(settings).parent
        routes.append(Mount("/", _Page(folder, page_headers(config))))
    return routes


def page_index(settings: Settings) -> Path:
    """The page that `[api] page` names. Raises `InvalidConfig` when none is built there."""
    folder = page_folder(settings.api.page)
    if folder is None or not (folder / "index.html").is_file():
        raise InvalidConfig(
            f"api.page: there is no page in {folder or settings.api.page}",
            "build it: npm run build:web",
        )
    return folder / "index.html"


def page_headers(config: Mapping[str, Any]) -> dict[str, str]:
    """The page's policy: it loads nothing from anywhere but what its configuration names."""
    named = (
        config["rpc_url"],
        config["studio"],
        *config["gateways"],
        *config["beacon_relays"],
        config["walletconnect_project"] and WALLETCONNECT_RELAY,
    )
    connect = " ".join(dict.fromkeys(["'self'", *(_origin(url) for url in named if url)]))
    return {
        "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
        f"img-src 'self' blob: data:; font-src 'self'; connect-src {connect}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types lit-html worker",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


def page_config(settings: Settings, operator: str | None = None) -> dict[str, Any]:
    """What a page needs to know; holds no secret. Without `rpc_url` it asks the wallet's node.

    `operator` is the daemon's own account, None in dry mode.
    """
    uploads = settings.uploads
    return {
        "api_version": API_VERSION,
        "chain_id": settings.chain.chain_id,
        "contract": settings.require_contract(),
        "start_block": settings.chain.start_block,
        "rpc_url": settings.api.rpc_url or None,
        "explorer": settings.api.explorer_url or None,
        "walletconnect_project": settings.api.walletconnect_project or None,
        "price_feed": _feed(settings),
        "price_currency": settings.api.price_currency,
        "gateways": list(settings.store.gateways),
        "studio": settings.studio.url or None,
        # Pages of competitions for links, with a picture: see oracle/api/share.
        "share": "./c/" if settings.api.page else None,
        # Anyone can create a competition: those of others are marked, and shown on demand.
        "operators": _operators(settings, operator),
        # Small pictures by digest: see oracle/api/previews.
        "previews": "./previews/",
        # What a competition's scores look like: see oracle/api/looks.
        "looks": "./looks/",
        # Where browsers subscribe to reminders: see oracle/api/push.
        "push": "./push" if settings.push.key_file else None,
        # Scores anybody's image by a judge whose competition is over: see oracle/api/practice.
        "practice": "./practice" if settings.practice.models else None,
        # Whose /series.json the page shows: this daemon's.
        "series": "./" if settings.series.targets else None,
        "beacon_relays": _relays(settings),
        "max_upload_bytes": uploads.max_file_mib << 20 if uploads.max_total_mib else None,
    }


def _operators(settings: Settings, operator: str | None) -> list[str]:
    """Whose competitions the page stands for; nobody's in particular where no account is known."""
    named = settings.api.operators
    for address in named:
        if not is_address(address):
            raise InvalidConfig(
                f"api.operators: {address!r} is no address", "write 0x and 40 digits"
            )
    return list(dict.fromkeys(to_checksum_address(one) for one in (operator, *named) if one))


def _feed(settings: Settings) -> str | None:
    """The contract that tells the page what an ether costs."""
    named = settings.api.price_feed
    if named and not is_address(named):
        raise InvalidConfig(f"api.price_feed: {named!r} is no address", "write 0x and 40 digits")
    return named or None


def _relays(settings: Settings) -> list[str]:
    """Where visitors ask for quicknet's rounds, as the daemon itself does; nowhere on a devnet."""
    relays = settings.beacon.relays
    if "devnet" in relays or not (relays or settings.chain.beacon):
        return []
    # Imported here: the curve's mathematics take a while, and few pages need a round.
    from oracle.beacon.drand import QUICKNET_RELAYS
    from oracle.beacon.rounds import QUICKNET

    return [f"{url.rstrip('/')}/{QUICKNET.chain_hash}" for url in relays or QUICKNET_RELAYS]


class _Page(StaticFiles):
    """The built files, each with the page's policy."""

    def __init__(self, folder: Path, headers: Mapping[str, str]) -> None:
        super().__init__(directory=folder, html=True)
        self._headers = headers

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if path.startswith("assets/") and response.status_code in (200, 304):
            response = await self._compressed(path, scope) or response
            response.headers["Vary"] = "Accept-Encoding"
        response.headers.update(self._headers)
        # A file with a hash in its name never changes; everything else is asked for again.
        hashed = path.startswith("assets/") and response.status_code in (200, 304)
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if hashed else "no-cache"
        )
        return response

    async def _compressed(self, path: str, scope: Scope) -> Response | None:
        """The copy that the build laid beside a file, in the best coding that the client takes."""
        accepted = Headers(scope=scope).get("accept-encoding", "").replace(" ", "").split(",")
        for coding, suffix in (("br", ".br"), ("gzip", ".gz")):
            full, found = self.lookup_path(path + suffix)
            if coding in accepted and found is not None:
                # The type is the plain file's: a guess from the copy's name would be another.
                media_type = mimetypes.guess_type(path)[0]
                headers = {"Content-Encoding": coding}
                return FileResponse(full, headers=headers, media_type=media_type, stat_result=found)
        return None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
