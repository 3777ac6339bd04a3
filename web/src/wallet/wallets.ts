// Wallets that announce themselves (EIP-6963), and window.ethereum where none does.
import { createStore, type EIP1193Provider } from "mipd";
import { type Address, getAddress } from "viem";

export interface WalletChoice {
  readonly name: string;
  readonly icon: string;
  readonly rdns: string;
  readonly provider: EIP1193Provider;
}

export interface Connected {
  readonly choice: WalletChoice;
  account: Address;
  chainId: number;
}

const LAST = "wallet";

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
    const injected = (window as { ethereum?: EIP1193Provider }).ethereum;
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
    const last = localStorage.getItem(LAST);
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
    localStorage.setItem(LAST, choice.rdns);
  }

  disconnect(): void {
    this.connected = null;
    localStorage.removeItem(LAST);
    this.changed();
  }

  async #resume(): Promise<void> {
    const choice = this.choices.find(({ rdns }) => rdns === localStorage.getItem(LAST));
    if (choice && !this.connected) await this.#use(choice, "eth_accounts").catch(() => undefined);
  }

  async #use(choice: WalletChoice, method: "eth_requestAccounts" | "eth_accounts"): Promise<void> {
    const [account] = (await choice.provider.request({ method } as never)) as string[];
    if (!account) return;
    const chain = (await choice.provider.request({ method: "eth_chainId" })) as string;
    const mine: Connected = { choice, account: getAddress(account), chainId: Number(chain) };
    this.connected = mine;
    choice.provider.on("accountsChanged", ([next]) => {
      if (this.connected !== mine) return;
      if (next) mine.account = getAddress(next);
      else this.connected = null;
      this.changed();
    });
    choice.provider.on("chainChanged", (id) => {
      mine.chainId = Number(id);
      this.changed();
    });
    this.changed();
  }
}
