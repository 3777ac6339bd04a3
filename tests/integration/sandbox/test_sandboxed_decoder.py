"""Images that crash, hang or bloat their decoder harm nobody, and nobody else is blamed for it."""

from __future__ import annotations

import contextlib
import os
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import psutil
import pytest
import skimage.data
from PIL import Image

import oracle.sandbox.decoder
from oracle.errors import DecoderUnavailable
from oracle.sandbox.decoder import SandboxedDecoder
from scoring.submission.image import MAX_IMAGE_BYTES, Flag, InvalidSubmission, encode_png

pytestmark = pytest.mark.integration

PHOTO = np.ascontiguousarray(skimage.data.astronaut())
GOOD = encode_png(PHOTO)

# A worker that decodes well, unless the image is one of these words. What runs before its loop,
# and what a word does, stands in the text.
WORKER = """
import os, resource, signal, struct, sys, time
{setup}
from scoring.submission import decode_worker
genuine = decode_worker.decode_submission
def decode(data):
    {faults}
    return genuine(data)
decode_worker.decode_submission = decode
decode_worker.serve(sys.stdin.buffer, sys.stdout.buffer)
"""


def worker(faults: str, setup: str = "") -> list[str]:
    return [sys.executable, "-I", "-c", WORKER.format(faults=faults, setup=setup)]


def png(header: bytes, pixels: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    )


@pytest.fixture(scope="module")
def decoder() -> Iterator[SandboxedDecoder]:
    with SandboxedDecoder() as decoder:
        yield decoder


def test_a_good_image_comes_out_to_the_bit(decoder: SandboxedDecoder) -> None:
    pixels = decoder.decode(GOOD)
    assert pixels.dtype == np.uint8
    assert np.array_equal(pixels, PHOTO)


@pytest.mark.parametrize(
    ("data", "flag"),
    [
        (b"", Flag.NOT_PNG),
        (b"GIF89a", Flag.NOT_PNG),
        (GOOD[:-1], Flag.CORRUPT),
        (GOOD + b"x", Flag.TRAILING_DATA),
        (encode_png(PHOTO[:256, :256]), Flag.WRONG_SIZE),
        (bytes(MAX_IMAGE_BYTES + 1), Flag.TOO_LARGE),
    ],
)
def test_a_bad_image_gets_its_flag_and_the_worker_lives_on(
    decoder: SandboxedDecoder, data: bytes, flag: Flag
) -> None:
    decoder.decode(GOOD)
    before = decoder.worker_pid
    with pytest.raises(InvalidSubmission) as caught:
        decoder.decode(data)
    assert caught.value.flag == flag
    assert np.array_equal(decoder.decode(GOOD), PHOTO)
    assert decoder.worker_pid == before


def test_the_worker_has_no_rights_to_speak_of(decoder: SandboxedDecoder) -> None:
    decoder.decode(GOOD)
    process = psutil.Process(decoder.worker_pid)
    assert process.rlimit(psutil.RLIMIT_AS) == (512 << 20,) * 2
    assert process.rlimit(psutil.RLIMIT_CPU)[1] < 10_000
    assert process.rlimit(psutil.RLIMIT_NOFILE) == (3, 3)
    assert process.rlimit(psutil.RLIMIT_FSIZE) == (0, 0)
    assert process.rlimit(psutil.RLIMIT_CORE) == (0, 0)
    assert process.environ() == {"OPENBLAS_NUM_THREADS": "1"}
    assert process.cwd() == "/"
    assert process.num_threads() == 1
    assert process.num_fds() == 3


def test_secrets_and_open_files_of_the_daemon_do_not_reach_the_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUDGE_SIGNER__PASSWORD", "secret")
    with (tmp_path / "key").open("w") as file, SandboxedDecoder() as decoder:
        os.set_inheritable(file.fileno(), True)
        decoder.decode(GOOD)
        process = psutil.Process(decoder.worker_pid)
        assert "JUDGE_SIGNER__PASSWORD" not in process.environ()
        assert process.open_files() == []


