"""When a daemon calls itself unwell, and where it says so."""

from __future__ import annotations

from oracle.api.app import create_app
from oracle.api.server import ApiServer
from oracle.chain.devnet_keys import DEVNET_CHAIN_ID
from oracle.health import HealthLimits
from oracle.metrics import Metrics
from oracle.settings.config import Settings


def health_limits(settings: Settings) -> HealthLimits:
    """From when on the daemon calls itself unwell. A devnet makes a block when there is need."""
    daemon, is_devnet = settings.daemon, settings.chain.chain_id == DEVNET_CHAIN_ID
    return HealthLimits(
        failing_seconds=daemon.stale_after_seconds,
        head_seconds=None if is_devnet else daemon.head_late_seconds,
        final_seconds=None if is_devnet else daemon.final_late_seconds,
    )


def health_server(settings: Settings, metrics: Metrics) -> ApiServer:
    """Health and metrics on a port of their own, which no stranger's slow request can fill."""
    app = create_app(metrics=metrics, stale_after_seconds=settings.daemon.stale_after_seconds)
    return ApiServer(app, settings.api.host, settings.api.health_port)
