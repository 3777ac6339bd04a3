"""All settings, as one frozen tree: defaults < TOML file < environment < flags.

The environment's names are JUDGE_SECTION__KEY, such as JUDGE_CHAIN__RPC_URL. Private keys are
not settings: they come from files or from JUDGE_PRIVATE_KEY (see `oracle.signing.signer`). Every
setting is listed, with its default, in `oracle.example.toml`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_type_hints

from oracle.chain.endpoint import endpoint_name, secret_parts
from oracle.chain.fees import SendingPolicy
from oracle.errors import InvalidConfig
from oracle.settings.sources import merge_sources, read_toml, section_of
from oracle.settings.values import limits

CONFIG_VARIABLE = "JUDGE_CONFIG"


@dataclass(frozen=True, slots=True)
class ChainSettings:
    """Which chain and contract, and how to read them."""

    rpc_url: str = "http://127.0.0.1:8545"  # http or https
    rpc_urls: tuple[str, ...] = ()  # more nodes of the same chain
    chain_id: int = field(default=31337, metadata=limits(1, 2**63 - 1))
    contract: str = ""  # address of the Competition; needed by most commands
    quorum: str = ""  # address of the AuditorQuorum: who decides disputes, or where you vote
    beacon: str = ""  # address of the DrandBeacon that gives your competitions' seeds
    start_block: int = field(default=0, metadata=limits(0, 2**63 - 1))  # block of its deployment
    confirmations: Literal["finalized"] | int = field(
        default="finalized", metadata=limits(1, 100_000)
    )
    timeout_seconds: float = field(default=10.0, metadata=limits(0.1, 600))  # per request
    log_chunk_blocks: int = field(default=5000, metadata=limits(1, 10_000_000))


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Where content is read from and published to."""

    url: str = "dir:.judge/store"  # "dir:PATH", "kubo:MULTIADDR"
    gateways: tuple[str, ...] = ()  # trustless gateways, asked after the store
    fetch_seconds: float = field(default=60.0, metadata=limits(1, 3600))  # most time per content


@dataclass(frozen=True, slots=True)
class SignerSettings:
    """Where the key comes from, and what its transactions may cost."""

    keystore: str = ""  # path of an encrypted keystore
    password_file: str = ""  # path of the keystore's password
    key_file: str = ""  # path of a plain key, when there is no keystore
    remote_url: str = ""  # a signer that speaks web3signer's JSON-RPC, in place of all of these
    remote_address: str = ""  # the account that it signs for
    max_fee_gwei: float = field(default=200.0, metadata=limits(0.000001, 1_000_000))
    bump_percent: int = field(default=15, metadata=limits(10, 1000))
    stuck_after_seconds: float = field(default=60.0, metadata=limits(0, 86_400))
    deadline_margin_seconds: int = field(default=15, metadata=limits(0, 86_400))
    max_bond_eth: float = field(default=10.0, metadata=limits(0, 1_000_000))
    max_deposit_eth: float = field(default=10.0, metadata=limits(0, 1_000_000))
    withdraw_above_eth: float = field(default=0.1, metadata=limits(0, 1_000_000))  # 0: never

    @property
    def policy(self) -> SendingPolicy:
        """Bounds and patience of the transaction sender."""
        return SendingPolicy(
            max_fee_cap_wei=round(self.max_fee_gwei * 10**9),
            bump_percent=self.bump_percent,
            stuck_after_seconds=self.stuck_after_seconds,
            deadline_margin_seconds=self.deadline_margin_seconds,
        )

    @property
    def max_bond_wei(self) -> int:
        """Most wei that an assertion, a dispute or a stake may send along."""
        return _wei(self.max_bond_eth)

    @property
    def max_deposit_wei(self) -> int:
        """Most wei that creating a competition may send along."""
        return _wei(self.max_deposit_eth)

    @property
    def withdraw_above_wei(self) -> int:
        """Credit from which on the daemon withdraws it; 0: it never does."""
        return _wei(self.withdraw_above_eth)