# What the worker does when the image is b"bad". A reply is a flag and the length of its detail.
FAULTS = {
    "crash": "os.kill(os.getpid(), signal.SIGSEGV)",
    "exit": "sys.exit(0)",
    "hang": "time.sleep(600)",
    "spin": "exec('while True: pass')",
    "eat memory": "[bytes(1 << 24) for _ in range(1 << 10)]",
    "nonsense": "os.write(1, bytes(100)); os._exit(0)",
    "a flag that does not exist": "os.write(1, struct.pack('>II', 1 << 20, 0)); time.sleep(9)",
    "a flag that is not its own": "os.write(1, struct.pack('>II', 1 << 8, 0)); time.sleep(9)",
    "an endless detail": "os.write(1, struct.pack('>II', 2, 1 << 31)); time.sleep(9)",
}
LIMITED = "resource.setrlimit(resource.RLIMIT_AS, (400 << 20,) * 2)"


@pytest.mark.parametrize("fault", FAULTS)
def test_an_image_that_brings_its_decoder_down_is_corrupt_and_the_next_is_decoded(
    fault: str,
) -> None:
    command = worker(f"if data == b'bad': {FAULTS[fault]}", LIMITED)
    with SandboxedDecoder(timeout_seconds=1, command=command) as decoder:
        started = time.monotonic()
        with pytest.raises(InvalidSubmission, match="crash or hang") as caught:
            decoder.decode(b"bad")
        assert caught.value.flag == Flag.CORRUPT
        assert time.monotonic() - started < 15
        assert np.array_equal(decoder.decode(GOOD), PHOTO)


def test_an_image_is_not_blamed_for_one_accident(tmp_path: Path) -> None:
    """The machine killed the worker once; the image is fine."""
    mark = tmp_path / "happened"
    accident = f"""
    if len(data) > 10_000 and not os.path.exists({str(mark)!r}):
        open({str(mark)!r}, "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
    """.strip()
    with SandboxedDecoder(command=worker(accident)) as decoder:
        assert np.array_equal(decoder.decode(GOOD), PHOTO)
    assert mark.exists()


def test_an_image_is_not_blamed_when_the_machine_goes_bad_meanwhile(tmp_path: Path) -> None:
    """The worker starts twice, dies twice, and then does not even decode the known image."""
    starts = tmp_path / "starts"
    starts.touch()
    setup = f"""
with open({str(starts)!r}, "a+b") as file:
    file.write(b"x")
    file.seek(0)
    if len(file.read()) > 2: sys.exit("no memory left")
"""
    command = worker("if len(data) > 10_000: os._exit(1)", setup)
    with (
        SandboxedDecoder(command=command) as decoder,
        pytest.raises(DecoderUnavailable, match="no memory left"),
    ):
        decoder.decode(GOOD)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (["/nonexistent/python"], "No such file"),
        ([sys.executable, "-c", "raise SystemExit('numpy is broken')"], "numpy is broken"),
        ([sys.executable, "-c", "pass"], "ended"),
        (worker("return __import__('numpy').ones((512, 512, 3), 'uint8')"), "wrongly"),
        (worker("raise decode_worker.InvalidSubmission(decode_worker.Flag.CORRUPT)"), "damaged"),
    ],
)
def test_a_decoder_that_never_worked_is_the_operators_problem_and_not_the_images(
    command: list[str], reason: str
) -> None:
    with (
        SandboxedDecoder(command=command) as decoder,
        pytest.raises(DecoderUnavailable, match=reason),
    ):
        decoder.decode(GOOD)


def test_too_little_memory_to_start_is_said() -> None:
    with (
        SandboxedDecoder(memory_bytes=64 << 20) as decoder,
        pytest.raises(DecoderUnavailable, match="(?i)memory"),
    ):
        decoder.decode(GOOD)


