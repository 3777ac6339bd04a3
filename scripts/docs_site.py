"""What MkDocs asks while it builds the site: folders' pages, links that leave docs/, help texts.

Pages link to code and to pages above docs/ as GitHub shows them. The site has no such files: there
a link leads to the published repository (`home` in pyproject.toml), or is its text.
"""

from __future__ import annotations

import posixpath
import re
import tomllib
from pathlib import Path
from typing import Any

import click

from oracle.cli.main import GROUPS, main

ROOT = Path(__file__).resolve().parents[1]

_LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\((\.\./[^)\s]*)\)")
_MARK = re.compile(r"<!--=.*?-->", re.DOTALL)  # scripts/figures.py's


def on_config(config: Any) -> Any:
    """Puts a folder's pages where `FOLDER/*` stands; pages that are named nowhere come last."""
    docs = Path(config["docs_dir"])
    named = [_expanded(item, docs) for item in config["nav"]]
    left = sorted(path.name for path in docs.glob("*.md") if f"'{path.name}'" not in str(named))
    config["nav"] = [*named, *([{"More": left}] if left else [])]
    return config


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """The page with every link that leaves docs/ turned outwards."""
    if page.file.src_uri == "commands.md":
        markdown += help_texts()
    folder = posixpath.dirname(page.file.src_uri)
    return _LINK.sub(lambda link: outwards(link, folder, home()), _MARK.sub("", markdown))


def outwards(link: re.Match[str], folder: str, address: str) -> str:
    """One link of a page in `folder` of docs/, for a repository published at `address` or not."""
    text, target = link.groups()
    path = posixpath.normpath(posixpath.join("docs", folder, target))
    if path.startswith("docs/"):
        return link[0]
    return f"[{text}]({address}/blob/main/{path})" if address else text


def help_texts() -> str:
    """The help of every command, group after group, as `judge COMMAND --help` shows it."""
    sections = []
    for title, commands in GROUPS.items():
        sections.append(f"## {title}")
        for name in commands:
            sections += [f"### `judge {name}`", f"```text\n{help_text(name)}\n```"]
    return "\n\n" + "\n\n".join(sections) + "\n"


def help_text(name: str) -> str:
    """One command's help."""
    with click.Context(main, info_name="judge") as above:
        command = main.get_command(above, name)
        assert command is not None
        with click.Context(command, info_name=name, parent=above, terminal_width=80) as context:
            return command.get_help(context)


def home() -> str:
    """Where the repository is published; empty when nowhere."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return str(settings["tool"]["hatch"]["metadata"]["hooks"]["custom"]["home"]).rstrip("/")


def _expanded(item: Any, docs: Path) -> Any:
    if isinstance(item, list):
        return [_expanded(part, docs) for part in item]
    if not isinstance(item, dict):
        return item
    return {title: _pages(value, docs) for title, value in item.items()}


def _pages(value: Any, docs: Path) -> Any:
    if isinstance(value, str) and value.endswith("/*"):
        paths = sorted(
            (docs / value).parent.glob("*.md"), key=lambda p: (p.name != "README.md", p.name)
        )
        return [path.relative_to(docs).as_posix() for path in paths]
    return _expanded(value, docs)
