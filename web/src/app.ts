// What the page knows, shared by its views. `changed` draws it again.
import type { Hex } from "viem";
import { ChainClock, connect, type Reader } from "./chain/client.ts";
import { type Competition, readAll } from "./chain/readCompetitions.ts";
import { type OwnTicket, readTickets } from "./chain/readTickets.ts";
import type { Config } from "./config.ts";
import { fetchContent } from "./content/fetchContent.ts";
import type { Domain } from "./ranking/leaf.ts";
import type { Row } from "./ranking/readBundle.ts";
import { Transactions } from "./wallet/transactions.ts";
import { Wallets } from "./wallet/wallets.ts";

export type Loaded<T> = { value: T } | { error: string } | "loading";

export class App {
  readonly reader: Reader;
  readonly clock = new ChainClock();
  readonly wallets: Wallets;
  readonly transactions: Transactions;
  readonly pictures = new Map<Hex, Loaded<string>>();
  readonly bundles = new Map<Hex, Loaded<Row[]>>();
  /** What a view keeps between drawings, by name. */
  readonly notes = new Map<string, unknown>();
  competitions: Loaded<Competition[]> = "loading";
  tickets: OwnTicket[] = [];
  #drawing = false;
  #loading = false;

  constructor(
    readonly config: Config,
    private readonly draw: () => void,
  ) {
    this.reader = connect(config);
    this.wallets = new Wallets(() => {
      this.changed();
      void this.refresh();
    });
    this.transactions = new Transactions(config, this.reader, this.changed);
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

  note(name: string, value: unknown): void {
    this.notes.set(name, value);
    this.changed();
  }

  /** Reads everything again; what cannot be read stays as it was. */
  async refresh(): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    try {
      await this.clock.sync(this.reader);
      const account = this.wallets.connected?.account;
      const [competitions, tickets] = await Promise.all([
        readAll(this.reader, this.config),
        account ? readTickets(this.reader, this.config, account) : [],
      ]);
      this.competitions = { value: competitions };
      this.tickets = tickets;
    } catch (error) {
      console.debug(error);
      if (this.competitions === "loading" || "error" in this.competitions)
        this.competitions = {
          error: `The chain at ${new URL(this.config.rpcUrl).host} does not answer.`,
        };
    } finally {
      this.#loading = false;
      this.changed();
    }
  }

  /** The address of a verified picture, once it is here. */
  picture(digest: Hex): Loaded<string> {
    const known = this.pictures.get(digest);
    if (known) return known;
    this.pictures.set(digest, "loading");
    fetchContent(this.config.gateways, digest)
      .then((bytes) => ({
        value: URL.createObjectURL(new Blob([bytes as BlobPart], { type: "image/png" })),
      }))
      .catch((error: Error) => ({ error: error.message }))
      .then((loaded) => {
        this.pictures.set(digest, loaded);
        this.changed();
      });
    return "loading";
  }
}
