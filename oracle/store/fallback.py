"""Several stores as one: reads go to the first that delivers, writes to the first that can."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from oracle.errors import BadInput, ContentNotStored, ContentUnavailable, RetryLater
from oracle.store.base import ContentStore
from oracle.store.cid import cid_of
from scoring.digest import Digest

log = logging.getLogger(__name__)


class FallbackStore:
    """The stores `stores`, asked in this order.

    What came from another store is kept in the writable one, so that it is fetched only once and
    served to auditors.
    """

    def __init__(self, stores: Sequence[ContentStore]) -> None:
        if not stores:
            raise ValueError("at least one store is needed")
        self._stores = tuple(stores)
        self._keeper = next((store for store in stores if store.writable), None)
        self._takes_nothing = False  # the writable one, and that was said
        self.name = ", ".join(store.name for store in stores)

    @property
    def stores(self) -> tuple[ContentStore, ...]:
        """The stores themselves, in the order in which they are asked."""
        return self._stores

    @property
    def writable(self) -> bool:
        """Whether one of the stores is."""
        return self._keeper is not None

    def get(self, digest: Digest, *, max_bytes: int) -> bytes:
        """See `ContentStore.get`; the error says what went wrong at every store."""
        failures: list[tuple[str, ContentUnavailable]] = []
        for store in self._stores:
            try:
                data = store.get(digest, max_bytes=max_bytes)
            except ContentUnavailable as error:
                failures.append((store.name, error))
                continue
            if store is not self._keeper:
                self._keep(data)
            return data
        raise ContentUnavailable(
            f"no store has {cid_of(digest)}: " + "; ".join(error.what for _, error in failures),
            "; ".join(dict.fromkeys(error.hint for _, error in failures if error.hint)),
            tuple(failures),
        )

    def put(self, data: bytes) -> Digest:
        """See `ContentStore.put`."""
        if self._keeper is None:
            raise BadInput(
                f"nothing can be written to {self.name}", "add a store of the kind dir: or kubo:"
            )
        return self._keeper.put(data)

    def remove(self, digest: Digest) -> None:
        """See `ContentStore.remove`."""
        if self._keeper is not None:
            self._keeper.remove(digest)

    def check(self) -> None:
        """Raises if the writable store, or every store, cannot do its work now."""
        failures: list[RetryLater] = []
        for store in self._stores:
            try:
                store.check()
            except RetryLater as error:
                if store is self._keeper:
                    raise
                log.warning("%s", error.what)
                failures.append(error)
        if len(failures) == len(self._stores):
            raise ContentUnavailable("; ".join(error.what for error in failures), failures[0].hint)

    def _keep(self, data: bytes) -> None:
        if self._keeper is None:
            return
        try:
            self._keeper.put(data)
            self._takes_nothing = False
        # Content was asked for and is there; a full disk or a too large block must not hide it.
        except (ContentNotStored, BadInput) as error:
            # Once: what is wrong with a store is wrong for each of many thousand images.
            if not self._takes_nothing:
                log.warning("not kept, like what follows until that is mended: %s", error.what)
            self._takes_nothing = True


def sources_of(store: ContentStore) -> tuple[ContentStore, ...]:
    """The stores behind one: each that a `FallbackStore` asks, else the store itself."""
    return store.stores if isinstance(store, FallbackStore) else (store,)
