// One thing at a time per button: simulate, confirm in the wallet, pending, done or a reason.
import { createClient, custom, type Hex, keccak256, type TypedDataDefinition } from "viem";
import { addChain, sendTransaction, signTypedData, switchChain } from "viem/actions";
import { type Call, requestOf, simulate, type Together } from "../chain/calls.ts";
import { chainOf, type Reader } from "../chain/client.ts";
import { plainReason } from "../chain/errors.ts";
import type { Config } from "../config.ts";
import { inTime } from "../inTime.ts";
import { say } from "../words/html.ts";
import { type End, follow } from "./follow.ts";
import { Rests } from "./rests.ts";
import { type Sent, SentTransactions } from "./sent.ts";
import { type Connected, chainNumber } from "./wallets.ts";

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
  readonly reason?: string | undefined;
  /** It has waited for long, so that the player may want to stop. */
  readonly slow?: boolean;
}

type Say = (state: State) => void;

const ENDS = new Set<State>(["done", "cancelled", "failed"]);
const CHECK_SECONDS = 60;
const POLL_SECONDS = 2;
const CHANGE_SECONDS = 0.5;
const SLOW_SECONDS = 180;
const SLOW =
  "Sent, and not taken up by the chain for three minutes. Speed it up or cancel it in your wallet.";
const UNANSWERED =
  "Sent. The chain does not answer now; the page goes on asking what became of it.";
const REFUSED = "The chain refused the transaction.";
const REPLACED = "Cancelled: another transaction took its place in your wallet.";
const STOPPED = "You stopped waiting. It may still happen: look in your wallet.";

export class Transactions {
  readonly #progress = new Map<string, Progress>();
  readonly #sent: SentTransactions;
  /** The rests of who follows a button's transactions, by its key. */
  readonly #waitsFor = new Map<string, Rests>();
  /** The buttons whose transactions are prepared, sent and followed by who pressed them. */
  readonly #running = new Set<string>();
  /** What ends waiting for a wallet that does not answer, by the button's key. */
  readonly #stops = new Map<string, () => void>();

  constructor(
    private readonly config: Config,
    private readonly reader: () => Reader | null,
    private readonly changed: () => void,
  ) {
    this.#sent = new SentTransactions(config);
  }

