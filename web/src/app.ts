// What the page knows, shared by its views. `changed` draws it again.
import type { Hex } from "viem";
import { getChainId } from "viem/actions";
import { ChainClock, connect, type Reader } from "./chain/client.ts";
import { type Competition, readAll, readOne } from "./chain/readCompetitions.ts";
import { Contributions, type Stake } from "./chain/readStakes.ts";
import {
  type OwnTicket,
  Purchases,
  type Purse,
  readPurse,
  readTickets,
  unsettled,
} from "./chain/readTickets.ts";
import type { Config } from "./config.ts";
import { cidOf } from "./content/digest.ts";
import { fetchContent } from "./content/fetchContent.ts";
import { fetchPreview, type PreviewSide } from "./content/fetchPreview.ts";
import type { FirstView } from "./firstView.ts";
import { inTime } from "./inTime.ts";
import { arrived, type Loaded, Loader } from "./loader.ts";
import type { Domain } from "./ranking/leaf.ts";
import { Reminders } from "./reminders.ts";
import { DEVNET_CHAIN_ID, devnetAccounts } from "./wallet/devnetAccounts.ts";
import { walletConnect } from "./wallet/pairing.ts";
import type { Provider } from "./wallet/provider.ts";
import { Transactions } from "./wallet/transactions.ts";
import { Wallets } from "./wallet/wallets.ts";
import { say } from "./words/html.ts";

const LEAST_POLL_SECONDS = 2;
const MOST_POLL_SECONDS = 12;
const READ_SECONDS = 180;
/** How long beyond a poll a node may be silent before the page says so. */
const SILENT_SECONDS = 10;
/** How long what a visitor begins waits for the chain's first answer. */
const FIRST_SECONDS = 20;
const LOOK_SECONDS = 0.2;

/** Why the chain cannot be read; the message says what to do. */
class CannotRead extends Error {}

export class App {
  readonly clock = new ChainClock();
  readonly wallets: Wallets;
  readonly transactions: Transactions;
  readonly reminders: Reminders;
  /** Newest first; at first only the one that is looked at, or the newest, then `complete`. */
  competitions: Loaded<readonly Competition[]> = "loading";
  complete = false;
  tickets: readonly OwnTicket[] = [];
  /** Tickets of recovery files opened here, whoever holds them. */
  recovered: readonly OwnTicket[] = [];
  purse: Purse | null = null;
  /** What the connected account has at stake in disputes. */
  stakes: readonly Stake[] = [];
  /** The competition whose page is open: read before the others. */
  looksAt: bigint | null = null;
  reader: Reader | null = null;
  readonly #pictures = new Loader<string>();
  readonly #previews = new Loader<string>();
  #opened: { readonly source: string | Provider; readonly reader: Reader } | null = null;
  #purchases: Purchases | null = null;
  #contributions: Contributions | null = null;
  /** When the chain last answered, and when it was first waited for in vain, by the page's clock. */
  #answeredAt = performance.now();
  #stale = true;
  #drawing = false;
  #reading = false;
  #again = false;

  constructor(
    readonly config: Config,
    private readonly draw: () => void,
    /** What stands there until the chain is read. */
    readonly first: FirstView | null = null,
  ) {
    this.reminders = new Reminders(config.contract, this.changed);
    this.transactions = new Transactions(config, () => this.reader, this.changed);
    this.wallets = new Wallets(() => {
      this.changed();
      void this.refresh();
    });
    if (config.walletConnect) this.wallets.offer([walletConnect(this)]);
  }

  get domain(): Domain {
    return { chainId: this.config.chainId, contract: this.config.contract };
  }

