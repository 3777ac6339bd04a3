"""Every setting, of every type, from text and TOML: what was written, or an error that names it.

A setting of a new type fails here until somebody has said how it is written.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest

from oracle.errors import InvalidConfig
from oracle.settings.config import Settings, load_settings

pytestmark = pytest.mark.unit

ADDRESS = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
# What their checks ask for beyond the type.
SPECIAL = {
    "judge.device": ("cuda:1",),
    "series.zone": ("Europe/Rome",),
    **dict.fromkeys(
        ("chain.contract", "chain.quorum", "chain.beacon", "signer.remote_address"), (ADDRESS,)
    ),
    **dict.fromkeys(("series.studio", "series.arbiter"), (ADDRESS,)),
}


@dataclasses.dataclass(frozen=True)
class Setting:
    """A setting as its section declares it."""

    section: str
    key: str
    hint: Any
    default: Any
    limits: tuple[float, float] | None

    @property
    def name(self) -> str:
        return f"{self.section}.{self.key}"


def every_setting() -> list[Setting]:
    return [
        Setting(section, f.name, get_type_hints(kind)[f.name], f.default, f.metadata.get("limits"))
        for section, kind in get_type_hints(Settings).items()
        for f in dataclasses.fields(kind)
    ]


EVERY = every_setting()
each = pytest.mark.parametrize("setting", EVERY, ids=[setting.name for setting in EVERY])


def samples(setting: Setting) -> Mapping[str, Any]:
    """Values that the setting takes, by the text that stands for each."""
    hint = setting.hint
    if get_origin(hint) in (Union, UnionType):
        parts = [dataclasses.replace(setting, hint=one) for one in get_args(hint)]
        return {text: value for one in parts for text, value in samples(one).items()}
    if get_origin(hint) is Literal:
        return {choice: choice for choice in get_args(hint)}
    if hint is bool:
        return {"false": False, "true": True, "False": False, "TRUE": True, " false ": False}
    if hint in (int, float):
        assert setting.limits is not None, "without limits a NaN would pass"
        return {str(hint(edge)): hint(edge) for edge in setting.limits}
    urls = ("http://127.0.0.1:8545/", "https://a.example")
    if hint is str:
        return {one: one for one in SPECIAL.get(setting.name, urls)}
    if hint == tuple[str, ...]:
        return {", ".join(urls): urls, urls[0]: urls[:1], "": ()}
    raise AssertionError(f"say here, and in oracle/settings/values.py, how {hint} is written")


def by_flag(setting: Setting, text: str) -> Any:
    settings = load_settings(None, {}, {setting.name: text})
    return getattr(getattr(settings, setting.section), setting.key)


def by_environment(setting: Setting, text: str) -> Any:
    variable = f"JUDGE_{setting.section.upper()}__{setting.key.upper()}"
    settings = load_settings(None, {variable: text})
    return getattr(getattr(settings, setting.section), setting.key)


@each
def test_text_is_taken_for_what_it_says(setting: Setting) -> None:
    for text, value in samples(setting).items():
        for found in (by_flag(setting, text), by_environment(setting, text)):
            assert (type(found), found) == (type(value), value)


# Slips and misreadings, some of which Python's own types take for something.
WORDS = ("no", "off", "0", "1", "yes", "1.0", "1e3", "nan", "-inf", "", "fasle", "{}", "[a,b]", "½")


@each
def test_other_text_is_refused_by_name_or_is_of_the_setting_s_type(setting: Setting) -> None:
    for text in WORDS:
        try:
            found = by_flag(setting, text)
        except InvalidConfig as error:
            assert setting.name in error.what
            assert error.hint
        else:
            assert is_of(found, setting.hint)
            # A number and a word stand for themselves, and for nothing else.
            assert found == (float(text) if isinstance(found, int | float) else found)
            assert not isinstance(found, bool)
            assert not isinstance(found, str) or found == text


# What nothing can be called.
NULS = ('"a\\u0000b"', '["a\\u0000b"]')
WRITTEN = ('"false"', '"1"', "1", "1.0", "1e999", f"1{'0' * 400}", "true", "[]", "[1]", "{}", "nan")


@each
def test_another_type_in_the_file_is_refused_by_name(setting: Setting, tmp_path: Path) -> None:
    path = tmp_path / "oracle.toml"
    for written in (*WRITTEN, "2026-12-01", *NULS):
        path.write_text(f"[{setting.section}]\n{setting.key} = {written}\n")
        try:
            settings = load_settings(path, {})
        except InvalidConfig as error:
            assert setting.name in error.what
            assert error.hint
        else:
            assert is_of(getattr(getattr(settings, setting.section), setting.key), setting.hint)
            assert written not in NULS


def is_of(value: Any, hint: Any) -> bool:
    if get_origin(hint) in (Union, UnionType):
        return any(is_of(value, one) for one in get_args(hint))
    if get_origin(hint) is Literal:
        return type(value) is str and value in get_args(hint)
    if get_origin(hint) is tuple:
        return type(value) is tuple and all(type(one) is str for one in value)
    return type(value) is hint


@pytest.mark.parametrize("text", ["no", "0", "off", "fasle", "", '"false"'])
def test_a_studio_that_is_to_keep_prompts_to_itself_is_told_how_to_say_so(text: str) -> None:
    with pytest.raises(InvalidConfig) as caught:
        load_settings(None, {"JUDGE_STUDIO__PUBLIC_PROMPTS": text})
    assert caught.value.what == f'studio.public_prompts is "{text}"'
    assert caught.value.hint == "use true or false"


def test_quotes_around_true_or_false_in_the_file_are_told(tmp_path: Path) -> None:
    path = tmp_path / "oracle.toml"
    path.write_text('[studio]\npublic_prompts = "false"\n')
    with pytest.raises(InvalidConfig) as caught:
        load_settings(path, {})
    assert caught.value.what == "studio.public_prompts has the wrong type"
    assert caught.value.hint == "use true or false, without quotes"


@pytest.mark.parametrize("name", ["api.host", "judge.work_dir", "studio.work_dir", "ledger.url"])
def test_nothing_is_no_host_and_no_folder(name: str) -> None:
    """It would be every interface of this machine, and the folder that one stands in."""
    with pytest.raises(InvalidConfig) as caught:
        load_settings(None, {}, {name: " "})
    assert caught.value.what == f"{name} is empty"
    assert "leave it out for its default" in caught.value.hint


def test_the_brackets_of_a_list_are_not_taken_for_its_items() -> None:
    with pytest.raises(InvalidConfig) as caught:
        load_settings(None, {"JUDGE_NOTICES__MAIL_TO": '["a@b.example", "c@d.example"]'})
    assert caught.value.what == "notices.mail_to is written in brackets"
    assert caught.value.hint == "write the items alone, separated by commas"


@pytest.mark.parametrize("text", [f"[log]\nlevel = {'[' * 5000}", f"[api]\nport = {'9' * 5000}"])
def test_a_file_that_toml_gives_up_on_is_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / "oracle.toml"
    path.write_text(text)
    with pytest.raises(InvalidConfig, match=r"oracle\.toml is not TOML"):
        load_settings(path, {})