def test_a_decompression_bomb_costs_no_memory(decoder: SandboxedDecoder) -> None:
    wide = encode_png(np.zeros((1, 100_000, 3), dtype=np.uint8))
    deep = png(GOOD[16:29], zlib.compress(bytes(100 << 20)))
    for bomb, flag in ((wide, Flag.WRONG_SIZE), (deep, Flag.CORRUPT)):
        with pytest.raises(InvalidSubmission) as caught:
            decoder.decode(bomb)
        assert caught.value.flag == flag
    assert psutil.Process(decoder.worker_pid).memory_info().rss < 100 << 20


def test_the_worker_is_renewed_after_many_images(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oracle.sandbox.decoder, "_IMAGES_PER_WORKER", 3)
    with SandboxedDecoder() as decoder:
        pids = []
        for _ in range(4):
            decoder.decode(GOOD)
            pids.append(decoder.worker_pid)
    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_a_system_that_grants_no_wide_pipes_decodes_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked_for = []

    def refuse(_pipe: object, command: int, size: int) -> int:
        asked_for.append((command, size))
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(oracle.sandbox.decoder.fcntl, "fcntl", refuse)
    with SandboxedDecoder() as decoder:
        assert np.array_equal(decoder.decode(GOOD), PHOTO)
    assert asked_for or not hasattr(oracle.sandbox.decoder.fcntl, "F_SETPIPE_SZ")


def test_threads_can_share_a_decoder(decoder: SandboxedDecoder) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert all(
            np.array_equal(pixels, PHOTO) for pixels in pool.map(decoder.decode, [GOOD] * 12)
        )


def test_images_are_decoded_at_once_and_none_waits_for_one_that_hangs(tmp_path: Path) -> None:
    """Each of two waits until all three are being decoded; the third never ends."""
    picture, here = tmp_path / "good.png", tmp_path / "here"
    picture.write_bytes(GOOD)
    here.mkdir()
    meet = f"""
    if len(data) < 10:
        open(os.path.join({str(here)!r}, data.decode()), "w").close()
        while len(os.listdir({str(here)!r})) < 3 or data == b"hang":
            time.sleep(0.01)
        data = open({str(picture)!r}, "rb").read()
    """.strip()
    with (
        SandboxedDecoder(at_once=3, timeout_seconds=5, command=worker(meet)) as decoder,
        ThreadPoolExecutor(3) as pool,
    ):
        hanging = pool.submit(decoder.decode, b"hang")
        others = [pool.submit(decoder.decode, word) for word in (b"one", b"two")]
        assert all(np.array_equal(other.result(), PHOTO) for other in others)
        assert not hanging.done()
        with pytest.raises(InvalidSubmission, match="crash or hang"):
            hanging.result()


def test_the_second_try_is_made_while_no_other_image_is_decoded(tmp_path: Path) -> None:
    """What another one does to this machine's memory must not become a verdict."""
    picture, times = tmp_path / "good.png", tmp_path / "times"
    picture.write_bytes(GOOD)
    command = worker(
        f"""
    if len(data) < 10:
        begun = time.time_ns()
        time.sleep(0.3)
        with open({str(times)!r}, "a") as file:
            print(data.decode(), begun, time.time_ns(), file=file)
        if data == b"bad":
            os._exit(1)
        data = open({str(picture)!r}, "rb").read()
    """.strip()
    )
    with (
        SandboxedDecoder(at_once=3, command=command) as decoder,
        ThreadPoolExecutor(3) as pool,
    ):
        bad = pool.submit(decoder.decode, b"bad")
        good = [pool.submit(decoder.decode, b"good") for _ in range(12)]
        with pytest.raises(InvalidSubmission, match="crash or hang"):
            bad.result()
        assert all(np.array_equal(one.result(), PHOTO) for one in good)
    spans = [line.split() for line in times.read_text().splitlines()]
    (_, first_try), (begun, ended) = [
        (int(begun), int(ended)) for word, begun, ended in spans if word == "bad"
    ]
    others = [(int(begun), int(ended)) for word, begun, ended in spans if word == "good"]
    assert len(others) == 12
    assert min(other for other, _ in others) < first_try, "beside the first one there are others"
    assert not [span for span in others if span[0] < ended and span[1] > begun]


