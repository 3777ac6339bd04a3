"""Settings: what is set wins in the stated order, and whatever is wrong is named."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path
from typing import Any

import pytest

from oracle.errors import InvalidConfig
from oracle.settings.config import Settings, load_settings

pytestmark = pytest.mark.unit

EXAMPLE = Path(__file__).parents[3] / "oracle.example.toml"
CONTRACT = "0x5FbDB2315678afecb367f032d93F642f64180aa3"


def toml(folder: Path, text: str) -> Path:
    path = folder / "oracle.toml"
    path.write_text(text)
    return path


def test_the_example_file_holds_every_setting_with_its_default() -> None:
    written = tomllib.loads(EXAMPLE.read_text())
    defaults = dataclasses.asdict(Settings())
    assert {s: set(table) for s, table in written.items()} == {
        s: set(table) for s, table in defaults.items()
    }
    for section, table in written.items():
        for key, value in table.items():
            default = defaults[section][key]
            assert type(value) is (list if isinstance(default, tuple) else type(default))
            assert value == (list(default) if isinstance(default, tuple) else default)
    assert load_settings(EXAMPLE, {}) == Settings()


def test_every_setting_of_the_example_is_explained() -> None:
    lines = EXAMPLE.read_text().splitlines()
    for above, line in zip(lines, lines[1:], strict=False):
        if " = " in line and not line.startswith("#"):
            assert above.startswith("#") or " = " in above, f"no comment above: {line}"


def test_nothing_given_means_the_defaults() -> None:
    assert load_settings(None, {}) == Settings()


def test_flags_win_over_environment_over_file_over_defaults(tmp_path: Path) -> None:
    path = toml(tmp_path, '[api]\nport = 1\nhost = "file"\n[judge]\nthreads = 3\n')
    environment = {"JUDGE_API__PORT": "2", "JUDGE_API__HOST": "environment"}
    settings = load_settings(path, environment, {"api.port": 5, "api.host": None})
    assert settings.api.port == 5
    assert settings.api.host == "environment"
    assert settings.judge.threads == 3
    assert settings.daemon == Settings().daemon


def test_the_environment_carries_every_kind_of_value() -> None:
    settings = load_settings(
        None,
        {
            "JUDGE_CHAIN__CHAIN_ID": "1",
            "JUDGE_CHAIN__CONFIRMATIONS": "12",
            "JUDGE_CHAIN__TIMEOUT_SECONDS": "2.5",
            "JUDGE_CHAIN__CONTRACT": CONTRACT.lower(),
            "JUDGE_STORE__GATEWAYS": "https://a.example, https://b.example,",
            "JUDGE_JUDGE__DEVICE": "cpu",
            "UNRELATED": "1",
        },
    )
    assert settings.chain.chain_id == 1
    assert settings.chain.confirmations == 12
    assert settings.chain.timeout_seconds == 2.5
    assert settings.require_contract() == CONTRACT
    assert settings.store.gateways == ("https://a.example", "https://b.example")
    assert settings.judge.device == "cpu"


def test_finality_is_a_tag_or_a_number(tmp_path: Path) -> None:
    tag = toml(tmp_path, '[chain]\nconfirmations = "finalized"')
    assert load_settings(tag, {}).chain.confirmations == "finalized"
    number = toml(tmp_path, "[chain]\nconfirmations = 20")
    assert load_settings(number, {}).chain.confirmations == 20


def test_a_whole_number_does_where_a_number_is_asked_for(tmp_path: Path) -> None:
    settings = load_settings(toml(tmp_path, "[daemon]\ninterval_seconds = 5"), {})
    assert settings.daemon.interval_seconds == 5.0


@pytest.mark.parametrize(
    ("text", "named", "hint"),
    [
        ("[chian]\n", "[chian]", "did you mean chain?"),
        ('[chain]\nrpc_ulr = "x"', "chain.rpc_ulr", "did you mean rpc_url?"),
        ("[chain]\nzzzz = 1", "chain.zzzz", "known are: rpc_url"),
        ("chain = 5", "chain is not a section", "[chain]"),
        ('[api]\nport = "80"', "api.port", "a whole number"),
        ("[api]\nport = true", "api.port", "a whole number"),
        ("[api]\nport = 70000", "api.port is 70000", "0 to 65535"),
        ("[api]\nhost = 5", "api.host", "text in quotes"),
        ("[daemon]\ninterval_seconds = nan", "daemon.interval_seconds", "0.1 to 86400"),
        ('[daemon]\ninterval_seconds = "5"', "daemon.interval_seconds", "a number"),
        ('[judge]\ndevice = "gpu"', 'judge.device is "gpu"', '"auto", "cpu", "cuda"'),
        ('[store]\ngateways = "https://a"', "store.gateways", "a list of texts"),
        ("[store]\ngateways = [5]", "store.gateways", "a list of texts"),
        ('[chain]\nconfirmations = "soon"', "chain.confirmations", '"finalized" or a whole'),
        ("[chain]\nconfirmations = 0", "chain.confirmations is 0", "1 to 100000"),
        ('[chain]\ncontract = "0x12"', "chain.contract", "40 hexadecimal"),
        (f'[chain]\ncontract = "{CONTRACT[:-1]}4"', "chain.contract", "40 hexadecimal"),
        (f'[chain]\ncontract = "{CONTRACT[2:]}"', "chain.contract", "40 hexadecimal"),
        ("[chain\n", "is not TOML", "that line"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(
    tmp_path: Path, text: str, named: str, hint: str
) -> None:
    with pytest.raises(InvalidConfig) as caught:
        load_settings(toml(tmp_path, text), {})
    assert named in caught.value.what
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("name", "text", "named", "hint"),
    [
        ("JUDGE_CHAIN_RPC_URL", "x", "JUDGE_CHAIN_RPC_URL", "JUDGE_CHAIN__RPC_URL?"),
        ("JUDGE_CHIAN__RPC_URL", "x", "JUDGE_CHIAN__RPC_URL", "JUDGE_CHAIN__RPC_URL?"),
        ("JUDGE_CHAIN__RPC_ULR", "x", "chain.rpc_ulr", "rpc_url?"),
        ("JUDGE_API__PORT", "eighty", 'api.port is "eighty"', "a whole number"),
        ("JUDGE_DAEMON__INTERVAL_SECONDS", "inf", "interval_seconds", "0.1 to 86400"),
    ],
)
def test_what_is_wrong_in_the_environment_is_named(
    name: str, text: str, named: str, hint: str
) -> None:
    with pytest.raises(InvalidConfig) as caught:
        load_settings(None, {name: text})
    assert named in caught.value.what
    assert hint in caught.value.hint


@pytest.mark.parametrize("name", ["api.prot", "apis.port", "port"])
def test_an_unknown_flag_is_refused(name: str) -> None:
    with pytest.raises(InvalidConfig, match="there is no"):
        load_settings(None, {}, {name: 1})


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfig, match="No such file"):
        load_settings(tmp_path / "none.toml", {})


def test_what_is_set_for_the_tests_is_no_setting() -> None:
    assert load_settings(None, {"JUDGE_TEST_KUBO": "/somewhere/ipfs"}) == Settings()


def test_the_private_key_and_the_file_s_name_are_no_settings() -> None:
    environment = {"JUDGE_PRIVATE_KEY": "11" * 32, "JUDGE_CONFIG": "oracle.toml"}
    settings = load_settings(None, environment)
    assert "11" * 32 not in repr(settings)


def test_settings_for_the_log_hold_no_secret() -> None:
    settings = load_settings(
        None,
        {},
        {
            "chain.rpc_url": "https://user:SECRET@rpc.example/v3/SECRET",
            "store.url": "dir:/data,https://gateway.example/SECRET",
            "store.gateways": ["https://a.example/?token=SECRET"],
            "judge.ray_store": "dir:/data,https://user:SECRET@b.example",
            "ledger.url": "postgresql://judge:SECRET@db.example:5432/ledger",
        },
    )
    shown: dict[str, dict[str, Any]] = settings.public()
    assert "SECRET" not in str(shown)
    assert shown["chain"]["rpc_url"] == "https://rpc.example"
    assert shown["store"]["url"] == "dir:/data, https://gateway.example"
    assert shown["judge"]["ray_store"] == "dir:/data, https://b.example"
    assert "SECRET" in settings.secrets()
    assert shown["ledger"]["url"] == "postgresql://db.example:5432"
    assert shown["api"]["port"] == 8780


def test_a_missing_contract_is_asked_for() -> None:
    with pytest.raises(InvalidConfig, match="chain.contract is not set"):
        Settings().require_contract()


def test_fees_and_bonds_are_exact_in_wei() -> None:
    flags = {"signer.max_fee_gwei": 0.1, "signer.max_bond_eth": 0.1, "signer.bump_percent": 20}
    signer = load_settings(None, {}, flags).signer
    assert signer.policy.max_fee_cap_wei == 10**8
    assert signer.max_bond_wei == 10**17
    assert signer.policy.bump_percent == 20
