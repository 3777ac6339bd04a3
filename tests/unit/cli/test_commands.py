"""Every command has help, stands in the docs, and answers wrong use in two lines."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from oracle.cli.main import COMMANDS, main
from oracle.cli.output import write_file
from oracle.cli.parameters import AMOUNT, DURATION, HASH
from oracle.errors import Mismatch, OracleError, RetryLater, Undecidable
from scoring.errors import NoExactBackend, UnreadableImage
from scoring.installing import install_command

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without settings, and an environment without them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JUDGE_TEST_KUBO", raising=False)
    return tmp_path


def judge(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def assert_two_lines(result: Result, code: int, *words: str) -> None:
    lines = result.stderr.splitlines()
    assert result.exit_code == code, result.output
    assert len(lines) == 2, result.stderr
    assert lines[0].startswith("error: ")
    assert lines[1].startswith("       ")
    for word in words:
        assert word in result.stderr
    assert result.stdout == ""


def command(name: str) -> click.Command:
    found = main.get_command(click.Context(main), name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_explains_itself_and_all_its_options(name: str) -> None:
    result = judge(name, "--help")
    assert result.exit_code == 0
    described = command(name)
    assert described.name == name
    assert described.help
    assert described.help.split("\n")[0].endswith((".", "?")), "its first line is a sentence"
    for parameter in described.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"judge {name} {parameter.opts[0]} has no help"
            assert len(parameter.help) > 8


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_stands_in_the_docs(name: str) -> None:
    docs = "\n".join(path.read_text() for path in (ROOT / "docs").glob("*.md"))
    assert re.search(rf"\bjudge\b[^\n]*\b{name}\b", docs), f"docs do not mention judge {name}"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_of_commands_says_one_sentence_about_each(name: str) -> None:
    _, sentence = COMMANDS[name]
    assert sentence.endswith(".") and len(sentence) <= 60
    assert sentence in judge("--help").stdout


def test_judge_alone_shows_its_help_as_wrong_use() -> None:
    result = judge()
    assert result.exit_code == 2
    assert result.stderr.startswith("Usage:")
    assert "error" not in result.stderr


def test_the_version_is_the_packages() -> None:
    result = judge("--version")
    assert (result.exit_code, result.stdout.split()[0]) == (0, "judge,")


def test_a_mistyped_command_is_guessed() -> None:
    assert_two_lines(judge("prepar"), 2, "'prepar'", "judge prepare")


def test_an_unknown_command_points_to_the_help() -> None:
    assert_two_lines(judge("xyzzy"), 2, "judge --help")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["audit"], ["Missing argument", "audit --help"]),
        (["audit", "0"], ["0", "audit --help"]),
        (["audit", "one"], ["one"]),
        (["audit", "1", "--ranking-root", "0x12"], ["64 digits"]),
        (["audit", "1", "--bundle", "nowhere.json"], ["nowhere.json"]),
        (["vote"], ["Missing argument", "vote --help"]),
        (["vote", "none"], ["none"]),
        (["watch", "1"], ["1", "watch --help"]),
        (["deploy", "--member", "0x12"], ["not an address"]),
        (["address", "--member", "0x5FbDB2315678afecb367f032d93F642f64180aA3"], ["typing error"]),
        (["buy"], ["Missing argument"]),
        (["buy", "1", "--ticket", "2"], ["--ticket"]),
        (["refund", "1", "--ticket", "0"], ["0"]),
        (["submit", "1", "nowhere.png"], ["nowhere.png"]),
        (["create", "nowhere.png", "--price", "1eth"], ["nowhere.png"]),
        (["prepare", "nowhere.png"], ["nowhere.png"]),
        (["score", "nowhere.png", "x"], ["nowhere.png"]),
        (["devnet", "--port", "70000"], ["70000"]),
        (["once", "--jsonn"], ["--json"]),
    ],
)
def test_wrong_arguments_are_answered_in_two_lines(arguments: list[str], words: list[str]) -> None:
    assert_two_lines(judge(*arguments), 2, *words)


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("chain.rpcurl=x", ["there is no setting chain.rpcurl", "did you mean rpc_url"]),
        ("chian.rpc_url=x", ["chian", "did you mean chain"]),
        ("chain.chain_id=one", ["chain.chain_id", "whole number"]),
        ("chain.chain_id", ["SECTION.KEY=VALUE"]),
        ("=1", ["SECTION.KEY=VALUE"]),
        ("chain.contract=0x12", ["chain.contract is not an address"]),
        ("api.port=-1", ["out of range"]),
    ],
)
def test_a_wrong_override_is_named(override: str, words: list[str]) -> None:
    assert_two_lines(judge("--set", override, "status"), 2, *words)


def test_without_a_contract_the_chain_commands_say_so() -> None:
    for name in ("status", "run", "once", "open 1", "buy 1", "audit 1", "withdraw"):
        assert_two_lines(judge(*name.split()), 2, "chain.contract is not set")


def test_a_settings_file_that_is_not_there_is_named() -> None:
    assert_two_lines(judge("--config", "me.toml", "status"), 2, "me.toml", "check --config")


def test_the_environment_may_name_the_settings_file(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (elsewhere / "here.toml").write_text("[chain]\nnonsense = 1\n")
    monkeypatch.setenv("JUDGE_CONFIG", str(elsewhere / "here.toml"))
    assert_two_lines(judge("status"), 2, "there is no setting chain.nonsense")


def test_settings_beside_you_are_found(elsewhere: Path) -> None:
    (elsewhere / "oracle.toml").write_text("[chain\n")
    assert_two_lines(judge("status"), 2, "oracle.toml is not TOML")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OracleError("it failed.", "try this"), 1),
        (RetryLater("not now", "wait"), 1),
        (Mismatch("it differs", "dispute"), 3),
        (Undecidable("gone", "look elsewhere"), 4),
        (UnreadableImage("no picture", "take another"), 2),
        (NoExactBackend("wrong bits", "take another machine"), 1),
        (click.ClickException("odd"), 1),
    ],
)
def test_every_kind_of_error_has_its_exit_code(
    error: Exception, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("oracle.cli.operator.settings_of", fail)
    result = judge("status")
    assert result.exit_code == code
    assert result.stderr.startswith("error: ")
    assert "Traceback" not in result.stderr


def test_ctrl_c_ends_with_two_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("oracle.cli.operator.settings_of", interrupt)
    result = judge("status")
    assert result.exit_code == 130
    # The first line ends the terminal's own, which shows ^C.
    assert result.stderr.splitlines()[:2] == ["", "error: interrupted"]
    assert "run the command again" in result.stderr


def test_a_reader_that_goes_away_is_no_failure_worth_a_trace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def gone(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("oracle.cli.operator.settings_of", gone)
    result = judge("status")
    assert (result.exit_code, result.stderr) == (141, "")


def test_a_terminal_that_knows_only_ascii_gets_a_table() -> None:
    """Frames and names in any script are no reason for a traceback."""
    command = [sys.executable, "-c", "from oracle.cli import main; main(['metrics'])"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "histogram" in done.stdout


def test_a_full_disk_behind_the_output_is_said_in_two_lines() -> None:
    command = [sys.executable, "-c", "from oracle.cli import main; main(['metrics'])"]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 2
    assert "No space left on device" in done.stderr


def test_a_full_disk_leaves_what_stood_there(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (elsewhere / "page.html").write_text("old")

    def half(path: Path, data: bytes) -> int:
        with path.open("wb") as file:
            file.write(data[:1])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(click.UsageError, match="No space left on device"):
        write_file(elsewhere / "page.html", b"new")
    assert [path.read_text() for path in elsewhere.iterdir()] == ["old"]


def test_judging_without_numba_says_that_it_is_slow(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("oracle.cli.output.slowness", lambda: "slow; do this")
    (elsewhere / "none.png").write_bytes(b"")
    result = judge("score", "none.png", "none.png")
    assert result.stderr.splitlines()[0] == "slow; do this"
    assert result.exit_code != 0


def test_a_missing_package_is_said_though_it_is_imported_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lacks(*_: object) -> None:
        raise ModuleNotFoundError("No module named 'sqlalchemy'", name="sqlalchemy")

    monkeypatch.setattr("oracle.cli.operator.settings_of", lacks)
    assert_two_lines(judge("status"), 1, "sqlalchemy", install_command())


WITHOUT_EXTRAS = """
import sys
blocked = {'coincurve', 'cv2', 'diffusers', 'ipfshttpclient', 'matplotlib', 'psycopg', 'sewar'}
blocked |= {'sklearn', 'transformers'}
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition('.')[0] in blocked:
            raise ModuleNotFoundError(f'No module named {name!r}', name=name)
