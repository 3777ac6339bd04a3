"""What the similarity commands share, besides `oracle.cli.output`: options, pictures, numbers."""

from __future__ import annotations

import math
from io import BytesIO
from pathlib import Path
from typing import Any

import click

from oracle.cli import output

WEIGHTS = click.option(
    "--weights",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder that holds the published weights; nothing is downloaded then.",
)


def print_json(value: Any) -> None:
    """One JSON document on stdout; JSON has no infinity, so that is null."""
    output.print_json(_plain(value))


def note(text: str) -> None:
    """One line on stderr."""
    click.echo(text, err=True)


def save_picture(path: Path, pixels: Any) -> None:
    """Writes the picture in the format its suffix names, and says so."""
    # Imported here: help and mistakes do not wait for it.
    from PIL import Image

    kind = Image.registered_extensions().get(path.suffix.lower())
    if kind not in Image.SAVE:
        raise click.UsageError(f"{path} cannot be written: no picture format has that suffix")
    data = BytesIO()
    Image.fromarray(pixels).save(data, kind)
    output.write_file(path, data.getvalue())
    note(f"wrote {path}")


def save_text(path: Path, text: str) -> None:
    """Writes the text, and says so."""
    output.write_file(path, text.encode())
    note(f"wrote {path}")


def spec_of(profile: str) -> Any:
    """How to train, by name: `quick`, which is the toolbox's own, or a profile of the judge."""
    from scoring.similarity import latent
    from scoring.spec import PROFILES

    known = {"quick": latent.QUICK_SPEC, **PROFILES}
    if profile not in known:
        raise click.UsageError(f"there is no profile {profile!r}; choose {', '.join(known)}")
    return known[profile]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value
