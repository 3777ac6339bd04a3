// One transaction at a time per button: simulate, confirm in the wallet, pending, done or a reason.
import { createClient, custom, type Hex } from "viem";
import {
  addChain,
  signTypedData,
  simulateContract,
  switchChain,
  waitForTransactionReceipt,
  writeContract,
} from "viem/actions";
import { chainOf, contractOf, type Reader } from "../chain/client.ts";
import { plainReason } from "../chain/errors.ts";
import type { Config } from "../config.ts";
import type { Connected } from "./wallets.ts";

export interface Progress {
  readonly state: "checking" | "confirming" | "pending" | "done" | "cancelled" | "failed";
  readonly hash?: Hex;
  readonly reason?: string;
}

export interface Call {
  readonly functionName:
    | "buyTicket"
    | "commitSubmission"
    | "revealSubmission"
    | "refund"
    | "finalize"
    | "voidCompetition"
    | "fixSeedBlock"
    | "pinSeed"
    | "withdraw";
  readonly args: readonly unknown[];
  readonly value?: bigint;
  readonly dataSuffix?: Hex;
}

const PENDING = "pending";

export class Transactions {
  readonly #progress = new Map<string, Progress>();

  constructor(
    private readonly config: Config,
    private readonly reader: Reader,
    private readonly changed: () => void,
  ) {
    // A reload in the middle picks up what was sent.
    for (const [key, hash] of Object.entries(this.#pending())) void this.#follow(key, hash);
  }

  of(key: string): Progress | undefined {
    return this.#progress.get(key);
  }

  isBusy(key: string): boolean {
    return ["checking", "confirming", "pending"].includes(this.of(key)?.state ?? "");
  }

  fail(key: string, error: unknown): void {
    const reason = plainReason(error);
    if (reason !== null) console.debug(error);
    this.#set(key, reason === null ? { state: "cancelled" } : { state: "failed", reason });
  }

  async send(key: string, wallet: Connected, call: Call): Promise<boolean> {
    if (this.isBusy(key)) return false;
    try {
      this.#set(key, { state: "checking" });
      await this.#requireChain(wallet);
      const request = { ...contractOf(this.config), ...call, account: wallet.account };
      await simulateContract(this.reader, request as never);
      this.#set(key, { state: "confirming" });
      const client = this.#walletClient(wallet);
      const hash = await writeContract(client, request as never);
      return await this.#follow(key, hash);
    } catch (error) {
      this.fail(key, error);
      return false;
    }
  }

  async sign(wallet: Connected, request: object): Promise<Hex> {
    await this.#requireChain(wallet);
    const client = this.#walletClient(wallet);
    return signTypedData(client, { ...request, account: wallet.account } as never);
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
      await addChain(client, { chain: chainOf(this.config) });
    }
    wallet.chainId = this.config.chainId;
  }

  async #follow(key: string, hash: Hex): Promise<boolean> {
    this.#set(key, { state: "pending", hash });
    this.#remember(key, hash);
    const receipt = await waitForTransactionReceipt(this.reader, { hash });
    this.#remember(key);
    const done = receipt.status === "success";
    this.#set(
      key,
      done
        ? { state: "done", hash }
        : { state: "failed", hash, reason: "The chain refused the transaction." },
    );
    return done;
  }

  #pending(): Record<string, Hex> {
    return JSON.parse(localStorage.getItem(PENDING) ?? "{}") as Record<string, Hex>;
  }

  #remember(key: string, hash?: Hex): void {
    const { [key]: _, ...rest } = this.#pending();
    localStorage.setItem(PENDING, JSON.stringify(hash ? { ...rest, [key]: hash } : rest));
  }

  #set(key: string, progress: Progress): void {
    this.#progress.set(key, progress);
    this.changed();
  }
}
