"""Content: blocks named by their sha256, wherever they lie, verified whenever they are read.

`open` turns an address into a store; all of them keep the promises in `base`.
"""

from oracle.store.base import MAX_BLOCK_BYTES, ContentStore
from oracle.store.cid import cid_of, digest_of
from oracle.store.embedded import EmbeddedStore
from oracle.store.open import open_store

__all__ = [
    "MAX_BLOCK_BYTES",
    "ContentStore",
    "EmbeddedStore",
    "cid_of",
    "digest_of",
    "open_store",
]
