import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle.errors import InvalidCid
from oracle.store import cid_of, digest_of
from scoring.digest import Digest, sha256

pytestmark = pytest.mark.unit

# The players' page is tested with the same; what Kubo prints is in tests/integration/store.
VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "content.json").read_text())
KNOWN = {vector["content"].encode(): vector["cid"] for vector in VECTORS}


@pytest.mark.parametrize("data", KNOWN)
def test_known_content_has_the_cid_that_ipfs_gives_it(data: bytes) -> None:
    assert cid_of(sha256(data)) == KNOWN[data]
    assert digest_of(KNOWN[data]) == hashlib.sha256(data).digest()


def test_what_ipfs_add_prints_is_among_the_known() -> None:
    """`ipfs add --cid-version=1 --raw-leaves`"""
    assert KNOWN[b""] == "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
    assert KNOWN[b"hello world\n"] == "bafkreifjjcie6lypi6ny7amxnfftagclbuxndqonfipmb64f2km2devei4"


@given(st.binary(min_size=32, max_size=32))
def test_every_digest_survives_the_round_trip(digest: bytes) -> None:
    assert digest_of(cid_of(Digest(digest))) == digest


@given(st.text(max_size=70))
def test_arbitrary_text_is_never_taken_for_a_cid(text: str) -> None:
    with pytest.raises(InvalidCid):
        digest_of(text)


GOOD = KNOWN[b""]


@pytest.mark.parametrize(
    "text",
    [
        GOOD.upper(),
        GOOD[:-1],
        GOOD + "a",
        " " + GOOD[1:],
        GOOD[:-1] + "v",  # same 36 bytes, other left-over bits
        "bafybeihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",  # codec dag-pb
        "zb2rhmy65F3REf8SZp7De11gxtECBGgUKaLdiDj7MCGCHxbDW",  # base58
        "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH",  # version 0
        "b" + "é" * 58,
        "b" + "1" * 58,
        "",
    ],
)
def test_any_other_spelling_is_refused(text: str) -> None:
    with pytest.raises(InvalidCid, match="is not the CID of a raw sha2-256 block"):
        digest_of(text)


def test_a_digest_of_the_wrong_length_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        cid_of(Digest(b"short"))
