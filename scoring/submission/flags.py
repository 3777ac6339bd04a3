"""Flags: why an entry is disqualified, and remarks about it, as the bits of the on-chain leaf."""

from __future__ import annotations

from enum import IntFlag


class Flag(IntFlag):
    """The `flags` of a ranking leaf: DISQUALIFIED and its reasons, or remarks for people."""

    DISQUALIFIED = 1 << 0
    NOT_PNG = 1 << 1
    TOO_LARGE = 1 << 2
    WRONG_SIZE = 1 << 3
    WRONG_MODE = 1 << 4
    MULTIPLE_FRAMES = 1 << 5
    TRAILING_DATA = 1 << 6
    CORRUPT = 1 << 7
    DUPLICATE = 1 << 8
    TARGET_COPY = 1 << 9
    UNAVAILABLE = 1 << 10
    EDITED_DUPLICATE = 1 << 11
    EDITED_TARGET = 1 << 12
    # Bits from 1 << 16 on are remarks for people; they decide nothing.
    LIKE_TARGET = 1 << 16
    LIKE_EARLIER = 1 << 17


REASONS: dict[Flag, str] = {
    Flag.NOT_PNG: "is not a PNG file",
    Flag.TOO_LARGE: "is larger than 1 MiB",
    Flag.WRONG_SIZE: "is not 512×512 pixels",
    Flag.WRONG_MODE: "is not 8-bit RGB without transparency",
    Flag.MULTIPLE_FRAMES: "is animated",
    Flag.TRAILING_DATA: "has data after its end",
    Flag.CORRUPT: "is damaged",
    Flag.DUPLICATE: "has the pixels of an earlier entry",
    Flag.TARGET_COPY: "has the pixels of the target",
    Flag.UNAVAILABLE: "could not be fetched",
    Flag.EDITED_DUPLICATE: "has nearly the pixels of an earlier entry",
    Flag.EDITED_TARGET: "has nearly the pixels of the target",
}

REMARKS: dict[Flag, str] = {
    Flag.LIKE_TARGET: "looks like an edit of the target",
    Flag.LIKE_EARLIER: "looks like an edit of an earlier entry",
}


def reasons(flags: Flag) -> tuple[str, ...]:
    """What a person reads for `flags`, one phrase per reason bit; empty for a clean entry."""
    return tuple(phrase for flag, phrase in REASONS.items() if flag in flags)


def remarks(flags: Flag) -> tuple[str, ...]:
    """What a person reads for `flags` about an entry that is ranked, one phrase per remark."""
    return tuple(phrase for flag, phrase in REMARKS.items() if flag in flags)


class InvalidSubmission(Exception):
    """A file is not a valid submission; `flag` is the reason bit, `detail` says it precisely."""

    def __init__(self, flag: Flag, detail: str = "") -> None:
        super().__init__(detail or " and ".join(reasons(flag)))
        self.flag = flag
        self.detail = str(self)

    @property
    def flags(self) -> Flag:
        """The flags of the entry's leaf: DISQUALIFIED and the reason."""
        return Flag.DISQUALIFIED | self.flag
