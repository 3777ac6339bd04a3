// What the page asks of a wallet (EIP-1193). Its answers come from outside: they are parsed.

export interface Provider {
  request(asked: { method: string; params?: unknown }): Promise<unknown>;
  on(event: "accountsChanged" | "chainChanged", listener: (told: unknown) => void): void;
}