@dataclass(frozen=True, slots=True)
class BeaconSettings:
    """Where the rounds of the public randomness beacon are asked for.

    The relay "devnet" is none: it signs a devnet's rounds here, with a key that everybody knows.
    """

    relays: tuple[str, ...] = ()  # asked in this order; none: drand's own
    deadline_seconds: float = field(default=10.0, metadata=limits(0.1, 600))  # of each relay


@dataclass(frozen=True, slots=True)
class JudgeSettings:
    """How the judging itself runs on this machine; nothing here changes a result."""

    device: str = "auto"  # or "cpu", "cuda", "cuda:N"
    threads: int = field(default=0, metadata=limits(0, 1024))  # 0: all
    # A Ray cluster that does the work on images: "HOST:PORT", "auto" for the one that this machine
    # is in, "local" for one of this machine alone; empty: this process.
    ray_address: str = ""
    # Where the cluster's workers read images by digest, written like [store] url; empty: the files
    # are sent to them.
    ray_store: str = ""
    work_dir: str = ".judge/work"
    # Share of the judging time after which content that cannot be found disqualifies its entry.
    give_up_missing_fraction: float = field(default=0.5, metadata=limits(0, 1))
    # For so long at least working sources must have looked for it in vain, three times or more.
    give_up_after_seconds: float = field(default=300.0, metadata=limits(0, 86_400))


@dataclass(frozen=True, slots=True)
class DaemonSettings:
    """The daemon's rhythm."""

    interval_seconds: float = field(default=15.0, metadata=limits(0.1, 86_400))
    stale_after_seconds: float = field(default=300.0, metadata=limits(1, 604_800))
    # From when on the newest block, and the newest final one, are too old. A devnet's never are.
    head_late_seconds: float = field(default=180.0, metadata=limits(1, 604_800))
    final_late_seconds: float = field(default=3600.0, metadata=limits(1, 604_800))


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Health, metrics, content and the players' page over HTTP."""

    host: str = "127.0.0.1"
    port: int = field(default=8780, metadata=limits(0, 65_535))  # 0: any free port
    health_port: int = field(default=0, metadata=limits(0, 65_535))  # 0: only on `port`
    page: str = ""  # folder of the built page, served at "/"
    rpc_url: str = ""  # a node that everybody may use, told to the page; never chain.rpc_url
    explorer_url: str = ""  # a block explorer that the page links transactions to
    walletconnect_project: str = ""  # the page's project at WalletConnect; empty: none
    price_feed: str = ""  # a contract on the chain that says what an ether costs
    price_currency: str = "USD"  # in what
    # Whose competitions the page stands for, besides the operator's own; others' are marked.
    operators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UploadSettings:
    """What strangers may hand in over HTTP."""

    max_file_mib: int = field(default=16, metadata=limits(1, 64))
    max_total_mib: int = field(default=1024, metadata=limits(0, 1 << 20))  # 0: takes none
    keep_hours: int = field(default=168, metadata=limits(1, 24 * 365))  # unless revealed
    per_minute: int = field(default=10, metadata=limits(1, 10_000))  # requests of one address
    at_once: int = field(default=4, metadata=limits(1, 64))
    seconds: float = field(default=30.0, metadata=limits(1, 600))  # for a body to come


@dataclass(frozen=True, slots=True)
class PracticeSettings:
    """Practice rounds: anybody's image, scored by the judge of a competition that is over."""

    # How many of the last competitions' models are kept for it; 0: no practice.
    models: int = field(default=0, metadata=limits(0, 1000))
    per_minute: int = field(default=4, metadata=limits(1, 1000))  # images of one address
    waiting: int = field(default=6, metadata=limits(1, 30))  # images, the one in work included
    seconds: float = field(default=120.0, metadata=limits(1, 3600))  # for one image