  readonly changed = (): void => {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.draw();
    });
  };

  /** Seconds since the chain last answered; null while it does. */
  get silentFor(): number | null {
    if (this.competitions === "loading" || "error" in this.competitions) return null;
    const seconds = (performance.now() - this.#answeredAt) / 1000;
    return seconds > this.#pollSeconds + SILENT_SECONDS ? seconds : null;
  }

  /** Begins to read the chain, and goes on until the page is closed. */
  start(): void {
    this.wallets.start();
    this.changed();
    void this.#poll();
    setInterval(this.changed, 1000); // the countdowns
    document.addEventListener("visibilitychange", () => {
      this.#answeredAt = performance.now(); // nothing was asked meanwhile
      void this.refresh();
    });
    addEventListener("storage", () => this.transactions.resume()); // another tab has sent something
  }

  /** Asks about once for each block; a tab in the background only while a reminder waits. */
  async #poll(): Promise<void> {
    if (!document.hidden || this.reminders.waiting) {
      this.wallets.start(); // again, where it did not answer
      await this.refresh();
    }
    setTimeout(() => void this.#poll(), this.#pollSeconds * 1000);
  }

  get #pollSeconds(): number {
    return Math.min(MOST_POLL_SECONDS, Math.max(LEAST_POLL_SECONDS, this.clock.blockSeconds));
  }

  /** The chain to read from, also for who begins before it has answered. Throws what is in the way. */
  async readable(): Promise<Reader> {
    const ends = performance.now() + FIRST_SECONDS * 1000;
    while (!this.reader && this.competitions === "loading" && performance.now() < ends)
      await new Promise((resolve) => setTimeout(resolve, LOOK_SECONDS * 1000));
    if (this.reader) return this.reader;
    const { competitions } = this;
    if (typeof competitions === "object" && "error" in competitions)
      throw new Error(competitions.error);
    throw new Error("The chain cannot be read now. Try again in a moment.");
  }

  /** Reads what has changed on the chain; what cannot be read stays as it was. */
  async refresh(): Promise<void> {
    this.#again = true;
    if (this.#reading) return;
    this.#reading = true;
    while (this.#again) {
      this.#again = false;
      await inTime(this.#read(), READ_SECONDS).catch((error: unknown) => {
        console.debug(error);
        this.#stale = true;
        if (typeof this.competitions === "string" || "error" in this.competitions)
          this.competitions = { error: this.#explain(error) };
      });
    }
    this.#reading = false;
    this.changed();
  }

  /** Shows a ticket whose recovery file was opened here. */
  recover(ticket: OwnTicket): void {
    const isOther = (other: OwnTicket) =>
      other.id !== ticket.id || other.ticketId !== ticket.ticketId;
    this.recovered = [...this.recovered.filter(isOther), ticket];
    this.#stale = true;
    this.changed();
  }

  /** The address of a verified picture, once it is here. */
  picture(digest: Hex): Loaded<string> {
    return this.#pictures.get(this, digest, async () => {
      const bytes = await fetchContent(this.config.gateways, digest);
      return URL.createObjectURL(new Blob([bytes], { type: "image/png" }));
    });
  }

  /** The address of a small picture: a preview where one is served, else the verified picture. */
  preview(digest: Hex, side: PreviewSide): Loaded<string> {
    const { previews } = this.config;
    if (!previews) return this.picture(digest);
    const early = this.first?.preview;
    if (early?.startsWith(previews) && early.endsWith(`/${cidOf(digest)}`)) return { value: early };
    const small = this.#previews.get(this, `${side}:${digest}`, () =>
      fetchPreview(previews, digest, side),
    );
    return typeof small === "object" && "error" in small ? this.picture(digest) : small;
  }

  async #read(): Promise<void> {
    const reader = this.#open();
    // Asked in one request: a slow network's every answer takes a while.
    const reads = Promise.all([this.clock.sync(reader), this.#readFirst(reader)]);
    reads.catch(() => undefined); // of less interest than another chain
    await this.#check(reader);
    const [isNew, first] = await reads;
    const account = this.wallets.connected?.account;
    const same = account === this.#purchases?.player;
    this.#answeredAt = performance.now();
    if (!isNew && same && !this.#stale) return;
    this.#stale = true;
    if (!same) {
      this.#purchases = account ? new Purchases(account, this.config) : null;
      this.#contributions = account ? new Contributions(account, this.config) : null;
      this.tickets = [];
      this.stakes = [];
      this.purse = null;
    }
    const before = this.recovered;
    const [competitions, recovered, tickets, stakes, purse] = await Promise.all([
      first ? { rows: [first], complete: false } : this.#readCompetitions(reader),
      before.length ? readTickets(reader, this.config, before) : [],
      this.#purchases ? this.#readTickets(reader, this.#purchases) : [],
      this.#contributions?.read(reader, this.config, this.clock.block) ?? [],
      account ? readPurse(reader, this.config, account) : null,
    ]);
    await this.transactions.look(); // what they did is shown below
    this.competitions = { value: competitions.rows };
    if (this.recovered === before) this.recovered = recovered;
    this.complete = competitions.complete;
    this.#stale = !this.complete;
    if (account !== this.wallets.connected?.account) return; // about to be read again
    this.tickets = tickets;
    this.stakes = stakes;
    this.purse = purse;
    this.reminders.look(competitions.rows, tickets);
  }

  /** The competition that is looked at, before any other: the next refresh reads those. */
  #readFirst(reader: Reader): Promise<Competition | null> | null {
    if (arrived(this.competitions) || this.looksAt === null) return null;
    return readOne(reader, this.config, this.looksAt);
  }

  async #readCompetitions(reader: Reader): Promise<{ rows: Competition[]; complete: boolean }> {
    const here = arrived(this.competitions);
    const known = this.complete && here ? here : [];
    const show = (newest: readonly Competition[]) => {
      this.competitions = { value: newest };
      this.changed();
    };
    const rows = await readAll(reader, this.config, known, show, this.looksAt);
    return { rows, complete: true };
  }

  async #readTickets(reader: Reader, purchases: Purchases): Promise<OwnTicket[]> {
    const keys = await purchases.read(reader, this.clock.block);
    const over = arrived(this.competitions) ?? [];
    const { again, settled } = unsettled(keys, this.tickets, over);
    return [...settled, ...(await readTickets(reader, this.config, again, purchases.player))];
  }

  /** The configured node, or without one the wallet's. */
  #open(): Reader {
    const { rpcUrl } = this.config;
    const source = rpcUrl ?? this.wallets.nearest?.provider;
    if (!source)
      throw new CannotRead(
        "This page has no node of its own and reads the chain through your wallet. Install a wallet, such as a browser extension, and reload.",
      );
    if (this.#opened?.source !== source) {
      const reader =
        typeof source === "string" ? connect(this.config) : connect(this.config, source);
      this.#opened = { source, reader };
    }
    return this.#opened.reader;
  }

  /** It must be on the contract's chain; a wallet can change to another at any time. */
  async #check(reader: Reader): Promise<void> {
    const { chainId, chainName, rpcUrl } = this.config;
    if (this.reader === reader && rpcUrl) return;
    const found = await getChainId(reader);
    if (found !== chainId)
      throw new CannotRead(
        rpcUrl
          ? say`The node at ${new URL(rpcUrl).host} serves chain ${found}, not ${chainId}: the page's operator has to correct rpc_url.`
          : say`This page reads the chain through your wallet, which is on another network. Switch it to ${chainName} (chain ${chainId}).`,
      );
    if (this.reader === reader) return;
    this.reader = reader;
    this.transactions.resume();
    if (rpcUrl && chainId === DEVNET_CHAIN_ID)
      void devnetAccounts(reader).then((found) => {
        this.wallets.offer(found);
        this.changed();
      });
  }

  #explain(error: unknown): string {
    if (error instanceof CannotRead) return error.message;
    const { rpcUrl } = this.config;
    return rpcUrl
      ? say`The chain at ${new URL(rpcUrl).host} does not answer.`
      : "Your wallet does not let the page read the chain. Unlock or connect it.";
  }
}
