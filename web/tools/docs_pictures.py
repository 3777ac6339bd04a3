"""Puts the pictures that the browser tests made into the docs.

    npm --prefix web run browser && .venv/bin/python web/tools/docs_pictures.py

Each PNG becomes a WebP of at most `HEIGHT` pixels.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image

NAMES = (
    "front",
    "front-phone",
    "calendar",
    "share",
    "posted",
    "choosing-phone",
    "cropping",
    "posted-dark",
    "disputed",
    "studio-committed",
    "studio-phone",
    "studio-told",
)
HEIGHT = 1600
ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    for name in NAMES:
        with Image.open(ROOT / "web" / "browser" / "out" / f"{name}.png") as picture:
            top = picture.convert("RGB").crop((0, 0, picture.width, min(picture.height, HEIGHT)))
            top.save(ROOT / "docs" / "images" / "play" / f"{name}.webp", quality=80, method=6)


if __name__ == "__main__":
    main()