@dataclass(frozen=True, slots=True)
class StudioSettings:
    """The studio: where players find it, and how it makes images when it runs here."""

    url: str = ""  # where players reach it, such as "https://studio.example"; empty: none
    host: str = "127.0.0.1"
    port: int = field(default=8790, metadata=limits(0, 65_535))  # 0: any free port
    backend: str = "sketch"  # see: judge studio check
    backend_url: str = ""  # of the generator's server, for those that are one
    model: str = ""  # its name there, or a model's id or folder on this machine
    backend_key_file: str = ""  # file with the server's API key
    workflow_file: str = ""  # ComfyUI's workflow, with named slots
    device: str = "auto"  # of a pipeline on this machine
    steps: int = field(default=0, metadata=limits(0, 1000))  # of the sampler; 0: its own choice
    guidance: float = field(default=0.0, metadata=limits(0, 100))  # 0: its own choice
    work_dir: str = (
        ".judge/studio"  # prompts, images and log; lose it and no receipt can be checked
    )
    public_prompts: bool = True  # the log shows the words; false: their hashes alone
    most_waiting: int = field(default=500, metadata=limits(1, 100_000))  # prompts in the queue
    sessions_per_minute: int = field(default=60, metadata=limits(1, 100_000))  # of one address
    connections: int = field(default=2500, metadata=limits(10, 100_000))


@dataclass(frozen=True, slots=True)
class SeriesSettings:
    """A competition every day at the same hour; none without targets."""

    targets: tuple[str, ...] = ()  # a folder, or files in their order
    order: Literal["listed", "drawn"] = "listed"
    start: str = ""  # the first day, "2026-12-01": number 1
    time: str = "18:00"  # when the target opens
    zone: str = "UTC"  # IANA time zone of that time
    name: str = "Judging Oracle"  # what calendar and feed are called
    url: str = ""  # public address of the page, for links in calendar and feed
    profile: str = "fast"
    spec: str = ""  # path of a judging spec as JSON, in place of a profile
    ticket_price_eth: float = field(default=0.01, metadata=limits(0, 1_000_000))
    max_tickets: int = field(default=1000, metadata=limits(1, 2**31 - 1))
    sale_seconds: int = field(default=79_200, metadata=limits(60, 30 * 86_400))
    least_sale_seconds: int = field(default=3600, metadata=limits(1, 30 * 86_400))
    open_seconds: int = field(default=3600, metadata=limits(1, 2**24 - 1))
    reveal_seconds: int = field(default=3600, metadata=limits(1, 2**24 - 1))
    judging_seconds: int = field(default=21_600, metadata=limits(1, 2**24 - 1))
    liveness_seconds: int = field(default=86_400, metadata=limits(1, 2**24 - 1))
    verdict_seconds: int = field(default=259_200, metadata=limits(1, 2**24 - 1))
    min_revealed: int = field(default=2, metadata=limits(1, 2**31 - 1))
    studio: str = ""  # whose receipts reveals need; empty: none
    prompt_limit: int = field(default=100, metadata=limits(1, 2**31 - 1))
    arbiter: str = ""  # who decides disputes; empty: chain.quorum

    @property
    def ticket_price_wei(self) -> int:
        """Price of one ticket."""
        return round(self.ticket_price_eth * 10**9) * 10**9


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """Who is told what needs a human, and how."""

    webhook_file: str = ""  # file with an address that takes JSON by POST
    mail_to: tuple[str, ...] = ()
    mail_from: str = ""  # empty: the first of mail_to
    smtp_host: str = ""
    smtp_port: int = field(default=587, metadata=limits(1, 65_535))
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password_file: str = ""
    cooldown_seconds: float = field(default=3600.0, metadata=limits(0, 604_800))


@dataclass(frozen=True, slots=True)
class PushSettings:
    """Web Push: reminding players whose page is closed."""

    key_file: str = ""  # the VAPID key, PEM; empty: no push
    contact: str = ""  # where push services can complain: "mailto:…" or "https://…"
    services: tuple[str, ...] = (  # a browser names its own, and no other is ever asked
        "https://fcm.googleapis.com",
        "https://*.push.services.mozilla.com",
        "https://*.notify.windows.com",
        "https://*.push.apple.com",
    )
    most: int = field(default=10_000, metadata=limits(1, 1_000_000))  # subscriptions
    interval_seconds: float = field(default=20.0, metadata=limits(0.1, 3600))