def test_no_image_is_blamed_for_workers_that_ended_while_they_were_idle() -> None:
    others = set(psutil.Process().children())
    with SandboxedDecoder(at_once=3) as decoder, ThreadPoolExecutor(3) as pool:
        barrier = threading.Barrier(3)

        def together(_: int) -> None:
            barrier.wait()
            decoder.decode(GOOD)

        started = time.monotonic()
        while len(workers := set(psutil.Process().children()) - others) < 3:
            assert time.monotonic() - started < 30
            list(pool.map(together, range(3)))
        for process in workers:
            process.kill()
            process.wait()
        assert np.array_equal(decoder.decode(GOOD), PHOTO)


def test_an_interrupted_decode_does_not_pass_its_pixels_on_to_the_next_image(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    flat = encode_png(np.full((512, 512, 3), 7, dtype=np.uint8))
    with SandboxedDecoder() as decoder:
        decoder.decode(flat)

        def interrupted(_seconds: float, work: Callable[[], object]) -> object:
            def ask() -> None:
                with contextlib.suppress(Exception):  # its worker is killed under it
                    work()

            threading.Thread(target=ask, daemon=True).start()
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(oracle.sandbox.decoder, "within", interrupted)
            with pytest.raises(KeyboardInterrupt):
                decoder.decode(flat)
        assert np.array_equal(decoder.decode(GOOD), PHOTO)


def test_closing_leaves_no_process_behind_and_can_be_repeated() -> None:
    decoder = SandboxedDecoder()
    decoder.close()
    decoder.decode(GOOD)
    pid = decoder.worker_pid
    decoder.close()
    decoder.close()
    assert decoder.worker_pid is None
    assert not psutil.pid_exists(pid)
    assert np.array_equal(decoder.decode(GOOD), PHOTO)
    decoder.close()


def test_several_threads_may_close_while_others_decode() -> None:
    with SandboxedDecoder(at_once=3) as decoder, ThreadPoolExecutor(6) as pool:
        closing = [pool.submit(decoder.close) for _ in range(3)]
        decoding = [pool.submit(decoder.decode, GOOD) for _ in range(6)]
        closing += [pool.submit(decoder.close) for _ in range(3)]
        assert all(np.array_equal(one.result(60), PHOTO) for one in decoding)
        for one in closing:
            one.result(60)
    assert decoder.worker_pid is None


def test_the_worker_ends_when_the_daemon_is_killed() -> None:
    script = (
        "import time; from oracle.sandbox.decoder import *;"
        "from oracle.sandbox.decoder import _known_image as k;"
        "d = SandboxedDecoder(); d.decode(k()); print(d.worker_pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as daemon:
        assert daemon.stdout is not None
        pid = int(daemon.stdout.readline())
        assert psutil.pid_exists(pid)
        daemon.kill()
    end = time.monotonic() + 5
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_slow_decode_elsewhere_does_not_leave_threads_behind() -> None:
    command = worker("time.sleep(len(data) < 10 and 600)")
    before = threading.active_count()
    with (
        SandboxedDecoder(timeout_seconds=0.3, command=command) as decoder,
        pytest.raises(InvalidSubmission),
    ):
        decoder.decode(b"bad")
    time.sleep(0.2)
    assert threading.active_count() <= before


def test_pillow_in_this_process_is_never_asked(
    decoder: SandboxedDecoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(*_: object, **__: object) -> None:
        raise AssertionError("an untrusted image was opened in the daemon's own process")

    monkeypatch.setattr(Image, "open", asked)
    assert np.array_equal(decoder.decode(GOOD), PHOTO)