sys.meta_path.insert(0, Blocker())
from oracle.cli import main
main(sys.argv[1:])
"""
NOBODY = ("--set", "chain.contract=0x" + "11" * 20, "--set", "chain.rpc_url=http://127.0.0.1:9")


def without_extras(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`judge` as a base installation runs it."""
    command = [sys.executable, "-c", WITHOUT_EXTRAS, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("arguments", [("audit", "1"), ("status",)])
def test_a_base_installation_can_play_operate_and_audit(arguments: tuple[str, ...]) -> None:
    done = without_extras(*NOBODY, *arguments)
    # It came as far as asking a node that is not there.
    assert (done.returncode, "did not answer" in done.stderr) == (1, True), done.stderr


def test_a_base_installation_can_prepare(elsewhere: Path) -> None:
    from PIL import Image

    Image.new("RGB", (30, 20), "red").save(elsewhere / "red.jpg")
    done = without_extras("prepare", "red.jpg", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["cid"].startswith("bafkrei")


def test_what_a_base_installation_lacks_is_said_in_two_lines() -> None:
    done = without_extras(*NOBODY, "--set", "store.url=kubo:/ip4/127.0.0.1/tcp/9", "audit", "1")
    assert done.returncode == 2
    assert "needs a package that is not installed" in done.stderr
    assert install_command("kubo") in done.stderr
    assert len(done.stderr.splitlines()) == 2


def test_a_broken_installation_of_our_own_is_not_called_an_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(COMMANDS, "buy", ("oracle.no_such_module", "Buy."))
    assert isinstance(judge("buy", "1").exception, ModuleNotFoundError)


@pytest.mark.parametrize(
    ("text", "wei"),
    [("0.01eth", 10**16), ("20gwei", 2 * 10**10), ("500 wei", 500), ("1 ETH", 10**18), (7, 7)],
)
def test_amounts(text: Any, wei: int) -> None:
    assert AMOUNT.convert(text, None, None) == wei


@pytest.mark.parametrize("text", ["1", "eth", "-1eth", "0.1wei", "1.2.3eth", "1 btc"])
def test_amounts_that_are_none(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is not an amount"):
        AMOUNT.convert(text, None, None)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("30m", 1800), ("1h", 3600), ("2 d", 172_800), (5, 5)]
)
def test_durations(text: Any, seconds: int) -> None:
    assert DURATION.convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["1", "h", "-1h", "1.5h", "1w"])
def test_durations_that_are_none(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is not a duration"):
        DURATION.convert(text, None, None)


def test_hashes() -> None:
    assert HASH.convert("0x" + "ab" * 32, None, None) == bytes([0xAB]) * 32
    assert HASH.convert(bytes(32), None, None) == bytes(32)
    with pytest.raises(click.BadParameter):
        HASH.convert("ab" * 31, None, None)
