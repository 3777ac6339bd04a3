"""What a line of the log says beside its message never hides what every line has.

`logging` raises where it does, but only at a level that is written: on the operator's machine, and
not in a test that is quiet.
"""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterator

import pytest

from tests.unit.structure.imports import sources, tree_of

pytestmark = pytest.mark.unit

TAKEN = {*vars(logging.makeLogRecord({})), "message", "asctime"}


def test_no_fact_of_a_log_line_has_a_name_that_every_line_has() -> None:
    found = [
        (module, name)
        for module in sources()
        for function in functions_in(tree_of(module))
        for name in facts_of(function)
    ]
    assert ("oracle.series.restoring", "day") in found, "else this test looks for nothing"
    assert [(module, name) for module, name in found if name in TAKEN] == []


def functions_in(tree: ast.Module) -> Iterator[ast.AST]:
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def facts_of(function: ast.AST) -> Iterator[str]:
    """The names that a function's log calls give, also by way of a variable of its own."""
    given = [
        keyword.value
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg == "extra"
    ]
    used = {node.id for value in given for node in ast.walk(value) if isinstance(node, ast.Name)}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id in used for target in node.targets
        ):
            given.append(node.value)
    for value in given:
        for node in ast.walk(value):
            if isinstance(node, ast.Dict):
                yield from (
                    key.value
                    for key in node.keys
                    if isinstance(key, ast.Constant) and isinstance(key.value, str)
                )
