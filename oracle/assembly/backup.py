"""Where a backup's parts are, by the settings."""

from __future__ import annotations

from oracle.assembly.parts import work_dir
from oracle.backup.places import STUDIO, WORK, Places
from oracle.paths import path_of
from oracle.settings.config import Settings

_SPARE = ("models", "content")  # trained again, fetched again


def places_of(settings: Settings) -> Places:
    """The work folder, the studio's, and every folder of content in [store] url."""
    work = work_dir(settings).absolute()
    addresses = (address.strip() for address in settings.store.url.split(","))
    stores = [address.removeprefix("dir:") for address in addresses if address.startswith("dir:")]
    folders = {WORK: work, STUDIO: path_of(settings.studio.work_dir).absolute()}
    for number, store in enumerate(stores, 1):
        folders[f"store-{number}"] = path_of(store).absolute()
    spare = frozenset(work / name for name in _SPARE)
    return Places(settings.ledger.url, folders, spare)