@dataclass(frozen=True, slots=True)
class LogSettings:
    """Logs, always on stderr."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["auto", "json", "text"] = "auto"  # auto: text on a terminal, else JSON


@dataclass(frozen=True, slots=True)
class LedgerSettings:
    """The database of what was already done."""

    url: str = "sqlite:///.judge/ledger.sqlite"  # or postgresql://USER:PASSWORD@HOST/NAME


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set."""

    chain: ChainSettings = field(default_factory=ChainSettings)
    store: StoreSettings = field(default_factory=StoreSettings)
    signer: SignerSettings = field(default_factory=SignerSettings)
    beacon: BeaconSettings = field(default_factory=BeaconSettings)
    judge: JudgeSettings = field(default_factory=JudgeSettings)
    daemon: DaemonSettings = field(default_factory=DaemonSettings)
    api: ApiSettings = field(default_factory=ApiSettings)
    uploads: UploadSettings = field(default_factory=UploadSettings)
    practice: PracticeSettings = field(default_factory=PracticeSettings)
    studio: StudioSettings = field(default_factory=StudioSettings)
    series: SeriesSettings = field(default_factory=SeriesSettings)
    notices: NoticeSettings = field(default_factory=NoticeSettings)
    push: PushSettings = field(default_factory=PushSettings)
    log: LogSettings = field(default_factory=LogSettings)
    ledger: LedgerSettings = field(default_factory=LedgerSettings)

    def public(self) -> dict[str, dict[str, Any]]:
        """The settings as they may be logged: addresses without user, password, path and query."""
        tree = {
            section.name: dataclasses.asdict(getattr(self, section.name))
            for section in dataclasses.fields(self)
        }
        tree["chain"]["rpc_url"] = endpoint_name(self.chain.rpc_url)
        tree["chain"]["rpc_urls"] = [endpoint_name(url) for url in self.chain.rpc_urls]
        tree["store"]["url"] = ", ".join(map(_public_url, self.store.url.split(",")))
        tree["judge"]["ray_store"] = ", ".join(map(_public_url, self.judge.ray_store.split(",")))
        tree["store"]["gateways"] = [_public_url(url) for url in self.store.gateways]
        tree["signer"]["remote_url"] = _public_url(self.signer.remote_url)
        tree["ledger"]["url"] = _public_url(self.ledger.url)
        return tree

    def secrets(self) -> tuple[str, ...]:
        """What no log may show: the parts of addresses that can be passwords or providers' keys."""
        addresses = (
            self.chain.rpc_url,
            *self.chain.rpc_urls,
            self.signer.remote_url,
            self.ledger.url,
            *self.store.url.split(","),
            *self.judge.ray_store.split(","),
        )
        return tuple(secret_parts(*addresses, *self.store.gateways))

    def require_contract(self) -> str:
        """The contract's address. Raises InvalidConfig when none is set."""
        if not self.chain.contract:
            raise InvalidConfig(
                "chain.contract is not set",
                "name the Competition's address under [chain] or in JUDGE_CHAIN__CONTRACT",
            )
        return self.chain.contract

    def require_quorum(self) -> str:
        """The auditors' quorum's address. Raises InvalidConfig when none is set."""
        if not self.chain.quorum:
            raise InvalidConfig(
                "chain.quorum is not set",
                "name the AuditorQuorum's address under [chain] or in JUDGE_CHAIN__QUORUM",
            )
        return self.chain.quorum


def load_settings(
    path: Path | None, environment: Mapping[str, str], flags: Mapping[str, Any] | None = None
) -> Settings:
    """Settings from a TOML file (or none), the environment, and flags such as "chain.rpc_url".

    A flag that is None was not given. Raises InvalidConfig, naming section and key, for anything
    unknown, of the wrong type, or out of range.
    """
    known = get_type_hints(Settings)
    values = merge_sources(known, read_toml(path), environment, flags or {})
    return Settings(**{name: section_of(kind, name, values[name]) for name, kind in known.items()})


def _wei(eth: float) -> int:
    return round(eth * 10**9) * 10**9


def _public_url(url: str) -> str:
    """An address without what could be secret; one that is only a path stays whole."""
    url = url.strip()
    return endpoint_name(url) if "@" in url or url.startswith(("http:", "https:")) else url
