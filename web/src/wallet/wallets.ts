// Wallets that announce themselves (EIP-6963), and window.ethereum where none does.
import { createStore } from "mipd";
import { type Address, getAddress } from "viem";
import { address, list, Malformed, nullOr, text } from "../border/parse.ts";
import { keep, stored } from "../border/stored.ts";
import { inTime } from "../inTime.ts";
import type { Provider } from "./provider.ts";

declare global {
  interface Window {
    /** Where wallets were before EIP-6963. */
    readonly ethereum?: Provider;
  }
}

export interface WalletChoice {
  readonly name: string;
  readonly icon: string;
  readonly rdns: string;
  readonly provider: Provider;
  /** Whether it is not of this browser: only who chooses it is brought to it. */
  readonly isDistant?: boolean;
}

export interface Connected {
  readonly choice: WalletChoice;
  account: Address;
  chainId: number;
}

const LAST = "wallet";
const RESUME_SECONDS = 10;
const lastChoice = (): string | null => stored(LAST, nullOr(text(500)), null);
const accounts = list(address, 10_000);

/** A chain's number, however a wallet writes it: most in hexadecimal, some in decimal or as a number. */
export function chainNumber(told: unknown): number {
  const chain = typeof told === "string" || typeof told === "number" ? Number(told) : Number.NaN;
  if (!Number.isSafeInteger(chain) || chain <= 0)
    throw new Malformed("the wallet's chain is not a number");
  return chain;
}

export class Wallets {
  readonly #store = createStore();
  connected: Connected | null = null;
  #offered: readonly WalletChoice[] = [];
  #resuming = false;

  constructor(private readonly changed: () => void) {
    this.#store.subscribe(() => {
      this.changed();
      void this.#resume();
    });
  }

  get choices(): WalletChoice[] {
    const announced: WalletChoice[] = this.#store.getProviders().map(({ info, provider }) => ({
      name: info.name,
      icon: info.icon,
      rdns: info.rdns,
      provider,
    }));
    const injected = window.ethereum;
    if (!announced.length && injected)
      announced.push({ name: "Browser wallet", icon: "", rdns: "injected", provider: injected });
    return [...announced, ...this.#offered];
  }

  /** Those of this browser. */
  get here(): WalletChoice[] {
    return this.choices.filter(({ isDistant }) => !isDistant);
  }

  /** Adds choices that no wallet of the browser announces. */
  offer(choices: readonly WalletChoice[]): void {
    const isNew = ({ rdns }: WalletChoice) => !this.#offered.some((known) => known.rdns === rdns);
    this.#offered = [...this.#offered, ...choices.filter(isNew)];
    void this.#resume();
  }

  /** Whose node the page reads from when it has none of its own. */
  get nearest(): WalletChoice | undefined {
    const last = lastChoice();
    return this.connected?.choice ?? this.choices.find(({ rdns }) => rdns === last) ?? this.here[0];
  }

  /** Takes up the wallet of the last visit without asking, if it still allows it; can be repeated. */
  start(): void {
    void this.#resume();
  }

  async connect(choice: WalletChoice): Promise<void> {
    if (!(await this.#use(choice, "eth_requestAccounts")))
      throw new Error("Your wallet names no account. Unlock it, and allow this page to see one.");
    keep(LAST, choice.rdns);
  }

  disconnect(): void {
    this.connected = null;
    keep(LAST, null);
    this.changed();
  }

  /** A wallet that sleeps may never answer: it is given up in time, so that it can be asked again. */
  async #resume(): Promise<void> {
    const choice = this.choices.find(({ rdns }) => rdns === lastChoice());
    if (!choice || this.connected || this.#resuming) return;
    this.#resuming = true;
    await inTime(this.#use(choice, "eth_accounts"), RESUME_SECONDS).catch(() => undefined);
    this.#resuming = false;
  }

  /** Whether there is an account to use. */
  async #use(
    choice: WalletChoice,
    method: "eth_requestAccounts" | "eth_accounts",
  ): Promise<boolean> {
    const { provider } = choice;
    const [account] = accounts(await provider.request({ method }), "the wallet's accounts");
    if (!account) return false;
    const chain = chainNumber(await provider.request({ method: "eth_chainId" }));
    // Disconnected, or another one was chosen, before an answer came.
    if (method === "eth_accounts" && (this.connected || lastChoice() !== choice.rdns)) return false;
    const mine: Connected = { choice, account: getAddress(account), chainId: chain };
    this.connected = mine;
    provider.on("accountsChanged", (told) => {
      if (this.connected !== mine) return;
      // Locked wallets tell of no accounts, or of nothing.
      const [next] = accounts(told ?? [], "the wallet's accounts");
      if (next) mine.account = getAddress(next);
      else this.connected = null;
      this.changed();
    });
    provider.on("chainChanged", (told) => {
      mine.chainId = chainNumber(told);
      this.changed();
    });
    this.changed();
    return true;
  }
}
