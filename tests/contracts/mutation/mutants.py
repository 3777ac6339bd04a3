"""Lists the mutants that slither-mutate would make of our contracts, as JSON on stdout.

slither-mutate itself compiles each mutant twice by a fresh compiler and starts the tests anew, a
minute a mutant. Only its mutators are used here; `run.mjs` compiles and tests in one process.
"""

import inspect
import json
import os
import sys
from pathlib import Path

from slither import Slither
from slither.tools.mutator.mutators import all_mutators
from slither.tools.mutator.mutators.abstract_mutator import AbstractMutator

ROOT = Path(__file__).parents[3]
# No code.
LEFT_OUT = ("contracts/interfaces/",)


def mutators() -> list[type[AbstractMutator]]:
    found = [found for _, found in inspect.getmembers(all_mutators, inspect.isclass)]
    return [each for each in found if issubclass(each, AbstractMutator) and each.NAME]


def mutants_of(contract, file: str) -> list[dict]:
    listed = []
    for mutator in mutators():
        unit = contract.compilation_unit
        try:
            made = mutator(unit, 1, "", "", contract, None, False, Path(), [])._mutate()
        except IndexError:
            # ROR looks for `>` where inline assembly says `gt`.
            print(f"{mutator.NAME} cannot read {contract.name}", file=sys.stderr)
            continue
        for patch in made.get("patches", {}).get(str(ROOT / file), []):
            listed.append(
                {
                    "mutator": mutator.NAME,
                    "file": file,
                    "line": patch["line_number"],
                    "start": patch["start"],
                    "end": patch["end"],
                    "old": patch["old_string"],
                    "new": patch["new_string"],
                }
            )
    return listed


def main() -> None:
    os.chdir(ROOT)
    slither = Slither(".", compile_force_framework="foundry")
    mutants: dict[tuple, dict] = {}
    for unit in slither.compilation_units:
        for contract in unit.contracts:
            file = os.path.relpath(contract.source_mapping.filename.absolute, ROOT)
            if not file.startswith("contracts/") or file.startswith(LEFT_OUT):
                continue
            for mutant in mutants_of(contract, file):
                place = (file, mutant["start"], mutant["end"], mutant["new"])
                mutants.setdefault(place, mutant)
    json.dump([mutants[place] for place in sorted(mutants)], sys.stdout, indent=1)


if __name__ == "__main__":
    main()
