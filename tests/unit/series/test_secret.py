"""The one secret: made once, kept private, different for every day."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pytest

from oracle.chain.commitments import Domain
from oracle.errors import BadInput, NeedsHuman
from oracle.series.secret import FILE_NAME, SecretKeeper, SeriesSecret, load_secret, make_secret

pytestmark = pytest.mark.unit

DOMAIN = Domain(1, "0x5FbDB2315678afecb367f032d93F642f64180aa3")
OPERATOR = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
DAY = date(2026, 11, 28)


def test_a_secret_is_kept_for_its_owner_alone_and_read_again(tmp_path: Path) -> None:
    made = make_secret(tmp_path / "work")
    path = tmp_path / "work" / FILE_NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = load_secret(tmp_path / "work")
    assert found is not None
    assert found.salt(DOMAIN, OPERATOR, DAY) == made.salt(DOMAIN, OPERATOR, DAY)
    assert made.value.hex() not in repr(made)


def test_salts_and_draws_of_all_days_contracts_and_operators_differ() -> None:
    secret = SeriesSecret(bytes(32))
    other = Domain(2, DOMAIN.competition)
    values = [
        secret.salt(DOMAIN, OPERATOR, DAY),
        secret.draw_seed(DOMAIN, OPERATOR, DAY),
        secret.salt(DOMAIN, OPERATOR, date(2026, 11, 29)),
        secret.salt(other, OPERATOR, DAY),
        secret.salt(DOMAIN, DOMAIN.competition, DAY),
        SeriesSecret(bytes([1] * 32)).salt(DOMAIN, OPERATOR, DAY),
    ]
    assert len(set(values)) == len(values)
    assert {len(value) for value in values} == {32}


def test_the_salt_of_a_day_is_the_same_for_ever() -> None:
    # Whoever changes this locks every target whose salt was not kept elsewhere.
    salt = SeriesSecret(bytes(range(32))).salt(DOMAIN, OPERATOR, DAY)
    assert salt.hex() == "f81a27d73c902a9c52af7e7c1147fa2adf81638fd02d2cc76280fc1dedffd6c5"


@pytest.mark.parametrize(
    ("content", "mode", "words"),
    [
        ("00" * 32, 0o644, "others can read"),
        ("00" * 31, 0o600, "32 bytes"),
        ("no hex", 0o600, "cannot be read"),
        ("\xff", 0o600, "cannot be read"),
    ],
)
def test_a_secret_that_is_open_or_damaged_is_not_used(
    tmp_path: Path, content: str, mode: int, words: str
) -> None:
    path = tmp_path / FILE_NAME
    path.write_text(content)
    path.chmod(mode)
    with pytest.raises(BadInput) as caught:
        load_secret(tmp_path)
    assert words in caught.value.what


def test_a_missing_secret_is_made_only_while_no_day_rests_on_one(tmp_path: Path) -> None:
    with pytest.raises(NeedsHuman, match="missing"):
        SecretKeeper(tmp_path, lambda: True).get()
    assert not (tmp_path / FILE_NAME).exists()
    keeper = SecretKeeper(tmp_path, lambda: False)
    assert keeper.peek() is None
    assert keeper.get() is keeper.get()
    assert SecretKeeper(tmp_path, lambda: True).get().value == keeper.get().value
