"""What a processor can do, where LLVM does not say it."""

import ctypes
import platform
import sys
from types import SimpleNamespace

import pytest

from scoring.processors import features

BOTH_EXTENSIONS, NEITHER = (1 << 20) | (1 << 1), 1 << 1


@pytest.fixture(autouse=True)
def loaded() -> None:
    """LLVM, while the system is as it is."""
    features()


def system(**calls: object) -> object:
    return lambda _name: SimpleNamespace(**calls)


class Answer(SimpleNamespace):
    """A function of the C library."""

    def __call__(self, *_arguments: object) -> int:
        return int(self.value)


@pytest.mark.parametrize(("capabilities", "found"), [(BOTH_EXTENSIONS, True), (NEITHER, False)])
def test_linux_says_whether_an_arm_processor_has_dot_products(
    monkeypatch: pytest.MonkeyPatch, capabilities: int, found: bool
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", system(getauxval=Answer(value=capabilities)))
    assert features()["dotprod"] is found


@pytest.mark.parametrize(
    ("written", "failed", "found"), [(1, 0, True), (0, 0, False), (1, -1, False)]
)
def test_macos_says_it_too(
    monkeypatch: pytest.MonkeyPatch, written: int, failed: int, found: bool
) -> None:
    def look_up(name: bytes, value: ctypes.c_int, *_others: object) -> int:
        assert name == b"hw.optional.arm.FEAT_DotProd"
        ctypes.cast(value, ctypes.POINTER(ctypes.c_int))[0] = written
        return failed

    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(ctypes, "CDLL", system(sysctlbyname=look_up))
    assert features()["dotprod"] is found


def test_no_other_processor_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(ctypes, "CDLL", None)
    assert features()["dotprod"] is False
