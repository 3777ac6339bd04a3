// One thing at a time per button: simulate, confirm in the wallet, pending, done or a reason.
import { createClient, custom, type Hex, WaitForTransactionReceiptTimeoutError } from "viem";
import {
  addChain,
  sendTransaction,
  signTypedData,
  switchChain,
  waitForTransactionReceipt,
} from "viem/actions";
import { list, named, parseJson, word } from "../border/parse.ts";
import { type Call, requestOf, simulate } from "../chain/calls.ts";
import { chainOf, type Reader } from "../chain/client.ts";
import { plainReason } from "../chain/errors.ts";
import type { Config } from "../config.ts";
import type { keyRequest } from "../secret/secret.ts";
import type { Connected } from "./wallets.ts";

export type State =
  | "signing"
  | "storing"
  | "checking"
  | "confirming"
  | "pending"
  | "done"
  | "cancelled"
  | "failed";

export interface Progress {
  readonly state: State;
  readonly hashes: readonly Hex[];
  /** How many transactions there are in all. */
  readonly of: number;
  readonly reason?: string;
}

type Say = (state: State) => void;

const PENDING = "pending";
const sent = named(list(word, 100), 1000);
const ENDS = new Set<State>(["done", "cancelled", "failed"]);
const TIMEOUT_SECONDS = 180;

export class Transactions {
  readonly #progress = new Map<string, Progress>();
  #resumed = false;

  constructor(
    private readonly config: Config,
    private readonly reader: () => Reader | null,
    private readonly changed: () => void,
  ) {}

  /** Takes up what was sent before a reload. */
  resume(): void {
    if (this.#resumed) return;
    this.#resumed = true;
    for (const [key, hashes] of this.#pending())
      void this.#follow(key, hashes, hashes.length).catch((error) => this.fail(key, error));
  }

  of(key: string): Progress | undefined {
    return this.#progress.get(key);
  }

  isBusy(key: string): boolean {
    const progress = this.of(key);
    return progress !== undefined && !ENDS.has(progress.state);
  }

  fail(key: string, error: unknown): void {
    const reason = plainReason(error);
    if (reason !== null) console.debug(error);
    this.#set(key, reason === null ? { state: "cancelled" } : { state: "failed", reason });
  }

  /** Prepares calls and sends them one after the other; true when all of them succeeded. */
  async run(
    key: string,
    wallet: Connected,
    prepare: (say: Say) => Promise<readonly Call[]>,
  ): Promise<boolean> {
    if (this.isBusy(key)) return false;
    try {
      this.#set(key, { state: "checking" });
      await this.#requireChain(wallet);
      const calls = await prepare((state) => this.#set(key, { state }));
      const { hashes, stopped } = await this.#sendAll(key, wallet, calls);
      if (!hashes.length) throw stopped;
      const done = await this.#follow(key, hashes, calls.length);
      if (done && stopped) {
        const reason = `${hashes.length} of ${calls.length} done. ${plainReason(stopped) ?? "The rest was cancelled."}`;
        this.#set(key, { state: "failed", hashes, reason });
      }
      return done && !stopped;
    } catch (error) {
      this.fail(key, error);
      return false;
    }
  }

  send(key: string, wallet: Connected, ...calls: Call[]): Promise<boolean> {
    return this.run(key, wallet, async () => calls);
  }

  sign(wallet: Connected, request: ReturnType<typeof keyRequest>): Promise<Hex> {
    const client = this.#walletClient(wallet);
    return signTypedData(client, { ...request, account: wallet.account });
  }

  /** Asks the wallet to change to the contract's network, or to learn it. */
  async switchChain(wallet: Connected): Promise<void> {
    await this.#requireChain(wallet).catch((error) => console.debug(error));
    this.changed();
  }

  async #sendAll(key: string, wallet: Connected, calls: readonly Call[]) {
    const hashes: Hex[] = [];
    const reader = this.reader();
    if (!reader) throw new Error("The chain cannot be read now.");
    try {
      for (const call of calls) {
        this.#set(key, { state: "checking", hashes, of: calls.length });
        await simulate(reader, this.config, call, wallet.account);
        this.#set(key, { state: "confirming", hashes, of: calls.length });
        const request = { ...requestOf(this.config, call), account: wallet.account };
        hashes.push(await sendTransaction(this.#walletClient(wallet), request));
        this.#remember(key, hashes);
      }
    } catch (stopped) {
      return { hashes, stopped };
    }
    return { hashes };
  }

  #walletClient(wallet: Connected) {
    return createClient({
      chain: chainOf(this.config),
      transport: custom(wallet.choice.provider, { retryCount: 0 }),
    });
  }

  async #requireChain(wallet: Connected): Promise<void> {
    if (wallet.chainId === this.config.chainId) return;
    const client = this.#walletClient(wallet);
    try {
      await switchChain(client, { id: this.config.chainId });
    } catch (error) {
      if (plainReason(error) === null) throw error;
      if (!this.config.rpcUrl)
        throw new Error(
          `Your wallet does not know ${this.config.chainName}. Add chain ${this.config.chainId} to it.`,
        );
      await addChain(client, { chain: chainOf(this.config) });
    }
    wallet.chainId = this.config.chainId;
  }

  async #follow(key: string, hashes: readonly Hex[], of: number): Promise<boolean> {
    this.#set(key, { state: "pending", hashes, of });
    let [refused, cancelled] = [false, false];
    const reader = this.reader();
    if (!reader) throw new Error("The chain cannot be read now.");
    try {
      for (const hash of hashes) {
        const receipt = await waitForTransactionReceipt(reader, {
          hash,
          timeout: TIMEOUT_SECONDS * 1000,
          onReplaced: ({ reason }) => {
            cancelled ||= reason === "cancelled";
          },
        });
        refused ||= receipt.status !== "success";
      }
    } catch (error) {
      if (!(error instanceof WaitForTransactionReceiptTimeoutError)) throw error;
      const reason =
        "The chain has not taken this up for three minutes. Speed it up or cancel it in your wallet.";
      this.#set(key, { state: "failed", hashes, of, reason });
      return false;
    } finally {
      this.#remember(key, []);
    }
    if (refused)
      this.#set(key, { state: "failed", hashes, reason: "The chain refused the transaction." });
    else this.#set(key, { state: cancelled ? "cancelled" : "done", hashes, of });
    return !refused && !cancelled;
  }

  #pending(): ReadonlyMap<string, readonly Hex[]> {
    const kept = localStorage.getItem(PENDING);
    return kept ? parseJson(kept, sent, "the transactions in this browser") : new Map();
  }

  #remember(key: string, hashes: readonly Hex[]): void {
    const now = new Map(this.#pending());
    if (hashes.length) now.set(key, hashes);
    else now.delete(key);
    localStorage.setItem(PENDING, JSON.stringify(Object.fromEntries(now)));
  }

  #set(key: string, progress: Partial<Progress> & Pick<Progress, "state">): void {
    this.#progress.set(key, { hashes: [], of: 1, ...progress });
    this.changed();
  }
}