  /** Takes up what was sent before a reload, or in another tab. */
  resume(): void {
    for (const [key, transactions] of this.#sent.all())
      if (!this.#waitsFor.has(key) && !this.#running.has(key))
        void this.#follow(key, transactions, transactions.length);
  }

  /** Stops waiting for a button's transactions, which may still happen. */
  stopWaiting(key: string): void {
    this.#stops.get(key)?.();
    this.#waitsFor.get(key)?.end();
    this.changed();
  }

  /** Looks for all that is followed, so that what the chain shows already is not still waited for. */
  async look(): Promise<void> {
    await Promise.all([...this.#waitsFor.values()].map((rests) => rests.look()));
  }

  of(key: string): Progress | undefined {
    return this.#progress.get(key);
  }

  /** Drops the word on how something ended, when something else is to be done with the button. */
  forget(key: string): void {
    if (!this.isBusy(key)) this.#progress.delete(key);
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
    prepare: (say: Say) => Promise<readonly (Call | Together)[]>,
  ): Promise<boolean> {
    this.resume();
    if (this.isBusy(key)) return false;
    this.#running.add(key);
    try {
      this.#set(key, { state: "checking" });
      await this.#requireChain(wallet);
      const prepared = prepare((state) => this.#set(key, { state }));
      const calls = await this.#unlessStopped(key, prepared);
      const { sent, stopped } = await this.#sendAll(key, wallet, calls);
      if (!sent.length) throw stopped;
      const done = await this.#follow(key, sent, calls.length);
      if (done && stopped) {
        const hashes = sent.map(({ hash }) => hash);
        const reason = say`${hashes.length} of ${calls.length} done. ${plainReason(stopped) ?? "The rest was cancelled."}`;
        this.#set(key, { state: "failed", hashes, reason });
      }
      return done && !stopped;
    } catch (error) {
      this.fail(key, error);
      return false;
    } finally {
      this.#running.delete(key);
    }
  }

  send(key: string, wallet: Connected, ...calls: Call[]): Promise<boolean> {
    return this.run(key, wallet, async () => calls);
  }

  sign(wallet: Connected, request: TypedDataDefinition): Promise<Hex> {
    const client = this.#walletClient(wallet);
    return signTypedData(client, { ...request, account: wallet.account });
  }

  /** Asks the wallet to change to the contract's network, or to learn it. */
  async switchChain(wallet: Connected): Promise<void> {
    await this.#requireChain(wallet).catch((error) => console.debug(error));
    this.changed();
  }

  async #sendAll(key: string, wallet: Connected, calls: readonly (Call | Together)[]) {
    const sent: Sent[] = [];
    const hashes = () => sent.map(({ hash }) => hash);
    const reader = this.reader();
    if (!reader) throw new Error("The chain cannot be read now.");
    try {
      for (const call of calls) {
        this.#set(key, { state: "checking", hashes: hashes(), of: calls.length });
        await inTime(simulate(reader, this.config, call, wallet.account), CHECK_SECONDS);
        this.#set(key, { state: "confirming", hashes: hashes(), of: calls.length });
        const request = { ...requestOf(this.config, call), account: wallet.account };
        const asked = sendTransaction(this.#walletClient(wallet), request).then((hash) => {
          // Also when nobody waits any more: what was sent is never forgotten.
          sent.push({ hash, from: wallet.account, call: keccak256(request.data), nonce: null });
          this.#sent.keep(key, sent);
        });
        await this.#unlessStopped(key, asked);
      }
    } catch (stopped) {
      return { sent, stopped };
    }
    return { sent };
  }

  /** What `work` gives. Some wallets never answer: after a while the player may stop waiting. */
  #unlessStopped<T>(key: string, work: Promise<T>): Promise<T> {
    const stopped = new Promise<never>((_, reject) => {
      this.#stops.set(key, () => reject(new Error(STOPPED)));
    });
    const timer = setTimeout(() => {
      const progress = this.of(key);
      if (progress) this.#set(key, { ...progress, slow: true });
    }, SLOW_SECONDS * 1000);
    return Promise.race([work, stopped]).finally(() => {
      clearTimeout(timer);
      this.#stops.delete(key);
    });
  }

  #walletClient(wallet: Connected) {
    return createClient({
      chain: chainOf(this.config),
      transport: custom(wallet.choice.provider, { retryCount: 0 }),
    });
  }

  async #requireChain(wallet: Connected): Promise<void> {
    if (wallet.chainId === this.config.chainId) return;
    const { chainId, chainName, rpcUrl } = this.config;
    const client = this.#walletClient(wallet);
    const { provider } = wallet.choice;
    // Asked anew: some wallets say that they have changed, and have not, or not yet.
    const isThere = async () => {
      for (let tries = 0; tries < 2; tries++) {
        wallet.chainId = chainNumber(await provider.request({ method: "eth_chainId" }));
        if (wallet.chainId === chainId) return true;
        await new Promise((resolve) => setTimeout(resolve, CHANGE_SECONDS * 1000));
      }
      return false;
    };
    try {
      await switchChain(client, { id: chainId });
      if (await isThere()) return;
    } catch (error) {
      if (plainReason(error) === null) throw error;
      console.debug(error);
    }
    const add = say`Add chain ${chainId} to it.`;
    if (!rpcUrl) throw new Error(say`Your wallet does not know ${chainName}. ${add}`);
    await addChain(client, { chain: chainOf(this.config) });
    if (await isThere()) return;
    await switchChain(client, { id: chainId });
    if (!(await isThere()))
      throw new Error(say`Your wallet stays on another network. Change to ${chainName} there.`);
  }

  async #follow(key: string, transactions: readonly Sent[], of: number): Promise<boolean> {
    const known = [...transactions];
    const hashes = () => known.map(({ hash }) => hash);
    const rests = new Rests(POLL_SECONDS);
    this.#waitsFor.set(key, rests);
    this.#set(key, { state: "pending", hashes: hashes(), of });
    const ends: (End | null)[] = [];
    try {
      for (const [i, sent] of transactions.entries())
        ends.push(
          await follow(sent, {
            reader: this.reader,
            rest: () => rests.rest(),
            learn: (more) => {
              known[i] = more;
              this.#sent.keep(key, known);
            },
            wait: (how, seconds) => {
              const slow = seconds > SLOW_SECONDS;
              const reason = how === "unanswered" ? UNANSWERED : slow ? SLOW : undefined;
              this.#set(key, { state: "pending", hashes: hashes(), of, reason, slow });
            },
            stopped: () => rests.areOver,
          }),
        );
      this.#waitsFor.delete(key);
      this.#sent.keep(key, []);
      if (ends.includes("refused"))
        this.#set(key, { state: "failed", hashes: hashes(), reason: REFUSED });
      else if (ends.includes("cancelled"))
        this.#set(key, { state: "failed", hashes: hashes(), reason: REPLACED });
      else if (ends.includes(null))
        this.#set(key, { state: "failed", hashes: hashes(), reason: STOPPED });
      else this.#set(key, { state: "done", hashes: hashes(), of });
    } finally {
      rests.end(); // who reads the chain meanwhile must not wait for ever
    }
    return ends.every((end) => end === "done");
  }

  #set(key: string, progress: Partial<Progress> & Pick<Progress, "state">): void {
    this.#progress.set(key, { hashes: [], of: 1, ...progress });
    this.changed();
  }
}
