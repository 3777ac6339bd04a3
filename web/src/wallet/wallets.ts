// Wallets that announce themselves (EIP-6963), and window.ethereum where none does.
import { createStore } from "mipd";
import { type Address, getAddress } from "viem";
import { address, bytes, list, nullOr, text } from "../border/parse.ts";
import { keep, stored } from "../border/stored.ts";
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
}

export interface Connected {
  readonly choice: WalletChoice;
  account: Address;
  chainId: number;
}

const LAST = "wallet";
const lastChoice = (): string | null => stored(LAST, nullOr(text(500)), null);
const accounts = list(address, 10_000);
const chainId = bytes;

export class Wallets {
  readonly #store = createStore();
  connected: Connected | null = null;
  #offered: readonly WalletChoice[] = [];

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

  /** Adds choices that no wallet of the browser announces. */
  offer(choices: readonly WalletChoice[]): void {
    this.#offered = choices;
    void this.#resume();
  }

  /** Whose node the page reads from when it has none of its own. */
  get nearest(): WalletChoice | undefined {
    const last = lastChoice();
    return (
      this.connected?.choice ?? this.choices.find(({ rdns }) => rdns === last) ?? this.choices[0]
    );
  }

  /** Takes up the wallet of the last visit without asking, if it still allows it. */
  start(): void {
    void this.#resume();
  }

  async connect(choice: WalletChoice): Promise<void> {
    await this.#use(choice, "eth_requestAccounts");
    keep(LAST, choice.rdns);
  }

  disconnect(): void {
    this.connected = null;
    keep(LAST, null);
    this.changed();
  }

  async #resume(): Promise<void> {
    const choice = this.choices.find(({ rdns }) => rdns === lastChoice());
    if (choice && !this.connected) await this.#use(choice, "eth_accounts").catch(() => undefined);
  }

  async #use(choice: WalletChoice, method: "eth_requestAccounts" | "eth_accounts"): Promise<void> {
    const { provider } = choice;
    const [account] = accounts(await provider.request({ method }), "the wallet's accounts");
    if (!account) return;
    const chain = chainId(await provider.request({ method: "eth_chainId" }), "the wallet's chain");
    const mine: Connected = { choice, account: getAddress(account), chainId: Number(chain) };
    this.connected = mine;
    provider.on("accountsChanged", (told) => {
      if (this.connected !== mine) return;
      const [next] = accounts(told, "the wallet's accounts");
      if (next) mine.account = getAddress(next);
      else this.connected = null;
      this.changed();
    });
    provider.on("chainChanged", (told) => {
      mine.chainId = Number(chainId(told, "the wallet's chain"));
      this.changed();
    });
    this.changed();
  }
}
