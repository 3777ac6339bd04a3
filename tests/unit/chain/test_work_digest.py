"""A vote shows that its voter trained: the steps that it is about follow from who has a vote."""

from __future__ import annotations

import hashlib

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from oracle.chain.votes import hash_work

pytestmark = pytest.mark.unit

STEPS = [bytes([step]) * 32 for step in range(50)]
SEED = b"\x05" * 32
ADA, BEN = "0x" + "11" * 20, "0x" + "22" * 20


def chosen(elector: str) -> list[bytes]:
    choice = keccak(encode(["bytes32", "address"], [SEED, elector]))
    return [STEPS[int.from_bytes(choice[at : at + 8], "big") % 50] for at in (0, 8, 16)]


def test_it_covers_three_steps_of_each_elector_in_order() -> None:
    parts = b"".join(chosen(ADA) + chosen(BEN))
    assert hash_work(STEPS, SEED, [ADA, BEN]) == hashlib.sha256(parts).digest()
    assert hash_work(STEPS, SEED, [BEN, ADA]) != hash_work(STEPS, SEED, [ADA, BEN])


def test_another_step_of_the_training_gives_another_digest() -> None:
    honest = hash_work(STEPS, SEED, [ADA])
    wrong = [b"\xff" * 32 if step == chosen(ADA)[2] else step for step in STEPS]
    assert hash_work(wrong, SEED, [ADA]) != honest
    assert hash_work(STEPS, b"\x06" * 32, [ADA]) != honest


def test_a_judge_without_step_digests_has_nothing_to_show() -> None:
    assert hash_work([], SEED, [ADA]) == hashlib.sha256().digest()
