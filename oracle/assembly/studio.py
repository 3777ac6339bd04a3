"""The studio, put together from settings; a process of its own, with a key of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from oracle.api.rate_limit import RateLimit
from oracle.api.server import ApiServer
from oracle.assembly.accounts import require_signer
from oracle.assembly.parts import open_content, open_contract
from oracle.paths import path_of
from oracle.sandbox.decoder import SandboxedDecoder
from oracle.sandbox.preparer import Preparer
from oracle.settings.config import Settings
from oracle.signing.policy import studio_policy
from oracle.signing.signer import Hide
from oracle.studio.announcer import Announcer
from oracle.studio.backends.base import Backend, BackendOptions, Parameters
from oracle.studio.backends.opening import open_backend
from oracle.studio.backends.sketch import SketchBackend
from oracle.studio.book import PromptBook
from oracle.studio.checking import BackendFinding, Demand, check_backend
from oracle.studio.gallery import Gallery
from oracle.studio.maker import Maker
from oracle.studio.publishing import Publisher, PublishingThread
from oracle.studio.running import RunningStudio
from oracle.studio.schema import open_studio_engine
from oracle.studio.service import Limits, Studio
from oracle.studio.sessions import SessionBook
from oracle.studio.shelf import ImageShelf
from oracle.studio.web import StudioWeb
from oracle.studio.words import read_prompt
from oracle.studio.worker import Rhythm, Worker

_SESSIONS_AT_ONCE = 32
_FIRST_GUESS_SECONDS = 1.0  # for an image, until one was made
_ABOUT_SECONDS = 10.0
_CHECK_SECONDS = 300.0


@contextmanager
def open_studio(settings: Settings, hide: Hide | None = None) -> Iterator[RunningStudio]:
    """The studio, ready to run; `hide` is told every secret that was read for it."""
    own = settings.studio
    contract = open_contract(settings)
    policy = studio_policy(contract.client.chain_id, contract.address)
    signer = require_signer(settings, policy, hide)
    folder = path_of(own.work_dir)
    database = folder / "studio.sqlite"
    engine = open_studio_engine(database)
    quick = open_studio_engine(database, outlasts_power=False)
    with SandboxedDecoder(at_once=1) as decoder, closing(configured_backend(settings)) as backend:
        book = PromptBook(engine, contract.domain, quick=quick)
        shelf = ImageShelf(folder / "images")
        rhythm = Rhythm(_FIRST_GUESS_SECONDS)
        parameters = parameters_of(settings)
        maker = Maker(
            backend,
            parameters,
            _own_image if isinstance(backend, SketchBackend) else Preparer(decoder).prepare,
            shelf,
            signer,
            contract.domain,
            own.public_prompts,
        )
        gallery = Gallery(shelf, book, maker.redraw)
        studio = Studio(
            contract,
            signer.address,
            book,
            SessionBook(engine),
            gallery,
            Announcer(),
            lambda text: _words_for(backend, text),
            rhythm.seconds_per_image,
            Limits(most_waiting=own.most_waiting),
        )
        # On threads of its own, so with a chain client of its own.
        publisher = Publisher(
            open_contract(settings), book, gallery, open_content(settings), signer
        )

        def about() -> dict[str, Any]:
            model = backend.model(seconds=_ABOUT_SECONDS)
            return {
                "studio": signer.address,
                "chain_id": contract.client.chain_id,
                "contract": contract.address,
                "backend": backend.name,
                "model": model.name,
                "model_digest": model.digest.hex(),
                "is_neural": model.is_neural,
                "parameters": parameters.as_record(),
                "public_prompts": own.public_prompts,
                "seconds_per_image": round(rhythm.seconds_per_image(), 2),
            }

        web = StudioWeb(
            studio,
            RateLimit(own.sessions_per_minute, _SESSIONS_AT_ONCE),
            about,
            publisher.log_json,
        )
        api = ApiServer(web.app(), own.host, own.port, own.connections)
        worker = Worker(studio, maker, rhythm)
        publishing = PublishingThread(publisher, settings.daemon.interval_seconds)
        try:
            yield RunningStudio(signer.address, api, worker, publishing, own.connections)
        finally:
            quick.dispose()
            engine.dispose()


def configured_backend(settings: Settings) -> Backend:
    """The back end that the settings name; contacts nothing. Raises `InvalidConfig`."""
    own = settings.studio
    device = "" if own.backend != "diffusers" else own.device
    return open_backend(
        own.backend,
        BackendOptions(
            url=own.backend_url,
            model=own.model,
            key_file=own.backend_key_file,
            workflow_file=own.workflow_file,
            **({"device": device} if device else {}),
        ),
    )


def parameters_of(settings: Settings) -> Parameters:
    """What every prompt of this studio is drawn with. Raises `InvalidConfig`."""
    return Parameters(steps=settings.studio.steps, guidance=settings.studio.guidance)


def check_studio(settings: Settings, demand: Demand) -> tuple[BackendFinding, bool]:
    """What was found out about the configured back end, and whether the hour fits `demand`."""
    with closing(configured_backend(settings)) as backend:
        finding = check_backend(backend, parameters_of(settings), seconds=_CHECK_SECONDS)
    return finding, finding.fits(demand)


def _own_image(image: bytes) -> bytes:
    """What our own renderer wrote is a submission already, and no stranger's."""
    return image


def _words_for(backend: Backend, text: str) -> str:
    """The prompt that a text is. Raises `PromptRefused`, also where `backend` would refuse it."""
    words = read_prompt(text)
    backend.plain(words)
    return words
