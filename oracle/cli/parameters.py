"""Parameters that several commands share: amounts, durations, hashes, files, --json."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import click

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


class Amount(click.ParamType[Any]):
    """An amount with its unit, such as `0.01eth`; becomes wei."""

    name = "amount"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        if isinstance(value, int):
            return value
        # Imported here: judging without a chain has nothing of `oracle.chain`'s.
        from oracle.chain.amounts import parse_amount

        try:
            return parse_amount(value)
        except ValueError:
            self.fail(f"{value!r} is not an amount; write 0.01eth, 20gwei or 500wei", param, ctx)


class Duration(click.ParamType[Any]):
    """A duration with its unit, such as `1h` or `90s`; becomes seconds."""

    name = "duration"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        if isinstance(value, int):
            return value
        match = re.fullmatch(r"([0-9]+)\s*([smhd])", value.strip().lower())
        if match is None:
            self.fail(f"{value!r} is not a duration; write 90s, 30m, 1h or 2d", param, ctx)
        return int(match[1]) * _SECONDS[match[2]]


class Hash(click.ParamType[Any]):
    """32 bytes as hex, with or without 0x."""

    name = "hex"

    def convert(self, value: Any, param: Any, ctx: Any) -> bytes:
        if isinstance(value, bytes):
            return value
        if not re.fullmatch(r"(0x)?[0-9a-fA-F]{64}", value):
            self.fail(f"{value!r} is not 32 bytes of hex (64 digits)", param, ctx)
        return bytes.fromhex(value.removeprefix("0x"))


class AddressParameter(click.ParamType[Any]):
    """An account or a contract: 0x and 40 hexadecimal digits; becomes checksummed."""

    name = "address"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        # Imported here: judging without a chain has no eth_utils.
        from oracle.chain.address import parse_address

        try:
            return parse_address(str(value).strip())
        except ValueError as error:
            self.fail(f"{value!r} is not an address: {error}", param, ctx)


class NewFile(click.Path):
    """A file to write; one that cannot be written is refused before the work, not after it."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Path:
        path = Path(str(super().convert(value, param, ctx)))
        if not (path.parent.is_dir() and os.access(path.parent, os.W_OK)):
            self.fail(f"{path} cannot be written: no folder {path.parent} to write to", param, ctx)
        return path


class NewFolder(click.Path):
    """A folder to write to, made if missing; one that cannot be written is refused at once."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Path:
        path = Path(str(super().convert(value, param, ctx)))
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self.fail(f"{path} cannot be made: {error.strerror}", param, ctx)
        if not os.access(path, os.W_OK):
            self.fail(f"{path} cannot be written", param, ctx)
        return path


ADDRESS = AddressParameter()
AMOUNT = Amount()
NEW_FILE = NewFile(dir_okay=False, writable=True)
NEW_FOLDER = NewFolder(file_okay=False)
DURATION = Duration()
HASH = Hash()
COMPETITION_ID = click.IntRange(min=1)
TICKET = click.IntRange(min=1)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
