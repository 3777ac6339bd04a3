"""The house's rules about who may import whom; CONTRIBUTING.md names them."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.unit.structure.imports import imports_of, map_of, part_of, sources, tree_of

pytestmark = pytest.mark.unit

# Each outside thing, and the modules or folders that know it.
OUTSIDE_THINGS = {
    "web3": {"oracle.chain.rpc"},
    "ipfshttpclient": {"oracle.store.kubo"},
    "aiohttp": {
        "oracle.store.gateway",
        "oracle.studio.backends",
        "oracle.beacon.relay",
        "oracle.devnet.studio_players",
        "oracle.notices.channels",
        "oracle.signing.remote_key",
    },
    "sqlalchemy": {"oracle.ledger", "oracle.studio"},
    "apscheduler": {"oracle.daemon.schedule"},
    "uvicorn": {"oracle.api.server"},
    "starlette": {"oracle.api", "oracle.studio.web"},
    "prometheus_client": {"oracle.metrics"},
    "solcx": {"oracle.chain.compile"},
    "eth_abi": {"oracle.chain", "oracle.deployment.blueprint", "oracle.studio.seeds"},
    "eth_account": {"oracle.signing", "oracle.chain.devnet_keys"},
    "ray": {"oracle.cluster.ray_engine"},
    "torch": {
        "oracle.assembly",
        "oracle.cluster.worker",
        "oracle.studio.backends.diffusers_worker",
        "scoring",
    },
    "click": {"oracle.cli", "oracle.devnet.demo"},
}
# What takes part in deciding or sending; commands ask `oracle.assembly` for it, ready to use.
ENGINE_ROOMS = {
    "oracle.ledger",
    "oracle.sending",
    "oracle.sealed",
    "oracle.judging",
    "oracle.cluster",
    "oracle.reveals",
    "oracle.daemon",
    "oracle.voting",
    "oracle.api",
    "oracle.metrics",
}
PRINTING = {"click", "rich", "PIL"}
CLICK_KINDS = {"click.Group", "click.Path", "click.ParamType[Any]"}


def is_in(module: str, places: set[str]) -> bool:
    return any(module == place or module.startswith(f"{place}.") for place in places)


def ours(module: str) -> set[str]:
    return {found.module for found in imports_of(module) if found.module in sources()}


@pytest.mark.parametrize("package", ["oracle", "scoring"])
def test_every_part_builds_only_on_those_above_it_on_the_map(package: str) -> None:
    order = [*map_of(package), f"{package}.__main__"]
    upwards = [
        f"{module} imports {found}"
        for module in sources()
        if part_of(module) in order
        for found in ours(module)
        if part_of(found) in order and order.index(part_of(found)) > order.index(part_of(module))
    ]
    assert upwards == []


def test_no_module_leads_back_to_itself() -> None:
    try:
        TopologicalSorter({module: ours(module) for module in sources()}).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_scoring_knows_no_chain() -> None:
    strangers = {"oracle", "web3", "eth_account", "eth_abi", "eth_utils", "ipfshttpclient"}
    knowing = [
        f"{module} imports {found.module}"
        for module in sources()
        if module.startswith("scoring")
        for found in imports_of(module)
        if is_in(found.module, strangers)
    ]
    assert knowing == []


def test_the_chain_knows_nothing_above_it() -> None:
    below = {"oracle.chain", "oracle.errors", "oracle.deadline", "oracle.logs"}
    # An entry is the same word for the contract and for the judge.
    shared = {"scoring.digest", "scoring.ranking"}
    above = [
        f"{module} imports {found}"
        for module in sources()
        if is_in(module, {"oracle.chain"})
        for found in ours(module)
        if not is_in(found, below | shared)
    ]
    assert above == []


@pytest.mark.parametrize("package", OUTSIDE_THINGS)
def test_each_outside_thing_is_known_in_one_place(package: str) -> None:
    knowing = {m for m in sources() if any(found.module == package for found in imports_of(m))}
    assert knowing, "nobody imports it any more: strike it off the table"
    assert {module for module in knowing if not is_in(module, OUTSIDE_THINGS[package])} == set()


def test_nothing_needs_the_command_line() -> None:
    needing = {m for m in sources() if any(is_in(found, {"oracle.cli"}) for found in ours(m))}
    assert {m for m in needing if not is_in(m, {"oracle.cli", "oracle.__main__"})} == set()


def test_commands_import_nothing_that_computes_sends_or_remembers() -> None:
    found = {
        f"{module} imports {found.module}"
        for module in sources()
        if is_in(module, {"oracle.cli"})
        for found in imports_of(module)
        if not found.for_types and not _is_for_commands(found.module)
    }
    assert found == set()


def _is_for_commands(name: str) -> bool:
    if name.partition(".")[0] in ("oracle", "scoring"):
        return not is_in(name, ENGINE_ROOMS)
    return name in PRINTING or name in STANDARD_LIBRARY


STANDARD_LIBRARY = {
    "__future__", "collections", "contextlib", "dataclasses", "datetime", "difflib", "importlib",
    "io", "json", "math", "os", "pathlib", "re", "shlex", "shutil", "sys", "time",
    "typing",
}  # fmt: skip


def test_commands_define_no_kinds_of_things_but_clicks() -> None:
    defined = {
        f"{module}.{node.name}"
        for module in sources()
        if is_in(module, {"oracle.cli"})
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.ClassDef)
        and not CLICK_KINDS.intersection(map(ast.unparse, node.bases))
    }
    assert defined == set()
