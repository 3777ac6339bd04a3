import resource

import pytest

from oracle.sandbox.decode_jail import give_up_rights

pytestmark = pytest.mark.unit


def test_every_limit_is_a_hard_one(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr(resource, "setrlimit", limits.__setitem__)
    give_up_rights(1 << 29, 90)
    assert limits == {
        resource.RLIMIT_AS: (1 << 29, 1 << 29),
        resource.RLIMIT_CPU: (90, 90),
        resource.RLIMIT_NOFILE: (3, 3),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_CORE: (0, 0),
    }
